// Runs schemathesis against a server of its own, as nobody, as a worker and as a supervisor.
// usage: node scripts/fuzz-api.mjs PATH-TO-SCHEMATHESIS     (SECONDS=60 for each)
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Client, startServer } from "./load.mjs";

const SECONDS = process.env.SECONDS ?? "60";
const PASSWORD = "correct horse battery";
/** Answers that break our promises. Not asked: whether a server takes what its description does not
 * allow, for forms are checked field by field and answered 422. */
const CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance";

async function signIn(base, name) {
  const response = await fetch(`${base}/api/v1/staff/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify({ name, password: PASSWORD }),
  });
  if (response.status !== 200) throw new Error(`${name} cannot sign in: ${await response.text()}`);
  const { csrf } = await response.json();
  return [`cookie: ${response.headers.get("set-cookie").split(";")[0]}`, `x-csrf-token: ${csrf}`];
}

function fuzz(program, base, headers) {
  const args = [
    "run", `${base}/api/openapi.json`, "--url", base, "--checks", CHECKS, "--max-time", SECONDS, "--continue-on-failure",
    // Streams do not end, and who signs out is nobody afterwards.
    "--exclude-path-regex", "/live$", "--exclude-path", "/api/v1/staff/session",
    ...headers.flatMap((header) => ["-H", header]),
  ];
  return spawnSync(program, args, { stdio: "inherit" }).status;
}

async function main() {
  Object.assign(process.env, {
    YIKEZHONG_SAMPLE_PASSWORD: PASSWORD,
    YIKEZHONG_TRACK_RECEIPT_PER_HOUR: "0",
    YIKEZHONG_TRACK_ADDRESS_PER_HOUR: "0",
    YIKEZHONG_TRACK_WRONG_PER_DAY: "0",
    YIKEZHONG_SIGN_IN_PER_HOUR: "0",
    YIKEZHONG_VOICES_PER_HOUR: "0",
    YIKEZHONG_VOICES_OF_CASE_PER_DAY: "0",
  });
  const folder = await mkdtemp(join(process.cwd(), ".run/fuzz-"));
  const server = await startServer(join(folder, "data"));
  const failed = [];
  for (const name of ["nobody", "grid", "supervisor"]) {
    console.log(`as ${name}`);
    const headers = name === "nobody" ? [] : await signIn(server.base, name);
    if (fuzz(process.argv[2], server.base, headers) !== 0) failed.push(name);
  }
  // A server that has died or hangs would be no fault of any one answer.
  const client = new Client(server.base);
  const ready = await client.send("GET", "/readyz");
  client.close();
  await server.stop();
  await rm(folder, { recursive: true });
  if (failed.length || ready.status !== 200) throw new Error(`faults as ${failed.join(", ")}; ready: ${ready.status}`);
}

await main();
