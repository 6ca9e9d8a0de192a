// Measures what budgets are set for, prints it, and appends it to bench/results.jsonl.
// usage: node scripts/bench.mjs POCKETBASE EXAMPLES [page|server|lists|growth|circle …]
// SECONDS_EACH=20: how long each load runs. GROWN=1000000: cases of the large database.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { appendFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CLIENTS, Client, newCase, photoMaker, publishReports, readStreet, repeat, startServer, step, submission, submit } from "./load.mjs";
import { create, creationPlan, makeCases, startPocketBase } from "./pocketbase.mjs";

const SECONDS_EACH = Number(process.env.SECONDS_EACH ?? 20);
const GROWN = Number(process.env.GROWN ?? 1_000_000);
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
 * What the circle page adds to the home page on a phone: first with its list in use (its own code,
 * the engine, the footways), then what its map adds once somebody opens it. What the worker
 * fetches itself is weighed as it lies in dist/.
 */
async function circleBytes(base, { lat, lon }) {
  const files = new Map();
  let list = new Set();
  await inBrowser(async (page, session) => {
    await page.setViewportSize({ width: 360, height: 740 });
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
    await page.locator(".circle-row").first().waitFor();
    await page.waitForLoadState("networkidle");
    list = new Set(files.keys());
    await page.locator(".circle-toggle").click();
    await page.waitForFunction(() => document.querySelectorAll(".map-area").length >= 3);
    await page.waitForLoadState("networkidle");
  });
  for (const name of (await readdir("dist")).filter((name) => /^circle-.*\.br$/.test(name))) {
    const file = `/${name.replace(/\.br$/, "")}`;
    files.set(file, (await stat(join("dist", name))).size);
    list.add(file);
  }
  return [...files].map(([file, bytes]) => ({ file, bytes, part: list.has(file) ? "list" : "map" })).sort((a, b) => b.bytes - a.bytes);
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
      window.postMessage = (text) => heard.push(text);
      const script = document.createElement("script");
      script.src = document.querySelector("meta[name=circle]").content;
      document.head.append(script);
      while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const engine = window.onmessage;
      window.onmessage = null;
      engine({ data: network });
      engine({ data: `doors ${doors.length} ${doors.flat().join(" ")} 0` });
      const times = [];
      for (const at of spots) {
        const ask = `circle ${at.join(" ")} 0`;
        const began = performance.now();
        engine({ data: ask });
        times.push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      const answered = heard.filter((reply) => /^circle \S+ \S+ 1 /.test(reply)).length;
      return { times, answered };
    }, { spots, doors });
  });
}

async function benchCircle(base) {
  const read = async (path) => (await fetch(`${base}/api/v1/${path}`)).json();
  const { facilities } = await read("facilities");
  const home = (await read("street")).estates[0].entrance;
  const files = await circleBytes(base, home);
  const sum = (files) => files.reduce((sum, file) => sum + file.bytes, 0);
  const map = files.filter(({ part }) => part === "map");
  const bytes = sum(files);
  console.log("\nOpening the circle page after the home page, bytes over the wire (budget: 200 KB)");
  for (const { bytes, part, file } of files) console.log(`  ${String(bytes).padStart(8)}  ${part.padEnd(4)}  ${file}`);
  console.log(`  ${String(bytes - sum(map)).padStart(8)}  with the list in use\n  ${String(bytes).padStart(8)}  with the map opened too`);
  await record("circle page", { bytes, list_bytes: bytes - sum(map), files });
  await record("what a map adds to a page", { bytes: sum(map), files: map });

  // Millionths of a degree, as app/src/walk/wire.rs has them.
  const micro = (degrees) => Math.round(degrees * 1e6);
  const doors = facilities.map(({ at }) => [micro(at.lat), micro(at.lon)]);
  const spots = Array.from({ length: 300 }, (_, i) => [micro(home.lat + 0.0027 * Math.sin(i / 48)), micro(home.lon + 0.0035 * Math.cos(i / 48))]);
  for (const slower of [1, 4]) {
    const { times, answered } = await circleTimes(base, spots, doors, slower);
    // The first questions compile the program.
    const sorted = times.slice(20).sort((a, b) => a - b);
    const figures = rounded({ slower, questions: sorted.length, answered, facilities: doors.length, p50_ms: quantile(sorted, 0.5), p95_ms: quantile(sorted, 0.95), most_ms: sorted.at(-1) });
    console.log(`  bands and ${doors.length} facilities, CPU ${slower}× slower: p50 ${figures.p50_ms} ms, p95 ${figures.p95_ms} ms (budget at 4×: 16 ms)`);
    await record("circle question in wasm", figures);
  }
}

