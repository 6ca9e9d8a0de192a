// Joins the two Trunk builds and public/ into the folder that the server serves.
// usage: node scripts/dist.mjs RESIDENT CHUNKS STAFF WORKER OUT
//
// WORKER: the walking engine's script and wasm, as wasm-bindgen left them.
// CHUNKS: the parts of the resident's program that come later, as scripts/bin/wasm-bindgen left them.
// index.html and staff.html side by side, their hashed files together, public/ once;
// then the service worker's list, csp.json, and .br and .gz beside every file that shrinks.
// The same input gives the same bytes.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { bundleMap } from "./map.mjs";

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
async function rehash(build, chunks) {
  const page = await readFile(join(build, "index.html"), "utf8");
  const files = await filesUnder(build);
  const wasm = files.find((name) => /-[0-9a-f]+_bg\.wasm$/.test(name));
  if (!wasm) throw new Error(`${build}: no wasm; was it built by Trunk?`);
  const before = wasm.replace(/_bg\.wasm$/, "");
  const own = files.filter((name) => name === wasm || name === `${before}.js` || name.startsWith("snippets/"));
  const parts = chunks ? await filesUnder(chunks) : [];
  const paths = [...own.map((name) => join(build, name)), ...parts.map((name) => join(chunks, name))];
  const bytes = await Promise.all(paths.map((path) => readFile(path)));
  const digest = sha256(Buffer.concat(bytes)).toString("hex").slice(0, 16);
  const after = before.replace(/-[0-9a-f]+$/, `-${digest}`);
  const renamed = new Map(files.map((name) => [name, name.startsWith(before) ? name.replace(before, after) : name]));
  const later = new Map(parts.map((name) => [name, chunkName(name, digest)]));
  return { build, renamed, main: `${before}.js`, chunks, later, page: withoutIdleIntegrity(page.replaceAll(before, after)) };
}

/** `split_cases.wasm` and `chunk_8.wasm` (what several parts share) under names that say whose they are. */
function chunkName(name, digest) {
  const stem = name.replace(/\.\w+$/, "").replace(/^__wasm_split$/, "loader").replace(/^split_/, "").replace(/^chunk_/, "shared-");
  return `resident-${stem}-${digest}${extname(name)}`;
}

/** Copies the parts that come later, and has everybody call them by their new names. */
async function copyChunks({ renamed, main, chunks, later }, out) {
  const names = new Map([...later, ["main.js", renamed.get(main)]]);
  // Only where a file is fetched: the same names are also keys of what is handed to the wasm.
  const fetches = /((?:\bfrom|\bimport|new URL\()\s*["'])\.\/([\w.-]+)(?=["'])/g;
  const renameAll = (text) => text.replace(fetches, (all, before, name) => (names.has(name) ? `${before}./${names.get(name)}` : all));
  for (const [name, target] of later) {
    const bytes = await readFile(join(chunks, name));
    await writeFile(join(out, target), name.endsWith(".js") ? renameAll(bytes.toString()) : bytes);
  }
  const path = join(out, renamed.get(main));
  const text = await readFile(path, "utf8");
  const linked = renameAll(text);
  if (later.size > 0 && linked === text) throw new Error(`${main} does not name the loader of its parts`);
  await writeFile(path, linked);
}

/** The loader of the later parts is imported by the first: asked for beside it, not after it. */
function preloadLoader({ page, later }) {
  const loader = later.get("__wasm_split.js");
  const link = `<link rel="modulepreload" href="/${loader}">`;
  return loader ? page.replace(/<link\b[^>]*\brel="?modulepreload[^>]*>/, (first) => `${link}${first}`) : page;
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

/** Named by the page, but fetched only by a home screen, or where there is a map. */
const LATER = /^\/(favicon\.ico|icon-[\w-]+\.png|(map|circle)-[0-9a-f]+\.js)$/;

/** The files of `files` that a page or sheet names: in its attributes, its inline script, its `url(…)`. */
function referencesOf(text, files) {
  const named = [...text.matchAll(/[="'(](\/[\w./-]+\.\w+)/g)].map((match) => match[1]);
  return files.map((name) => `/${name}`).filter((path) => named.includes(path) && !LATER.test(path));
}

/** Puts the true address of `/map.js` or `/circle.js` in the place of the one in the source. */
function withScript(page, name, script) {
  const named = page.replace(new RegExp(`(["'=])/${name}\\.js\\b`), `$1${script}`);
  if (named === page) throw new Error(`a page has lost its <meta name=${name}>`);
  return named;
}

/** The walking engine under names of its bytes; its script starts itself. The address of the script. */
async function copyWorker(worker, out) {
  const [script, wasm] = await Promise.all(["circle.js", "circle_bg.wasm"].map((name) => readFile(join(worker, name))));
  const digest = sha256(Buffer.concat([script, wasm])).toString("hex").slice(0, 16);
  const program = `/circle-${digest}_bg.wasm`;
  await writeFile(join(out, program), wasm);
  await writeFile(join(out, `circle-${digest}.js`), `${script}\nwasm_bindgen({ module_or_path: "${program}" });\n`);
  return `/circle-${digest}.js`;
}

async function fillServiceWorker(out, page, later) {
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
    "const LATER = [];": `const LATER = ${JSON.stringify(later)};`,
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

async function main([resident, chunks, staff, worker, out]) {
  if (!out) throw new Error("usage: node scripts/dist.mjs RESIDENT CHUNKS STAFF WORKER OUT");
  const fresh = `${out}.new`;
  await rm(fresh, { recursive: true, force: true });
  await cp("public", fresh, { recursive: true });
  const home = await rehash(resident, chunks);
  const desk = await rehash(staff);
  await copyBuild(home, fresh);
  await copyBuild(desk, fresh);
  await copyChunks(home, fresh);
  const map = await bundleMap(fresh);
  const engine = await copyWorker(worker, fresh);
  const page = withScript(withScript(preloadLoader(home), "map", map), "circle", engine);
  await writeFile(join(fresh, "index.html"), page);
  await writeFile(join(fresh, "staff.html"), withScript(desk.page, "map", map));
  const wasm = [...home.later.values()].filter((name) => name.endsWith(".wasm"));
  await fillServiceWorker(fresh, page, wasm.map((name) => `/${name}`));
  await writeCsp(fresh);
  // Minutes of compression for seconds of looking: not while working on the app.
  if (process.env.PROFILE !== "wasm-quick") await compressAll(fresh);
  await rm(out, { recursive: true, force: true });
  await rename(fresh, out);
}

await main(process.argv.slice(2));
