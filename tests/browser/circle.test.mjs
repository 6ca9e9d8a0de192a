// The quarter of an hour: minutes as the engine on the command line tells them, under a finger,
// by keyboard, without leave to locate, without signal, in 长辈版, by a link, on paper; and no
// place ever leaves the phone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, binary, launch, person, roomy, shot } from './harness.mjs';
import { said, words } from './steps.mjs';

const { circle, shell } = words;

let server;
let browser;
let facilities;
let standards;
let estate;
before(async () => {
  server = await new Server().start();
  browser = await launch();
  ({ facilities, standards } = (await server.call('GET', '/api/v1/facilities')).answer);
  const { answer: street } = await server.call('GET', '/api/v1/street');
  estate = street.estates.find(({ name }) => name === '长乐里');
});
after(async () => {
  await browser.close();
  await server.remove();
});

/** What the command line says of every facility from a place: seconds, or none. */
async function times({ lat, lon }, profile) {
  const { answer: map } = await server.call('GET', '/api/v1/map');
  const network = join(server.data, 'street.net');
  writeFileSync(network, Buffer.from(await (await fetch(server.base + map.network)).arrayBuffer()));
  const points = join(server.data, 'points.csv');
  writeFileSync(points, ['id,lat,lon', ...facilities.map(({ id, at }) => `${id},${at.lat},${at.lon}`)].join('\n'));
  const table = execFileSync(binary, ['circle', 'times', network, '--at', `${lat},${lon}`, '--profile', profile, '--to', points], { encoding: 'utf8' });
  const rows = table.trim().split(/\r?\n/).slice(1).map((line) => line.split(','));
  return new Map(rows.map((row) => [row[0], row.at(-1) === '' ? null : Number(row.at(-1))]));
}

/** Where something is once the map has drawn near to what it shows and nothing moves any more. */
async function atRest(page, it) {
  for (let before = null; ; ) {
    const box = await it.boundingBox();
    if (before && box.x === before.x && box.y === before.y) return box;
    before = box;
    await page.waitForTimeout(400);
  }
}

/** The rows of the list: name and minutes, in the order in which they stand. */
const rows = (page) => page.locator('.circle-row').evaluateAll((rows) => rows.map((row) => ({
  name: row.querySelector('.circle-name').textContent,
  minutes: Number(row.querySelector('.circle-min')?.textContent ?? NaN),
})));

async function showAll(page) {
  const more = page.getByRole('button', { name: said(circle.more) });
  while (await more.isVisible()) await more.click();
}

const counted = (page) => page.locator('.circle-sum').filter({ hasText: said(circle.sum) }).waitFor();

async function fromEstate(page, query = 'cll') {
  await page.goto('/circle');
  await page.getByRole('button', { name: circle.from_estate, exact: true }).click();
  await page.getByLabel(circle.estate_label).fill(query);
  await page.getByRole('button', { name: estate.name, exact: true }).click();
  await counted(page);
}

const link = ({ lat, lon }, walker = 'adult') => `/circle#p=${lat.toFixed(5)},${lon.toFixed(5)}&w=${walker}`;

for (const [walker, word] of [['adult', circle.walker_adult], ['slow', circle.walker_slow], ['wheelchair', circle.walker_wheelchair]]) {
  test(`the list tells the minutes that the command line tells: ${walker}`, async () => {
    const someone = await person(browser, server.base);
    const { page } = someone;
    await fromEstate(page);
    await page.getByText(word, { exact: true }).click();
    const seconds = await times(estate.entrance, walker);
    const minutes = (id) => Math.max(1, Math.ceil(seconds.get(id) / 60));
    const near = facilities.filter(({ id }) => seconds.get(id) !== null && minutes(id) <= 15);
    await page.locator('.circle-sum').filter({ hasText: said(circle.sum, { quarter: near.length }) }).waitFor();
    await showAll(page);
    const expected = near.map(({ id, name }) => ({ name, minutes: minutes(id) }));
    const shown = await rows(page);
    const sorted = (list) => list.map(({ name, minutes }) => `${name} ${minutes}`).sort();
    assert.deepEqual(sorted(shown), sorted(expected));
    assert.deepEqual(shown.map(({ minutes }) => minutes), shown.map(({ minutes }) => minutes).sort((a, b) => a - b), 'nearest first');
    await someone.leave();
  });
}

