// 随手拍: from a photograph to a receipt.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { DESKTOP, PHONE, Server, TABLET, accessible, browserPath, launch, keptForLater, person, roomy, shot } from './harness.mjs';
import { at, goOn, publicReport, staff, words } from './steps.mjs';

const { cover, place, form, alarm } = words.report;
const { check, done, queued } = words.proxy;
const PAPER = new URL('photos/paper.jpg', import.meta.url).pathname;
const LAMP = '3号楼门口的路灯不亮了';

let browser;
let server;
let gate;

before(async () => {
  server = await new Server().start();
  browser = await launch();
  const street = (await server.call('GET', '/api/v1/street')).answer;
  gate = { latitude: street.estates[0].entrance.lat, longitude: street.estates[0].entrance.lon, accuracy: 12 };
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

/** The pictures the server has kept as they came. */
function kept(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const all = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return all.filter((bytes) => bytes[0] === 0xff && bytes[1] === 0xd8);
}

/** The brightness, 0–255, in the middle of a JPEG. */
async function middle(page, bytes) {
  return page.evaluate(async (base64) => {
    const binary = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([binary], { type: 'image/jpeg' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext('2d');
    pen.drawImage(bitmap, 0, 0);
    const [r, g, b] = pen.getImageData(bitmap.width >> 1, bitmap.height >> 1, 1, 1).data;
    return (r + g + b) / 3;
  }, bytes.toString('base64'));
}

const photograph = (page) => page.locator('#photos-file').setInputFiles(PAPER);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function coverByFinger(page) {
  await page.getByRole('button', { name: cover.open }).click();
  const pad = page.getByRole('img', { name: cover.pad });
  await pad.scrollIntoViewIfNeeded();
  // The picture is there once the canvas has its height.
  await page.waitForFunction(() => document.querySelector('.cover-pad').width > 300);
  const box = await pad.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x - 40, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y, { steps: 6 });
  await page.mouse.up();
}

async function describe(page) {
  await page.getByLabel(words.words.field.words).fill(LAMP);
  await page.locator('#category').selectOption('light');
  await page.getByLabel(words.words.field.contact_phone).fill('13800001234');
}

async function handIn(page) {
  await at(page, words.words.page.check);
  await page.getByLabel(form.consent).check();
  await press(page, check.submit);
}

test('a covered photo, the device’s place, and a receipt', async () => {
  const who = await person(browser, server.base, { permissions: ['geolocation'], geolocation: gate });
  const { page } = who;
  await page.goto('/report');
  await photograph(page);
  await coverByFinger(page);
  await accessible(page, 'the cover');
  await roomy(page, 'the cover');
  await shot(page, 'report-cover');
  await press(page, cover.done);
  await page.locator('.cover').waitFor({ state: 'detached' });
  await press(page, place.locate);
  await page.getByText(place.by_device).waitFor();
  await describe(page);
  await accessible(page, 'the report');
  await roomy(page, 'the report');
  await shot(page, 'report-phone');
  assert.equal(kept(server.data).length, 0, 'nothing has left the phone yet');
  await goOn(page);
  await handIn(page);
  await at(page, done.title);
  await shot(page, 'report-done');
  const all = kept(server.data);
  assert.ok(all.length > 0, 'the server has the picture');
  assert.ok((await middle(page, readFileSync(PAPER))) > 80, 'the paper is light');
  for (const bytes of all) assert.ok((await middle(page, bytes)) < 60, 'only the covered picture arrived');
  await who.leave();
});

test('no place from the device, covering by buttons, no signal: sent once when it returns', async () => {
  const who = await person(browser, server.base, { permissions: [] });
  const { page, context } = who;
  await page.goto('/report');
  await photograph(page);
  await page.getByRole('button', { name: cover.open }).click();
  await page.waitForFunction(() => document.querySelector('.cover-pad').width > 300);
  await page.getByRole('button', { name: cover.by_button }).press('Enter');
  await page.getByRole('button', { name: cover.larger, exact: true }).press('Enter');
  await page.getByRole('button', { name: cover.place, exact: true }).press('Enter');
  await page.getByRole('button', { name: cover.done, exact: true }).press('Enter');
  await page.locator('.cover').waitFor({ state: 'detached' });
  await press(page, place.locate);
  await page.getByText(place.denied).waitFor();
  await page.getByLabel(place.search).fill('cll');
  await page.getByRole('button', { name: '长乐里' }).first().click();
  await page.getByText(place.by_list).waitFor();
  await describe(page);
  await goOn(page);
  await at(page, words.words.page.check);
  const submitted = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/cases')) submitted.push(request.headers()['idempotency-key']);
  });
  // What comes later must not be on its way when the signal goes.
  await keptForLater(page, ['resident-rooms', 'resident-form', 'resident-cases']);
  await context.setOffline(true);
  await handIn(page);
  await at(page, queued.title);
  await shot(page, 'report-queued');
  await context.setOffline(false);
  await page.goto('/cases');
  // The link to the case stands on the phone once the server has answered.
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('yikezhong.links') ?? '[]').length === 1);
  assert.equal(new Set(submitted).size, 1, 'one key however often it went out');
  await who.leave();
});

