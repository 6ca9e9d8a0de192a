// 我要代办 from a resident's phone to the worker's answer and back, in the normal and in 长辈版.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESKTOP, Server, accessible, launch, person, shot, signIn } from './harness.mjs';
import { at, fill, freeSlots, goOn, handIn, pick, residentActs, said, signByHand, staff, words } from './steps.mjs';

const photo = (name) => join(import.meta.dirname, 'photos', name);
const PAPER = photo('paper.jpg');
const RESULT = photo('result.png');
const MATTER = '高龄津贴';
const ZHANG = { name: '张桂兰', door: '3号楼1单元502', estate: '蔷薇里南院' };
const LI = { name: '李建军', phone: '13912345678', wrongPhone: '1391234567' };
const NOTE = '老人耳朵背，请大声点。';
const THANKS = '办得快，谢谢赵师傅。';
/** 蔷薇里南院 lies in the grid of the worker who signs in as `grid`. */
const WORKER = '赵春梅';

const { verb, state, field, choice, have, page: pageWords } = words.words;
const { proxy, cases, guides, shell } = words;
const desk = words.staff;

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

for (const [name, elder] of [['the normal version', undefined], ['长辈版', '22']]) {
  test(`a child files for a parent, a worker calls and finishes, in ${name}`, async () => {
    const phone = await person(browser, server.base, { elder });
    const sent = await files(phone.page, elder);
    await keepsThePaperPrivate(sent);
    await opensFromMyCases(phone.page, sent);
    await phone.page.evaluate(() => (window.stillTheSamePage = true));

    await deskAccepts(sent, phone.page);
    await workerVisits(sent, phone.page);
    await residentRates(sent, phone.page);
    assert.ok(await phone.page.evaluate(() => window.stillTheSamePage), 'the page was never loaded anew');
    await phone.leave();
  });
}

/** From the door 我要代办 to the receipt. */
async function files(page, elder) {
  const one = elder !== undefined;
  const next = async () => one && (await goOn(page));
  await page.goto('/');
  await page.getByRole('link', { name: shell.door_proxy }).click();
  await at(page, guides.find_title);
  await page.getByLabel(guides.search).fill('gljt');
  await page.getByRole('link', { name: MATTER }).first().click();
  await at(page, MATTER);
  await page.getByRole('link', { name: guides.start }).click();

  await pick(page, choice.parent);
  await goOn(page);
  await page.getByLabel(field.applicant_name).fill(ZHANG.name);
  await next();
  await page.getByLabel(field.applicant_phone).fill('');
  await next();
  await page.getByLabel(field.applicant_id).fill('');
  await goOn(page);
  await page.getByLabel(field.proxy_name).fill(LI.name);
  await next();
  await mistypesThePhone(page, one);

  await pick(page, proxy.day.quarter);
  await next();
  await signByHand(page);
  await goOn(page);
  await findsTheEstate(page);
  await next();
  await pick(page, proxy.community.unsure);
  await goOn(page);
  await pick(page, choice.visit);
  await goOn(page);
  await page.getByRole('heading', { level: 1, name: pageWords.slot }).waitFor();
  await page.locator('input[name=slot]:enabled').first().check();
  await goOn(page);
  const uploaded = await photographs(page, one);
  await goOn(page);
  await at(page, pageWords.note);
  await page.getByRole('textbox').fill('老人在家');
  await goOn(page);
  await changesItsMind(page);
  return { ...(await submitsOnce(page)), uploaded };
}

/** A wrong number: the summary has the focus, the title says so, and what was typed stays. */
async function mistypesThePhone(page, one) {
  const phone = page.getByLabel(field.proxy_phone);
  await phone.fill(LI.wrongPhone);
  await goOn(page);
  const wrong = words.words.fault.bad_phone;
  const summary = page.getByRole('link', { name: wrong });
  await summary.waitFor();
  await page.waitForFunction((wrong) => document.activeElement?.textContent.includes(wrong) && document.activeElement !== document.body, wrong);
  assert.match(await page.title(), said(shell.error_prefix, {}), 'the title says that something is wrong');
  assert.ok((await page.title()).startsWith('出错了：'));
  assert.equal(await phone.inputValue(), LI.wrongPhone);
  if (!one) assert.equal(await page.getByLabel(field.proxy_name).inputValue(), LI.name);
  await accessible(page, 'the form with an error');
  await summary.click();
  await page.waitForFunction((field) => field === document.activeElement, await phone.elementHandle());
  await phone.fill(LI.phone);
  await goOn(page);
}

