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
  const child = spawn(BINARY, flags, { env: { YIKEZHONG_LOG: "warn", ...process.env, ...NO_LIMITS }, stdio: ["ignore", "pipe", "inherit"] });
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
  return () => {
    const words = Buffer.from(randomUUID());
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, words.length + 2]), words]);
    return Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
  };
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
