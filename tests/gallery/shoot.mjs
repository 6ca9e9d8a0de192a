// Photographs every component and checks it: node tests/gallery/shoot.mjs [OUT]
//
// Needs playwright-core and axe-core to be resolvable, and /usr/bin/chromium (or CHROMIUM).
// Each page is taken at three sizes in light, dark and 长辈版 (22 and 30 px). It fails on
// any axe violation (contrast at 7:1 included), a target under its size, a page wider than
// its window (at 320 px too), a refused style or script, and dark tokens that disagree.
import { createServer } from "node:http";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleMap } from "../../scripts/map.mjs";

const require = createRequire(join(process.cwd(), "noop.js"));
const { chromium } = require("playwright-core");
const AXE = require.resolve("axe-core/axe.min.js");

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = process.argv[2] ?? join(ROOT, "tests/out/gallery");
const ONLY = process.env.ONLY?.split(",");
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png" };
const CSP = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; object-src 'none'";
const SHEETS = { resident: "tokens base shell doors form case sheet map utilities print", staff: "tokens base shell doors form case sheet map staff utilities print" };

const PAGES = { home: "/", desk: "/staff", gallery: "/tests/gallery/index.html", staff: "/tests/gallery/staff.html", slip: "/tests/gallery/slip.html", map: "/tests/gallery/map.html" };
/** The map's own files, under a name that the gallery knows. */
const MAP_FOLDER = await mkdtemp(join(tmpdir(), "gallery-map-"));
const MAP_SCRIPT = await bundleMap(MAP_FOLDER);
const SIZES = [[360, 740], [820, 1180], [1440, 900]];
const LOOKS = [
  { name: "light", theme: "light" },
  { name: "dark", theme: "dark" },
  { name: "elder22", theme: "light", elder: "22" },
  { name: "elder30", theme: "light", elder: "30" },
  { name: "elder30dark", theme: "dark", elder: "30" },
];

/** The static shells as Trunk would serve them: its links become the sheets themselves. */
async function shell(file) {
  const text = await readFile(join(ROOT, "app", file), "utf8");
  return text
    .replace(/<link data-trunk rel="rust"[^>]*>/, "")
    .replace(/<link data-trunk rel="css" href="[^"]*?(\w+)\.css">/, (_, name) =>
      SHEETS[name].split(" ").map((sheet) => `<link rel="stylesheet" href="/style/${sheet}.css">`).join(""));
}

async function answer(path) {
  if (path === "/") return [await shell("index.html"), ".html"];
  if (path === "/staff") return [await shell("staff.html"), ".html"];
  if (path === "/map.js") return [await readFile(join(MAP_FOLDER, MAP_SCRIPT)), ".js"];
  if (/^\/map-\w+\.css$/.test(path)) return [await readFile(join(MAP_FOLDER, path)), ".css"];
  const inside = /^\/(style|tests\/gallery)\//.test(path) ? path : join("/public", path);
  return [await readFile(join(ROOT, inside)), extname(path)];
}

