// Journeys in a real browser against a real server, each file with a server of its own.
// usage: node tests/browser/run.mjs [WORD …]   only files whose name holds one of the words
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary, browserPath, dist } from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
for (const needed of [binary, browserPath, join(dist, 'index.html')]) {
  if (!existsSync(needed)) {
    console.error(`browser tests: ${needed} is missing; 'make setup build' makes it`);
    process.exit(1);
  }
}
const words = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .map((name) => join(here, name));
if (files.length === 0) {
  console.error('browser tests: no file of that name');
  process.exit(1);
}
// Two cores: one browser works while another waits.
const options = ['--test', '--test-concurrency=2', '--test-reporter=spec', '--test-timeout=600000'];
const run = spawn(process.execPath, [...options, ...files], { stdio: 'inherit' });
run.on('exit', (code) => process.exit(code ?? 1));
