// The map's element under the real policy, with the real ground of the sample street.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readdirSync } from 'node:fs';
import { toGcj02 } from '../../app/js/gcj02.js';
import { DESKTOP, PHONE, Server, TABLET, accessible, dist, keptForLater, launch, person, roomy, shot } from './harness.mjs';

let server;
let browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await server.remove();
});

const HERE = { lat: 40.0005, lon: 116.3205 };
const WORDS = {
  label: '地图', loading: '正在打开', failed: '打不开', zoom_in: '放大', zoom_out: '缩小', home: '回到我的位置',
  move: '移动地图', done: '移好了', up: '往上', down: '往下', left: '往左', right: '往右', pin: '选好的位置', hint: '一根手指划是翻页',
};
const MARKERS = [
  { id: 'station', lat: 40.0021, lon: 116.3188, icon: 'station', tone: 'go', label: '社区服务站' },
  { id: 'clinic', lat: 39.9989, lon: 116.3232, icon: 'health', tone: 'urgent', label: '卫生服务站' },
];

/** A page of the app with a map in the place of its content; what the map says lands in `heard`. */
async function open(someone, { source, ...state } = {}) {
  const { page } = someone;
  await page.goto('/help');
  await page.locator('h1').waitFor();
  const given = source ?? await page.evaluate(() => fetch('/api/v1/map').then((answer) => answer.json()));
  await page.evaluate(({ state, words }) => {
    window.heard = [];
    const map = document.createElement('street-map');
    Object.assign(map, { words, ...state });
    for (const name of ['pick', 'pin', 'select', 'move', 'home', 'fail']) {
      map.addEventListener(`map-${name}`, ({ detail }) => {
        window.heard.push({ name, ...detail });
        if (name === 'pick' || name === 'pin') map.pin = { lat: detail.lat, lon: detail.lon };
        if (name === 'select') map.selected = detail.id;
      });
    }
    document.querySelector('main').replaceChildren(Object.assign(document.createElement('h1'), { textContent: '地图' }), map);
    const script = document.createElement('script');
    Object.assign(script, { type: 'module', src: document.querySelector('meta[name=map]').content });
    document.head.append(script);
  }, { state: { view: { ...HERE, zoom: 16 }, source: given, ...state }, words: WORDS });
  await page.locator('.map-canvas').waitFor();
  return page;
}

const heard = (page, name) => page.evaluate((name) => window.heard.filter((each) => each.name === name), name);

/** Colours on the tiles that can be seen: 1 for blank paper, many for a map. */
const colours = (page) => page.evaluate(() => {
  const seen = new Set();
  for (const tile of document.querySelectorAll('.leaflet-tile-pane canvas')) {
    const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
    for (let i = 0; i < data.length; i += 4 * 97) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
  }
  return [...seen];
});

async function drawn(page) {
  await page.waitForFunction(() => {
    const tiles = [...document.querySelectorAll('.leaflet-tile-pane canvas')];
    return tiles.length > 0 && tiles.every((tile) => tile.classList.contains('leaflet-tile-loaded') && tile.width > 0);
  });
  return colours(page);
}

for (const [name, size] of Object.entries({ phone: PHONE, tablet: TABLET, desktop: DESKTOP })) {
  test(`it draws the street's own ground on a ${name}`, async () => {
    const someone = await person(browser, server.base, { size });
    const page = await open(someone, { pin: HERE, markers: MARKERS, selected: 'clinic' });
    assert.ok((await drawn(page)).length > 8, 'roads, houses, water, green and names');
    await accessible(page, `the map on a ${name}`);
    await roomy(page, `the map on a ${name}`, 48);
    await shot(page, `map-${name}`);
    await someone.leave();
  });
}

