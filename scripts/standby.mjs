// PostgreSQL with a standby that has every commit before it is acknowledged (docs/operating.md).
// Two servers of ours name both of its machines. While residents hand in cases, the machine that
// writes is killed, or freezes as one that has lost its network, and the other is promoted; the lost
// one is made the new standby, and so on. Nothing acknowledged is lost or doubled.
// usage: node scripts/standby.mjs     (ROUNDS=4)
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, Client, freePort, newCase, photoMaker, readStreet, startServer } from "./load.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 4);
const CLIENTS = 16;
/** For so long cases are handed in before a machine is lost, and after another has taken over. */
const LOAD_MS = 4000;
/** Nobody waits longer for an answer: a phone repeats what it hears nothing of. */
const PATIENCE_MS = 40_000;
const USER = "yikezhong";
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Where Debian puts the programs of PostgreSQL; the newest there is. */
const programs = readdirSync("/usr/lib/postgresql").sort((a, b) => a - b).map((version) => `/usr/lib/postgresql/${version}/bin`).pop();
/** PostgreSQL refuses to be root. */
const root = process.getuid() === 0;
const account = root ? Object.fromEntries(["uid", "gid"].map((what) => [what, Number(execFileSync("id", [`-${what[0]}`, "postgres"]))])) : {};

