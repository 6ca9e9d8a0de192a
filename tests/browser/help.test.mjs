// 叫人帮我 and 念给我听: asking to be called, and having a page read aloud.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, person, roomy, shot, signIn } from './harness.mjs';
import { at, goOn, pick, said, words } from './steps.mjs';

const { shell, proxy, guides } = words;
const { field, choice, page: pageWords, kind, fault } = words.words;

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** From any page to the form of 请回电. */
async function askForCall(page, from = '/') {
  await page.goto(from);
  await page.getByRole('banner').getByRole('link', { name: shell.call }).click();
  await at(page, shell.help_title);
  await page.getByRole('link', { name: shell.call_back, exact: true }).click();
}

/** The call back's questions, one a page, up to check-answers. */
async function fillOneByOne(page) {
  await at(page, field.contact_name);
  await page.getByLabel(field.contact_name).fill('王秀英');
  await goOn(page);
  await at(page, field.contact_phone);
  await page.getByLabel(field.contact_phone).fill('13800001234');
  await goOn(page);
  await at(page, field.call_at);
  await pick(page, choice.call_morning);
  await goOn(page);
  await at(page, field.home);
  await goOn(page);
  await at(page, field.note);
  await page.getByLabel(field.note).fill('想问问老年饭卡');
  await goOn(page);
  await at(page, pageWords.check);
}

/** Ticks what is agreed to, and hands in. */
async function send(page) {
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: proxy.check.submit }).click();
}

for (const elder of ['22', '30']) {
  test(`an older person asks to be called, one question a page, at ${elder} px`, async () => {
    const old = await person(browser, server.base, { elder });
    await askForCall(old.page);
    await at(old.page, field.contact_name);
    await roomy(old.page, 'the first question');
    await accessible(old.page, 'the first question');
    await shot(old.page, `call-back-elder-${elder}`);
    await fillOneByOne(old.page);
    await roomy(old.page, 'check answers');
    await accessible(old.page, 'check answers');
    await send(old.page);
    await at(old.page, proxy.done.title);
    await roomy(old.page, 'the receipt');
    await shot(old.page, `call-back-done-${elder}`);
    await old.leave();
  });
}

test('the desk finds the wish to be called in its queue', async () => {
  const caller = await person(browser, server.base);
  await askForCall(caller.page, '/guides');
  await at(caller.page, pageWords.caller);
  await caller.page.getByLabel(field.contact_name).fill('李建国');
  await caller.page.getByLabel(field.contact_phone).fill('13900005678');
  await goOn(caller.page);
  await pick(caller.page, choice.call_any);
  await goOn(caller.page);
  await at(caller.page, field.home);
  await goOn(caller.page);
  await at(caller.page, field.note);
  await goOn(caller.page);
  await send(caller.page);
  await at(caller.page, proxy.done.title);
  await caller.leave();
  const desk = await person(browser, server.base, { size: DESKTOP });
  await signIn(desk.page, 'window');
  await at(desk.page, words.staff.queue.title);
  await desk.page.goto('/staff?scope=all');
  await desk.page.locator('.queue-link').filter({ hasText: kind.call_back }).first().waitFor();
  await desk.leave();
});

test('a wrong number is said in words, and what was written stays', async () => {
  const caller = await person(browser, server.base);
  await askForCall(caller.page);
  await at(caller.page, pageWords.caller);
  await caller.page.getByLabel(field.contact_name).fill('李建国');
  await caller.page.getByLabel(field.contact_phone).fill('139');
  await goOn(caller.page);
  await caller.page.getByRole('alert').getByText(fault.bad_phone).waitFor();
  assert.equal(await caller.page.getByLabel(field.contact_name).inputValue(), '李建国');
  await caller.page.reload();
  await at(caller.page, pageWords.caller);
  assert.equal(await caller.page.getByLabel(field.contact_phone).inputValue(), '139', 'a reload loses nothing');
  await caller.leave();
});