test('the list can be searched, narrowed, and says what is missing', async () => {
  const someone = await person(browser, server.base);
  const { page } = someone;
  await page.goto(link(estate.entrance, 'slow'));
  await counted(page);
  const seconds = await times(estate.entrance, 'slow');
  await page.getByRole('button', { name: said(words.words.category.health) }).first().click();
  await showAll(page);
  const health = facilities.filter(({ id, category }) => category === 'health' && (seconds.get(id) ?? Infinity) < 3600);
  const shown = await rows(page);
  assert.deepEqual(shown.filter(({ minutes }) => minutes).map(({ name }) => name).sort(), health.map(({ name }) => name).sort());
  await page.getByRole('button', { name: circle.category_all, exact: true }).click();
  // Each kind by its own minutes, and a few of them before somebody asks for all.
  const within = (kind) => 60 * (standards.find((one) => one.kind === kind)?.minutes ?? 15);
  const far = [...new Set(facilities.map(({ kind }) => kind))].filter((kind) => facilities.every((one) => one.kind !== kind || (seconds.get(one.id) ?? Infinity) > within(kind)));
  assert.ok(far.length > 6, 'somebody slow lacks more than is shown at first');
  assert.equal(await page.locator('.circle-lost li').count(), 6);
  await page.getByRole('button', { name: said(circle.missing_more, { count: far.length - 6 }) }).click();
  assert.equal(await page.locator('.circle-lost li').count(), far.length);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'circle-lost');
  for (const kind of far) assert.equal(await page.locator('.circle-lost li').filter({ hasText: kind }).count() > 0, true, kind);
  await page.getByLabel(shell.circle_search, { exact: true }).fill('药店');
  await page.locator('.circle-row').first().waitFor();
  assert.ok((await rows(page)).length > 0);
  await page.getByLabel(shell.circle_search, { exact: true }).fill('没有的东西');
  await page.getByText(shell.circle_none).first().waitFor();
  await someone.leave();
});

test('a facility tells the way, its hours and its number, and shows the way on the map', async () => {
  const someone = await person(browser, server.base);
  const { page } = someone;
  await page.goto(link(estate.entrance, 'older'));
  await counted(page);
  const row = page.locator('.circle-row').nth(4);
  const name = await row.locator('.circle-name').textContent();
  await row.locator('.circle-go').click();
  const sheet = page.getByRole('dialog', { name });
  await sheet.getByText(said(circle.sheet_arrive, { name })).waitFor();
  assert.ok((await sheet.locator('.circle-steps li').count()) >= 2);
  await sheet.getByText(circle.sheet_today, { exact: true }).or(sheet.getByText(circle.sheet_no_hours)).first().waitFor();
  await sheet.getByRole('link', { name: circle.sheet_proxy }).waitFor();
  await accessible(page, 'the sheet of a facility');
  await roomy(page, 'the sheet of a facility');
  await shot(page, 'circle-sheet-phone');
  await sheet.getByRole('button', { name: circle.sheet_on_map }).click();
  await page.locator('.map-canvas').waitFor();
  await page.waitForFunction(() => (document.querySelector('.map-route')?.getAttribute('d') ?? '').length > 20);
  await shot(page, 'circle-way-phone');
  await someone.leave();
});

test('bands and minutes follow the pin under the mouse and the arrows', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const { page } = someone;
  await page.goto(link(estate.entrance));
  await counted(page);
  await page.waitForFunction(() => document.querySelectorAll('.map-area').length >= 3);
  const band = () => page.locator('.map-area-15').first().getAttribute('d');
  const before = [await band(), JSON.stringify(await rows(page))];
  await page.waitForFunction(() => document.querySelector('.leaflet-tile-pane canvas'));
  const pin = page.locator('.map-pin');
  // In the middle of the window: there has to be room above it.
  await pin.evaluate((pin) => pin.scrollIntoView({ block: 'center', behavior: 'instant' }));
  const box = await atRest(page, pin);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 30, box.y + box.height / 2 - 90, { steps: 5 });
  await page.waitForFunction((before) => document.querySelector('.map-area-15').getAttribute('d') !== before, before[0]);
  await page.mouse.move(box.x + box.width / 2 + 50, box.y + box.height / 2 - 120, { steps: 5 });
  const under = await band();
  await page.mouse.up();
  await page.waitForFunction((before) => [...document.querySelectorAll('.circle-row')].map((row) => row.textContent).join() !== before, before[1]);
  assert.notEqual(JSON.stringify(await rows(page)), before[1]);
  await pin.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.waitForFunction((under) => document.querySelector('.map-area-15').getAttribute('d') !== under, under);
  await page.getByRole('heading', { name: said(circle.starting, { name: circle.start_spot }) }).waitFor();
  await page.waitForFunction((text) => document.getElementById('announcer').textContent.includes(text), '走路15分钟能到');
  await someone.leave();
});