/** Repeats the steps on a server and records it; `more` stands beside the figures. */
async function benchLoad(server, name, steps, more = {}) {
  const figures = rounded(await repeat(server, join(server.examples, "load"), SECONDS_EACH, steps));
  const memory_mb = rounded(await residentMemoryMb(server.pid));
  console.log(`  ${name}: ${figures.per_s} a second (${figures.times}; p50 ${figures.p50_ms} ms, p99 ${figures.p99_ms} ms; server ${figures.server_cpu_us} µs each, ${memory_mb} MB)`);
  await record(name, { clients: CLIENTS, seconds: SECONDS_EACH, ...figures, ...more, memory_mb });
  return { ...figures, memory_mb };
}

/** A GET that has to succeed. */
const reads = (path, headers) => [step("GET", path, { headers })];

/** Reports on the public lists, and on a page of them. */
const SHOWN = 40;
const PAGE = 20;

async function benchOurs(server, street, fdatasync_ms) {
  const makePhoto = await photoMaker();
  const idle_mb = rounded(await residentMemoryMb(server.pid));
  console.log(`  start to listening ${rounded(server.start_ms)} ms, idle ${idle_mb} MB`);
  await benchLoad(server, "submissions without a photo", submission(street), { fdatasync_ms });
  const photos = await benchLoad(server, "submissions with a 100 KB photo", submission(street, makePhoto), { fdatasync_ms });
  const client = new Client(server.base);
  const held = await submit(client, street);
  client.close();
  const tracked = await benchLoad(server, "reads of one case", reads(`/api/v1/cases/${held.case}`, { "case-secret": held.secret }));
  // A sign-in takes 19 MB for a moment: the memory that is compared is that after the load before.
  await publishReports(server.base, SHOWN);
  const listed = await benchLoad(server, `reads of a page of ${PAGE} reports`, reads("/api/v1/reports"));
  const open311 = await benchLoad(server, `Open311 reads of ${PAGE} reports`, reads(`/open311/v2/requests.json?page_size=${PAGE}`));
  return { start_ms: server.start_ms, idle_mb, photos, tracked, listed, open311, memory_mb: tracked.memory_mb };
}

async function benchPocketBase([program, examples], folder, street, durable, fdatasync_ms) {
  const makePhoto = await photoMaker();
  const name = durable ? "PocketBase, synchronous=FULL" : "PocketBase";
  const answers = newCase(street, "photo").answers;
  const first = await startPocketBase(program, folder, { durable });
  await makeCases(first.base);
  await first.stop();
  // The first start makes its tables: what counts is the next.
  const server = { ...await startPocketBase(program, folder, { durable }), examples };
  try {
    const idle_mb = rounded(await residentMemoryMb(server.pid));
    console.log(`  ${name}: start to first answer ${rounded(server.start_ms)} ms, idle ${idle_mb} MB`);
    const photos = await benchLoad(server, `${name}: submissions with a 100 KB photo`, creationPlan(answers, makePhoto), { fdatasync_ms });
    const client = new Client(server.base);
    const id = await create(client, answers, makePhoto());
    client.close();
    const tracked = await benchLoad(server, `${name}: reads of one case`, reads(`/api/collections/cases/records/${id}`));
    // No total, which makes it several times as fast: our lists give none either.
    const listed = await benchLoad(server, `${name}: reads of a page of ${PAGE} cases`, reads(`/api/collections/cases/records?perPage=${PAGE}&skipTotal=1&sort=-handed_in&filter=(open=true)`));
    return { start_ms: server.start_ms, idle_mb, photos, tracked, listed, memory_mb: tracked.memory_mb };
  } finally {
    await server.stop();
  }
}

