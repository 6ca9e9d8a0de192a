// 助办 on other days: a forgotten PIN, a request with papers and a signature, a photo of the street,
// one's own hours, a shift that ends under a resident's hand; on a phone, in the dark, in large type.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PHONE, Server, TABLET, accessible, launch, pin, roomy, shot } from './harness.mjs';
import { at, fill, goOn, receiptShown, said, signByHand, words } from './steps.mjs';
import { VOLUNTEER, beginShift, enterPin, nextResident, sharedTablet } from './tablet.mjs';

const { assist, shell, proxy, report, guides } = words;
const { field, choice, page: pageWords } = words.words;
const PAPER = new URL('photos/paper.jpg', import.meta.url).pathname;

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** A shared tablet with the volunteer at its keys. */
async function atTheKeys(options, fields) {
  const device = await sharedTablet(browser, server.base, options, { name: '二号平板', fields });
  await device.page.getByRole('button', { name: VOLUNTEER }).click();
  return device;
}

/** A shared tablet with a resident beside the volunteer. */
async function serving(options, fields) {
  const device = await sharedTablet(browser, server.base, options, { name: '二号平板', fields });
  await beginShift(device.page);
  await nextResident(device.page);
  return device;
}

/** The one who was served goes; nobody sees what they left. */
async function gone(page) {
  await press(page, assist.bar.next);
  await press(page, assist.next.go);
  await at(page, said(assist.between.hello, { name: VOLUNTEER }));
}

async function good(page, what) {
  await accessible(page, what);
  await roomy(page, what);
  await shot(page, `assist-days-${what}`);
}

const DRESSES = [
  ['phone', { size: PHONE }],
  ['dark-30', { size: PHONE, elder: '30', colorScheme: 'dark' }],
  ['tablet', { size: TABLET, elder: '26' }],
];

for (const [dress, options] of DRESSES) {
  test(`a request with a photo of the paper and a signature, ${dress}`, async () => {
    const device = await serving(options, 12);
    const { page } = device;
    await page.getByRole('link', { name: shell.door_proxy }).click();
    await at(page, guides.find_title);
    await page.getByRole('searchbox').fill('老年优待证');
    await page.locator('.matter').first().click();
    await page.getByRole('link', { name: guides.start, exact: true }).click();
    await fill.who(page, { who: 'parent' });
    await goOn(page);
    for (const [label, text] of [[field.applicant_name, '王秀英'], [field.applicant_phone, ''], [field.applicant_id, ''], [field.proxy_name, '王建国'], [field.proxy_phone, '13900005678']]) {
      await at(page, label);
      await page.getByLabel(label).fill(text);
      await goOn(page);
    }
    await at(page, field.authorised_until);
    await page.getByRole('radio').first().check();
    await goOn(page);
    await page.locator('.sign-pad').waitFor();
    await signByHand(page);
    await good(page, `signature-${dress}`);
    await goOn(page);
    await fill.home(page);
    await goOn(page);
    await fill.handling(page);
    await goOn(page);
    await fill.station(page);
    await goOn(page);
    while (await page.getByRole('heading', { level: 1, name: said(proxy.materials.one) }).isVisible()) {
      await page.getByRole('radio', { name: words.words.have.photo, exact: true }).check();
      await page.locator('input[type=file]').first().setInputFiles(PAPER);
      await page.locator('.photo[data-state=sent]').first().waitFor();
      await good(page, `paper-${dress}`);
      const heading = await page.locator('main h1').textContent();
      await goOn(page);
      await page.waitForFunction((before) => document.querySelector('main h1')?.textContent !== before, heading);
    }
    await fill.note(page);
    await goOn(page);
    await fill.check(page);
    await good(page, `check-${dress}`);
    await press(page, proxy.check.submit);
    await receiptShown(page);
    await good(page, `receipt-${dress}`);
    await gone(page);
    assert.equal(new URL(page.url()).pathname, '/assist');
    assert.ok(!(await page.content()).includes('王秀英'));
    await device.leave();
  });
}