test('it is sharp where a screen has three pixels for one', async () => {
  const someone = await person(browser, server.base, { deviceScaleFactor: 3 });
  const page = await open(someone);
  await drawn(page);
  const sides = await page.evaluate(() => [...document.querySelectorAll('.leaflet-tile-pane canvas')].map((tile) => tile.width));
  assert.ok(sides.every((side) => side === 768), `${sides}`);
  await someone.leave();
});

test('the theme and 长辈版 reach the canvas while it is open', async () => {
  const someone = await person(browser, server.base, { size: TABLET });
  const page = await open(someone, { pin: HERE });
  const light = await drawn(page);
  const ground = (name) => page.evaluate((name) => {
    const hex = getComputedStyle(document.querySelector('street-map')).getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join();
  }, name);
  assert.ok(light.includes(await ground('--map-ground')));
  await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
  const dark = await ground('--map-ground');
  assert.ok(!light.includes(dark), 'dark is another colour');
  await page.waitForFunction((dark) => [...document.querySelectorAll('.leaflet-tile-pane canvas')].every((tile) => {
    const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
    for (let i = 0; i < data.length; i += 4) if (`${data[i]},${data[i + 1]},${data[i + 2]}` === dark) return true;
    return false;
  }), dark);
  await page.evaluate(() => { document.documentElement.dataset.elder = '30'; });
  await roomy(page, 'the map in 长辈版', 60);
  await shot(page, 'map-dark-elder');
  await someone.leave();
});

test('a tap asks, a marker is chosen by tap, Enter and space', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const page = await open(someone, { markers: MARKERS });
  await drawn(page);
  const box = await page.locator('.map-canvas').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const [pick] = await heard(page, 'pick');
  assert.ok(Math.abs(pick.lat - HERE.lat) < 1e-4 && Math.abs(pick.lon - HERE.lon) < 1e-4, JSON.stringify(pick));
  const station = page.getByRole('button', { name: '社区服务站' });
  const clinic = page.getByRole('button', { name: '卫生服务站' });
  await station.click();
  await clinic.focus();
  await page.keyboard.press('Enter');
  assert.equal(await clinic.getAttribute('aria-pressed'), 'true');
  await station.focus();
  await page.keyboard.press('Space');
  assert.deepEqual((await heard(page, 'select')).map(({ id }) => id), ['station', 'clinic', 'station']);
  assert.equal(await clinic.getAttribute('aria-pressed'), 'false');
  assert.equal((await heard(page, 'pick')).length, 1, 'choosing is no tap on the ground');
  await someone.leave();
});

test('the pin follows the mouse, the arrows and the buttons', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const page = await open(someone, { pin: HERE });
  await drawn(page);
  const pin = page.getByRole('button', { name: '选好的位置' });
  const box = await pin.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 - 40, { steps: 6 });
  const moving = await heard(page, 'pin');
  assert.ok(moving.length > 2 && moving.every(({ settled }) => !settled), 'it speaks while it moves');
  await page.mouse.up();
  const left = (await heard(page, 'pin')).at(-1);
  assert.ok(left.settled && left.lat > HERE.lat && left.lon > HERE.lon, JSON.stringify(left));
  await pin.focus();
  await page.keyboard.press('ArrowDown');
  const south = (await heard(page, 'pin')).at(-1);
  assert.ok(south.lat < left.lat && Math.abs(south.lon - left.lon) < 1e-6);
  await page.getByRole('button', { name: '移动地图' }).click();
  await page.getByRole('button', { name: '往左' }).click();
  const west = (await heard(page, 'pin')).at(-1);
  assert.ok(west.lon < south.lon && west.settled);
  await someone.leave();
});

