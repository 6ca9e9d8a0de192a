// Makes the resident's pages open fast and without signal. It keeps the shell and
// public facts only: nothing that belongs to a case, nothing of the staff's.
// scripts/dist.mjs fills in the three constants and leaves the rest as it stands.
const VERSION = "unbuilt";
const SHELL = [];
/** The code of the other pages: kept once the first page has come to rest. */
const LATER = [];

const SHELL_CACHE = `shell-${VERSION}`;
const FACTS_CACHE = "facts";
const FACTS = /^\/api\/v1\/(street|matters|categories|estates|facilities|map)(\/|$)/;
/** The walking engine's script; it fetches its program where no page sees it. */
const ENGINE = /(\/circle-[0-9a-f]{16})\.js$/;
/** The ground and the footways, under names of their bytes. */
const MAP_FILE = /^\/api\/v1\/map\/(\w+)-[0-9a-f]{16}\.\w+$/;
/** Files named after their bytes, all in the top folder; the staff's program is not for this phone. */
const HASHED = /^\/(?!staff)[\w-]+-[0-9a-f]{16}(_bg)?\.\w+$/;
const NOT_PAGES = /^\/(api|open311|healthz|readyz|metrics)(\/|$)/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "at rest") event.waitUntil(keepLater());
  if (event.data.used) event.waitUntil(keepUsed(event.data.used));
});
self.addEventListener("fetch", (event) => {
  const answer = route(event);
  if (answer) event.respondWith(answer);
});

async function install() {
  const cache = await caches.open(SHELL_CACHE);
  await cache.addAll(SHELL);
  await self.skipWaiting();
}

async function activate() {
  const mine = [SHELL_CACHE, FACTS_CACHE];
  const names = await caches.keys();
  await Promise.all(names.filter((name) => !mine.includes(name)).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** So that any page opens without signal. Not for those who pay for each byte: they get a page when they open it. */
async function keepLater() {
  if (self.navigator.connection?.saveData) return;
  const cache = await caches.open(SHELL_CACHE);
  for (const path of LATER) {
    if (!(await cache.match(path, { ignoreVary: true }))) await cache.add(path);
  }
}

/**
 * Files that the first page of all used before this worker stood between. The browser has most of
 * them at hand still.
 */
async function keepUsed(addresses) {
  const paths = addresses.flatMap((address) => [address, address.replace(ENGINE, "$1_bg.wasm")]);
  for (const path of new Set(paths)) {
    const request = new Request(path);
    const keep = keeper(new URL(path));
    const lacking = keep && !(await caches.match(request, { ignoreVary: true }));
    // What cannot be had now is asked for by the page that needs it.
    if (lacking) await keep(request).catch(() => {});
  }
}

/** The answer to a request, or nothing where the browser should ask the server itself. */
function route(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return undefined;
  if (request.mode === "navigate") return isResidentPage(url.pathname) ? page(request) : undefined;
  return keeper(url)?.(request, event);
}

/** What keeps a file and answers with it, or nothing for what is not kept. */
function keeper({ origin, pathname }) {
  if (origin !== self.location.origin) return undefined;
  if (MAP_FILE.test(pathname)) return mapFile;
  if (FACTS.test(pathname)) return facts;
  return HASHED.test(pathname) || SHELL.includes(pathname) ? kept : undefined;
}

/** Every resident page is the one shell; its address decides what it shows. */
function isResidentPage(path) {
  return !NOT_PAGES.test(path) && !path.startsWith("/staff") && !/\.\w+$/.test(path);
}

/** The newest shell where there is signal; else the one kept whole when this worker was installed. */
async function page(request) {
  try {
    return await fetch(request);
  } catch (offline) {
    const shell = await caches.match("/");
    if (shell) return shell;
    throw offline;
  }
}

/** A hashed file never changes: once kept, never asked for again. */
async function kept(request) {
  const cache = await caches.open(SHELL_CACHE);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.status === 200) await cache.put(request, fresh.clone());
  return fresh;
}

/** Kept for the time without signal, until another takes its place. */
async function mapFile(request) {
  const cache = await caches.open(FACTS_CACHE);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.status !== 200) return fresh;
  const stem = (url) => MAP_FILE.exec(new URL(url).pathname)?.[1];
  for (const old of await cache.keys()) if (stem(old.url) === stem(request.url)) await cache.delete(old);
  await cache.put(request, fresh.clone());
  return fresh;
}

/** Public facts: what is kept at once, and the newest for the next time. */
async function facts(request, event) {
  const cache = await caches.open(FACTS_CACHE);
  const found = await cache.match(request, { ignoreVary: true });
  const fresh = fetch(request).then(async (response) => {
    if (response.status === 200) await cache.put(request, response.clone());
    return response;
  });
  if (!found) return fresh;
  event?.waitUntil(fresh.catch(() => {}));
  return found;
}