test('without signal the wish waits, and is sent once', async () => {
  const caller = await person(browser, server.base, { elder: '22' });
  await askForCall(caller.page);
  await fillOneByOne(caller.page);
  await caller.context.setOffline(true);
  await send(caller.page);
  await at(caller.page, proxy.queued.title);
  await caller.context.setOffline(false);
  await at(caller.page, proxy.done.title);
  await caller.leave();
});

/** A device that speaks: each sentence is kept, and ends when the test says so. */
function speaking({ voices }) {
  class Utterance extends EventTarget {
    constructor(text = '') {
      super();
      Object.assign(this, { text, lang: '', rate: 1, voice: null });
    }
  }
  const said = [];
  const synthesis = {
    getVoices: () => voices,
    speak(utterance) {
      if (!utterance.text) return;
      said.push({ text: utterance.text, rate: utterance.rate, voice: utterance.voice?.name });
      this.current = utterance;
      setTimeout(() => utterance.dispatchEvent(new Event('start')));
    },
    cancel() {
      this.current = null;
    },
  };
  Object.defineProperty(window, 'speechSynthesis', { value: synthesis, configurable: true });
  window.SpeechSynthesisUtterance = Utterance;
  window.spoken = { said, end: () => synthesis.current?.dispatchEvent(new Event('end')) };
}

const OWN = { name: 'own', lang: 'zh-CN', localService: true };
const AWAY = { name: 'away', lang: 'zh-CN', localService: false };

async function listener(voices, options) {
  const who = await person(browser, server.base, options);
  await who.context.addInitScript(speaking, { voices });
  const heard = (count) =>
    who.page.waitForFunction((count) => window.spoken.said.length >= count, count).then(() => who.page.evaluate(() => window.spoken.said));
  return { ...who, heard };
}

const listen = (page) => page.getByRole('button', { name: shell.aloud, exact: true });

test('a page is read sentence by sentence, marked, paused, slower, and stopped', async () => {
  const old = await listener([AWAY, OWN], { elder: '30' });
  const { page } = old;
  await page.goto('/help');
  await at(page, shell.help_title);
  await listen(page).click();
  const [first] = await old.heard(1);
  assert.equal(first.voice, 'own', 'no sentence leaves the device');
  const marked = () => page.evaluate(() => [...(CSS.highlights.get('aloud') ?? [])].map((range) => range.toString().trim()));
  assert.deepEqual(await marked(), [first.text]);
  await roomy(page, 'while it is read');
  await accessible(page, 'while it is read');
  await shot(page, 'aloud-elder-30');
  await page.evaluate(() => window.spoken.end());
  const two = await old.heard(2);
  assert.deepEqual(await marked(), [two[1].text]);
  await page.getByRole('button', { name: shell.aloud_pause }).click();
  await page.evaluate(() => window.spoken.end());
  await page.getByRole('button', { name: shell.aloud_go_on }).click();
  const three = await old.heard(3);
  assert.equal(three[2].text, two[1].text, 'the sentence begins again');
  await page.getByRole('button', { name: shell.aloud_slower }).click();
  const four = await old.heard(4);
  assert.ok(four[3].rate < three[2].rate);
  await page.getByRole('button', { name: shell.aloud_stop }).click();
  await page.locator('.aloud-bar').waitFor({ state: 'detached' });
  assert.deepEqual(await marked(), []);
  // The focus is where it was; fails by the page's time limit.
  await page.waitForFunction(() => document.activeElement?.id === 'aloud');
  await old.leave();
});

