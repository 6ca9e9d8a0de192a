// Bundles app/js/ with Leaflet into the two files that a page with a map loads, named
// after their bytes.
// usage: import { bundleMap } from "./map.mjs"; or: node scripts/map.mjs OUT
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCE = fileURLToPath(new URL("../app/js/", import.meta.url));
/** What style/README.md names as the floor. */
const TARGET = ["chrome99", "safari15.4", "firefox97"];

/** Leaflet's licence asks that its notice stays: `legalComments`. */
async function bundle(entry, options) {
  const result = await build({
    entryPoints: [join(SOURCE, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    charset: "utf8",
    legalComments: "inline",
    target: TARGET,
    ...options,
  });
  return result.outputFiles[0].contents;
}

async function keep(out, bytes, extension) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const name = `map-${hash}.${extension}`;
  await writeFile(join(out, name), bytes);
  return `/${name}`;
}

/** Writes them into `out`; the address of the script, which loads its sheet itself. */
export async function bundleMap(out) {
  // Pictures of controls that this map does not have.
  const sheet = await keep(out, await bundle("map.css", { loader: { ".png": "empty" } }), "css");
  const script = await bundle("street-map.js", { define: { MAP_SHEET: JSON.stringify(sheet) } });
  return keep(out, script, "js");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out] = process.argv.slice(2);
  if (!out) throw new Error("usage: node scripts/map.mjs OUT");
  console.log(await bundleMap(out));
}
