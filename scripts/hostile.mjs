// What a hostile caller sends to a door that stands on the street: requests hidden in requests, heads
// without end, lines on which a byte comes now and then. Each is sent to the server itself and through
// nginx as docs/operating.md tells operators to set it up. Nothing hidden may be carried out, everybody
// else is served meanwhile, and the server is as large afterwards as before.
// usage: node scripts/hostile.mjs     (SLOW=400 lines at once)
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Client, newCase, readStreet, startServer } from "./load.mjs";
import { startNginx } from "./nginx.mjs";

const SLOW = Number(process.env.SLOW ?? 400);
/** The longest that a request head may take, and some. */
const HEAD_MS = 45_000;
const GROWN_AT_MOST_MB = 64;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const memoryMb = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+)/m)[1]) / 1024;

/** Sends bytes as they are, and gives all that comes back within a while. */
function raw(port, bytes, { wait = 1200 } = {}) {
  return new Promise((resolve) => {
    const parts = [];
    const line = connect(port, "127.0.0.1", () => line.write(bytes));
    const done = () => { line.destroy(); resolve(Buffer.concat(parts).toString("latin1")); };
    line.on("data", (part) => parts.push(part));
    line.on("error", done);
    line.on("close", done);
    setTimeout(done, wait);
  });
}

const head = (lines, body = "") => `${["POST /api/v1/track HTTP/1.1", "Host: street.example", "Content-Type: application/json", ...lines].join("\r\n")}\r\n\r\n${body}`;

/** A request that nobody may have sent: the server counts requests by method and route. */
const HIDDEN = "DELETE /healthz HTTP/1.1\r\nHost: street.example\r\n\r\n";
const chunked = (inner) => `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;

/** Ways in which two programs on the way have been made to disagree on where a request ends. */
const SMUGGLED = {
  "length, then chunks": head([`Content-Length: ${5 + HIDDEN.length}`, "Transfer-Encoding: chunked"], `0\r\n\r\n${HIDDEN}`),
  "chunks, then length": head(["Content-Length: 4", "Transfer-Encoding: chunked"], `2\r\n{}\r\n0\r\n\r\n`).replace("2\r\n{}", `${HIDDEN.length.toString(16)}\r\n${HIDDEN}`),
  "two lengths": head(["Content-Length: 2", `Content-Length: ${2 + HIDDEN.length}`], `{}${HIDDEN}`),
  "two lengths in one": head([`Content-Length: 2, ${2 + HIDDEN.length}`], `{}${HIDDEN}`),
  "a signed length": head(["Content-Length: +2"], `{}${HIDDEN}`),
  "a length in hexadecimal": head(["Content-Length: 0x2"], `{}${HIDDEN}`),
  "a blank before the colon": head(["Transfer-Encoding : chunked", "Content-Length: 2"], `{}${HIDDEN}`),
  "a folded header": head(["Transfer-Encoding:\r\n chunked", `Content-Length: ${5 + HIDDEN.length}`], `0\r\n\r\n${HIDDEN}`),
  "an unknown coding": head(["Transfer-Encoding: xchunked", `Content-Length: ${5 + HIDDEN.length}`], `0\r\n\r\n${HIDDEN}`),
  "a coding behind a tab": head(["Transfer-Encoding:\tchunked", `Content-Length: ${5 + HIDDEN.length}`], `0\r\n\r\n${HIDDEN}`),
  "chunked twice": head(["Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Content-Length: 2"], `0\r\n\r\n${HIDDEN}`),
  "a chunk of huge size": head(["Transfer-Encoding: chunked"], `ffffffffffffffff1\r\n{}\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk with a lone line feed": head(["Transfer-Encoding: chunked"], `2;x\n{}\r\n0\r\n\r\n`).replace("{}", chunked(HIDDEN)),
  "a line feed in a header": head([`X-A: b\nContent-Length: 2`], `{}${HIDDEN}`).replace("\nContent", "\rContent"),
  "a body on a GET": `GET /healthz HTTP/1.1\r\nHost: street.example\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  "an upgrade": `GET /healthz HTTP/1.1\r\nHost: street.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
};

async function hiddenSeen(port, token) {
  const client = new Client(`http://127.0.0.1:${port}`);
  const { text } = await client.send("GET", "/metrics", undefined, { authorization: `Bearer ${token}` });
  client.close();
  if (!text.includes("http_requests_total")) throw new Error(`no figures: ${text.slice(0, 200)}`);
  const found = text.match(/^http_requests_total\{[^}]*method="DELETE"[^}]*\} (\d+)/m);
  return Number(found?.[1] ?? 0);
}

async function smuggle(doors, own, token) {
  const unhidden = await hiddenSeen(own, token);
  await raw(own, HIDDEN);
  if ((await hiddenSeen(own, token)) !== unhidden + 1) throw new Error("a request sent openly is not counted");
  for (const [way, bytes] of Object.entries(SMUGGLED)) {
    for (const [door, port] of Object.entries(doors)) {
      const before = await hiddenSeen(own, token);
      const answer = await raw(port, bytes);
      const carriedOut = (await hiddenSeen(own, token)) - before;
      const answers = answer.match(/HTTP\/1\.1 \d+/g) ?? [];
      // Two pipelined requests are no secret where both sides agree that there are two; through
      // nginx a second one has passed what guards the first.
      const allowed = answers.length === 2 && door === "server" ? 1 : 0;
      if (carriedOut > allowed) throw new Error(`${way}, by the ${door}: a hidden request was carried out\n${answer}`);
      if (/ 5\d\d/.test(answers.join())) console.log(`  ${way}, by the ${door}: ${answers.join(", ")}`);
    }
  }
  console.log(`${Object.keys(SMUGGLED).length} ways of hiding a request: none carried out`);
}

