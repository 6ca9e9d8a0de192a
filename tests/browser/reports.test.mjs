// What the street reported, for everybody: the list, one case, and one's own part in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, accessible, keptForLater, launch, roomy, shot, visit } from './harness.mjs';
import { at, photoIn, publicReport, reportIn, staff, words } from './steps.mjs';

const { list, sort, from, map, part, gone, follow, one, own, beside, merged } = words.reports;
const { me_too, kept } = words.report.near;
const PHOTO = readFileSync(new URL('../../bench/photo.jpg', import.meta.url));
const LAMP = '东门的路灯不亮了';
/** More than a page of them. */
const MANY = 24;

let browser;
let server;
let desk;
let gate;
let lamp;
let road;

before(async () => {
  server = await new Server({ YIKEZHONG_VOICES_OF_CASE_PER_DAY: '100' }).start();
  browser = await launch();
  desk = await staff(server, 'window');
  for (let count = 0; count < MANY; count += 1) {
    await publicReport(server, desk, { category: 'garbage', shown: `垃圾桶满了 ${count}`, north: 2000 + count * 20 });
  }
  road = await publicReport(server, desk, { category: 'road', shown: '人行道的砖翘起来了', north: 120 });
  lamp = await publicReport(server, desk, { shown: LAMP, photos: [await photoIn(server, PHOTO)] });
  const street = (await server.call('GET', '/api/v1/street')).answer;
  gate = { latitude: street.estates[0].entrance.lat, longitude: street.estates[0].entrance.lon, accuracy: 9 };
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

const cards = (page) => page.locator('.report-card');
const card = (page, said) => cards(page).filter({ hasText: said });
const press = (page, name) => page.getByRole('main').getByRole('button', { name, exact: true }).click();
const query = (page) => new URL(page.url()).search;

/** Runs `work` with a person of one's own, who leaves with a clean console. */
const as = (options, work) => visit(browser, server.base, { size: PHONE, ...options }, work);

/** Waits until nothing is on its way any more: a page that is left in the middle of it complains. */
const rest = (page) => keptForLater(page, ['resident-rooms', 'resident-cases', 'resident-reports']);

/** Opens one's own case by its secret link. */
async function openOwn(page, { case: id, secret }) {
  if (page.url().startsWith('http')) await rest(page);
  await page.goto(`/cases#c=${id}.${secret}`);
  await page.getByRole('heading', { name: words.cases.head.standing }).waitFor();
}

async function good(page, what) {
  await accessible(page, what);
  await roomy(page, what);
  await shot(page, `reports-${what}`);
}

test('the list: newest first, more without losing the place, one case and back', () =>
  as({}, async (page) => {
    await page.goto('/');
    await page.getByRole('link', { name: words.shell.room_reports }).click();
    await at(page, list.title);
    await card(page, LAMP).waitFor();
    assert.match(await cards(page).first().textContent(), new RegExp(LAMP));
    const first = await cards(page).count();
    await good(page, 'list');
    await press(page, list.more);
    await page.waitForFunction((before) => document.querySelectorAll('.report-card').length > before, first);
    assert.equal(await cards(page).count(), MANY + 2);
    const held = page.locator('.report-card:focus');
    await held.waitFor();
    assert.equal(await held.getAttribute('href'), await cards(page).nth(first).getAttribute('href'), 'the first new one has the focus');
    await cards(page).nth(MANY).click();
    await page.getByRole('heading', { name: words.cases.timeline }).waitFor();
    await page.goBack();
    await page.locator('.report-card:focus').waitFor();
    assert.equal(await cards(page).count(), MANY + 2, 'what was turned to is still there');
  }));

test('order and filters stand in the address, and the way back undoes them', () =>
  as({}, async (page) => {
    await page.goto('/reports');
    await card(page, LAMP).waitFor();
    await page.getByRole('link', { name: sort.voices, exact: true }).click();
    await page.waitForURL('**/reports?sort=voices');
    await page.locator('#reports-category').selectOption('road');
    await page.waitForURL('**category=road');
    await card(page, '人行道').waitFor();
    assert.equal(await cards(page).count(), 1);
    await page.locator('#reports-status').selectOption('closed');
    await page.getByText(list.none_such).waitFor();
    assert.equal(query(page), '?sort=voices&status=closed&category=road');
    await good(page, 'none');
    await page.goBack();
    await card(page, '人行道').waitFor();
    await page.goBack();
    await card(page, LAMP).waitFor();
    assert.equal(query(page), '?sort=voices');
    await page.goto('/reports?category=road&status=open');
    await card(page, '人行道').waitFor();
    assert.equal(await page.locator('#reports-category').inputValue(), 'road', 'a link is a view');
  }));

test('nearest: asked for by a press alone, and nothing of the place in the address', () =>
  as({ permissions: ['geolocation'], geolocation: gate }, async (page) => {
    const asked = [];
    page.on('request', (request) => request.url().includes('/api/v1/reports?') && asked.push(request.url()));
    await page.goto('/reports?sort=nearest');
    await page.getByText(from.words).waitFor();
    await good(page, 'from');
    assert.deepEqual(asked, []);
    await press(page, from.here);
    await card(page, LAMP).getByText(words.report.away.here).waitFor();
    const second = await cards(page).nth(1).textContent();
    assert.match(second, /约 120 米/);
    assert.equal(query(page), '?sort=nearest');
    assert.ok(!(await cards(page).allTextContents()).some((said) => said.includes('约 0 米')));
  }));

test('nearest without leave: an estate by its initials, in the address', () =>
  as({ permissions: [] }, async (page) => {
    await page.goto('/reports?sort=nearest');
    await press(page, from.here);
    await page.getByText(from.denied).waitFor();
    await good(page, 'denied');
    await page.getByLabel(from.search).fill('cll');
    await page.getByRole('main').getByRole('link', { name: '长乐里' }).first().click();
    await cards(page).first().waitFor();
    assert.match(query(page), /^\?sort=nearest&from=[a-z0-9-]+$/);
    await rest(page);
    await page.reload();
    await cards(page).first().waitFor();
  }));

test('the map on a phone comes when it is asked for, and a pin leads to its card', () =>
  as({}, async (page) => {
    await page.goto('/reports?category=road');
    await card(page, '人行道').waitFor();
    assert.equal(await page.locator('street-map').count(), 0);
    await press(page, map.show);
    const pin = page.locator('.map-marker').first();
    await pin.waitFor();
    await pin.press('Enter');
    await page.locator('.report-card:focus').waitFor();
    await page.locator('.map-marker[aria-pressed=true]').waitFor();
    await good(page, 'map');
  }));

test('the map stands beside the list on a desk', () =>
  as({ size: DESKTOP }, async (page) => {
    await page.goto('/reports');
    await page.locator('.map-marker').first().waitFor();
    const [left, right] = [await page.locator('#reports-list').boundingBox(), await page.locator('street-map').boundingBox()];
    assert.ok(left.x + left.width <= right.x, 'side by side');
    await good(page, 'desk');
  }));

test('我也遇到了 is one voice, followed, and seen in 我的办件, also without signal', () =>
  as({}, async (page, context) => {
    await page.goto(`/reports/${lamp.case}`);
    await page.getByText(LAMP).waitFor();
    await page.getByRole('img').first().waitFor();
    await good(page, 'one');
    await press(page, me_too);
    await page.getByText(kept).waitFor();
    await page.getByRole('button', { name: part.unfollow }).waitFor();
    const voices = async () => (await server.call('GET', `/api/v1/reports/${lamp.case}`)).answer.item.voices;
    assert.equal(await voices(), 2);
    await page.reload();
    await page.getByText(kept).waitFor();
    assert.equal(await page.getByRole('button', { name: me_too }).count(), 0);
    await desk.act(lamp.case, { verb: 'accept' });
    await page.goto('/cases');
    await page.getByRole('heading', { name: follow.title }).waitFor();
    const mine = page.getByRole('main').getByRole('link').filter({ hasText: LAMP });
    await mine.getByText(follow.news).waitFor();
    await mine.getByText(words.words.state.accepted).waitFor();
    await good(page, 'followed');
    await keptForLater(page, ['resident-cases', 'resident-reports']);
    await context.setOffline(true);
    await page.reload();
    await mine.getByText(words.words.state.accepted).waitFor();
    await context.setOffline(false);
    await page.goto(`/reports/${lamp.case}`);
    await press(page, part.unfollow);
    await page.getByText(part.unfollowed).waitFor();
    assert.equal(await voices(), 2, 'a voice that was given stays');
    await page.goto('/cases');
    await at(page, words.cases.list.title);
    assert.equal(await mine.count(), 0);
  }));

test('without signal the list is as it was last seen', () =>
  as({}, async (page, context) => {
    await page.goto('/reports');
    await card(page, LAMP).waitFor();
    await keptForLater(page, ['resident-reports']);
    await context.setOffline(true);
    await page.goto('/reports?category=road');
    await card(page, '人行道').waitFor();
    await page.getByText('这是', { exact: false }).first().waitFor();
    await accessible(page, 'offline');
    await context.setOffline(false);
  }));

test('hidden, unknown and merged say so, and lead on', () =>
  as({}, async (page) => {
    await page.goto('/reports/0190a0a0-0000-7000-8000-000000000000');
    await page.getByText(gone.words).waitFor();
    await good(page, 'gone');
    const child = await publicReport(server, desk, { category: 'road', shown: '砖翘了', north: 110 });
    await desk.act(child.case, { verb: 'merge', into: road.case });
    await page.goto(`/reports/${child.case}`);
    await page.getByText(merged.words).waitFor();
    await accessible(page, 'merged');
    await page.getByRole('link', { name: merged.go }).click();
    await page.getByText('人行道的砖翘起来了').waitFor();
    await openOwn(page, child);
    await page.getByRole('heading', { name: beside.title }).waitFor();
    await page.getByRole('link', { name: beside.see }).click();
    await page.getByText('人行道的砖翘起来了').waitFor();
  }));

test('whoever reported it is told whether others see it', () =>
  as({}, async (page) => {
    const sent = await reportIn(server, { category: 'noise' });
    await openOwn(page, sent);
    await page.getByText(own.private).waitFor();
    assert.doesNotMatch(await page.getByRole('main').textContent(), /材料|委托/, 'nobody is asked for papers');
    const secret = await reportIn(server, { category: 'neighbour' });
    await openOwn(page, secret);
    await page.getByText(own.never).waitFor();
    await good(page, 'own');
  }));

for (const [name, options] of [['elder', { elder: 30 }], ['dark', { colorScheme: 'dark' }]]) {
  test(`${name}: the list and a case`, () =>
    as(options, async (page) => {
      await page.goto('/reports');
      await card(page, LAMP).waitFor();
      await good(page, `list-${name}`);
      await page.goto(`/reports/${lamp.case}`);
      await page.getByText(one.private).waitFor();
      await good(page, `one-${name}`);
    }));
}
