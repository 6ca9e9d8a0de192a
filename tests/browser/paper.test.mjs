// What is printed, on each paper a printer may be loaded with.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, accessible, launch, person, roomy, shot } from './harness.mjs';
import { handIn, staff, words } from './steps.mjs';

const { cases } = words;
const { paper } = words.shell;
/** Width and, of the paper, what the printer reaches, in mm. */
const PAPERS = [
  { name: paper.slip58, word: '58', width: 58, printed: 48 },
  { name: paper.slip80, word: '80', width: 80, printed: 72 },
  { name: paper.a5, word: 'a5', width: 148, printed: 128 },
  { name: paper.a4, word: 'a4', width: 210, printed: 174 },
];
const MM = 96 / 25.4;

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** A case whose papers the worker holds, open on its resident's page; printing is only counted. */
async function openCase(options = {}) {
  const sent = await handIn(server, { matter: 'elder-card', consent_sensitive: true, materials: {} }).catch(() => handIn(server));
  const window = await staff(server, 'window');
  await window.act(sent.case, { verb: 'accept' });
  await window.act(sent.case, { verb: 'assign', staff: 'grid' });
  const worker = await staff(server, 'grid');
  await worker.act(sent.case, { verb: 'start' });
  await worker.act(sent.case, { verb: 'take_originals', papers: ['户口簿', '身份证', '退休证'] });
  const someone = await person(browser, server.base, options);
  await someone.context.addInitScript(() => {
    window.printed = 0;
    window.print = () => (window.printed += 1);
  });
  await someone.page.goto(`/cases#c=${sent.case}.${sent.secret}`);
  await someone.page.getByRole('heading', { name: cases.custody.title }).waitFor();
  return someone;
}

/** Asks for the paper and prints; gives the dialog as it stood. */
async function print(page, button, name) {
  const before = await page.evaluate(() => window.printed);
  await page.getByRole('button', { name: button }).click();
  const sheet = page.getByRole('dialog', { name: paper.title });
  if (name) await sheet.getByRole('radio', { name }).check();
  await sheet.getByRole('button', { name: paper.print, exact: true }).click();
  await page.waitForFunction((before) => window.printed === before + 1, before);
}

/** Widths and counts of the pages of what would be printed, in mm. */
async function pages(page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
  return boxes.map((box) => Math.round((Number(box[1]) / 72) * 25.4));
}

/** Nothing reaches beyond what the printer reaches, and a phone can read the code. */
async function fits(page, printed, what) {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: Math.floor(printed * MM), height: 900 });
  const cut = await page.evaluate(() => {
    const slip = document.querySelector('.slip').getBoundingClientRect();
    return [...document.querySelectorAll('.slip *')]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > slip.right + 1 || box.left < slip.left - 1 || element.scrollWidth > element.clientWidth + 1) && !element.closest('svg');
      })
      .map((element) => element.outerHTML.slice(0, 80));
  });
  assert.deepEqual(cut, [], `${what} is cut`);
  const code = page.locator('.slip .qr-code svg');
  if (await code.count()) {
    const box = await code.boundingBox();
    assert.ok(box.width / MM >= 20, `${what}: a code of ${box.width / MM} mm`);
  }
}

test('the slip and the receipt for papers fit each paper, which is remembered', async () => {
  const resident = await openCase();
  const { page } = resident;
  await page.getByRole('button', { name: cases.keep.print }).click();
  const sheet = page.getByRole('dialog', { name: paper.title });
  assert.ok(await sheet.getByRole('radio', { name: paper.a5 }).isChecked(), 'A5 where nobody said otherwise');
  await accessible(page, 'the question for the paper');
  await roomy(page, 'the question for the paper');
  await shot(page, 'paper-phone');
  await sheet.getByRole('button', { name: paper.not_now }).click();
  assert.equal(await page.evaluate(() => window.printed), 0);

  for (const { name, word, width, printed } of PAPERS) {
    for (const button of [cases.keep.print, cases.custody.print]) {
      const what = `${button} on ${name}`;
      const size = page.viewportSize();
      await print(page, button, name);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.paper), word);
      assert.deepEqual(await pages(page), [width], what);
      await fits(page, printed, what);
      await page.emulateMedia({ media: null });
      await page.setViewportSize(size);
    }
  }
  await page.reload();
  await page.getByRole('button', { name: cases.keep.print }).click();
  assert.ok(await sheet.getByRole('radio', { name: paper.a4 }).isChecked(), 'the last one is remembered');
  await resident.leave();
});

test('inside WeChat, words stand in the place of the printer', async () => {
  const userAgent = 'Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/100.0 Mobile MicroMessenger/8.0.16';
  const resident = await openCase({ userAgent });
  await resident.page.getByText(paper.scan).waitFor();
  assert.equal(await resident.page.getByRole('button', { name: cases.keep.print }).count(), 0);
  await accessible(resident.page, 'a case inside WeChat');
  await resident.leave();
});
