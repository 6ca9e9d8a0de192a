// Kills the server in mid-load, again and again, and looks for what it had acknowledged.
// usage: [scripts/with-postgres] node scripts/soak.mjs     (ROUNDS=100)
// A case that was acknowledged and is gone, or has lost its photo, is a failure; so is one of
// the hash chains that does not verify.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { BINARY, CLIENTS, Client, photoMaker, readStreet, startServer, submit } from "./load.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 100);
/** A round's kill comes within this time, at a moment of chance. */
const ROUND_MS = 1500;

/** Hands in cases until the server is gone; gives those that it acknowledged. */
async function loadUntilKilled(server, street, makePhoto) {
  const acknowledged = [];
  let killed = false;
  const resident = async (number) => {
    const client = new Client(server.base);
    while (!killed) {
      try {
        acknowledged.push(await submit(client, street, number % 2 ? makePhoto() : undefined));
      } catch (error) {
        if (!killed) throw error;
      }
    }
    client.close();
  };
  const residents = Promise.all(Array.from({ length: CLIENTS }, (_, number) => resident(number)));
  await Promise.race([residents, new Promise((resolve) => setTimeout(resolve, Math.random() * ROUND_MS))]);
  killed = true;
  await server.stop("SIGKILL");
  await residents;
  return acknowledged;
}

/** What of the acknowledged cases the restarted server does not have whole. */
async function missing(base, acknowledged) {
  const client = new Client(base);
  const lost = [];
  for (const { case: id, secret, receipt, photo } of acknowledged) {
    const { status, text } = await client.send("GET", `/api/v1/cases/${id}`, undefined, { "case-secret": secret });
    const found = status === 200 ? JSON.parse(text) : null;
    const whole = found?.receipt === receipt && (!photo || found.photos.some(({ id: kept }) => kept === photo));
    if (!whole) lost.push({ id, receipt, status });
  }
  client.close();
  return lost;
}

async function round(data, makePhoto) {
  const server = await startServer(data);
  const street = await readStreet(server.base);
  const acknowledged = await loadUntilKilled(server, street, makePhoto);
  const again = await startServer(data);
  const lost = await missing(again.base, acknowledged);
  await again.stop();
  return { acknowledged: acknowledged.length, lost };
}

async function main() {
  // Under scripts/with-postgres the cases stand there, in the database that it made.
  const postgres = process.env.YIKEZHONG_TEST_POSTGRES;
  if (postgres) process.env.DATABASE_URL = postgres;
  const folder = await mkdtemp(join(process.cwd(), ".run/soak-"));
  const data = join(folder, "data");
  const makePhoto = await photoMaker();
  let acknowledged = 0;
  for (let number = 1; number <= ROUNDS; number += 1) {
    const result = await round(data, makePhoto);
    acknowledged += result.acknowledged;
    console.log(`round ${number} of ${ROUNDS}: ${result.acknowledged} acknowledged, ${result.lost.length} lost`);
    if (result.lost.length) throw new Error(`lost: ${JSON.stringify(result.lost)}; data kept in ${data}`);
  }
  execFileSync(BINARY, ["verify", "--data", data], { stdio: "inherit" });
  await rm(folder, { recursive: true });
  console.log(`${acknowledged} acknowledged cases in ${ROUNDS} kills, none lost, every chain whole`);
}

await main();
