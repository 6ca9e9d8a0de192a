// Measures what budgets are set for, prints it, and appends it to bench/results.jsonl.
// usage: node scripts/bench.mjs     (SECONDS_EACH=20: how long each load runs)
import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CLIENTS, Client, photoMaker, readStreet, startServer, submit } from "./load.mjs";

const SECONDS_EACH = Number(process.env.SECONDS_EACH ?? 20);
const COMMAND = "make bench";

/** The value below which the share `q` of the sorted numbers lies. */
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

/** What one durable write of 4 KB costs in this folder: the ground under every rate here. */
function fdatasyncMs(folder) {
  const file = openSync(join(folder, "fdatasync"), "w");
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    const started = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - started;
  });
  closeSync(file);
  return quantile(times.sort((a, b) => a - b), 0.5);
}

/** Every response of a first visit, as its bytes came over the wire, headers included. */
async function firstVisit(base, path) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const requests = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => requests.set(requestId, { file: new URL(response.url).pathname, encoding: response.headers["content-encoding"] ?? "-", bytes: 0 }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => { if (requests.has(requestId)) requests.get(requestId).bytes = encodedDataLength; });
  await page.goto(`${base}${path}`, { waitUntil: "networkidle" });
  await browser.close();
  return [...requests.values()].sort((a, b) => b.bytes - a.bytes);
}

/** Cases handed in by CLIENTS at once for a while: the rate, and how long each took. */
async function load(base, street, makePhoto) {
  const latencies = [];
  const until = performance.now() + SECONDS_EACH * 1000;
  const resident = async () => {
    const client = new Client(base);
    while (performance.now() < until) {
      const photo = makePhoto?.();
      const started = performance.now();
      await submit(client, street, photo);
      latencies.push(performance.now() - started);
    }
    client.close();
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, resident));
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  return { per_s: latencies.length / seconds, cases: latencies.length, p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99) };
}

async function residentMemoryMb(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(status.match(/^VmRSS:\s+(\d+)/m)[1]) / 1024;
}

const git = (...words) => execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
function commit() {
  try { return git("rev-parse", "--short", "HEAD"); } catch { return null; }
}

function rounded(value) {
  if (typeof value === "number") return Number(value.toPrecision(4));
  if (Array.isArray(value)) return value.map(rounded);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
  return value;
}

async function record(what, figures) {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
  const line = { date: new Date().toISOString(), what, ...rounded(figures), machine, commit: commit(), command: COMMAND };
  await appendFile("bench/results.jsonl", `${JSON.stringify(line)}\n`);
  return line;
}

function printVisit(files, total, wasm) {
  console.log("\nFirst visit to /, bytes over the wire (budget: 250 KB, of it wasm 200 KB)");
  for (const { file, encoding, bytes } of files) console.log(`  ${String(bytes).padStart(8)}  ${encoding.padEnd(5)} ${file}`);
  console.log(`  ${String(total).padStart(8)}  in all, ${wasm} of it wasm`);
}

async function benchVisit(base) {
  const files = await firstVisit(base, "/");
  const sum = (list) => list.reduce((bytes, file) => bytes + file.bytes, 0);
  const wasm = sum(files.filter(({ file }) => file.endsWith(".wasm")));
  printVisit(files, sum(files), wasm);
  await record("first visit", { bytes: sum(files), wasm_bytes: wasm, files });
}

async function benchLoad(server, street, name, makePhoto, fdatasync_ms) {
  const figures = rounded(await load(server.base, street, makePhoto));
  const memory_mb = rounded(await residentMemoryMb(server.pid));
  console.log(`  ${name}: ${figures.per_s} a second (${figures.cases} cases; p50 ${figures.p50_ms} ms, p99 ${figures.p99_ms} ms; server ${memory_mb} MB)`);
  await record(name, { clients: CLIENTS, seconds: SECONDS_EACH, ...figures, fdatasync_ms, memory_mb });
}

async function main() {
  const data = await mkdtemp(join(process.cwd(), ".run/bench-"));
  const fdatasync_ms = fdatasyncMs(data);
  const server = await startServer(join(data, "data"));
  try {
    await benchVisit(server.base);
    console.log(`\nDurable submissions, ${CLIENTS} clients, one node on SQLite; fdatasync of 4 KB here: ${rounded(fdatasync_ms)} ms`);
    const street = await readStreet(server.base);
    await benchLoad(server, street, "submissions without a photo", null, fdatasync_ms);
    await benchLoad(server, street, "submissions with a 100 KB photo", await photoMaker(), fdatasync_ms);
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
}

await main();
