// Three servers on one PostgreSQL behind nginx, one of them killed every few seconds while
// residents hand in cases: nothing acknowledged is lost or doubled, and nobody is shown a fault.
// usage: scripts/with-postgres node scripts/nodes.mjs     (SECONDS=60 KILL_EVERY=10)
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { BINARY, CLIENTS, Client, newCase, photoMaker, readStreet, startServer } from "./load.mjs";
import { startNginx } from "./nginx.mjs";

const SECONDS = Number(process.env.SECONDS ?? 60);
const KILL_EVERY_S = Number(process.env.KILL_EVERY ?? 10);
const PORTS = [18101, 18102, 18103];
const FRONT = 18100;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends until it is answered: what a phone does. A 502 or 504 is nginx saying that the server it
 * had chosen was killed; anything else above 499 is a fault of ours. */
async function insist(client, faults, ...request) {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      const { status, text } = await client.send(...request);
      if (status < 500) return { status, text };
      if (status !== 502 && status !== 504) faults.push(`${request[1]}: ${status} ${text}`);
    } catch { /* the connection broke */ }
    await pause(50);
  }
  throw new Error(`${request[1]} was never answered`);
}

async function resident(number, street, makePhoto, until, acknowledged, faults) {
  const client = new Client(`http://127.0.0.1:${FRONT}`);
  while (Date.now() < until) {
    const photo = number % 2 ? randomUUID() : undefined;
    if (photo) await insist(client, faults, "PUT", `/api/v1/photos/${photo}`, makePhoto());
    const key = { "idempotency-key": randomUUID() };
    const { status, text } = await insist(client, faults, "POST", "/api/v1/cases", newCase(street, photo), key);
    if (status === 201) acknowledged.push({ ...JSON.parse(text), photo });
    else faults.push(`a case: ${status} ${text}`);
  }
  client.close();
}

async function main() {
  const base = process.env.YIKEZHONG_TEST_POSTGRES;
  if (!base) throw new Error("run this by scripts/with-postgres");
  await mkdir(".run", { recursive: true });
  const folder = await mkdtemp(join(process.cwd(), ".run/nodes-"));
  const data = join(folder, "data");
  process.env.DATABASE_URL = base;
  process.env.YIKEZHONG_BEHIND_PROXY = "true";
  const start = (at) => startServer(data, PORTS[at]);
  // The first fills the empty database.
  const nodes = [await start(0)];
  nodes.push(await start(1), await start(2));
  const nginx = await startNginx(folder, FRONT, PORTS);
  const street = await readStreet(nodes[0].base);
  const makePhoto = await photoMaker();
  const [acknowledged, faults] = [[], []];
  const until = Date.now() + SECONDS * 1000;
  let kills = 0;
  const killing = (async () => {
    while (Date.now() + KILL_EVERY_S * 1000 < until) {
      await pause(KILL_EVERY_S * 1000);
      const at = kills % PORTS.length;
      await nodes[at].stop("SIGKILL");
      nodes[at] = await start(at);
      kills += 1;
    }
  })();
  const residents = Array.from({ length: CLIENTS }, (_, number) => resident(number, street, makePhoto, until, acknowledged, faults));
  await Promise.all([...residents, killing]);

  const client = new Client(`http://127.0.0.1:${FRONT}`);
  const lost = [];
  for (const { case: id, secret, receipt, photo } of acknowledged) {
    const { status, text } = await client.send("GET", `/api/v1/cases/${id}`, undefined, { "case-secret": secret });
    const found = status === 200 ? JSON.parse(text) : null;
    if (found?.receipt !== receipt || (photo && !found.photos.some(({ id: kept }) => kept === photo))) lost.push(id);
  }
  client.close();
  for (const node of nodes) await node.stop();
  await nginx.stop();
  const verified = execFileSync(BINARY, ["verify", "--data", data], { encoding: "utf8" }).trim();
  const kept = Number(verified.match(/^(\d+) cases whole/)?.[1]);
  const told = new Set(acknowledged.map(({ receipt }) => receipt)).size;
  console.log(`${acknowledged.length} acknowledged, ${kept} kept, ${kills} kills in ${SECONDS} s, ${lost.length} lost, ${faults.length} faults`);
  console.log(verified);
  // Every case that is kept was acknowledged once in the end: the phones repeat until they are.
  if (lost.length || faults.length || kept !== acknowledged.length || told !== kept) {
    throw new Error(JSON.stringify({ lost, faults: faults.slice(0, 20), data }));
  }
  await rm(folder, { recursive: true });
}

await main();