test('buttons zoom, move and come home', async () => {
  const someone = await person(browser, server.base);
  const page = await open(someone);
  await drawn(page);
  const last = async () => (await heard(page, 'move')).at(-1);
  const press = async (name) => {
    const before = (await heard(page, 'move')).length;
    await page.getByRole('button', { name }).click();
    await page.waitForFunction((before) => window.heard.filter(({ name }) => name === 'move').length > before, before);
  };
  await press('放大');
  assert.equal((await last()).zoom, 17);
  await page.getByRole('button', { name: '移动地图' }).click();
  const before = await last();
  await press('往右');
  assert.ok((await last()).west > before.west);
  await press('回到我的位置');
  const home = await last();
  assert.ok(Math.abs((home.west + home.east) / 2 - HERE.lon) < 1e-4);
  assert.equal(home.zoom, 16);
  assert.equal((await heard(page, 'home')).length, 1);
  await someone.leave();
});

/** A finger drawn over the map, as the browser's own input would. */
async function swipe(page, dx, dy, fingers = 1) {
  const box = await page.locator('.map-canvas').boundingBox();
  const devtools = await page.context().newCDPSession(page);
  const at = (part) => Array.from({ length: fingers }, (_, i) => ({
    x: box.x + box.width / 2 + i * 50 + dx * part,
    y: box.y + box.height / 2 + dy * part,
    id: i,
  }));
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (let i = 1; i <= 10; i += 1) await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(i / 10) });
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await page.waitForTimeout(200);
}

test('one finger scrolls the page until the map is unlocked', async () => {
  const someone = await person(browser, server.base);
  const page = await open(someone);
  await drawn(page);
  await page.evaluate(() => { document.querySelector('main').style.minHeight = '3000px'; });
  const state = async () => ({ scrolled: await page.evaluate(() => window.scrollY), moved: (await heard(page, 'move')).length });
  const before = await state();
  await swipe(page, 0, -120);
  const scrolled = await state();
  assert.ok(scrolled.scrolled > before.scrolled + 50, 'the page scrolled');
  assert.equal(scrolled.moved, before.moved, 'the map stayed');

  const button = page.getByRole('button', { name: '移动地图' });
  await button.click();
  await page.evaluate(() => window.scrollTo(0, 0));
  const unlocked = await state();
  await swipe(page, 0, -120);
  const moved = await state();
  assert.equal(moved.scrolled, unlocked.scrolled, 'the page stayed');
  assert.ok(moved.moved > unlocked.moved, 'the map moved');
  await page.getByRole('button', { name: '移好了' }).click();
  await swipe(page, 0, -120);
  assert.ok((await state()).scrolled > moved.scrolled, 'and scrolls again');
  await someone.leave();
});

test('two fingers move it at any time', async () => {
  const someone = await person(browser, server.base);
  const page = await open(someone);
  await drawn(page);
  const before = (await heard(page, 'move')).at(-1);
  await swipe(page, 80, 0, 2);
  await page.waitForFunction((west) => window.heard.filter(({ name }) => name === 'move').at(-1).west < west, before.west);
  await someone.leave();
});

test('no two names overlap', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const page = await open(someone);
  await drawn(page);
  // What is written is read off the canvas: every text with the place it got.
  const texts = await page.evaluate(async () => {
    const written = new Map();
    const fillText = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function note(text, x, y) {
      const tile = this.canvas.getBoundingClientRect();
      const { a, b, e, f } = this.getTransform();
      const ratio = this.canvas.width / tile.width;
      const key = `${text} ${Math.round(tile.x + e / ratio)} ${Math.round(tile.y + f / ratio)}`;
      written.set(key, { text, x: tile.x + e / ratio, y: tile.y + f / ratio, angle: Math.atan2(b, a), width: this.measureText(text).width, size: parseFloat(/([\d.]+)px/.exec(this.font)[1]) });
      return fillText.call(this, text, x, y);
    };
    document.documentElement.dataset.theme = 'dark';
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
    return [...written.values()];
  });
  assert.ok(texts.length > 10, `${texts.length} names`);
  const level = texts.filter(({ angle }) => Math.abs(angle) < 0.02);
  for (const [i, a] of level.entries()) {
    for (const b of level.slice(i + 1)) {
      const apart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.size + b.size) / 2;
      assert.ok(apart, `${a.text} over ${b.text}`);
    }
  }
  await someone.leave();
});