/** By its pinyin's initials, then the door. */
async function findsTheEstate(page) {
  await page.getByLabel(proxy.home.search, { exact: true }).fill('qwln');
  await page.getByRole('radio', { name: ZHANG.estate }).check();
  await page.getByLabel(proxy.home.door).fill(ZHANG.door);
}

/** The register by camera, the rest is at home. What went up, as text. */
async function photographs(page, one) {
  const names = ['户口簿', '身份证', '银行卡', '近期照片'];
  const paper = (name) => page.getByRole('group', { name, exact: true });
  const isThere = (name) => at(page, one ? said(proxy.materials.one, { paper: name }) : pageWords.materials);
  await isThere(names[0]);
  assert.equal(await page.locator('fieldset.material').count(), one ? 1 : names.length);
  const uploaded = await photographsPaper(page, paper(names[0]), names[0]);
  for (const name of names.slice(1)) {
    if (one) await goOn(page);
    await isThere(name);
    await paper(name).getByRole('radio', { name: have.home }).check();
  }
  return uploaded;
}

async function photographsPaper(page, paper, name) {
  await paper.getByRole('radio', { name: have.photo }).check();
  await page.evaluate(recordUploads);
  const chooser = page.waitForEvent('filechooser');
  await paper.locator('label.photo-add').first().click();
  await (await chooser).setFiles(PAPER);
  const picture = paper.getByRole('img', { name: said(proxy.photo.name, { paper: name, number: 1 }) });
  await picture.waitFor();
  await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
  const [wide, high] = await picture.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
  assert.ok(wide < high, `the paper stands upright: ${wide}×${high}`);
  await paper.getByText(said(proxy.photo.sent)).waitFor();
  return page.evaluate(() => Promise.all(window.uploads.map((blob) => blob.text())));
}

/** In the page: keeps what is sent, since Chromium tells nobody else the bytes of a Blob. */
function recordUploads() {
  window.uploads = [];
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    if (body instanceof Blob) window.uploads.push(body);
    return send.call(this, body);
  };
}

/** From the answers back to one question, and straight back to them. */
async function changesItsMind(page) {
  await at(page, pageWords.check);
  await page.getByRole('link', { name: said(shell.change_what, { what: field.note }) }).click();
  await at(page, pageWords.note);
  assert.equal(await page.getByRole('textbox').inputValue(), '老人在家');
  await page.getByRole('textbox').fill(NOTE);
  await goOn(page);
  await at(page, pageWords.check);
  for (const given of [ZHANG.name, LI.name, LI.phone, ZHANG.estate, ZHANG.door, NOTE, proxy.check.signed]) {
    await page.locator('.answers').getByText(given, { exact: true }).waitFor();
  }
}

/** Agrees, presses twice, and has one receipt. */
async function submitsOnce(page) {
  const posts = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/v1/cases') posts.push(request);
  });
  await page.getByRole('button', { name: proxy.check.submit }).click();
  await page.getByRole('link', { name: proxy.missing.consent, exact: true }).waitFor();
  assert.equal(posts.length, 0, 'nothing is sent before it is agreed to');
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  const answer = page.waitForResponse((response) => posts.includes(response.request()));
  await page.getByRole('button', { name: proxy.check.submit }).dblclick();
  const submitted = await (await answer).json();

  await at(page, proxy.done.title);
  const number = await page.locator('.receipt-number').first().textContent();
  assert.match(number, /^\d{3} \d{3} \d{3}$/);
  assert.equal(number.replaceAll(' ', ''), String(submitted.receipt).replaceAll(' ', ''));
  await page.getByRole('img', { name: proxy.done.qr_note }).first().waitFor();
  const who = await page.locator('.receipt-who').textContent();
  assert.match(who, said(proxy.done.who_until));
  assert.match(who, /\d月\d+日/);
  assert.equal(posts.length, 1, 'pressed twice, sent once');
  return { case: submitted.case, secret: submitted.secret, number };
}