const server = createServer(async (request, response) => {
  try {
    const [body, type] = await answer(new URL(request.url, "http://x").pathname);
    response.writeHead(200, { "content-type": `${TYPES[type] ?? "application/octet-stream"}; charset=utf-8`, "content-security-policy": CSP });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const faults = [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
await mkdir(OUT, { recursive: true });

async function open(path, { theme, elder }, [width, height], options = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    bypassCSP: false,
    reducedMotion: "reduce",
    ...options,
  });
  if (elder) await context.addInitScript((size) => localStorage.setItem("yikezhong.elder", size), elder);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`${path} ${theme} ${elder ?? ""}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`${path}: ${error.message}`));
  await page.goto(origin + path, { waitUntil: "load" });
  return page;
}

/** Anything that sticks out sideways, and any control smaller than its promise. */
function measure({ main }) {
  const wide = document.documentElement.scrollWidth > window.innerWidth
    ? [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .slice(0, 4)
      .map((element) => `wide: ${element.tagName}.${element.getAttribute("class")}`)
    : [];
  const inline = (element) => getComputedStyle(element).display === "inline";
  const MAIN = ".btn, .input, .select, .textarea, .choice, .choice *, .slot *, .photo-add *, .rate *, .size, .tool, .call, .brand, .door, .room, .card, .matter, .life, .back, .staff-nav *, .view, .template, .answer-change a";
  const least = (element) => (element.matches(MAIN) ? main : 44);
  const boxOf = (element) => (element.closest("label") ?? element).getBoundingClientRect();
  const small = [...document.querySelectorAll("a, button, input, select, textarea")]
    .filter((element) => element.checkVisibility() && !inline(element) && !element.closest(".skip, [hidden]"))
    .map((element) => [element, boxOf(element)])
    .filter(([element, box]) => box.height < least(element) - 0.5 || box.width < 43.5)
    .map(([element, box]) => `small: ${element.tagName}.${element.getAttribute("class")} ${element.textContent.trim()} ${Math.round(box.width)}×${Math.round(box.height)}`);
  const cut = [...document.querySelectorAll("main *, header *, nav *")]
    .filter((element) => element.checkVisibility() && element.clientWidth > 8 && element.scrollWidth > element.clientWidth + 2
      && !element.matches(".sr-only, input, select, textarea, canvas, svg, svg *, thead, thead *")
      // A map is a window on more.
      && !element.closest(".map-canvas"))
    .map((element) => `cut: ${element.tagName}.${element.getAttribute("class")} ${element.textContent.trim().slice(0, 20)}`);
  return [...wide, ...small, ...cut];
}

async function axe(page) {
  const source = await readFile(AXE, "utf8");
  await page.evaluate(source); // the debugger's door, which the page's policy does not guard
  const result = await page.evaluate(() => globalThis.axe.run(document, {
    rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
  }));
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `axe ${violation.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? violation.help}`));
}

async function look(name, path) {
  for (const style of LOOKS) {
    const targets = { main: style.elder ? 60 : 48 };
    for (const size of SIZES) {
      const label = `${name}-${size[0]}-${style.name}`;
      const page = await open(path, style, size);
      const found = [...await page.evaluate(measure, targets), ...await axe(page)];
      faults.push(...found.map((fault) => `${label}: ${fault}`));
      await page.screenshot({ path: join(OUT, `${label}.png`), fullPage: true });
      await page.context().close();
    }
    const narrow = await open(path, style, [320, 640]);
    faults.push(...(await narrow.evaluate(measure, targets)).map((fault) => `${name}-320-${style.name}: ${fault}`));
    await narrow.screenshot({ path: join(OUT, `${name}-320-${style.name}.png`), fullPage: true });
    await narrow.context().close();
  }
}

/** An open sheet, over a page at rest. */
async function lookAtSheet() {
  for (const [style, size] of [[LOOKS[0], SIZES[0]], [LOOKS[3], SIZES[0]], [LOOKS[1], SIZES[1]]]) {
    const page = await open(PAGES.gallery, style, size);
    await page.evaluate(() => document.querySelector("dialog").showModal());
    faults.push(...(await axe(page)).map((fault) => `sheet-${style.name}: ${fault}`));
    await page.screenshot({ path: join(OUT, `sheet-${size[0]}-${style.name}.png`) });
    await page.context().close();
  }
}

async function lookAtModes() {
  const high = await open(PAGES.gallery, LOOKS[0], SIZES[0], { contrast: "more" });
  await high.screenshot({ path: join(OUT, "gallery-360-contrast.png"), fullPage: true });
  await high.context().close();
  const forced = await open(PAGES.gallery, LOOKS[1], SIZES[0], { forcedColors: "active" });
  await forced.screenshot({ path: join(OUT, "gallery-360-forced.png"), fullPage: true });
  await forced.context().close();
  const slip = await open(PAGES.slip, LOOKS[0], SIZES[1]);
  await slip.pdf({ path: join(OUT, "slip.pdf"), preferCSSPageSize: true });
  await slip.emulateMedia({ media: "print" });
  await slip.setViewportSize({ width: 484, height: 718 });
  await slip.screenshot({ path: join(OUT, "slip-print.png"), fullPage: true });
  await slip.context().close();
}

/** Dark by the system and dark by choice are written twice; they must be the same dark. */
async function compareDarks() {
  const tokens = () => {
    const sheet = [...document.styleSheets].find((each) => each.href.endsWith("tokens.css"));
    const names = [...sheet.cssRules].flatMap((rule) => rule.cssText.match(/--[\w-]+(?=:)/g) ?? []);
    const style = getComputedStyle(document.documentElement);
    return JSON.stringify([...new Set(names)].map((token) => [token, style.getPropertyValue(token)]));
  };
  const page = await open(PAGES.home, LOOKS[1], SIZES[0]);
  const bySystem = await page.evaluate(tokens);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await page.evaluate(tokens);
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  const byChoice = await page.evaluate(tokens);
  if (bySystem !== byChoice) faults.push("tokens: the two dark themes differ");
  if (bySystem === light) faults.push("tokens: dark equals light");
  await page.context().close();
}

for (const [name, path] of Object.entries(PAGES)) if (!ONLY || ONLY.includes(name)) await look(name, path);
if (!ONLY || ONLY.includes("modes")) {
  await lookAtSheet();
  await lookAtModes();
  await compareDarks();
}
await browser.close();
server.close();

const unique = [...new Set(faults)];
console.log(unique.join("\n"));
console.log(`${unique.length} faults; pictures in ${OUT}`);
process.exit(unique.length ? 1 : 0);
