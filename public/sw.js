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
/** The ground and the footways, under names of their bytes. */
const MAP_FILE = /^\/api\/v1\/map\/(\w+)-[0-9a-f]{16}\.\w+$/;
/** Files named after their bytes, all in the top folder; the staff's program is not for this phone. */
const HASHED = /^\/(?!staff)[\w-]+-[0-9a-f]{16}(_bg)?\.\w+$/;
const NOT_PAGES = /^\/(api|open311|healthz|readyz|metrics)(\/|$)/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "at rest") event.waitUntil(keepLater());
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

/** The answer to a request, or nothing where the browser should ask the server itself. */
function route(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return undefined;
  if (request.mode === "navigate") return isResidentPage(url.pathname) ? page(request) : undefined;
  if (MAP_FILE.test(url.pathname)) return mapFile(request);
  if (FACTS.test(url.pathname)) return facts(event);
  if (HASHED.test(url.pathname) || SHELL.includes(url.pathname)) return kept(request);
  return undefined;
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
async function facts(event) {
  const cache = await caches.open(FACTS_CACHE);
  const found = await cache.match(event.request, { ignoreVary: true });
  const fresh = fetch(event.request).then(async (response) => {
    if (response.status === 200) await cache.put(event.request, response.clone());
    return response;
  });
  if (!found) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return found;
}