test('something seen in the street, handed in on the tablet', async () => {
  const device = await serving({ size: PHONE, elder: '22' }, 9);
  const { page } = device;
  await page.getByRole('link', { name: shell.door_report }).click();
  await page.locator('#photos-file').setInputFiles(PAPER);
  await page.locator('.photo').first().waitFor();
  await good(page, 'report-photo');
  await goOn(page);
  await at(page, field.place);
  await page.getByLabel(report.place.search).fill('cll');
  await page.getByRole('button', { name: '长乐里' }).first().click();
  await goOn(page);
  await at(page, field.words);
  await page.locator('textarea').fill('3号楼门口的路灯不亮了');
  await goOn(page);
  await at(page, field.category);
  await page.locator('#category').selectOption('light');
  await goOn(page);
  await at(page, field.extra);
  await goOn(page);
  // 长辈版 asks whether to stay nameless on a page of its own, and that page has a heading.
  await at(page, field.anonymous);
  await good(page, 'report-nameless');
  await page.getByRole('checkbox').check();
  await goOn(page);
  await at(page, pageWords.check);
  await page.getByLabel(report.form.consent).check();
  await press(page, proxy.check.submit);
  await receiptShown(page);
  await gone(page);
  await device.leave();
});

test('a form begun, left and gone on with stays at the one address, under the bar and the clock', async () => {
  const device = await sharedTablet(browser, server.base, { size: PHONE, elder: '22' }, { name: '四号平板', fields: 6 });
  const { page } = device;
  const begun = '我家楼上漏水';
  await beginShift(page);
  // Before anything counts the seconds.
  await page.clock.install();
  await page.reload();
  await nextResident(page);
  await page.getByRole('link', { name: shell.door_report }).click();
  await page.locator('#photos-file').setInputFiles(PAPER);
  await page.locator('.photo').first().waitFor();
  await goOn(page);
  await page.getByLabel(report.place.search).fill('cll');
  await page.getByRole('button', { name: '长乐里' }).first().click();
  await goOn(page);
  await page.locator('textarea').fill(begun);
  await page.getByRole('link', { name: assist.bar.home }).or(page.getByRole('button', { name: assist.bar.home })).first().click();
  await at(page, assist.choose.title);
  await page.getByRole('link', { name: shell.door_report }).click();
  await press(page, report.draft.go_on);
  await page.locator('textarea').waitFor();
  assert.equal(await page.locator('textarea').inputValue(), begun);
  assert.equal(new URL(page.url()).pathname, '/assist');
  await page.getByRole('button', { name: assist.bar.next }).waitFor();
  await page.clock.fastForward(121_000);
  await page.getByRole('dialog', { name: assist.idle.title }).waitFor();
  await page.clock.fastForward(61_000);
  await at(page, said(assist.between.hello, { name: VOLUNTEER }));
  assert.ok(!(await page.content()).includes(begun), 'it was wiped');
  await device.leave();
});

test('a wrong code says so and serves nobody', async () => {
  const device = await sharedTablet(browser, server.base, { size: PHONE, elder: '22' }, { name: '五号平板' });
  const { page } = device;
  await beginShift(page);
  await page.getByLabel(assist.between.take_up_label).fill('31313');
  await press(page, assist.between.take_up_go);
  await page.getByText(assist.between.take_up_none).waitFor();
  assert.equal(await page.getByLabel(assist.between.take_up_label).inputValue(), '31313');
  await page.getByText(assist.between.residents_value.replace(/\{\{ ?count ?\}\}/, '0'), { exact: true }).waitFor();
  await device.leave();
});