/** Ours beside theirs; above 1 is better than theirs. */
async function compare(name, ours, theirs) {
  const ratios = rounded({
    submissions_with_photo: ours.photos.per_s / theirs.photos.per_s,
    reads_of_one_case: ours.tracked.per_s / theirs.tracked.per_s,
    reads_of_a_list: ours.listed.per_s / theirs.listed.per_s,
    open311_reads: ours.open311.per_s / theirs.listed.per_s,
    start: theirs.start_ms / ours.start_ms,
    memory_idle: theirs.idle_mb / ours.idle_mb,
    memory_after: theirs.memory_mb / ours.memory_mb,
  });
  console.log(`  ours against ${name}, above 1 is better: ${Object.entries(ratios).map(([what, ratio]) => `${what} ${ratio}`).join(", ")}`);
  await record(`against ${name}`, { ratios, start_ms: [ours.start_ms, theirs.start_ms], idle_mb: [ours.idle_mb, theirs.idle_mb], after_mb: [ours.memory_mb, theirs.memory_mb] });
}

/** Which public lists stay as quick with a hundred times as many cases, in the store. */
async function benchLists(examples) {
  const lists = execFileSync(join(examples, "reports_growth"), [".run/growth-reports"], { encoding: "utf8" });
  console.log(`\nGrowth of the public lists, in the store\n${lists}`);
  const line = /^ {2}(\S.*?) +p50 +([\d.]+) ms {2}p99 +([\d.]+) ms(?: {2}x ([\d.]+))?/gm;
  const found = [...lists.matchAll(line)].map(([, list, p50_ms, p99_ms, ratio]) => ({ list, p50_ms: Number(p50_ms), p99_ms: Number(p99_ms), ratio: ratio && Number(ratio) }));
  await record("growth of the public lists, 10,000 and 1,000,000 cases", { lists: found });
}

/** What residents and staff wait for over HTTP with a hundred times as many cases, one client. */
async function benchGrowth(examples) {
  console.log("Growth of what is waited for, over HTTP (budget: p99 at most 1.5 times)");
  let before = null;
  for (const cases of [10_000, GROWN]) {
    const server = await startServer(await filled(examples, cases));
    const figures = await waits(server.base);
    await server.stop();
    for (const [what, { p50_ms, p99_ms }] of Object.entries(figures)) {
      const ratio = before ? `  x ${rounded(p99_ms / before[what].p99_ms)} at p99` : "";
      console.log(`  ${String(cases).padStart(8)}  ${what.padEnd(12)} p50 ${rounded(p50_ms)} ms  p99 ${rounded(p99_ms)} ms${ratio}`);
    }
    await record("growth of what is waited for", { cases, figures });
    before = figures;
  }
}

/** A folder with so many cases. A million take a quarter of an hour, and are kept for the next time. */
async function filled(examples, cases) {
  const data = join(".run", `growth-${cases}`);
  const mark = `${data}.filled`;
  if (existsSync(mark)) return data;
  await rm(data, { recursive: true, force: true });
  execFileSync(join(examples, "fill"), [data, String(cases)], { stdio: "ignore" });
  await writeFile(mark, "");
  return data;
}