test('tiles in GCJ-02 lie where their own system has the place, before and after a move', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await someone.context.route('**/tiles/**', (route) => route.fulfill({ body: dot, contentType: 'image/png' }));
  const tiles = [{ url: '/tiles/{z}/{x}/{y}.png', subdomains: '', gcj02: true, max_zoom: 18 }];
  const page = await open(someone, { source: { basemap: null, tiles, credit: 'Tiles Ltd' } });
  await page.locator('.map-credit', { hasText: 'Tiles Ltd' }).waitFor();
  /** Where, in px from the middle of the map, the tiles show the place that the map has in its middle. */
  const strays = async () => {
    await page.locator('img.leaflet-tile-loaded').first().waitFor();
    const seen = (await heard(page, 'move')).at(-1);
    const middle = toGcj02({ lat: (seen.south + seen.north) / 2, lng: (seen.west + seen.east) / 2 });
    const scale = 256 * 2 ** seen.zoom;
    const sin = Math.sin((middle.lat * Math.PI) / 180);
    const x = scale * ((middle.lng + 180) / 360);
    const y = scale * (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI));
    return page.evaluate(({ x, y }) => {
      const box = document.querySelector('.map-canvas').getBoundingClientRect();
      const tile = document.querySelector('img.leaflet-tile-loaded');
      const [, , column, row] = /tiles\/(\d+)\/(\d+)\/(\d+)/.exec(tile.src).map(Number);
      const at = tile.getBoundingClientRect();
      return [at.x + (x - column * 256) - (box.x + box.width / 2), at.y + (y - row * 256) - (box.y + box.height / 2)];
    }, { x, y });
  };
  for (const by of [null, '往右', '往上']) {
    if (by === '往右') await page.getByRole('button', { name: '移动地图' }).click();
    if (by) await page.getByRole('button', { name: by }).click();
    await page.waitForTimeout(400);
    const [dx, dy] = await strays();
    assert.ok(Math.abs(dx) < 2.5 && Math.abs(dy) < 2.5, `${by}: ${dx}, ${dy} px`);
  }
  await someone.leave();
});

test('it opens again without signal', async () => {
  const someone = await person(browser, server.base);
  let page = await open(someone);
  await drawn(page);
  const source = await page.evaluate(() => fetch('/api/v1/map').then((answer) => answer.json()));
  await page.evaluate(() => navigator.serviceWorker.ready);
  // The worker that has just come keeps what is asked for from now on.
  page = await open(someone, { source });
  await drawn(page);
  await keptForLater(page, ['map-', 'basemap-']);
  await someone.context.setOffline(true);
  page = await open(someone, { source });
  assert.ok((await drawn(page)).length > 8);
  await someone.leave();
});

test('a damaged basemap is said, and the page goes on', async () => {
  const someone = await person(browser, server.base);
  await someone.context.route('**/basemap-*.bin', async (route) => {
    const body = await (await route.fetch()).body();
    body[body.length >> 1] ^= 1;
    await route.fulfill({ body, contentType: 'application/octet-stream' });
  });
  const page = await open(someone, { markers: MARKERS });
  await page.getByText('打不开').waitFor();
  await page.getByRole('button', { name: '社区服务站' }).click();
  assert.equal((await heard(page, 'select')).length, 1);
  await someone.leave();
});

test('nobody without a map downloads it', async () => {
  const someone = await person(browser, server.base);
  const asked = [];
  someone.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await someone.page.goto('/');
  await someone.page.evaluate(() => navigator.serviceWorker.ready);
  assert.ok(readdirSync(dist).some((name) => /^map-[0-9a-f]{16}\.js$/.test(name)));
  assert.deepEqual(asked.filter((path) => path.startsWith('/map-') || path.startsWith('/api/v1/map')), []);
  await someone.leave();
});
