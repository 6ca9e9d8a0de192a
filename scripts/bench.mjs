// Measures what budgets are set for, prints it, and appends it to bench/results.jsonl.
// usage: node scripts/bench.mjs     (SECONDS_EACH=20: how long each load runs)
import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { appendFile, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
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

const inBrowser = async (work) => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await (await browser.newContext({ serviceWorkers: "block", viewport: { width: 1440, height: 900 } })).newPage();
    return await work(page, await page.context().newCDPSession(page));
  } finally {
    await browser.close();
  }
};

/**
 * What the circle page adds to the home page once everything on it is in use: its own code, the
 * engine, the footways, the map and its ground. What the worker fetches itself is weighed as it
 * lies in dist/.
 */
async function circleBytes(base, { lat, lon }) {
  const files = new Map();
  await inBrowser(async (page, session) => {
    await session.send("Network.enable");
    const names = new Map();
    let counting = false;
    session.on("Network.responseReceived", ({ requestId, response }) => counting && names.set(requestId, new URL(response.url).pathname));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => names.has(requestId) && files.set(names.get(requestId), encodedDataLength));
    await page.goto(base, { waitUntil: "networkidle" });
    counting = true;
    await page.locator('a[href="/circle"]').first().click();
    await page.locator(".circle-ways").waitFor();
    await page.evaluate((hash) => { window.location.hash = hash; }, `p=${lat},${lon}&w=adult`);
    await page.waitForFunction(() => document.querySelectorAll(".map-area").length >= 3);
    await page.waitForLoadState("networkidle");
  });
  for (const name of (await readdir("dist")).filter((name) => /^circle-.*\.br$/.test(name))) {
    files.set(`/${name.replace(/\.br$/, "")}`, (await stat(join("dist", name))).size);
  }
  return [...files].map(([file, bytes]) => ({ file, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/**
 * Three bands and every facility's time, question by question, as a finger moves in a circle of
 * 300 m. Chromium slows a page's own thread and no worker's: the worker's very program is run in
 * the page, with the page's thread four times slower.
 */
async function circleTimes(base, spots, doors, slower) {
  return inBrowser(async (page, session) => {
    await page.goto(`${base}/help`, { waitUntil: "networkidle" });
    await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
    return page.evaluate(async ({ spots, doors }) => {
      const map = await (await fetch("/api/v1/map")).json();
      const network = await (await fetch(map.network)).arrayBuffer();
      const heard = [];
      window.postMessage = (text) => heard.push(JSON.parse(text));
      const script = document.createElement("script");
      script.src = document.querySelector("meta[name=circle]").content;
      document.head.append(script);
      while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const engine = window.onmessage;
      window.onmessage = null;
      engine({ data: network });
      engine({ data: JSON.stringify({ doors: { at: doors, rests: [] } }) });
      const times = [];
      for (const at of spots) {
        const ask = JSON.stringify({ circle: { at, walker: "adult" } });
        const began = performance.now();
        engine({ data: ask });
        times.push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      const answered = heard.filter((reply) => reply.circle?.on_map).length;
      return { times, answered };
    }, { spots, doors });
  });
}

async function benchCircle(base) {
  const read = async (path) => (await fetch(`${base}/api/v1/${path}`)).json();
  const { facilities } = await read("facilities");
  const home = (await read("street")).estates[0].entrance;
  const files = await circleBytes(base, home);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  console.log("\nOpening the circle page after the home page, bytes over the wire (budget: 200 KB)");
  for (const file of files) console.log(`  ${String(file.bytes).padStart(8)}  ${file.file}`);
  console.log(`  ${String(bytes).padStart(8)}  in all`);
  await record("circle page", { bytes, files });

  const doors = facilities.map(({ at }) => [at.lat, at.lon]);
  const spots = Array.from({ length: 300 }, (_, i) => [home.lat + 0.0027 * Math.sin(i / 48), home.lon + 0.0035 * Math.cos(i / 48)]);
  for (const slower of [1, 4]) {
    const { times, answered } = await circleTimes(base, spots, doors, slower);
    // The first questions compile the program.
    const sorted = times.slice(20).sort((a, b) => a - b);
    const figures = rounded({ slower, questions: sorted.length, answered, facilities: doors.length, p50_ms: quantile(sorted, 0.5), p95_ms: quantile(sorted, 0.95), most_ms: sorted.at(-1) });
    console.log(`  bands and ${doors.length} facilities, CPU ${slower}× slower: p50 ${figures.p50_ms} ms, p95 ${figures.p95_ms} ms (budget at 4×: 16 ms)`);
    await record("circle question in wasm", figures);
  }
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
    await benchCircle(server.base);
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