/** Heads too long, too many, and addresses without end. */
async function hugeHeads(doors) {
  const long = "a".repeat(2 * 1024 * 1024);
  const heads = {
    "a header of 2 MB": `GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ${long}\r\n\r\n`,
    "an address of 2 MB": `GET /${long} HTTP/1.1\r\nHost: a\r\n\r\n`,
    "20,000 headers": `GET /healthz HTTP/1.1\r\nHost: a\r\n${"X-Many: b\r\n".repeat(20_000)}\r\n`,
    "a cookie of 100 KB": `GET /api/v1/staff/me HTTP/1.1\r\nHost: a\r\nCookie: session=${"c".repeat(100_000)}\r\n\r\n`,
  };
  for (const [what, bytes] of Object.entries(heads)) {
    for (const [door, port] of Object.entries(doors)) {
      const [status] = (await raw(port, bytes)).match(/ [45]\d\d/) ?? ["closed"];
      if (status.startsWith(" 5")) throw new Error(`${what}, by the ${door}: ${status}`);
    }
  }
  console.log(`${Object.keys(heads).length} heads without measure: refused`);
}

/** So many lines that never finish what they begin; a resident hands in cases meanwhile. */
async function slowLines(doors, street) {
  const starts = [
    () => "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    () => `PUT /api/v1/photos/${randomUUID()} HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n`,
    () => `POST /api/v1/cases HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nIdempotency-Key: ${randomUUID()}\r\nContent-Length: 2000\r\n\r\n`,
  ];
  for (const [door, port] of Object.entries(doors)) {
    const lines = Array.from({ length: SLOW }, (_, number) => {
      const line = connect(port, "127.0.0.1", () => line.write(starts[number % starts.length]()));
      line.on("error", () => {});
      line.open = true;
      line.on("close", () => { line.open = false; });
      return line;
    });
    const drip = setInterval(() => lines.forEach((line) => line.open && line.write("a")), 1000);
    await pause(2000);
    const client = new Client(`http://127.0.0.1:${port}`);
    const times = [];
    for (let n = 0; n < 20; n += 1) {
      const begun = performance.now();
      const { status, text } = await client.send("POST", "/api/v1/cases", newCase(street), { "idempotency-key": randomUUID() });
      if (status !== 201) throw new Error(`beside ${SLOW} slow lines, by the ${door}: ${status} ${text}`);
      times.push(performance.now() - begun);
    }
    client.close();
    const heads = lines.filter((_, number) => number % starts.length === 0);
    const until = performance.now() + HEAD_MS;
    while (heads.some((line) => line.open) && performance.now() < until) await pause(500);
    const left = heads.filter((line) => line.open).length;
    // nginx gives each line a minute; what it holds back never reaches the server.
    if (left && door === "server") throw new Error(`${left} heads are still being waited for`);
    clearInterval(drip);
    lines.forEach((line) => line.destroy());
    times.sort((a, b) => a - b);
    console.log(`${SLOW} slow lines at the ${door}: 20 cases taken meanwhile, the slowest in ${Math.round(times.at(-1))} ms`);
  }
}

/** Lines that ask for much and read nothing. */
async function deafLines(doors) {
  for (const port of Object.values(doors)) {
    const lines = Array.from({ length: 200 }, () => {
      const line = connect(port, "127.0.0.1", () => line.write("GET /api/v1/facilities HTTP/1.1\r\nHost: a\r\n\r\n".repeat(50)));
      line.pause();
      line.on("error", () => {});
      return line;
    });
    await pause(2000);
    const client = new Client(`http://127.0.0.1:${port}`);
    await client.get("/api/v1/street");
    client.close();
    lines.forEach((line) => line.destroy());
  }
  console.log("200 lines that never read: others are served");
}

async function main() {
  await mkdir(".run", { recursive: true });
  const folder = await mkdtemp(join(process.cwd(), ".run/hostile-"));
  const token = randomUUID();
  process.env.YIKEZHONG_METRICS_TOKEN = token;
  process.env.YIKEZHONG_BEHIND_PROXY = "true";
  const server = await startServer(join(folder, "data"));
  const own = Number(new URL(server.base).port);
  const nginx = await startNginx(folder, 18100, [own]);
  const doors = { server: own, "proxy": 18100 };
  const street = await readStreet(server.base);
  await hiddenSeen(own, token);
  const before = memoryMb(server.pid);
  await smuggle(doors, own, token);
  await hugeHeads(doors);
  await deafLines(doors);
  await slowLines(doors, street);
  const after = memoryMb(server.pid);
  console.log(`memory ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
  if (after > before + GROWN_AT_MOST_MB) throw new Error("it has grown");
  await nginx.stop();
  await server.stop();
  await rm(folder, { recursive: true });
}

await main();
