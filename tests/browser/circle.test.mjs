// The quarter of an hour: minutes as the engine on the command line tells them, under a finger,
// by keyboard, without leave to locate, without signal, in 长辈版, by a link, on paper; and no
// place ever leaves the phone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, binary, keptForLater, launch, person, roomy, shot, signIn } from './harness.mjs';
import { WITHOUT_PAPERS, at, fillOn, said, submit, words } from './steps.mjs';

const { circle, shell } = words;
const { errand } = words.proxy;

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

/** The rows of the list: name and minutes, in the order in which they stand; what is at the door is a minute. */
const rows = (page) => page.locator('.circle-row').evaluateAll((rows) => rows.map((row) => ({
  name: row.querySelector('.circle-name').textContent,
  minutes: row.querySelector('.circle-door') ? 1 : Number(row.querySelector('.circle-min')?.textContent ?? NaN),
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

test('what is at the door is said so, and never in minutes or metres of nothing', async () => {
  const someone = await person(browser, server.base);
  const { page } = someone;
  const shop = facilities.find(({ kind, phone }) => kind === '药店' && phone);
  await page.goto(link(shop.at, 'slow'));
  await counted(page);
  const row = page.locator('.circle-row').first();
  assert.equal(await row.locator('.circle-name').textContent(), shop.name);
  assert.equal(await row.locator('.circle-door').textContent(), circle.at_door);
  assert.equal(await row.locator('.circle-min').count(), 0);
  await page.locator('.circle-tile-near').filter({ hasText: circle.at_door }).first().waitFor();
  await row.locator('.circle-go').click();
  const sheet = page.getByRole('dialog', { name: shop.name });
  await sheet.getByText(said(circle.sheet_at_door)).waitFor();
  const told = await sheet.textContent();
  assert.doesNotMatch(told, /(?<!\d)0\s*(分钟|米)/);
  await accessible(page, 'a facility at the door');
  await someone.leave();
});

test('asked for to be done at a facility, the office sees where', async () => {
  for (const elder of [undefined, 30]) {
    const someone = await person(browser, server.base, { elder });
    const { page, context } = someone;
    const sent = [];
    context.on('request', (request) => sent.push(request.url()));
    await page.goto(link(estate.entrance, 'older'));
    await counted(page);
    const clinic = facilities.find(({ kind }) => kind === '社区卫生服务中心');
    if (elder) await page.getByText(circle.more_choices, { exact: true }).click();
    await page.getByLabel(shell.circle_search, { exact: true }).fill(clinic.name);
    await page.locator('.circle-row').filter({ hasText: clinic.name }).locator('.circle-go').click();
    await page.getByRole('dialog', { name: clinic.name }).getByRole('link', { name: circle.sheet_proxy }).click();
    await page.getByText(said(errand.strip, { place: clinic.name })).waitFor();
    await accessible(page, `where to have it done, ${elder ?? 'plain'}`);
    await roomy(page, `where to have it done, ${elder ?? 'plain'}`);
    await shot(page, `circle-errand-${elder ?? 'phone'}`);
    if (elder) await page.getByText(words.guides.all, { exact: true }).click();
    await page.locator(`a.matter[href="/proxy/${WITHOUT_PAPERS}"]`).click();
    await page.locator(`a[href="/proxy/${WITHOUT_PAPERS}/apply"]`).click();
    const line = errand.line.replace(/\{\{.*\}\}/, clinic.name);
    if (elder) {
      await page.waitForURL(/apply/);
      await at(page, words.words.page.who);
      const draft = await page.evaluate((name) => localStorage.getItem(`yikezhong.draft.proxy_request.${name}`), WITHOUT_PAPERS);
      assert.equal(JSON.parse(draft).answers.note, line);
      await page.goto(`/proxy/${WITHOUT_PAPERS}/apply?page=note`);
    } else {
      await fillOn(page, { until: 'note' });
      assert.equal(await page.getByRole('textbox').inputValue(), line);
      await page.getByRole('button', { name: words.proxy.form.go_on, exact: true }).click();
      await fillOn(page, { from: 'check' });
      await page.getByText(line).waitFor();
      await submit(page);
      const desk = await person(browser, server.base, { size: DESKTOP });
      await signIn(desk.page, 'window');
      await desk.page.locator('.queue-link').first().click();
      await desk.page.locator('blockquote', { hasText: line }).waitFor();
      await desk.leave();
      await page.goto('/proxy');
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await page.getByText(said(errand.strip)).count(), 0, 'done with');
    }
    assert.ok(sent.every((url) => !decodeURIComponent(url).includes(clinic.name)), 'no address has it');
    assert.ok(!server.log.includes(clinic.name), 'nor the log');
    await someone.leave();
  }
});

test('the very first page may be this one: all of it is kept', async () => {
  const someone = await person(browser, server.base, { size: DESKTOP });
  const { page, context } = someone;
  await page.goto(link(estate.entrance));
  await counted(page);
  await page.waitForFunction(() => document.querySelectorAll('.map-area').length >= 3);
  const shown = await rows(page);
  assert.equal(await page.evaluate(() => performance.getEntriesByType('navigation')[0].workerStart), 0, 'no service worker yet');
  await keptForLater(page, ['/api/v1/facilities', '/api/v1/street', '/api/v1/map/network-', '/api/v1/map/basemap-', '_bg.wasm', 'resident-circle', 'map-']);
  await keptForLater(page, await page.evaluate(() => [document.querySelector('meta[name=circle]').content, document.querySelector('meta[name=circle]').content.replace('.js', '_bg.wasm')]));
  await page.waitForLoadState('networkidle');
  await context.setOffline(true);
  await page.reload();
  await counted(page);
  assert.deepEqual(await rows(page), shown);
  await page.waitForFunction(() => document.querySelectorAll('.map-area').length >= 3);
  await page.waitForFunction(() => document.querySelector('.leaflet-tile-pane canvas'));
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
  await page.goto('/', { waitUntil: 'networkidle' });
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

/** Prints the card as the browser would; its text, and the sheets it takes. */
async function printed(page, name) {
  const out = new URL('../out/', import.meta.url);
  mkdirSync(out, { recursive: true });
  const file = new URL(`circle-card-${name}.pdf`, out);
  await page.pdf({ path: file.pathname, preferCSSPageSize: true });
  const pdf = readFileSync(file, 'latin1');
  const [, wide, high] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf);
  return { sheets: (pdf.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length, wide: Number(wide), high: Number(high) };
}

/** What of an element reaches beyond it, of all those on the card. */
const cut = (page) => page.locator('.wall, .wall *').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && !one.closest('svg')).map((one) => one.outerHTML.slice(0, 120)));

/** The smallest type on the card, points. */
const smallest = (page) => page.locator('.wall p, .wall li, .wall strong, .wall figcaption').evaluateAll((all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize) * 0.75)));

const PAPERS = [
  { paper: 'a4', word: shell.paper.a4, size: [595, 842], type: 16, least: 10 },
  { paper: 'a5', word: shell.paper.a5, size: [420, 595], type: 14, least: 8 },
  { paper: '80', word: shell.paper.slip80, size: [227, 842], type: 13, least: 5 },
  { paper: '58', word: shell.paper.slip58, size: [164, 842], type: 12, least: 5 },
];

/** Prints the card on a paper; `window.printed` counts. */
async function printOn(page, word) {
  const before = await page.evaluate(() => window.printed ?? 0);
  await page.getByRole('button', { name: circle.print, exact: true }).click();
  const sheet = page.getByRole('dialog', { name: shell.paper.title });
  await sheet.getByRole('radio', { name: word }).check();
  await sheet.getByRole('button', { name: shell.paper.print, exact: true }).click();
  await page.waitForFunction((before) => (window.printed ?? 0) > before, before);
}

const countPrints = (page) => page.addInitScript(() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; });

