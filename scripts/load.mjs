// What the benches share: a server of their own, and residents who hand in cases.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

export const CLIENTS = 32;
export const BINARY = process.env.BINARY ?? "target/release/yikezhong";
/** One address hands in everything here; the limits that protect a street would stop it. */
const NO_LIMITS = { YIKEZHONG_SUBMIT_PER_HOUR: "1000000000", YIKEZHONG_PHOTOS_PER_HOUR: "1000000000" };

/** The sample staff's password on servers started here. */
const PASSWORD = "bench";

/** Servers that run; one that is left when a bench fails does not outlive it. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A port for a program that cannot be told to take any. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts the built server with the sample street in `data`, on any port or the one given; answers
 * once it listens. */
export async function startServer(data, port = 0) {
  const flags = ["serve", "--listen", `127.0.0.1:${port}`, "--data", data, "--sample", "--dist", "dist"];
  const started = performance.now();
  const child = spawn(BINARY, flags, { env: { YIKEZHONG_LOG: "warn", ...process.env, ...NO_LIMITS, YIKEZHONG_SAMPLE_PASSWORD: PASSWORD }, stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const exited = once(child, "exit").finally(() => running.delete(child));
  const base = await Promise.race([listening(child), exited.then(([code]) => { throw new Error(`the server ended with ${code}`); })]);
  const stop = async (signal = "SIGTERM") => { child.kill(signal); await exited; };
  return { base, pid: child.pid, start_ms: performance.now() - started, stop };
}

function listening(child) {
  return new Promise((resolve) => {
    createInterface(child.stdout).on("line", (line) => {
      const address = line.match(/listening on (http:\/\/[\w.:[\]]+)/);
      if (address) resolve(address[1]);
    });
  });
}

/** One keep-alive connection: a resident's phone. */
export class Client {
  constructor(base) {
    this.base = base;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** Sends bytes or JSON; gives status and body, or throws where the connection broke. */
  send(method, path, body, headers = {}) {
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = Buffer.isBuffer(body) ? "image/jpeg" : "application/json";
    const all = bytes ? { "content-type": type, "content-length": bytes.length, ...headers } : headers;
    return new Promise((resolve, reject) => {
      const sent = request(`${this.base}${path}`, { method, agent: this.agent, headers: all }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(bytes);
    });
  }

  /** The JSON of a GET that has to succeed. */
  async get(path, headers) {
    const { status, text } = await this.send("GET", path, undefined, headers);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return JSON.parse(text);
  }

  close() { this.agent.destroy(); }
}

/** What is asked for in every case here: a matter by proxy, taken to the station. */
export async function readStreet(base) {
  const client = new Client(base);
  const street = await client.get("/api/v1/street");
  const { matters } = await client.get("/api/v1/matters");
  const { facilities } = await client.get("/api/v1/facilities");
  client.close();
  const asksForPapers = (matter) => matter.materials.some((paper) => !paper.office_has);
  return {
    matter: matters.find((matter) => matter.channel.kind === "proxy" && asksForPapers(matter)),
    station: facilities.find((facility) => facility.station).id,
    estate: street.estates[0].id,
    community: street.areas.find((area) => area.level === "community").id,
  };
}

/** A whole case; its first paper is the photo where there is one. */
export function newCase(street, photo) {
  const { matter } = street;
  const papers = matter.materials.filter((paper) => !paper.office_has).map((paper) => [paper.code, { have: "home" }]);
  if (photo) papers[0][1] = { have: "photo", photos: [photo] };
  const answers = {
    matter: matter.id,
    for_whom: "me",
    applicant_name: "张秀兰",
    applicant_phone: "13800138000",
    home: { estate: street.estate, door: "3号楼2单元501" },
    handling: "station",
    station: street.station,
    materials: Object.fromEntries(papers),
    consent: true,
    consent_sensitive: true,
  };
  if (matter.route_by === "register") answers.registered = street.community;
  return { kind: "proxy_request", answers };
}

/** A real JPEG of 100 KB; each call's bytes differ by a comment that decoders pass over. */
export async function photoMaker() {
  const picture = await readFile("bench/photo.jpg");
  return (comment = randomUUID()) => {
    const words = Buffer.from(comment);
    const mark = Buffer.concat([Buffer.from([0xff, 0xfe, 0, words.length + 2]), words]);
    return Buffer.concat([picture.subarray(0, 2), mark, picture.subarray(2)]);
  };
}

/** A report from the street, reviewed and shown to everybody. */
async function publish(base, { cookie, csrf }, at, number) {
  const ask = async (method, path, body, headers) => {
    const answer = await fetch(`${base}/api/v1${path}`, { method, headers: { "content-type": "application/json", ...headers }, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const words = `第${number}盏路灯不亮了，晚上走路看不清。`;
  const answers = { photos: [], place: { at, found: "map" }, words, category: "light", contact_name: "张秀兰", contact_phone: "13800138000", consent: true };
  const { case: id } = await ask("POST", "/cases", { kind: "issue_report", answers }, { "idempotency-key": randomUUID() });
  for (const action of [{ verb: "review", face: { words, photos: [] } }, { verb: "publish" }]) {
    const staff = { cookie, "x-csrf-token": csrf };
    const { view } = await ask("GET", `/staff/cases/${id}?why=resident_asks`, undefined, staff);
    await ask("POST", `/staff/cases/${id}/actions`, { action, seen_seq: view.progress.seq }, { ...staff, "idempotency-key": randomUUID() });
  }
}

/** So many of them, along a street. */
export async function publishReports(base, count) {
  const signedIn = await fetch(`${base}/api/v1/staff/session`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "window", password: PASSWORD }) });
  if (!signedIn.ok) throw new Error(`sign-in: ${signedIn.status} ${await signedIn.text()}`);
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const { csrf } = await signedIn.json();
  const { estates } = await (await fetch(`${base}/api/v1/street`)).json();
  const { lat, lon } = estates[0].entrance;
  for (let number = 1; number <= count; number += 1) await publish(base, { cookie, csrf }, { lat: lat + number * 1e-5, lon }, number);
}

/** What stands in a plan (see `repeat`) where each time a new id goes. */
export const MARKS = { photo: "00000000-0000-4000-8000-0000000000f0", key: "00000000-0000-4000-8000-0000000000e0", comment: "00000000-0000-4000-8000-0000000000c0" };

/** One request of a plan; the body is bytes or what becomes JSON. */
export function step(method, path, { body, headers = {}, status = 200 } = {}) {
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? "image/jpeg" : "application/json";
  const all = bytes ? { "content-type": type, ...headers } : headers;
  return { method, path, headers: Object.entries(all), body: bytes?.toString("hex") ?? "", status };
}

/** `submit` as a plan: with a photo where `makePhoto` is given. */
export function submission(street, makePhoto) {
  const { photo, key, comment } = MARKS;
  const upload = step("PUT", `/api/v1/photos/${photo}`, { body: makePhoto?.(comment), status: 201 });
  const handIn = step("POST", "/api/v1/cases", { body: newCase(street, makePhoto && photo), headers: { "idempotency-key": key }, status: 201 });
  return makePhoto ? [upload, handIn] : [handIn];
}

/** Seconds of processor time a process has used. */
async function cpuSeconds(pid) {
  const [user, system] = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1].split(" ").slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

/** CLIENTS at once take the same steps again and again for a while, by a program that costs little
 * itself (server/examples/load.rs): the rate, how long each time took, and the processor time that it
 * took of the server. */
export async function repeat({ base, pid }, program, seconds, steps) {
  const plan = { server: new URL(base).host, clients: CLIENTS, seconds, marks: Object.values(MARKS), steps };
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  running.add(child);
  const before = await cpuSeconds(pid);
  child.stdin.end(JSON.stringify(plan));
  const [said, [code]] = await Promise.all([child.stdout.toArray(), once(child, "exit")]);
  running.delete(child);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  const figures = JSON.parse(Buffer.concat(said).toString());
  return { ...figures, server_cpu_us: (await cpuSeconds(pid) - before) / figures.times * 1e6 };
}

/** Uploads the photo, if any, and hands in one case; gives the receipt and what went with it. */
export async function submit(client, street, photoBytes) {
  const photo = photoBytes && randomUUID();
  if (photo) await expect(client.send("PUT", `/api/v1/photos/${photo}`, photoBytes), [200, 201, 204]);
  const key = { "idempotency-key": randomUUID() };
  const text = await expect(client.send("POST", "/api/v1/cases", newCase(street, photo), key), [201]);
  return { ...JSON.parse(text), photo };
}

async function expect(answer, wanted) {
  const { status, text } = await answer;
  if (!wanted.includes(status)) throw new Error(`${status} ${text}`);
  return text;
}