test('without leave to locate there are other ways; with it the list begins here', async () => {
  const denied = await person(browser, server.base);
  await denied.page.goto('/circle');
  await denied.page.getByRole('button', { name: circle.from_here, exact: true }).click();
  await denied.page.getByText(circle.denied).waitFor();
  await denied.page.getByRole('button', { name: circle.from_map, exact: true }).click();
  await denied.page.locator('.map-canvas').waitFor();
  await denied.page.waitForFunction(() => document.querySelector('.leaflet-tile-pane canvas'));
  const box = await denied.page.locator('.map-canvas').boundingBox();
  await denied.page.locator('.map-canvas').click({ position: { x: box.width / 2, y: box.height / 2 } });
  await counted(denied.page);
  await denied.leave();

  const { lat, lon } = estate.entrance;
  const allowed = await person(browser, server.base, { permissions: ['geolocation'], geolocation: { latitude: lat, longitude: lon } });
  await allowed.page.goto('/circle');
  await allowed.page.getByRole('button', { name: circle.from_here, exact: true }).click();
  await allowed.page.getByRole('heading', { name: said(circle.starting, { name: circle.start_here }) }).waitFor();
  await counted(allowed.page);
  await allowed.leave();

  const abroad = await person(browser, server.base, { permissions: ['geolocation'], geolocation: { latitude: 31.2, longitude: 121.5 } });
  await abroad.page.goto('/circle');
  await abroad.page.getByRole('button', { name: circle.from_here, exact: true }).click();
  await abroad.page.getByText(circle.off_map).first().waitFor();
  await abroad.leave();
});

