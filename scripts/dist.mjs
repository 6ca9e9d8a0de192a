// Joins the two Trunk builds and public/ into the folder that the server serves.
// usage: node scripts/dist.mjs RESIDENT STAFF OUT
//
// index.html and staff.html side by side, their hashed files together, public/ once;
// then the service worker's list, csp.json, and .br and .gz beside every file that shrinks.
// The same input gives the same bytes.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const COMPRESSIBLE = new Set([".css", ".html", ".js", ".json", ".mjs", ".net", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"]);
/** A compressed copy has to be at least this much smaller to be worth a file. */
const WORTH = 0.95;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .sort();
}

/**
 * Names the wasm and its loader after their final bytes. Trunk hashes what cargo wrote,
 * before wasm-bindgen and wasm-opt, so a new version of either would change the bytes
 * behind a name that browsers were told never changes.
 */
async function rehash(build) {
  const page = await readFile(join(build, "index.html"), "utf8");
  const files = await filesUnder(build);
  const wasm = files.find((name) => /-[0-9a-f]+_bg\.wasm$/.test(name));
  if (!wasm) throw new Error(`${build}: no wasm; was it built by Trunk?`);
  const before = wasm.replace(/_bg\.wasm$/, "");
  const own = files.filter((name) => name === wasm || name === `${before}.js` || name.startsWith("snippets/"));
  const bytes = await Promise.all(own.map((name) => readFile(join(build, name))));
  const digest = sha256(Buffer.concat(bytes)).toString("hex").slice(0, 16);
  const after = before.replace(/-[0-9a-f]+$/, `-${digest}`);
  const renamed = new Map(files.map((name) => [name, name.startsWith(before) ? name.replace(before, after) : name]));
  return { build, renamed, page: withoutIdleIntegrity(page.replaceAll(before, after)) };
}

/** Browsers check no integrity on `preload as=fetch`, and say so in the console at each visit. */
const withoutIdleIntegrity = (page) =>
  page.replace(/<link\b[^>]*\bas="?fetch\b[^>]*>/g, (link) => link.replace(/\s+integrity=("[^"]*"|[^\s>]+)/, ""));

/** Copies a build's files beside what is there; two different files may not meet under one name. */
async function copyBuild({ build, renamed }, out) {
  for (const [name, target] of renamed) {
    if (name === "index.html") continue;
    const bytes = await readFile(join(build, name));
    const present = await readFile(join(out, target)).catch(() => null);
    if (present && !present.equals(bytes)) throw new Error(`two different files want to be ${target}`);
    await mkdir(join(out, target, ".."), { recursive: true });
    await writeFile(join(out, target), bytes);
  }
}

/** Named by the page, but fetched only by a browser that puts the app on its home screen. */
const HOME_SCREEN = /^\/(favicon\.ico|icon-[\w-]+\.png)$/;

/** The files of `files` that a page or sheet names: in its attributes, its inline script, its `url(…)`. */
function referencesOf(text, files) {
  const named = [...text.matchAll(/[="'(](\/[\w./-]+\.\w+)/g)].map((match) => match[1]);
  return files.map((name) => `/${name}`).filter((path) => named.includes(path) && !HOME_SCREEN.test(path));
}

async function fillServiceWorker(out, page) {
  const files = await filesUnder(out);
  const named = referencesOf(page, files);
  const sheets = named.filter((path) => path.endsWith(".css"));
  const within = await Promise.all(sheets.map(async (path) => referencesOf(await readFile(join(out, path), "utf8"), files)));
  const referenced = [...new Set([...named, ...within.flat()])].sort();
  const contents = await Promise.all(referenced.map((path) => readFile(join(out, path))));
  const version = sha256(Buffer.concat([Buffer.from(page), ...contents])).toString("hex").slice(0, 16);
  const path = join(out, "sw.js");
  const filled = fill(await readFile(path, "utf8"), {
    'const VERSION = "unbuilt";': `const VERSION = ${JSON.stringify(version)};`,
    "const SHELL = [];": `const SHELL = ${JSON.stringify(["/", ...referenced])};`,
  });
  await writeFile(path, filled);
}

function fill(source, replacements) {
  return Object.entries(replacements).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`public/sw.js has lost its line: ${from}`);
    return text.replace(from, () => to);
  }, source);
}

/** The hashes that a page's inline scripts and styles need in Content-Security-Policy. */
function inlineHashes(page) {
  const hashes = (pattern) => [...page.matchAll(pattern)].map((match) => `sha256-${sha256(match[1]).toString("base64")}`);
  return {
    scripts: hashes(/<script\b(?![^>]*\bsrc\s*=)[^>]*>([\s\S]*?)<\/script>/gi),
    styles: hashes(/<style\b[^>]*>([\s\S]*?)<\/style>/gi),
  };
}

async function writeCsp(out) {
  const pages = (await filesUnder(out)).filter((name) => name.endsWith(".html"));
  const hashes = {};
  for (const name of pages) hashes[name] = inlineHashes(await readFile(join(out, name), "utf8"));
  await writeFile(join(out, "csp.json"), `${JSON.stringify(hashes, null, 2)}\n`);
}

async function compress(path) {
  const bytes = await readFile(path);
  const parameters = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const brotli = await promisify(brotliCompress)(bytes, { params: parameters });
  if (brotli.length > bytes.length * WORTH) return;
  await writeFile(`${path}.br`, brotli);
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

async function compressAll(out) {
  const waiting = (await filesUnder(out)).filter((name) => COMPRESSIBLE.has(extname(name)));
  const worker = async () => {
    for (let name = waiting.pop(); name; name = waiting.pop()) await compress(join(out, name));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function main([resident, staff, out]) {
  if (!out) throw new Error("usage: node scripts/dist.mjs RESIDENT STAFF OUT");
  const fresh = `${out}.new`;
  await rm(fresh, { recursive: true, force: true });
  await cp("public", fresh, { recursive: true });
  const home = await rehash(resident);
  const desk = await rehash(staff);
  await copyBuild(home, fresh);
  await copyBuild(desk, fresh);
  await writeFile(join(fresh, "index.html"), home.page);
  await writeFile(join(fresh, "staff.html"), desk.page);
  await fillServiceWorker(fresh, home.page);
  await writeCsp(fresh);
  await compressAll(fresh);
  await rm(out, { recursive: true, force: true });
  await rename(fresh, out);
}

await main(process.argv.slice(2));