/** No trace of where the picture was taken, neither on the way nor in what is kept to show. */
async function keepsThePaperPrivate({ case: id, secret, uploaded }) {
  assert.ok(readFileSync(PAPER).includes('Exif'), 'the picture taken does say where');
  assert.equal(uploaded.length, 1, 'the photo went up once');
  assert.ok(!uploaded[0].includes('Exif'), 'the phone sends no metadata');
  const shown = await shownPhoto({ case: id, secret });
  assert.ok(!shown.includes('Exif') && !shown.includes('GPS'), 'what is shown has none');
  const refused = await fetch(`${server.base}/api/v1/cases/${id}`);
  assert.ok(refused.status >= 400, 'nobody sees the case without its secret');
}

/** The case's first paper as it is shown large, once it is made ready. */
async function shownPhoto({ case: id, secret }) {
  const headers = { 'case-secret': secret };
  for (let round = 0; round < 100; round += 1) {
    const { answer } = await server.call('GET', `/api/v1/cases/${id}`, { headers });
    const paper = answer.photos.find((photo) => photo.field.startsWith('materials'));
    if (paper?.status === 'ready') {
      assert.ok(paper.width < paper.height, `turned upright: ${paper.width}×${paper.height}`);
      const full = await fetch(`${server.base}/api/v1/cases/${id}/photos/${paper.id}/full`, { headers });
      assert.equal(full.status, 200);
      return Buffer.from(await full.arrayBuffer());
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail('the photo was never made ready');
}

async function opensFromMyCases(page, { number }) {
  await page.getByRole('link', { name: proxy.done.my_cases }).click();
  await at(page, cases.list.title);
  await page.getByRole('link', { name: new RegExp(number) }).click();
  await at(page, MATTER);
  await standsAt(page, state.submitted);
}

/** Waits until the resident's page says so; it is not touched for that. */
async function standsAt(page, words) {
  await page.locator('.receipt-chips').getByText(words, { exact: true }).waitFor();
}

/** Signs in and opens the case from the queue. */
async function opensFromTheQueue(page, name, number) {
  await signIn(page, name);
  await page.getByRole('link', { name: new RegExp(number) }).click();
  await at(page, MATTER);
}

/** Opens an action's sheet, fills it by `act` and presses its button. */
async function does(page, verb, act = async () => {}) {
  await page.getByRole('button', { name: verb, exact: true }).click();
  const sheet = page.getByRole('dialog', { name: verb });
  await act(sheet);
  await sheet.getByRole('button', { name: verb, exact: true }).click();
  await sheet.waitFor({ state: 'hidden' });
  await page.getByText(said(desk.act.done, { what: verb })).first().waitFor();
}

/** The window accepts and gives it to the grid's worker; the resident sees it happen. */
async function deskAccepts({ number }, phone) {
  const window = await person(browser, server.base, { size: DESKTOP });
  const { page } = window;
  await opensFromTheQueue(page, 'window', number);
  await page.getByText(NOTE).first().waitFor();
  await does(page, verb.accept);
  await standsAt(phone, state.accepted);
  await does(page, verb.assign, (sheet) => sheet.getByRole('radio', { name: WORKER }).check());
  await standsAt(phone, state.assigned);
  await window.leave();
}

/** The worker books, shows a code at the door, takes the papers and gives them back, finishes. */
async function workerVisits({ number }, phone) {
  const worker = await person(browser, server.base, { size: DESKTOP });
  const { page } = worker;
  await opensFromTheQueue(page, 'grid', number);
  await does(page, verb.start);
  await standsAt(phone, state.in_progress);
  await does(page, verb.book_visit, async (sheet) => {
    await sheet.locator('input[type=radio]:enabled').nth(1).check();
  });
  await checksTheVisitor(page, phone);
  await does(page, verb.take_originals, (sheet) => sheet.getByRole('checkbox', { name: '户口簿' }).check());
  await phone.getByText(said(cases.event.take_originals, { name: WORKER })).first().waitFor();
  await does(page, verb.return_originals);
  await does(page, verb.finish, async (sheet) => {
    await sheet.getByLabel(desk.act.to_resident).fill('批下来了，下个月发到卡里。');
    await sheet.locator('input[type=file]').first().setInputFiles(RESULT);
    await sheet.getByRole('img').first().waitFor();
    await sheet.getByText(said(proxy.photo.sent)).waitFor();
  });
  await standsAt(phone, state.done);
  await phone.getByText('批下来了，下个月发到卡里。').first().waitFor();
  await worker.leave();
}

/** The code on the worker's screen, said through the door and checked on the resident's phone. */
async function checksTheVisitor(page, phone) {
  const code = await page.getByRole('img', { name: said(desk.door.code_aloud) }).textContent();
  assert.match(code, /^\d{6}$/);
  const box = phone.getByLabel(cases.check.label);
  const wrong = code.replace(/.$/, (digit) => (Number(digit) + 1) % 10);
  await box.fill(wrong);
  await phone.getByRole('button', { name: cases.check.button }).click();
  await phone.getByText(cases.check.wrong, { exact: true }).waitFor();
  await box.fill(code);
  await phone.getByRole('button', { name: cases.check.button }).click();
  await phone.getByText(said(cases.check.genuine, { name: WORKER, role: words.words.role.grid })).waitFor();
}

/** Five stars and a few words; whoever handled it sees them. */
async function residentRates({ number, case: id }, phone) {
  await phone.getByRole('radio', { name: cases.stars.five, exact: true }).check();
  await phone.getByLabel(cases.rate.words).fill(THANKS);
  await phone.getByRole('button', { name: verb.confirm, exact: true }).click();
  await standsAt(phone, state.confirmed);
  const worker = await staff(server, 'grid');
  const { view } = await worker.seen({ case: id });
  assert.equal(view.progress.state, 'confirmed');
  assert.equal(view.progress.rating, 5);
  assert.equal(view.timeline.at(-1).to_resident, THANKS);
  const looking = await person(browser, server.base, { size: DESKTOP });
  await signIn(looking.page, 'grid');
  await looking.page.getByRole('button', { name: desk.nav.sign_out }).waitFor();
  await looking.page.goto(`/staff/cases/${id}`);
  await looking.page.locator('.case-chips').getByText(state.confirmed, { exact: true }).waitFor();
  await looking.page.getByText(THANKS).first().waitFor();
  await looking.leave();
}

test('not satisfied: the case goes back to the same worker', async () => {
  const [slot] = await freeSlots(server);
  const sent = await handIn(server, { slot });
  const [window, worker] = [await staff(server, 'window'), await staff(server, 'grid')];
  await window.act(sent.case, { verb: 'accept' });
  await window.act(sent.case, { verb: 'assign', staff: 'grid' });
  await worker.act(sent.case, { verb: 'start' });
  await worker.act(sent.case, { verb: 'finish', to_resident: '办好了。' });

  const phone = await person(browser, server.base);
  const { page } = phone;
  await page.goto(`/cases#c=${sent.case}.${sent.secret}`);
  await standsAt(page, state.done);
  assert.ok(!page.url().includes(sent.secret), 'the secret leaves the address bar');
  await page.getByRole('button', { name: verb.reopen }).click();
  const sheet = page.getByRole('dialog', { name: cases.reply.reopen });
  await sheet.getByRole('button', { name: cases.reply.send_reopen }).click();
  await sheet.getByText(cases.reply.lacking_words).waitFor();
  await sheet.getByLabel(cases.reply.words_reopen).fill('卡里还没有钱。');
  await sheet.getByRole('button', { name: cases.reply.send_reopen }).click();
  await standsAt(page, state.assigned);
  const { view, progress } = await worker.seen(sent);
  assert.equal(progress.assignee, 'grid');
  assert.equal(view.timeline.at(-1).to_resident, '卡里还没有钱。');
  await phone.leave();
});