test('an emergency is turned to the telephone first', async () => {
  const who = await person(browser, server.base, { elder: 30, permissions: ['geolocation'], geolocation: gate });
  const { page } = who;
  await page.goto('/report');
  await page.locator('main h1').first().waitFor();
  await accessible(page, 'the first question');
  await roomy(page, 'the first question');
  await shot(page, 'report-elder-photo');
  await goOn(page);
  await at(page, words.words.field.place);
  await press(page, place.locate);
  await page.getByText(place.by_device).waitFor();
  await accessible(page, 'the place');
  await roomy(page, 'the place');
  await shot(page, 'report-elder-place');
  await goOn(page);
  await at(page, words.words.field.words);
  await page.locator('textarea').fill('楼道里有煤气味');
  await goOn(page);
  await page.getByRole('link', { name: '打 119' }).waitFor();
  await accessible(page, 'the alarm');
  await shot(page, 'report-elder-alarm');
  await press(page, alarm.go_on);
  await at(page, words.words.field.category);
  await shot(page, 'report-elder-category');
  await who.leave();
});

test('what is lacking is said, and the telephones stay', async () => {
  for (const [size, name] of [[TABLET, 'tablet'], [DESKTOP, 'desktop'], [PHONE, 'dark']]) {
    const who = await person(browser, server.base, { size, colorScheme: name === 'dark' ? 'dark' : 'light' });
    const { page } = who;
    await page.goto('/report');
    await goOn(page);
    await page.getByText(place.missing).first().waitFor();
    await page.getByText(words.shell.report_call).waitFor();
    await accessible(page, `errors, ${name}`);
    await shot(page, `report-errors-${name}`);
    await who.leave();
  }
});

/** How many cases `work` adds to the street. */
async function casesMadeBy(work) {
  const supervisor = await staff(server, 'supervisor');
  const earlier = (await supervisor.cases()).length;
  await work();
  return (await supervisor.cases()).length - earlier;
}

/** A browser over a folder of its own: closed and opened again it is the same phone. */
const phone = (folder) =>
  chromium.launchPersistentContext(folder, {
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run'],
    baseURL: server.base,
    viewport: PHONE,
    locale: 'zh-CN',
    hasTouch: true,
    permissions: ['geolocation'],
    geolocation: gate,
  });

async function upToCheck(page) {
  await page.goto('/report');
  await photograph(page);
  await page.locator('.photo-thumb').first().waitFor();
  await press(page, place.locate);
  await page.getByText(place.by_device).waitFor();
  await describe(page);
  await goOn(page);
  await at(page, words.words.page.check);
}

test('without signal, the browser closed and opened again: sent exactly once, its photo too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yikezhong-phone-'));
  const photos = kept(server.data).length;
  const made = await casesMadeBy(async () => {
    const first = await phone(folder);
    const page = await first.newPage();
    await upToCheck(page);
    await keptForLater(page, ['resident-form', 'resident-cases']);
    await first.setOffline(true);
    await handIn(page);
    await at(page, queued.title);
    await first.close();
    const again = await phone(folder);
    const opened = await again.newPage();
    await opened.goto('/');
    // Nobody presses anything: the queue is looked at as soon as the app is there.
    await opened.waitForFunction(() => JSON.parse(localStorage.getItem('yikezhong.links') ?? '[]').length === 1);
    await opened.goto('/cases');
    await opened.getByRole('heading', { name: words.cases.queue.title }).waitFor({ state: 'detached' });
    await again.close();
  });
  rmSync(folder, { recursive: true, force: true });
  assert.equal(made, 1);
  assert.ok(kept(server.data).length > photos, 'the photo has arrived');
});

