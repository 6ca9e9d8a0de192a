// An older person alone with a phone, who has never heard the word 长辈版: larger type, a request in
// large print, a break in the middle of it, a slip, no signal, and the days after.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, Server, accessible, keptForLater, launch, roomy, shot, visit } from './harness.mjs';
import { at, fill, goOn, pick, receiptShown, said, staff, submit, WANG, words } from './steps.mjs';

const { shell, guides, proxy, cases } = words;
const { field, choice, fault, have, verb, event, page: pageWords } = words.words;
const MATTER = '老年优待证';
const WRONG = '1380000123';

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

async function good(page, what) {
  await accessible(page, what);
  await roomy(page, what, 60);
  await shot(page, `alone-${what}`);
}

/** The first thing on the page is the way to larger type, in words that need no explaining. */
async function enlarges(page) {
  await page.goto('/');
  await page.getByText(shell.elder_on, { exact: true }).click();
  await page.getByText(shell.size_largest, { exact: true }).click();
  await page.waitForFunction(() => document.documentElement.dataset.elder === '30');
  await page.reload();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.elder), '30', 'it is remembered');
  await good(page, 'home');
}

/** By what happened to her, not by the name of a paper. */
async function findsTheMatter(page) {
  await page.getByRole('link', { name: shell.door_proxy }).click();
  await at(page, guides.find_title);
  await page.getByRole('link', { name: event.old_age, exact: true }).click();
  await page.locator('.matter', { hasText: MATTER }).first().click();
  await at(page, MATTER);
  await good(page, 'guide');
  await page.getByRole('link', { name: guides.start, exact: true }).click();
}

/** One question a page; a digit is forgotten, and what was typed stays beside the words about it. */
async function saysWhoSheIs(page) {
  await pick(page, choice.me);
  await goOn(page);
  await at(page, field.applicant_name);
  await page.getByLabel(field.applicant_name).fill(WANG.name);
  await goOn(page);
  await at(page, field.applicant_phone);
  const phone = page.getByLabel(field.applicant_phone);
  await phone.fill(WRONG);
  await goOn(page);
  await page.getByRole('link', { name: fault.bad_phone }).waitFor();
  assert.equal(await phone.inputValue(), WRONG);
  await good(page, 'slip');
  await phone.fill(WANG.phone);
  await goOn(page);
  await at(page, field.applicant_id);
}

/** The phone was put away; another day the way to the form is the same, and it is asked about. */
async function comesBackTo(page) {
  await page.goto('/');
  await findsTheMatter(page);
  await at(page, proxy.draft.title);
  await good(page, 'resume');
  await page.getByRole('link', { name: proxy.draft.go_on, exact: true }).or(page.getByRole('button', { name: proxy.draft.go_on, exact: true })).click();
  await at(page, field.applicant_id);
}

async function fillsTheRest(page) {
  await goOn(page);
  await page.getByLabel(proxy.home.search, { exact: true }).fill(WANG.estate);
  await page.getByRole('radio', { name: WANG.estate }).first().check();
  await goOn(page);
  await page.getByLabel(proxy.home.door).fill(WANG.door);
  await goOn(page);
  await fill.handling(page);
  await goOn(page);
  await fill.station(page);
  await goOn(page);
  while (await page.getByRole('heading', { level: 1, name: said(proxy.materials.one) }).isVisible()) {
    const heading = await page.locator('main h1').textContent();
    await page.getByRole('radio', { name: have.home, exact: true }).check();
    await goOn(page);
    await page.waitForFunction((before) => document.querySelector('main h1')?.textContent !== before, heading);
  }
  await at(page, pageWords.note);
  await goOn(page);
  await fill.check(page);
  await good(page, 'check');
}

test('an older person alone: found by what happened, a break, a slip, no signal, and the days after', () =>
  visit(browser, server.base, { size: PHONE }, async (first, context) => {
    await enlarges(first);
    await findsTheMatter(first);
    await saysWhoSheIs(first);
    await first.close();

    const page = await context.newPage();
    await comesBackTo(page);
    await fillsTheRest(page);
    await keptForLater(page, ['resident-rooms', 'resident-cases', 'resident-form']);
    await context.setOffline(true);
    await submit(page);
    await at(page, proxy.queued.title);
    await good(page, 'queued');
    await context.setOffline(false);
    const receipt = await receiptShown(page);
    await good(page, 'receipt');

    const [window, worker] = [await staff(server, 'window'), await staff(server, 'grid')];
    const mine = (await window.cases()).filter((one) => one.receipt.replaceAll(/\D/g, '') === receipt);
    assert.equal(mine.length, 1, 'it was handed in once');
    const [{ case: id }] = mine;
    await page.goto('/');
    await page.getByRole('link', { name: shell.room_cases }).click();
    await page.getByRole('link', { name: MATTER }).click();
    await page.getByText(said(cases.next.submitted)).waitFor();
    await window.act(id, { verb: 'accept' });
    await page.getByText(cases.now.accepted).waitFor();
    await page.getByRole('button', { name: verb.urge }).click();
    await page.getByText(cases.act.urged).waitFor();
    await window.act(id, { verb: 'assign', staff: 'grid' });
    await worker.act(id, { verb: 'start' });
    await worker.act(id, { verb: 'finish', to_resident: '办好了，证在窗口，随时来拿。' });
    await page.getByText('办好了，证在窗口，随时来拿。').first().waitFor();
    await good(page, 'done');
    await page.getByRole('radio', { name: cases.stars.five, exact: true }).check();
    await page.getByRole('button', { name: verb.confirm, exact: true }).click();
    await page.getByText(cases.now.confirmed).waitFor();
    await good(page, 'rated');
    assert.equal((await window.seen({ case: id })).view.progress.rating, 5);
  }));
