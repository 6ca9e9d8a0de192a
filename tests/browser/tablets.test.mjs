// The staff's page for shared tablets and volunteers, and the poster.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, password, person, pin, roomy, shot, signIn } from './harness.mjs';
import { at, said, staff, words } from './steps.mjs';

const { assist } = words;
const { tablets, poster, nav } = words.staff;

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** A device made a shared tablet, past the browser; gives its cookie. */
async function enrol(name) {
  const body = { name: 'window', password, tablet: name };
  const { response } = await server.call('POST', '/api/v1/assist/tablet', { body });
  return response.headers.getSetCookie()[0].split(';')[0];
}

async function tryPin(cookie, digits) {
  const body = { volunteer: 'volunteer', pin: digits };
  return fetch(`${server.base}/api/v1/assist/shift`, {
    method: 'POST',
    headers: { cookie, origin: server.base, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('a window ends a tablet and unlocks a volunteer', async () => {
  const [kept, lost] = [await enrol('一号平板'), await enrol('丢了的平板')];
  assert.equal((await tryPin(kept, pin)).status, 200);
  for (let round = 0; round < 6; round += 1) await tryPin(lost, '135791');
  assert.equal((await tryPin(kept, pin)).status, 429, 'locked');

  const desk = await person(browser, server.base, { size: DESKTOP });
  const { page } = desk;
  await signIn(page, 'window');
  await page.getByRole('link', { name: nav.tablets }).click();
  await at(page, tablets.title);
  const row = (name) => page.getByRole('listitem').filter({ hasText: name });
  await row('一号平板').getByText(said(tablets.at_work, { name: '田小禾' })).waitFor();
  await row('丢了的平板').getByText(tablets.unused).waitFor();
  await page.getByText(said(tablets.locked)).waitFor();
  await accessible(page, 'tablets and volunteers');
  await shot(page, 'tablets-desktop');

  await page.getByRole('button', { name: tablets.unlock }).click();
  await page.getByText(said(tablets.locked)).waitFor({ state: 'detached' });
  assert.equal((await tryPin(kept, pin)).status, 200, 'they may try again');

  await row('丢了的平板').getByRole('button', { name: tablets.end }).click();
  const asking = page.getByRole('dialog', { name: tablets.end_title });
  await asking.getByText('丢了的平板').waitFor();
  await accessible(page, 'the question before a tablet is ended');
  await asking.getByRole('button', { name: tablets.end_no }).click();
  assert.equal(await row('丢了的平板').getByRole('button', { name: tablets.end }).count(), 1, 'asked first');
  await row('丢了的平板').getByRole('button', { name: tablets.end }).click();
  await asking.getByRole('button', { name: tablets.end_yes, exact: true }).click();
  await page.getByText(tablets.ended_title).waitFor();
  assert.equal((await tryPin(lost, pin)).status, 401, 'it opens nothing any more');

  await page.getByText(tablets.shifts).first().click();
  await page.getByText(said(tablets.shift, { tablet: '一号平板' })).first().waitFor();
  await page.getByRole('button', { name: tablets.month_before }).click();
  await page.getByText(said(tablets.sum, { hours: 0, minutes: 0, shifts: 0 })).first().waitFor();
  assert.equal(await page.getByText(tablets.shifts).count(), 0);
  await desk.leave();

  for (const elder of [undefined, '30']) {
    const phone = await person(browser, server.base, { size: PHONE, elder });
    await signIn(phone.page, 'supervisor');
    await phone.page.getByRole('link', { name: nav.tablets }).click();
    await phone.page.getByText(tablets.volunteers).first().waitFor();
    await phone.page.getByText('一号平板').first().waitFor();
    await accessible(phone.page, 'tablets on a phone');
    await roomy(phone.page, 'tablets on a phone');
    await shot(phone.page, `tablets-phone-${elder ?? 'normal'}`);
    await phone.leave();
  }
});

test('a volunteer chooses a PIN at the window', async () => {
  const cookie = await enrol('换密码的平板');
  assert.equal((await tryPin(cookie, pin)).status, 200);
  const dresses = [{ size: DESKTOP, pin: '735192' }, { size: PHONE, elder: '30', pin: '846203' }];
  for (const { pin: chosen, ...dress } of dresses) {
    const desk = await person(browser, server.base, dress);
    const { page } = desk;
    const what = `pin-${dress.size.width}`;
    await signIn(page, 'window');
    await at(page, words.staff.queue.title);
    await page.goto('/staff/tablets');
    await page.getByRole('button', { name: `${tablets.change_pin} 田小禾` }).click();
    const sheet = page.getByRole('dialog', { name: tablets.pin_title });
    const [once, again] = [tablets.pin, tablets.pin_again].map((label) => sheet.getByLabel(label, { exact: true }));
    const save = () => sheet.getByRole('button', { name: tablets.pin_save, exact: true }).click();
    await sheet.getByText(said(tablets.pin_words, { name: '田小禾' })).waitFor();
    for (const field of [once, again]) {
      assert.deepEqual(await field.evaluate((field) => [field.type, field.autocomplete]), ['password', 'off']);
    }
    await once.fill('１２３４５６');
    await again.fill('123456');
    await save();
    await sheet.getByText(words.words.fault.plain_pin).waitFor();
    await page.locator('#new-pin:focus').waitFor();
    await accessible(page, what);
    await roomy(page, what);
    await shot(page, `tablets-${what}`);
    await once.fill(chosen);
    await again.fill('735129');
    await save();
    await sheet.getByText(tablets.pin_differs).waitFor();
    assert.equal(await once.inputValue(), chosen, 'what was typed is still there');
    await again.fill(chosen);
    await page.route('**/pin', (route) => route.abort());
    await save();
    await sheet.getByText(words.words.error.offline).waitFor();
    await page.unroute('**/pin');
    await save();
    await sheet.waitFor({ state: 'hidden' });
    await desk.leave();
    assert.equal((await tryPin(cookie, chosen)).status, 200, 'the new one opens a shift');
  }
  assert.equal((await tryPin(cookie, pin)).status, 401, 'the one before does not');
});

test('a grid worker keeps no tablets', async () => {
  const worker = await person(browser, server.base, { size: DESKTOP });
  await signIn(worker.page, 'grid');
  await worker.page.getByRole('link', { name: nav.queue, exact: true }).waitFor();
  assert.equal(await worker.page.getByRole('link', { name: nav.tablets }).count(), 0);
  await worker.page.goto('/staff/tablets');
  await worker.page.getByText(tablets.not_yours).waitFor();
  await accessible(worker.page, 'tablets that are not yours');
  await worker.leave();
});

test('a poster names the station, and a wrong address is told', async () => {
  const desk = await person(browser, server.base, { size: DESKTOP });
  const { page } = desk;
  await signIn(page, 'supervisor');
  await page.getByRole('link', { name: nav.poster }).click();
  await at(page, poster.title);
  const { answer } = await server.call('GET', '/api/v1/facilities');
  const stations = answer.facilities.filter((one) => one.station);
  const sheet = page.getByRole('article', { name: poster.title });
  for (const station of stations.slice(0, 2)) {
    await page.getByLabel(poster.station, { exact: true }).selectOption(station.id);
    await sheet.getByText(station.name, { exact: true }).waitFor();
    if (station.phone) await sheet.getByText(station.phone, { exact: true }).waitFor();
  }
  await accessible(page, 'the poster');
  for (const [size, width] of [[poster.a4, 210], [poster.a3, 297]]) {
    await page.getByRole('radio', { name: size, exact: true }).check();
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) /g)];
    assert.deepEqual(boxes.map((box) => Math.round((Number(box[1]) / 72) * 25.4)), [width], `one sheet of ${size}`);
  }
  await shot(page, 'poster-desktop');
  await page.getByLabel(poster.address, { exact: true }).fill('云栖街道');
  await page.getByText(poster.address_wrong).first().waitFor();
  assert.equal(await sheet.getByRole('img', { name: poster.scan }).count(), 0, 'no code to nowhere');
  await accessible(page, 'a poster without an address');
  await page.getByLabel(poster.address, { exact: true }).fill('https://yikezhong.example');
  await sheet.getByRole('img', { name: poster.scan }).waitFor();
  await desk.leave();
});