test('the network goes in the middle of a photo: tried again, sent once', async () => {
  const who = await person(browser, server.base, { permissions: ['geolocation'], geolocation: gate });
  const { page } = who;
  const made = await casesMadeBy(async () => {
    await upToCheck(page);
    let cut = 0;
    await page.route('**/api/v1/photos/*', async (route) => {
      if (route.request().method() === 'PUT' && cut++ === 0) return route.abort('connectionreset');
      return route.continue();
    });
    await handIn(page);
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('yikezhong.links') ?? '[]').length === 1 || document.querySelector('h1'));
    const again = page.getByRole('button', { name: queued.again });
    await again.or(page.locator('.receipt-number').first()).first().waitFor();
    if (await again.isVisible()) await again.click();
    await at(page, done.title);
    assert.ok(cut >= 2, 'it went out again');
  });
  assert.equal(made, 1);
  await who.leave();
});

test('a position far from the street is not taken, and one can choose', async () => {
  const far = { latitude: 31.23, longitude: 121.47, accuracy: 10 };
  const who = await person(browser, server.base, { permissions: ['geolocation'], geolocation: far });
  const { page } = who;
  await page.goto('/report');
  await press(page, place.locate);
  await page.getByText(place.elsewhere).waitFor();
  assert.equal(await page.getByText(place.by_device).count(), 0);
  await accessible(page, 'elsewhere');
  await page.getByLabel(place.search).fill('cll');
  await page.getByRole('button', { name: '长乐里' }).first().click();
  await page.getByText(place.by_list).waitFor();
  await who.leave();
});

test('a camera’s picture: upright, its place offered, and no place in the bytes that leave', async () => {
  const who = await person(browser, server.base, { permissions: [] });
  const { page } = who;
  const original = readFileSync(PAPER);
  // The very bytes that are handed to the network: Playwright does not show those of a Blob.
  await page.addInitScript(() => {
    window.left = [];
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
      if (body instanceof Blob) window.left.push(body);
      return send.call(this, body);
    };
  });
  assert.ok(original.includes('Exif') && original.includes('Phone of the tests'), 'the test has something to strip');
  await page.goto('/report');
  const camera = page.locator('#photos-file');
  assert.deepEqual(await camera.evaluate((input) => [input.type, input.accept, input.getAttribute('capture')]), ['file', 'image/*', 'environment']);
  await photograph(page);
  await press(page, place.from_photo);
  await page.getByText(place.by_photo).waitFor();
  await describe(page);
  await goOn(page);
  await handIn(page);
  await at(page, done.title);
  const sent = await page.evaluate(() => Promise.all(window.left.map(async (blob) => [...new Uint8Array(await blob.arrayBuffer())])));
  assert.ok(sent.length > 0);
  for (const picture of sent.map((bytes) => Buffer.from(bytes))) {
    assert.ok(!picture.includes('Exif') && !picture.includes('GPS') && !picture.includes('Phone of the tests'));
    const [width, height] = await page.evaluate(async (base64) => {
      const raw = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([raw], { type: 'image/jpeg' }), { imageOrientation: 'none' });
      return [bitmap.width, bitmap.height];
    }, picture.toString('base64'));
    assert.ok(height > width, `upright without being turned: ${width} × ${height}`);
  }
  await who.leave();
});

test('reported close by: its category is offered, and 我也遇到了 takes the place of a second report', async () => {
  const desk = await staff(server, 'window');
  const there = await publicReport(server, desk, { category: 'road', shown: '门口的砖翘起来了' });
  const who = await person(browser, server.base, { permissions: ['geolocation'], geolocation: gate });
  const { page } = who;
  await page.goto('/report');
  await press(page, place.locate);
  await page.getByText(form.fitting_around).waitFor();
  await page.getByRole('group', { name: form.fitting }).getByRole('button', { name: '路面坏了' }).click();
  assert.equal(await page.locator('#category').inputValue(), 'road');
  await press(page, words.report.near.me_too);
  await page.getByText(words.report.near.kept).waitFor();
  await accessible(page, 'a voice');
  const { answer } = await server.call('GET', `/api/v1/reports/${there.case}`);
  assert.equal(answer.item.voices, 2);
  await page.goto('/cases');
  await page.getByRole('main').getByRole('link').filter({ hasText: '门口的砖翘起来了' }).waitFor();
  // What was begun is offered again.
  await page.goto('/report');
  await at(page, words.report.draft.title);
  await accessible(page, 'the draft');
  await press(page, words.report.draft.restart);
  await page.locator('#category').waitFor();
  assert.equal(await page.locator('#category').inputValue(), '');
  await who.leave();
});