/** How long one client waits for a receipt, for its case, and staff for their queue. */
async function waits(base) {
  const street = await readStreet(base);
  const client = new Client(base);
  const timed = async (work) => {
    const times = [];
    for (let turn = 0; turn < 320; turn += 1) {
      const began = performance.now();
      await work();
      times.push(performance.now() - began);
    }
    // The first turns warm the caches of a database just opened.
    const sorted = times.slice(20).sort((a, b) => a - b);
    return { p50_ms: quantile(sorted, 0.5), p99_ms: quantile(sorted, 0.99) };
  };
  const held = await submit(client, street);
  const signedIn = await fetch(`${base}/api/v1/staff/session`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "window", password: "fill" }) });
  if (!signedIn.ok) throw new Error(`sign-in: ${signedIn.status} ${await signedIn.text()}`);
  const cookie = signedIn.headers.get("set-cookie").split(";")[0];
  const figures = {
    submit: await timed(() => submit(client, street)),
    track: await timed(() => client.get(`/api/v1/cases/${held.case}`, { "case-secret": held.secret })),
    queue: await timed(() => client.get("/api/v1/staff/cases", { cookie })),
  };
  client.close();
  return figures;
}

/** What to measure: all, or one part of it. */
const PARTS = ["page", "server", "lists", "growth", "circle"];

/** The walking engine beside Valhalla and pandana, the same extract, places and run. */
async function benchEngine() {
  console.log("\nThe walking engine beside others, both extracts (above 1: so many times ours)");
  const running = spawn("scripts/circle/bench", { stdio: ["ignore", "pipe", "inherit"] });
  // It takes a while: each figure is kept as soon as it is there.
  for await (const text of createInterface({ input: running.stdout })) {
    if (!text.startsWith("{")) continue;
    const line = JSON.parse(text);
    const { extract, engine, question, ...figures } = line;
    const said = Object.entries(figures).filter(([, value]) => typeof value === "number").map(([what, value]) => `${what} ${value}`);
    console.log(`  ${extract.padEnd(8)}  ${question.padEnd(8)}  ${engine.padEnd(8)}  ${said.join("  ")}`);
    await record(`walking engine: ${question}`, { load: loadavg()[0], ...line });
  }
  const code = running.exitCode ?? (await once(running, "close"))[0];
  if (code !== 0) throw new Error(`scripts/circle/bench ended with ${code}`);
}

async function benchServers(folder, programs) {
  const fdatasync_ms = fdatasyncMs(folder);
  console.log(`\nDurable submissions, ${CLIENTS} clients, one node on SQLite; fdatasync of 4 KB here: ${rounded(fdatasync_ms)} ms`);
  // The first start takes the street in: what counts is the next.
  const first = await startServer(join(folder, "data"));
  const street = await readStreet(first.base);
  await first.stop();
  const server = { ...await startServer(join(folder, "data")), examples: programs[1] };
  const ours = await benchOurs(server, street, fdatasync_ms).finally(() => server.stop());
  for (const durable of [false, true]) {
    const theirs = await benchPocketBase(programs, join(folder, `pocketbase-${durable}`), street, durable, fdatasync_ms);
    await compare(durable ? "PocketBase made durable" : "PocketBase as it comes", ours, theirs);
  }
}

async function benchPages(folder) {
  const server = await startServer(join(folder, "pages"));
  try {
    await benchVisit(server.base);
    await benchCircle(server.base);
  } finally {
    await server.stop();
  }
}

async function main([pocketbase, examples, ...asked]) {
  const parts = asked.length ? asked : PARTS;
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (!examples || unknown) throw new Error(`usage: scripts/bench [${PARTS.join("|")} …]`);
  const folder = await mkdtemp(join(process.cwd(), ".run/bench-"));
  try {
    if (parts.includes("page")) await benchPages(folder);
    if (parts.includes("server")) await benchServers(folder, [pocketbase, examples]);
    if (parts.includes("lists")) await benchLists(examples);
    if (parts.includes("growth")) await benchGrowth(examples);
    if (parts.includes("circle")) await benchEngine();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