for (const { paper, word, size, type, least } of PAPERS) {
  test(`the card for the wall is one sheet of ${paper} in large type, and says what is not on it`, async () => {
    const someone = await person(browser, server.base);
    const { page } = someone;
    await countPrints(page);
    await page.goto(link(estate.entrance, 'older'));
    await counted(page);
    assert.equal(await page.locator('.wall').count(), 0, 'nobody asked for it yet');
    await printOn(page, word);
    assert.equal(await page.locator('html').getAttribute('data-wall'), paper);
    await page.emulateMedia({ media: 'print' });
    const lines = await page.locator('.wall-rows > li').evaluateAll((all) => all.map((row) => row.textContent));
    assert.ok(lines.length >= least, `${lines.length} rows`);
    assert.ok(lines.filter((line) => /010-5550/.test(line)).length >= lines.length / 2, 'most have a number to call');
    const seconds = await times(estate.entrance, 'older');
    const near = facilities.filter(({ id }) => (seconds.get(id) ?? Infinity) <= 900);
    const onCard = near.filter(({ name }) => lines.some((line) => line.includes(name)));
    await page.locator('.wall').getByText(said(circle.card_more, { count: near.length - onCard.length })).waitFor();
    assert.ok(await page.locator('.wall .qr-code svg').isVisible());
    assert.ok((await smallest(page)) >= type - 0.01, `${await smallest(page)} points`);
    assert.deepEqual(await cut(page), []);
    const { sheets, wide, high } = await printed(page, paper);
    assert.equal(sheets, 1);
    assert.ok(Math.abs(wide - size[0]) < 3 && Math.abs(high - size[1]) < 3, `${wide} × ${high} points`);
    await page.emulateMedia({ media: null });
    // On another page nothing of it is left: a receipt has a sheet of its own.
    await page.getByRole('link', { name: shell.back }).first().click();
    await page.waitForFunction(() => !document.documentElement.hasAttribute('data-wall'));
    await someone.leave();
  });
}