/** Runs a program of PostgreSQL to its end. */
const pg = (name, ...words) => execFileSync(join(programs, name), words, { ...account, cwd: tmpdir(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** Every process below one. */
function below(pid) {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number) : [];
  return children.flatMap((child) => [child, ...below(child)]);
}

/** A machine with one PostgreSQL. */
class Machine {
  constructor(folder, name, port) {
    Object.assign(this, { folder, name, port, data: join(folder, name) });
  }

  static all = new Set();

  async start() {
    const flags = ["-D", this.data, "-p", String(this.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="];
    this.child = spawn(join(programs, "postgres"), flags, { ...account, cwd: tmpdir(), stdio: "ignore" });
    Machine.all.add(this);
    for (let tries = 0; !this.answers(); tries += 1) {
      if (tries > 200) throw new Error(`${this.name} does not answer`);
      await pause(50);
    }
  }

  answers() {
    try { return this.ask("select 1") === "1"; } catch { return false; }
  }

  ask(statement) { return pg("psql", "-h", "127.0.0.1", "-p", String(this.port), "-U", USER, "-d", "postgres", "-Atc", statement); }

  /** How many of its commits wait for another machine. */
  setWaitsFor(names) {
    this.ask(`alter system set synchronous_standby_names = '${names}'`);
    this.ask("select pg_reload_conf()");
  }

  signal(name) {
    for (const pid of [this.child.pid, ...below(this.child.pid)]) {
      try { process.kill(pid, name); } catch { /* gone already */ }
    }
  }

  /** All at once: none of its processes notices that another is gone. */
  async kill() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.signal("SIGKILL");
    await exited;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.kill("SIGINT");
    await exited;
  }

  make() { pg("initdb", "-D", this.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-instructions"); }

  /** Copies the machine that writes, and follows it from then on. What was here is gone. */
  async standBehind(writer) {
    rmSync(this.data, { recursive: true, force: true });
    const source = `host=127.0.0.1 port=${writer.port} user=${USER} application_name=${this.name}`;
    pg("pg_basebackup", "-d", source, "-D", this.data, "-R", "-X", "stream", "-c", "fast");
    await this.start();
    for (let tries = 0; writer.ask("select count(*) from pg_stat_replication where state = 'streaming'") !== "1"; tries += 1) {
      if (tries > 200) throw new Error(`${this.name} does not follow`);
      await pause(50);
    }
    writer.setWaitsFor(this.name);
    for (let tries = 0; writer.ask("select count(*) from pg_stat_replication where sync_state = 'sync'") !== "1"; tries += 1) {
      if (tries > 200) throw new Error(`${writer.name} does not wait for ${this.name}`);
      await pause(50);
    }
  }

  /** From now on it writes, and waits for nobody until another stands behind it. */
  promote() {
    pg("pg_ctl", "promote", "-D", this.data, "-w");
    this.setWaitsFor("");
  }
}
process.on("exit", () => Machine.all.forEach((machine) => machine.child && machine.signal("SIGKILL")));

/** Sends until it is answered: what a phone does. 503 and 504 say "again"; anything else above 499
 * is a fault of ours. */
async function insist(client, faults, ...request) {
  for (let tries = 0; tries < 2000; tries += 1) {
    try {
      const { status, text } = await Promise.race([client.send(...request), pause(PATIENCE_MS).then(() => { throw new Error("no answer"); })]);
      if (status < 500) return { status, text };
      if (status !== 503 && status !== 504) faults.push(`${request[1]}: ${status} ${text}`);
    } catch (error) {
      if (error.message === "no answer") faults.push(`${request[1]}: ${error.message}`);
    }
    await pause(50);
  }
  throw new Error(`${request[1]} was never answered`);
}

/** Residents who hand in one case after the other until they are told to stop. */
class Load {
  acknowledged = [];
  faults = [];
  /** The longest that anybody waited for one answer, in seconds. */
  longest = 0;
  going = true;

  constructor(bases, street, makePhoto) {
    Object.assign(this, { bases, street, makePhoto });
    this.residents = Promise.all(Array.from({ length: CLIENTS }, (_, number) => this.resident(bases[number % bases.length], number % 4 === 0)));
  }

  async resident(base, withPhoto) {
    const client = new Client(base);
    while (this.going) await this.handIn(client, withPhoto);
    client.close();
  }

  /** Hands one case in; gives how many seconds that took. */
  async handIn(client, withPhoto) {
    const began = performance.now();
    const photo = withPhoto && this.makePhoto ? randomUUID() : undefined;
    if (photo) await insist(client, this.faults, "PUT", `/api/v1/photos/${photo}`, this.makePhoto());
    const key = { "idempotency-key": randomUUID() };
    const { status, text } = await insist(client, this.faults, "POST", "/api/v1/cases", newCase(this.street, photo), key);
    if (status === 201) this.acknowledged.push({ ...JSON.parse(text), photo });
    else this.faults.push(`a case: ${status} ${text}`);
    const seconds = (performance.now() - began) / 1000;
    this.longest = Math.max(this.longest, seconds);
    return seconds;
  }

  /** How long the slower of the servers takes for somebody who has only just come. */
  async newcomers() {
    const each = this.bases.map(async (base) => {
      const client = new Client(base);
      const seconds = await this.handIn(client, false);
      client.close();
      return seconds;
    });
    return Math.max(...await Promise.all(each));
  }

  async end() {
    this.going = false;
    await this.residents;
  }
}

async function missing(base, acknowledged) {
  const client = new Client(base);
  const lost = [];
  for (const { case: id, secret, receipt, photo } of acknowledged) {
    const { status, text } = await client.send("GET", `/api/v1/cases/${id}`, undefined, { "case-secret": secret });
    const found = status === 200 ? JSON.parse(text) : null;
    if (found?.receipt !== receipt || (photo && !found.photos.some(({ id: kept }) => kept === photo))) lost.push(id);
  }
  client.close();
  return lost;
}

/** One machine is lost, the other takes over; gives what that cost. */
async function failOver(load, writer, standby, how) {
  await pause(LOAD_MS);
  load.longest = 0;
  const lost = performance.now();
  if (how === "killed") await writer.kill();
  else writer.signal("SIGSTOP");
  standby.promote();
  const promoted = (performance.now() - lost) / 1000;
  const newcomers = await load.newcomers();
  // What was under way on a machine that froze is given up by the time limit of requests.
  await pause(how === "killed" ? LOAD_MS : LOAD_MS + 30_000);
  await writer.kill();
  await writer.standBehind(standby);
  console.log(`${writer.name} ${how}: another promoted within ${promoted.toFixed(1)} s; who came then waited ${newcomers.toFixed(1)} s, who was waiting already ${load.longest.toFixed(1)} s`);
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "yikezhong-standby-"));
  if (root) chownSync(folder, account.uid, account.gid);
  let [writer, standby] = await Promise.all(["east", "west"].map(async (name) => new Machine(folder, name, await freePort())));
  writer.make();
  await writer.start();
  writer.ask("create database street");
  await standby.standBehind(writer);

  const data = mkdtempSync(join(tmpdir(), "yikezhong-standby-data-"));
  // While a machine is lost, every statement fails; what counts is what the residents see.
  process.env.YIKEZHONG_LOG ??= "off,server::store::hosts=warn";
  process.env.DATABASE_URL = `postgres://${USER}@127.0.0.1:${writer.port},127.0.0.1:${standby.port}/street`;
  const nodes = [await startServer(data)];
  nodes.push(await startServer(data));
  const street = await readStreet(nodes[0].base);
  const load = new Load(nodes.map(({ base }) => base), street, await photoMaker());
  for (let round = 1; round <= ROUNDS; round += 1) {
    await failOver(load, writer, standby, round % 2 ? "killed" : "frozen");
    [writer, standby] = [standby, writer];
  }

  // The worst that an operator can do: the machine that was lost comes back as it was, and would
  // write too. Nobody may take it for the one that writes.
  await pause(LOAD_MS);
  await writer.kill();
  standby.promote();
  await load.newcomers();
  await writer.start();
  if (writer.ask("select pg_is_in_recovery()") !== "f") throw new Error("the old one does not write");
  nodes.push(await startServer(data));
  const late = new Load([nodes[2].base], street, undefined);
  await pause(LOAD_MS);
  await Promise.all([load.end(), late.end()]);

  const acknowledged = [...load.acknowledged, ...late.acknowledged];
  const faults = [...load.faults, ...late.faults];
  const lost = await missing(nodes[0].base, acknowledged);
  for (const node of nodes) await node.stop();
  await writer.kill();
  const verified = execFileSync(BINARY, ["verify", "--data", data], { encoding: "utf8" }).trim();
  await standby.stop();
  const kept = Number(verified.match(/^(\d+) cases whole/)?.[1]);
  console.log(`${acknowledged.length} acknowledged (${late.acknowledged.length} beside an old one that came back), ${kept} kept, ${ROUNDS + 1} machines lost, ${lost.length} lost, ${faults.length} faults`);
  console.log(verified);
  const told = new Set(acknowledged.map(({ receipt }) => receipt)).size;
  if (lost.length || faults.length || !late.acknowledged.length || kept !== acknowledged.length || told !== kept) {
    throw new Error(JSON.stringify({ lost, faults: faults.slice(0, 20), folder, data }));
  }
  for (const done of [folder, data]) rmSync(done, { recursive: true });
}

await main();
process.exit(0);
