// 随手拍: from a photograph to a receipt.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, person, roomy, shot } from './harness.mjs';
import { at, goOn, words } from './steps.mjs';

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
  await context.setOffline(true);
  await handIn(page);
  await at(page, queued.title);
  await shot(page, 'report-queued');
  await context.setOffline(false);
  await page.goto('/cases');
  await page.getByText(words.words.kind?.issue_report ?? '路灯').first().waitFor();
  await page.waitForFunction(() => !localStorage.getItem('yikezhong.queued'));
  assert.ok(new Set(submitted).size === 1, 'one key however often it went out');
  await who.leave();
});

test('an emergency is turned to the telephone first', async () => {
  const who = await person(browser, server.base, { elder: 30, permissions: ['geolocation'], geolocation: gate });
  const { page } = who;
  await page.goto('/report');
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