test('no place leaves the phone', async () => {
  const { lat, lon } = estate.entrance;
  const someone = await person(browser, server.base, { size: DESKTOP, permissions: ['geolocation'], geolocation: { latitude: lat, longitude: lon } });
  const { page, context } = someone;
  const sent = [];
  context.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`));
  await page.goto('/circle');
  await page.getByRole('button', { name: circle.from_here, exact: true }).click();
  await counted(page);
  await page.locator('.map-pin').focus();
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
  await page.locator('.circle-go').first().click();
  await page.getByRole('dialog').getByText(said(circle.sheet_arrive)).waitFor();
  await page.goto(link(estate.entrance, 'older'));
  await counted(page);
  await page.waitForTimeout(500);
  assert.ok(sent.length > 5, 'requests were heard');
  const parts = [lat.toFixed(3), lon.toFixed(3), String(lat), String(lon)];
  // The link itself was typed in: browsers keep the fragment, and Playwright shows it in the URL of the page alone.
  const told = sent.map((line) => line.replace(/#\S*/, '')).filter((line) => parts.some((part) => line.includes(part)));
  assert.deepEqual(told, []);
  assert.ok(sent.every((line) => / https?:\/\/127\.0\.0\.1/.test(line)), 'and nobody else is asked anything');
  await someone.leave();
});

test('home is remembered where it is asked for, and forgotten again', async () => {
  const someone = await person(browser, server.base);
  const { page } = someone;
  await fromEstate(page, 'changle');
  await page.getByText(circle.walker_older, { exact: true }).click();
  await page.getByRole('button', { name: circle.keep_home }).click();
  await page.getByText(circle.kept_home).waitFor();
  // Gone on in mid-fetch a page complains of the fetch; nobody sees it.
  await page.goto('/help', { waitUntil: 'networkidle' });
  await page.goto('/circle');
  await page.getByRole('heading', { name: said(circle.starting, { name: circle.start_home }) }).waitFor();
  assert.ok(await page.getByRole('radio', { name: circle.walker_older }).isChecked());
  await counted(page);
  await page.getByRole('button', { name: circle.forget_home }).click();
  await page.waitForLoadState('networkidle');
  await page.goto('/circle');
  await page.getByRole('heading', { name: circle.from_title }).waitFor();
  await someone.leave();
});

test('a link restores place and walker', async () => {
  const someone = await person(browser, server.base, { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = someone;
  // As in a browser without sharing of its own.
  await page.addInitScript(() => { delete Navigator.prototype.share; });
  await fromEstate(page);
  await page.getByText(circle.walker_slow, { exact: true }).click();
  await page.getByRole('button', { name: circle.share }).click();
  await page.getByText(circle.copied).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, server.base + link(estate.entrance, 'slow'));
  const shown = await rows(page);
  const family = await person(browser, server.base);
  await family.page.goto(copied);
  await counted(family.page);
  assert.ok(await family.page.getByRole('radio', { name: circle.walker_slow }).isChecked());
  await family.page.waitForFunction((first) => document.querySelector('.circle-name')?.textContent === first, shown[0].name);
  assert.deepEqual(await rows(family.page), shown);
  await family.leave();
  await someone.leave();
});

test('it works without signal once it has been opened', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const { page, context } = someone;
  await page.goto('/circle');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.goto(link(estate.entrance));
  // From the second page on the service worker stands between.
  await page.reload();
  await counted(page);
  const shown = await rows(page);
  await page.waitForFunction(async () => (await (await caches.open('facts')).keys()).filter(({ url }) => /\/map\/(network|basemap)-/.test(url)).length === 2);
  await context.setOffline(true);
  await page.goto('/');
  await page.goto(link(estate.entrance));
  await counted(page);
  assert.deepEqual(await rows(page), shown);
  await page.waitForFunction(() => document.querySelectorAll('.map-area').length >= 3);
  await someone.leave();
});

test('without footways, without the program, the facilities still stand by category', async () => {
  const bare = await person(browser, server.base, { serviceWorkers: 'block' });
  await bare.page.route('**/api/v1/map', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), network: null } });
  });
  await bare.page.goto(link(estate.entrance));
  await bare.page.getByText(circle.lack_footways).waitFor();
  assert.ok((await bare.page.locator('.place').count()) > 50);
  await accessible(bare.page, 'the circle without footways');
  await bare.leave();

  const broken = await person(browser, server.base, { serviceWorkers: 'block' });
  await broken.page.route(/\/circle-[0-9a-f]+\.js$/, (route) => route.abort());
  await broken.page.goto(link(estate.entrance));
  await broken.page.getByText(circle.lack_program).waitFor();
  assert.ok((await broken.page.locator('.place').count()) > 50);
  await broken.page.unroute(/\/circle-[0-9a-f]+\.js$/);
  await broken.page.getByRole('button', { name: shell.retry }).click();
  await counted(broken.page);
  await broken.leave();
});

test('in 长辈版 there is less at once, and all of it behind 更多选择', async () => {
  for (const elder of [22, 30]) {
    const someone = await person(browser, server.base, { elder });
    const { page } = someone;
    await page.goto(link(estate.entrance, 'older'));
    await counted(page);
    assert.equal(await page.locator('.circle-row').count(), 5);
    await page.getByText(circle.more_choices, { exact: true }).click();
    await page.getByRole('button', { name: said(words.words.category.health) }).first().click();
    await accessible(page, `the circle in 长辈版 ${elder}`);
    await roomy(page, `the circle in 长辈版 ${elder}`, 60);
    await shot(page, `circle-elder-${elder}`);
    await someone.leave();
  }
});

for (const [name, size] of Object.entries({ phone: PHONE, tablet: TABLET, desktop: DESKTOP })) {
  for (const theme of ['light', 'dark']) {
    test(`it is clean and roomy on a ${name}, ${theme}`, async () => {
      const someone = await person(browser, server.base, { size, colorScheme: theme });
      const { page } = someone;
      await page.goto('/circle');
      await page.getByRole('heading', { name: circle.from_title }).waitFor();
      await accessible(page, 'where from');
      await roomy(page, 'where from');
      await shot(page, `circle-start-${name}-${theme}`);
      await page.goto(link(estate.entrance));
      await counted(page);
      const open = page.getByRole('button', { name: circle.show_map });
      if (await open.isVisible()) await open.click();
      await page.waitForFunction(() => document.querySelectorAll('.map-area').length >= 3);
      await accessible(page, 'the list and the map');
      await roomy(page, 'the list and the map');
      await shot(page, `circle-${name}-${theme}`);
      await someone.leave();
    });
  }
}

test('the card for the wall is one sheet of A4 or A5 with numbers and a code', async () => {
  const someone = await person(browser, server.base);
  const { page } = someone;
  await page.addInitScript(() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; });
  await fromEstate(page);
  const out = new URL('../out/', import.meta.url);
  mkdirSync(out, { recursive: true });
  for (const [button, paper, width] of [[circle.print_a4, 'a4', 595], [circle.print_a5, 'a5', 420]]) {
    await page.getByRole('button', { name: button }).click();
    await page.waitForFunction(() => window.printed > 0);
    assert.equal(await page.locator('html').getAttribute('data-paper'), paper);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.wall .qr-code svg').isVisible());
    assert.ok((await page.locator('.wall-rows tr').count()) >= 8);
    const file = new URL(`circle-card-${paper}.pdf`, out);
    await page.pdf({ path: file.pathname, preferCSSPageSize: true });
    const pdf = readFileSync(file, 'latin1');
    assert.equal((pdf.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length, 1, `one page of ${paper}`);
    const [, wide] = /\/MediaBox\s*\[\s*0 0 ([\d.]+)/.exec(pdf);
    assert.ok(Math.abs(Number(wide) - width) < 3, `${paper} is ${wide} points wide`);
    await page.emulateMedia({ media: null });
  }
  await someone.leave();
});