test('in another tab of a shared tablet nothing is kept either', async () => {
  const device = await sharedTablet(browser, server.base, { size: PHONE }, { name: '六号平板', fields: 4 });
  const beside = await device.context.newPage();
  await beside.goto('/help/call-back');
  await beside.getByLabel(field.contact_name).fill('孙大妈');
  await beside.waitForTimeout(500);
  const kept = await beside.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!kept.includes('孙大妈'), kept);
  assert.equal(await beside.getByText(proxy.form.saved).count(), 0, 'and nobody says that it was');
  await beside.close();
  await device.leave();
});

test('a volunteer sees their own hours, and nobody else’s', async () => {
  const device = await atTheKeys({ size: PHONE, elder: '30', colorScheme: 'dark' });
  const { page } = device;
  await enterPin(page, pin);
  await at(page, said(assist.between.hello, { name: VOLUNTEER }));
  await good(page, 'between');
  await page.getByRole('link', { name: assist.between.hours }).click();
  await at(page, assist.hours.title);
  await page.getByText(said(assist.hours.month)).waitFor();
  await page.getByRole('heading', { name: assist.hours.now }).waitFor();
  await good(page, 'hours');
  await page.getByRole('link', { name: shell.back, exact: true }).click();
  await press(page, assist.between.end);
  await at(page, assist.pin.title);
  await device.leave();
});

test('the shift ends under a resident’s hand: the PIN again, and nothing they wrote is lost', async () => {
  const device = await atTheKeys({ size: PHONE, elder: '22' });
  const { page } = device;
  // The server's own answers, but for the time at which the first shift ends.
  let [shifts, ends] = [0, 0];
  await page.route('**/api/v1/assist/shift', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    if (!response.ok() || shifts++ > 0) return route.fulfill({ response });
    ends = Date.now() + 10_000;
    return route.fulfill({ response, json: { ...(await response.json()), expires: ends } });
  });
  await page.route('**/api/v1/assist/tablet', async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    if (shifts === 1 && told.shift) told.shift.expires = ends;
    await route.fulfill({ response, json: told });
  });
  await enterPin(page, pin);
  await at(page, said(assist.between.hello, { name: VOLUNTEER }));
  await nextResident(page);
  await page.getByRole('main').getByRole('link', { name: shell.call }).click();
  await at(page, field.contact_name);
  await page.getByLabel(field.contact_name).fill('赵淑芬');
  const over = page.getByRole('dialog', { name: assist.over.title });
  await over.waitFor();
  await good(page, 'shift-over');
  for (const digit of '135791') await over.getByRole('button', { name: digit, exact: true }).click();
  await over.getByRole('button', { name: assist.pin.go, exact: true }).click();
  await over.getByText(assist.pin.wrong).waitFor();
  for (const digit of pin) await over.getByRole('button', { name: digit, exact: true }).click();
  await over.getByRole('button', { name: assist.pin.go, exact: true }).click();
  await over.waitFor({ state: 'hidden' });
  assert.equal(await page.getByLabel(field.contact_name).inputValue(), '赵淑芬');
  await goOn(page);
  await at(page, field.contact_phone);
  await device.leave();
});

test('a PIN guessed too often says how long to wait, and keeps even the right one out', async () => {
  const device = await atTheKeys({ size: PHONE, elder: '30', colorScheme: 'dark' });
  const { page } = device;
  const locked = page.getByRole('alert').filter({ hasText: said(assist.pin.locked) });
  for (let tries = 0; tries < 8 && !(await locked.isVisible()); tries += 1) {
    await enterPin(page, '135791');
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
  }
  assert.match(await page.locator('#pin-error').textContent(), said(assist.pin.locked));
  assert.match(await page.locator('#pin-error').textContent(), /\d+(秒|分钟)/);
  await good(page, 'locked');
  await enterPin(page, pin);
  await page.locator('#pin-error').filter({ hasText: /\d+(秒|分钟)/ }).waitFor();
  await page.getByRole('button', { name: assist.pin.other }).click();
  await at(page, assist.pin.title);
  await device.leave();
});