test('the card without much to say, with much to say, and in English', async () => {
  const someone = await person(browser, server.base, { serviceWorkers: 'block' });
  const { page } = someone;
  await countPrints(page);
  const print = async (name) => {
    await counted(page);
    const sheets = {};
    for (const { paper, word } of PAPERS) {
      await page.emulateMedia({ media: null });
      await printOn(page, word);
      await page.emulateMedia({ media: 'print' });
      assert.deepEqual(await cut(page), [], `${name} ${paper}`);
      sheets[paper] = (await printed(page, `${name}-${paper}`)).sheets;
    }
    await page.emulateMedia({ media: null });
    return sheets;
  };
  const answer = async (change) => {
    await page.unroute('**/api/v1/facilities');
    await page.route('**/api/v1/facilities', async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      await route.fulfill({ response, json: { ...json, facilities: change(json.facilities) } });
    });
    await page.goto('/', { waitUntil: 'networkidle' });
    await page.evaluate(() => localStorage.clear());
    await page.goto(link(estate.entrance, 'adult'));
  };
  await answer((all) => all.slice(0, 1));
  assert.deepEqual(await print('little'), { a4: 1, a5: 1, 80: 1, 58: 1 });
  assert.equal(await page.locator('.wall').getByText(said(circle.card_more)).count(), 0, 'all of it is on the card');
  await answer((all) => all.map((one) => ({ ...one, name: `${one.name}（原长乐里第一幼儿园旧址二层东侧，从西门进）`, address: `${one.address}院内5号楼底商北侧第三间` })));
  assert.deepEqual(await print('long'), { a4: 1, a5: 1, 80: 1, 58: 1 });
  await someone.leave();

  const english = await person(browser, server.base);
  await countPrints(english.page);
  await english.page.goto(`/circle?lang=en${link(estate.entrance, 'wheelchair').slice(7)}`);
  await english.page.getByRole('button', { name: 'Print “My quarter of an hour”' }).click();
  await english.page.getByRole('dialog', { name: 'Print' }).getByRole('button', { name: 'Print', exact: true }).click();
  await english.page.waitForFunction(() => window.printed);
  await english.page.emulateMedia({ media: 'print' });
  assert.deepEqual(await cut(english.page), []);
  assert.equal((await printed(english.page, 'english-a4')).sheets, 1);
  await english.leave();
});
