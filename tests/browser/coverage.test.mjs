// Which homes have which service, what one more would change, and the way of a worker's day: by
// keyboard and tap, on a phone and a desk, by a link, and only for those whose business it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, roomy, shot, visit } from './harness.mjs';
import { at, atDesk, freeSlots, handIn, said, staff, words } from './steps.mjs';

const { coverage, visits, staff: desk } = words;
const SERVICE = { category: 'health', kind: '药店' };
const link = `/staff/coverage?walker=older&service=${encodeURIComponent('health:药店')}`;

let server;
let browser;
let table;
before(async () => {
  server = await new Server().start();
  browser = await launch();
  table = await (await staff(server, 'supervisor')).call('GET', '/api/v1/staff/coverage?profile=older');
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** Runs `work` as somebody of the staff, at an address. */
function as(name, address, work, options = { size: DESKTOP }) {
  return visit(browser, server.base, options, async (page, context) => {
    await atDesk(page, name);
    await page.goto(address);
    await work(page, context);
  });
}

const row = () => table.rows.find(({ category, kind }) => category === SERVICE.category && kind === SERVICE.kind);
/** Of a category: how many services, how many that somebody lacks, and what most homes lack. */
function lackingOf(category) {
  const rows = table.rows.filter((row) => row.category === category);
  const without = (row) => row.homes - row.covered;
  const worst = rows.reduce((worst, row) => (without(row) > without(worst) ? row : worst));
  return { all: rows.length, lacking: rows.filter((row) => without(row) > 0).length, kind: worst.kind, homes: without(worst) };
}

const foldOf = (page, category) => page.locator('.fold', { has: page.getByText(words.words.category[category], { exact: true }) });
const unfold = (page, category) => foldOf(page, category).locator('summary').click();

/** An estate that has no such service within its minutes. */
const lacking = () => table.estates.find((estate, number) => estate.on_map && !((row().walks[number] ?? Infinity) <= row().minutes));

test('the table says what the server says, in words as well as in colour', async () => {
  await as('supervisor', '/staff/coverage', async (page) => {
    const lines = page.locator('.matrix tbody tr');
    await lines.first().waitFor();
    assert.equal(await lines.count(), table.rows.length);
    for (const [number, line] of (await lines.all()).entries()) {
      const { kind, walks, minutes } = table.rows[number];
      assert.match(await line.locator('th').textContent(), said(kind));
      const cells = await line.locator('td').allTextContents();
      const expected = walks.map((walk) => (walk === null ? coverage.no_way : walk > minutes ? `${walk}${coverage.far}` : `${walk}`));
      assert.deepEqual(cells.map((cell) => cell.trim()), expected, kind);
    }
    const worst = table.rows.reduce((worst, row) => (row.homes - row.covered > worst.homes - worst.covered ? row : worst));
    await unfold(page, worst.category);
    await page.locator('.fold[open] .service').first().getByText(said(coverage.without, { homes: worst.homes - worst.covered })).waitFor();
    await page.getByLabel(coverage.walker).selectOption('slow');
    await page.waitForURL(/walker=slow/);
    const slow = await (await staff(server, 'supervisor')).call('GET', '/api/v1/staff/coverage?profile=slow');
    const worse = Math.max(...slow.rows.filter(({ category }) => category === worst.category).map(({ homes, covered }) => homes - covered));
    // What was unfolded stays so for another walker.
    await page.locator('.fold[open] .service').first().getByText(said(coverage.without, { homes: worse })).waitFor();
    const short = table.floors.find(({ name }) => name === '荷塘社区');
    await page.getByRole('row', { name: said(short.name) }).getByText(said(coverage.rooms_short, { m2: 15 })).waitFor();
    await page.getByRole('row', { name: /东篱社区/ }).getByText(coverage.rooms_unknown).waitFor();
  });
});

test('on a phone each category is a line that says what most homes lack, and unfolds', async () => {
  await as('supervisor', '/staff/coverage', async (page) => {
    await page.locator('.fold').first().waitFor();
    const categories = [...new Set(table.rows.map(({ category }) => category))];
    assert.equal(await page.locator('.fold').count(), categories.length);
    assert.equal(await page.locator('.fold[open]').count(), 0);
    const high = await page.evaluate(() => document.querySelector('.folds').getBoundingClientRect().height);
    assert.ok(high < 2 * PHONE.height, `${high} px for all of them`);
    for (const category of categories) {
      const { all, lacking, kind, homes } = lackingOf(category);
      const line = foldOf(page, category).locator('summary');
      const told = lacking > 0 ? [said(coverage.fold_homes, { kind, homes }), said(coverage.fold_kinds, { all, lacking })] : [said(coverage.fold_near)];
      for (const words of told) await line.getByText(words).waitFor();
    }
    const [first] = categories;
    await foldOf(page, first).locator('summary').focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.fold[open] .service').count(), lackingOf(first).all);
    await accessible(page, 'an unfolded category');
    await roomy(page, 'an unfolded category');
    await shot(page, 'coverage-unfolded-phone');
  }, { size: PHONE });
});

test('the map keeps what was chosen in sight when it is zoomed, and where it looks for another walker', async () => {
  const gate = lacking().at;
  await as('supervisor', `${link}&at=${gate.lat.toFixed(5)},${gate.lon.toFixed(5)}`, async (page) => {
    const pin = page.locator('.map-pin');
    await pin.waitFor();
    await page.waitForFunction(() => document.querySelector('.leaflet-tile-pane canvas'));
    const zoom = page.getByRole('button', { name: words.map.zoom_in });
    // Away from the middle, where a plain zoom would throw it out of the map.
    await page.getByRole('button', { name: words.map.moving }).click();
    const inSight = async () => {
      const [box, map] = [await pin.boundingBox(), await page.locator('.map-canvas').boundingBox()];
      return box.x >= map.x && box.x + box.width <= map.x + map.width && box.y + box.height <= map.y + map.height;
    };
    for (let step = 0; step < 3; step += 1) {
      await zoom.click();
      await page.waitForTimeout(300);
      assert.ok(await inSight(), `after ${step + 1} steps`);
    }
    const where = async () => page.evaluate(() => new Promise((resolve) => {
      const map = document.querySelector('street-map');
      map.addEventListener('map-move', ({ detail }) => resolve(detail.zoom), { once: true });
      document.querySelectorAll('.map-tool')[1].click();
    }));
    const before = await where();
    await page.getByLabel(coverage.walker).selectOption('slow');
    await page.waitForURL(/walker=slow/);
    await pin.waitFor();
    await page.waitForTimeout(600);
    assert.equal(await where(), before - 1, 'it looks as near as it was left');
    assert.ok(await inSight());
  });
});

test('one more: at a gate by keyboard, on the map by a tap, moved by an arrow, kept in the link', async () => {
  const estate = lacking();
  await as('supervisor', link, async (page) => {
    await page.getByLabel(coverage.put_at).selectOption({ label: estate.name });
    const gains = page.locator('.gain-sum');
    await gains.filter({ hasText: said(coverage.gain) }).waitFor();
    const newly = Number(/\d+/.exec(await gains.textContent())[0]);
    assert.ok(newly >= estate.homes, `${newly} of at least ${estate.homes}`);
    const line = page.locator('.estate-line', { hasText: estate.name }).first();
    await line.getByText(coverage.gain_newly).waitFor();
    const put = page.url();
    assert.match(put, /at=/);

    await page.locator('.map-pin').waitFor();
    await page.locator('.map-pin').focus();
    await page.keyboard.press('Shift+ArrowUp');
    await page.waitForFunction((before) => location.href !== before, put);
    await page.getByLabel(coverage.put_at).locator('option[value=spot]').waitFor({ state: 'attached' });
    const box = await page.locator('.map-canvas').boundingBox();
    const moved = page.url();
    // Beside the town: no marker is under the finger.
    await page.locator('.map-canvas').click({ position: { x: box.width * 0.1, y: box.height * 0.5 } });
    await page.waitForFunction((before) => location.href !== before, moved);
    await gains.waitFor();
    await page.goto(put);
    await gains.filter({ hasText: String(newly) }).waitFor();
    await page.getByRole('button', { name: coverage.take_away }).click();
    await gains.waitFor({ state: 'detached' });
    assert.doesNotMatch(page.url(), /at=/);
    await page.goto(`${link}&at=0,0`);
    await page.getByText(coverage.gain_off_map).first().waitFor();
  });
});

test('the table is taken away as a file', async () => {
  await as('window', '/staff/coverage', async (page) => {
    for (const [name, file] of [[coverage.csv, 'coverage.csv'], [coverage.geojson, 'coverage.geojson']]) {
      const started = page.waitForEvent('download');
      await page.getByRole('link', { name, exact: true }).click();
      assert.equal((await started).suggestedFilename(), file);
    }
  });
});

test('others are told in words that it is not for them, and have no way to it', async () => {
  await as('department', '/staff/coverage', async (page) => {
    await page.getByText(coverage.not_yours).waitFor();
    const nav = page.getByRole('navigation', { name: desk.title });
    assert.equal(await nav.getByRole('link', { name: desk.nav.coverage }).count(), 0);
    assert.equal(await nav.getByRole('link', { name: desk.nav.visits }).count(), 0);
  });
});

test("a worker's day: by the time that was agreed, from where one says, and never from the phone", async () => {
  const free = (await freeSlots(server)).filter(({ start }, _, all) => new Date(start + 288e5).getUTCDate() === new Date(all.at(-1).start + 288e5).getUTCDate());
  const [early, late] = [free[0], free[2]];
  const second = await handIn(server, { slot: late });
  const first = await handIn(server, { slot: early });
  const date = new Date(early.start + 288e5).toISOString().slice(0, 10);
  await as('grid', '/staff', async (page, context) => {
    const sent = [];
    context.on('request', (request) => sent.push(request.url()));
    await page.getByRole('navigation', { name: desk.title }).getByRole('link', { name: desk.nav.visits }).click();
    await at(page, visits.title);
    await page.getByLabel(visits.day).selectOption(date);
    await page.locator('.stop').first().waitFor();
    const links = await page.locator('.stop a').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    assert.deepEqual(links, [first, second].map(({ case: id }) => `/staff/cases/${id}`));
    await page.getByText(said(visits.leave_by)).first().waitFor();
    await page.getByLabel(visits.start, { exact: true }).selectOption({ label: '长乐里' });
    await page.locator('.stop-walk').first().getByText(visits.walk_same).waitFor();
    await accessible(page, 'the way of a day');
    await roomy(page, 'the way of a day');
    assert.ok(sent.every((url) => !/lat|lon|116\./.test(url)), 'no position is sent');
    await context.setOffline(true);
    await page.getByLabel(visits.day).selectOption('');
    await page.getByText(visits.offline).waitFor();
    await context.setOffline(false);
    // It comes by itself: what was missed meanwhile is asked for.
    await page.getByText(visits.none_today).waitFor();
    await accessible(page, 'a day with nobody to visit');
  }, { size: PHONE, geolocation: { latitude: 39.9, longitude: 116.3 }, permissions: ['geolocation'] });
});

for (const [name, options] of Object.entries({
  phone: { size: PHONE },
  'phone in the dark': { size: PHONE, colorScheme: 'dark' },
  tablet: { size: TABLET, colorScheme: 'dark' },
  desktop: { size: DESKTOP },
  'phone in 长辈版 22': { size: PHONE, elder: 22 },
  'phone in 长辈版 30': { size: PHONE, elder: 30 },
})) {
  test(`it is clean and roomy on a ${name}`, async () => {
    await as('supervisor', '/staff/coverage', async (page) => {
      await page.locator('.fold').first().waitFor();
      await accessible(page, 'all services');
      await roomy(page, 'all services');
      await shot(page, `coverage-all-${name}`);
      const gate = lacking().at;
      await page.goto(`${link}&at=${gate.lat.toFixed(5)},${gate.lon.toFixed(5)}`);
      await page.locator('.gain-sum').waitFor();
      await page.locator('.map-marker').first().waitFor();
      await accessible(page, 'one service');
      await roomy(page, 'one service');
      await shot(page, `coverage-one-${name}`);
    }, options);
  });
}