test('answers are read, and another page ends the reading', async () => {
  const old = await listener([OWN], { elder: '22', size: TABLET });
  const { page } = old;
  await page.goto('/help/call-back');
  await at(page, field.contact_name);
  await page.getByLabel(field.contact_name).fill('王秀英');
  await listen(page).click();
  for (let count = 1; count < 12; count += 1) {
    await old.heard(count);
    await page.evaluate(() => window.spoken.end());
    if (await page.getByText(shell.aloud_done).isVisible()) break;
  }
  const all = await page.evaluate(() => window.spoken.said.map(({ text }) => text));
  assert.ok(all.some((text) => said(shell.aloud_filled, { answer: '王秀英' }).test(text)), all.join('|'));
  await page.getByRole('button', { name: shell.aloud_again }).click();
  await goOn(page);
  await at(page, field.contact_phone);
  await page.locator('.aloud-bar').waitFor({ state: 'detached' });
  await old.leave();
});

test('a sheet is read from a button in it, and closing it ends the reading', async () => {
  const old = await listener([OWN], { elder: '22' });
  const { page } = old;
  const { answer: street } = await server.call('GET', '/api/v1/street');
  const { lat, lon } = street.estates[0].entrance;
  await page.goto(`/circle#p=${lat.toFixed(5)},${lon.toFixed(5)}&w=older`);
  await page.locator('.circle-go').first().click();
  const sheet = page.getByRole('dialog');
  const name = await sheet.getByRole('heading', { level: 2 }).first().textContent();
  await sheet.locator('.circle-steps li').first().waitFor();
  await listen(sheet).click();
  const [first] = await old.heard(1);
  assert.equal(first.text, name, 'the sheet, not the page behind it');
  await sheet.locator('.aloud-bar').waitFor();
  await roomy(page, 'a sheet while it is read');
  await accessible(page, 'a sheet while it is read');
  await shot(page, 'aloud-sheet');
  await sheet.getByRole('button', { name: shell.aloud_stop }).click();
  await page.waitForFunction(() => document.activeElement?.matches('dialog .aloud'));
  await listen(sheet).click();
  await old.heard(2);
  await page.keyboard.press('Escape');
  await page.locator('.aloud-bar').waitFor({ state: 'detached' });
  await old.leave();
});

test('what is behind a press is read once it is open', async () => {
  const old = await listener([OWN], { elder: '22' });
  const { page } = old;
  await page.goto('/proxy/elder-allowance');
  const more = page.getByText(guides.more, { exact: true });
  await more.waitFor();
  const readAll = async () => {
    await page.evaluate(() => window.spoken.said.splice(0));
    await listen(page).click();
    for (let count = 1; !(await page.getByText(shell.aloud_done).isVisible()); count += 1) {
      await old.heard(count);
      await page.evaluate(() => window.spoken.end());
      await page.waitForFunction((count) => window.spoken.said.length > count || document.querySelector('.aloud-bar')?.textContent.includes('念完'), count);
    }
    await page.getByRole('button', { name: shell.aloud_stop }).click();
    return page.evaluate(() => window.spoken.said.map(({ text }) => text).join('|'));
  };
  const before = await readAll();
  assert.ok(before.includes(guides.who) && !before.includes(guides.place), before);
  await more.click();
  const after = await readAll();
  assert.ok(after.includes(guides.place), after);
  await old.leave();
});

test('without a Chinese voice of its own the device says so', async () => {
  for (const voices of [[AWAY], [{ name: 'english', lang: 'en-US', localService: true }]]) {
    const who = await listener(voices);
    await who.page.goto('/');
    await listen(who.page).click();
    await who.page.locator('.aloud-bar').getByText(shell.aloud_no_voice).waitFor();
    assert.equal(await who.page.evaluate(() => window.spoken.said.length), 0);
    await accessible(who.page, 'no voice');
    await shot(who.page, 'aloud-no-voice');
    await who.leave();
  }
});

test('where the browser cannot speak the control is not there', async () => {
  const who = await person(browser, server.base, { size: PHONE });
  await who.context.addInitScript(() => {
    delete Window.prototype.speechSynthesis;
    delete window.speechSynthesis;
  });
  await who.page.goto('/');
  await who.page.waitForFunction(() => !document.querySelector('#shell'));
  assert.equal(await listen(who.page).count(), 0);
  await who.leave();
});
