// A server with the sample street, a browser, and what every journey needs of both.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const binary = process.env.YIKEZHONG_BINARY ?? join(target, 'release/yikezhong');
export const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const dist = process.env.YIKEZHONG_TEST_DIST ?? join(root, 'dist');
export const pin = '204716';
export const password = 'a password of the sample street';
const out = join(root, 'tests/out');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { width: 360, height: 740 };
export const TABLET = { width: 820, height: 1180 };
export const DESKTOP = { width: 1440, height: 900 };

/** A server of its own over a folder of its own. `start` again after `stop` finds the same data. */
export class Server {
  constructor(settings = {}) {
    this.settings = settings;
    this.data = mkdtempSync(join(tmpdir(), 'yikezhong-'));
    this.port = 0;
  }

  async start() {
    const listen = `127.0.0.1:${this.port}`;
    const options = ['serve', '--listen', listen, '--data', this.data, '--sample', '--dist', dist];
    const env = {
      ...process.env,
      YIKEZHONG_SAMPLE_PASSWORD: password,
      YIKEZHONG_SAMPLE_PIN: pin,
      // Everybody here comes from one address; the limits have tests of their own.
      YIKEZHONG_SUBMIT_PER_HOUR: '0',
      YIKEZHONG_PHOTOS_PER_HOUR: '0',
      YIKEZHONG_SIGN_IN_PER_HOUR: '0',
      YIKEZHONG_TRACK_ADDRESS_PER_HOUR: '0',
      ...this.settings,
    };
    this.child = spawn(binary, options, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.log = '';
    const ready = new Promise((resolve, reject) => {
      const read = (chunk) => {
        this.log += chunk;
        const found = /listening on (https?:\/\/[^\s/]+)/.exec(this.log);
        if (found) resolve(found[1]);
      };
      this.child.stdout.on('data', read);
      this.child.stderr.on('data', read);
      this.child.on('exit', (code) => reject(new Error(`the server ended (${code}):\n${this.log}`)));
    });
    this.base = await ready;
    this.port = Number(new URL(this.base).port);
    return this;
  }

  async stop() {
    if (!this.child || this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }

  async remove() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** A JSON call from outside the browser; fails on anything but a 2xx. */
  async call(method, path, { body, headers } = {}) {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        origin: this.base,
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return { answer: text ? JSON.parse(text) : null, response };
  }
}

/** One browser a test file. */
export async function launch() {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A person with a device of their own: a fresh profile and a page. Console errors, failed policy
 * checks and crashes, also of pages opened later, fail the test at `person.leave()`.
 */
export async function person(browser, base, { size = PHONE, elder, ...options } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    hasTouch: size.width < 1000,
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  // The browser itself reports every 4xx and every cut connection; those belong to the journeys.
  const expected = /Failed to load resource|net::ERR_/;
  context.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  // Whoever goes on to another address leaves parts of the program behind half fetched; the page
  // that is left still says so.
  let leftBehind = 0;
  context.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'net::ERR_ABORTED' && request.url().endsWith('.wasm')) leftBehind += 1;
  });
  const isLeftBehind = (text) => leftBehind > 0 && /^TypeError: (Failed to fetch\s+at .*-loader-|WebAssembly compilation aborted)/.test(text);
  // A page that is still empty has no storage.
  if (elder) await context.addInitScript((step) => location.origin !== 'null' && localStorage.setItem('yikezhong.elder', step), String(elder));
  return {
    page,
    context,
    async leave() {
      await context.close();
      assert.deepEqual(complaints.filter((text) => !isLeftBehind(text)), [], 'the console stays clean');
    },
  };
}

/**
 * Runs `work(page, context)` as a person with a device of their own. What stood on the page when it
 * failed is told with the failure: a machine elsewhere leaves nothing else behind.
 */
export async function visit(browser, base, options, work) {
  const who = await person(browser, base, options);
  try {
    await work(who.page, who.context);
  } catch (error) {
    error.message += `\n${await standing(who.context.pages().at(-1))}`;
    await who.context.close();
    throw error;
  }
  await who.leave();
}

/** What is on the page opened last, as a screen reader finds it, and where the focus is. */
async function standing(page) {
  try {
    const open = page.getByRole('dialog');
    const seen = (await open.count()) > 0 ? open.first() : page.locator('body');
    const focus = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    return `at ${page.url()}\nfocus: ${focus}\n${(await seen.ariaSnapshot({ timeout: 5000 })).slice(0, 6000)}`;
  } catch (gone) {
    return `nothing to be seen: ${gone}`;
  }
}

/**
 * axe-core over the page as it stands: no rule switched off, no element excluded. `options` are
 * axe's own: rules that it leaves out by itself, or a few rules alone.
 */
export async function accessible(page, what, options = {}) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(
    (options) =>
      window.axe.run(document, { resultTypes: ['violations'], ...options }).then(({ violations }) =>
        violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map((node) => node.html.slice(0, 200)) })),
      ),
    options,
  );
  assert.deepEqual(result, [], `axe on ${what}`);
}

/** Nothing reaches beyond the page's width, and every control is large enough for a thumb. */
export async function roomy(page, what, least = 44) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
  const small = await page.evaluate((least) => {
    const shown = (element) => {
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return box.width > 1 && box.height > 1 && style.visibility !== 'hidden';
    };
    // Links inside a sentence are text (WCAG 2.5.8 excepts them).
    return [...document.querySelectorAll('button, .btn, select, input:not([type=radio], [type=checkbox], [type=file]), summary')]
      .filter(shown)
      .filter((element) => element.getBoundingClientRect().height < least - 0.5)
      .map((element) => `${element.outerHTML.slice(0, 120)} ${element.getBoundingClientRect().height}`);
  }, least);
  assert.deepEqual(small, [], `${what}: controls under ${least} px`);
}

/** Waits until the service worker runs and has kept a file for each of these parts of a name. */
export async function keptForLater(page, parts) {
  await page.evaluate(async (parts) => {
    const names = async () => {
      const found = [];
      for (const name of await caches.keys()) {
        found.push(...(await (await caches.open(name)).keys()).map((request) => request.url));
      }
      return found;
    };
    const lacking = async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const kept = await names();
      const gone = parts.filter((part) => !kept.some((url) => url.includes(part)));
      return registration?.active?.state === 'activated' ? gone : ['the service worker', ...gone];
    };
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await lacking()).length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`not kept: ${await lacking()}`);
  }, parts);
}

/** A picture for whoever reviews, in tests/out/. */
export async function shot(page, name) {
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
}

/** Signs a member of staff in by the form. */
export async function signIn(page, name) {
  await page.goto('/staff');
  await page.getByLabel('名字', { exact: true }).fill(name);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}
