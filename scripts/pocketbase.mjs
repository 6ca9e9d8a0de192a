// What a town would pick instead, doing the same work: PocketBase, with one collection for cases.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, MARKS, freePort, step } from "./load.mjs";

const OWNER = { identity: "owner@example.com", password: "not-a-secret-1" };
/** By default it leaves the writing to disk to chance; with this hook the database waits for it. */
const DURABLE = 'onBootstrap((e) => { e.next(); $app.nonconcurrentDB().newQuery("PRAGMA synchronous=FULL").execute(); });\n';
const CASES = {
  name: "cases", type: "base", listRule: "", viewRule: "", createRule: "",
  fields: [
    { name: "receipt", type: "text" },
    { name: "answers", type: "json" },
    { name: "open", type: "bool" },
    { name: "photo", type: "file", maxSelect: 1, maxSize: 1_000_000 },
    { name: "handed_in", type: "autodate", onCreate: true },
  ],
  indexes: ["create index cases_open on cases (open, handed_in)"],
};

/** Starts it on `folder`; answers once it answers. */
export async function startPocketBase(program, folder, { durable }) {
  const [data, hooks] = [join(folder, "data"), join(folder, "hooks")];
  await mkdir(hooks, { recursive: true });
  if (durable) await writeFile(join(hooks, "durable.pb.js"), DURABLE);
  execFileSync(program, ["superuser", "upsert", OWNER.identity, OWNER.password, "--dir", data], { stdio: "ignore" });
  const port = await freePort();
  const flags = ["serve", "--http", `127.0.0.1:${port}`, "--dir", data, "--hooksDir", hooks, "--automigrate=false"];
  const started = performance.now();
  const child = spawn(program, flags, { stdio: "ignore" });
  process.on("exit", () => child.kill("SIGKILL"));
  const base = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${base}/api/health`).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null) throw new Error(`PocketBase ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const start_ms = performance.now() - started;
  const stop = async () => { child.kill("SIGTERM"); await once(child, "exit"); };
  return { base, pid: child.pid, start_ms, stop };
}

/** Makes the collection. */
export async function makeCases(base) {
  const client = new Client(base);
  const signedIn = await client.send("POST", "/api/collections/_superusers/auth-with-password", OWNER);
  const { token } = JSON.parse(signedIn.text);
  const { status, text } = await client.send("POST", "/api/collections", CASES, { authorization: token });
  client.close();
  if (status !== 200) throw new Error(`the collection: ${status} ${text}`);
}

/** One case with its photo in one request, as its own clients do: the path, the body and its type. */
function creation(answers, photo) {
  const mark = "----yikezhong";
  const field = (name, value) => `--${mark}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const words = field("receipt", "123456789") + field("open", "true") + field("answers", JSON.stringify(answers));
  const file = `--${mark}\r\ncontent-disposition: form-data; name="photo"; filename="photo.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(words), ...(photo ? [Buffer.from(file), photo, Buffer.from("\r\n")] : []), Buffer.from(`--${mark}--\r\n`)]);
  return ["/api/collections/cases/records", body, { "content-type": `multipart/form-data; boundary=${mark}` }];
}

/** The same as a plan. */
export function creationPlan(answers, makePhoto) {
  const [path, body, headers] = creation(answers, makePhoto(MARKS.comment));
  return [step("POST", path, { body, headers })];
}

/** Hands it in; gives its id. */
export async function create(client, answers, photo) {
  const { status, text } = await client.send("POST", ...creation(answers, photo));
  if (status !== 200) throw new Error(`${status} ${text}`);
  return JSON.parse(text).id;
}
