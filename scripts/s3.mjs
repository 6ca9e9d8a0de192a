// Photos on S3: a server is killed while residents hand in pictures, the bucket goes away and comes
// back, loses half a picture, and everything is copied into a folder and out of it again. Nothing
// acknowledged is lost.
// usage: node scripts/s3.mjs MOTO_SERVER     (ROUNDS=10)
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { BINARY, Client, freePort, photoMaker, readStreet, startServer, submit } from "./load.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 10);
const CLIENTS = 8;
const ROUND_MS = 1500;
const BUCKET = "street";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An S3 server of other people, with what it keeps in memory: stopped means gone for a while. */
async function startBucket(program, port) {
  const child = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  process.on("exit", () => child.kill("SIGKILL"));
  const base = `http://127.0.0.1:${port}`;
  const made = () => fetch(`${base}/${BUCKET}`, { method: "PUT" }).then(({ ok }) => ok, () => false);
  for (let tries = 0; !(await made()); tries += 1) {
    if (tries > 300) throw new Error("the S3 server does not answer");
    await pause(50);
  }
  return {
    base,
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    async stop() { child.kill("SIGKILL"); await once(child, "exit"); },
  };
}

function useBucket({ base }) {
  Object.assign(process.env, {
    PHOTO_STORE_URL: `s3://${BUCKET}/photos`,
    AWS_ENDPOINT: base, AWS_ALLOW_HTTP: "true", AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test",
  });
}

const yikezhong = (...words) => execFileSync(BINARY, words, { encoding: "utf8" }).trim();

async function loadUntilKilled(server, street, makePhoto) {
  const acknowledged = [];
  let killed = false;
  const residents = Promise.all(Array.from({ length: CLIENTS }, async () => {
    const client = new Client(server.base);
    while (!killed) {
      try {
        acknowledged.push(await submit(client, street, makePhoto()));
      } catch (error) {
        if (!killed) throw error;
      }
    }
    client.close();
  }));
  await Promise.race([residents, pause(200 + Math.random() * ROUND_MS)]);
  killed = true;
  await server.stop("SIGKILL");
  await residents;
  return acknowledged;
}

/** Waits until the versions to show are made: they stand in the bucket too. */
async function shown(base, { case: id, secret, photo }) {
  const client = new Client(base);
  try {
    for (let tries = 0; tries < 600; tries += 1) {
      const { status } = await client.send("GET", `/api/v1/cases/${id}/photos/${photo}/thumb`, undefined, { "case-secret": secret });
      if (status === 200) return true;
      await pause(100);
    }
    return false;
  } finally {
    client.close();
  }
}

/** The bucket loses half of a picture that was acknowledged: `verify` names it and its case, and the
 * same picture sent again puts it right. */
async function tornObject(bucket, server, data, street, makePhoto) {
  const client = new Client(server.base);
  const picture = makePhoto();
  const { case: id, photo } = await submit(client, street, picture);
  const listed = await (await fetch(`${bucket.base}/${BUCKET}?list-type=2&prefix=photos/originals/`)).text();
  const keys = [...listed.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key);
  const key = keys.find((each) => each.includes(photo));
  // moto asks who writes over an object, and believes whatever it is told.
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
  const body = picture.subarray(0, picture.length / 2);
  const torn = await fetch(`${bucket.base}/${BUCKET}/${key}`, { method: "PUT", body, headers: { authorization } });
  if (!torn.ok) throw new Error(`the picture ${key} could not be torn: ${torn.status}`);
  const told = spawnSync(BINARY, ["verify", "--data", data], { encoding: "utf8" });
  if (told.status === 0 || !told.stderr.includes(`photo ${photo} of case ${id}: `)) {
    throw new Error(`a torn picture was not found: ${told.status} ${told.stdout} ${told.stderr}`);
  }
  const { status } = await client.send("PUT", `/api/v1/photos/${photo}`, picture);
  client.close();
  if (status !== 200) throw new Error(`the same picture again: ${status}`);
  console.log(`a torn picture was found, and put right when sent again: ${yikezhong("verify", "--data", data)}`);
}

async function bucketAway(bucket, server, street, makePhoto) {
  const client = new Client(server.base);
  await bucket.stop();
  const photo = randomUUID();
  const { status, text } = await client.send("PUT", `/api/v1/photos/${photo}`, makePhoto());
  const problem = JSON.parse(text);
  if (status < 500 || !problem.code) throw new Error(`without a bucket: ${status} ${text}`);
  // A case without a picture needs no bucket.
  await submit(client, street);
  client.close();
  return { status, code: problem.code };
}

async function main() {
  const program = process.argv[2];
  await mkdir(".run", { recursive: true });
  const folder = await mkdtemp(join(process.cwd(), ".run/s3-"));
  const data = join(folder, "data");
  const port = await freePort();
  const bucket = await startBucket(program, port);
  useBucket(bucket);
  const makePhoto = await photoMaker();

  const acknowledged = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await startServer(data);
    acknowledged.push(...await loadUntilKilled(server, await readStreet(server.base), makePhoto));
  }
  console.log(`${acknowledged.length} cases with a photo acknowledged in ${ROUNDS} kills`);
  if (!acknowledged.length) throw new Error("nothing was acknowledged");
  const verified = yikezhong("verify", "--data", data);
  console.log(`in the bucket: ${verified}`);
  const kept = (await readdir(join(data, "photos")).catch(() => [])).filter((name) => name === "originals");
  if (kept.length) throw new Error("photos stand in the folder, not in the bucket");

  // Out of the bucket into a folder, and from the folder into another place of the bucket.
  const copy = join(folder, "copy");
  console.log(yikezhong("backup", copy, "--data", data));
  const server = await startServer(data);
  if (!(await shown(server.base, acknowledged.at(-1)))) throw new Error("a picture was never made ready");
  const street = await readStreet(server.base);
  await tornObject(bucket, server, data, street, makePhoto);
  const without = await bucketAway(bucket, server, street, makePhoto);
  console.log(`without its bucket: a picture is refused with ${without.status} ${without.code}, a case without one is taken`);
  await server.stop();

  const again = await startBucket(program, port);
  const restored = join(folder, "restored");
  await mkdir(join(restored, "keys"), { recursive: true });
  execFileSync("cp", [join(data, "keys/master.key"), join(restored, "keys/master.key")]);
  process.env.PHOTO_STORE_URL = `s3://${BUCKET}/restored`;
  console.log(yikezhong("restore", copy, "--data", restored));
  console.log(`restored into the bucket: ${yikezhong("verify", "--data", restored)}`);
  const third = await startServer(restored);
  for (const told of [acknowledged[0], acknowledged.at(-1)]) {
    if (!(await shown(third.base, told))) throw new Error(`the picture of ${told.receipt} is not shown`);
  }
  await third.stop();
  await again.stop();
  await rm(folder, { recursive: true });
}

await main();
