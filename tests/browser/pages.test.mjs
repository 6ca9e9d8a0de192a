// Every page in every dress: nothing too wide, nothing too small to press, axe clean, console clean,
// and a picture of each in tests/out/ for whoever reviews.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, person, roomy, shot, signIn } from './harness.mjs';
import { WITH_PAPERS, freeSlots, goOn, handIn, residentActs, signByHand, staff, words } from './steps.mjs';

const NARROW = { width: 320, height: 640 };
const { shell, cases: caseWords, words: common } = words;

/** How a page is looked at: whose settings, at which sizes, at which of them with axe and a picture. */
const LOOKS = [
  { name: 'normal', sizes: [PHONE, TABLET, DESKTOP], axe: [PHONE, DESKTOP], shots: [PHONE, TABLET, DESKTOP] },
  { name: 'dark', options: { colorScheme: 'dark' }, sizes: [PHONE, DESKTOP], axe: [PHONE, DESKTOP], shots: [PHONE] },
  { name: 'elder-22', options: { elder: '22' }, sizes: [PHONE, TABLET, DESKTOP], axe: [PHONE], shots: [PHONE] },
  { name: 'elder-30', options: { elder: '30' }, sizes: [PHONE, NARROW], axe: [PHONE], shots: [NARROW] },
];
/** The staff's pages are made for a desk, and must still serve on a phone. */
const STAFF_LOOKS = [
  { name: 'normal', sizes: [DESKTOP, TABLET, PHONE], axe: [DESKTOP, PHONE], shots: [DESKTOP, TABLET, PHONE] },
  { name: 'dark', options: { colorScheme: 'dark' }, sizes: [DESKTOP, PHONE], axe: [DESKTOP], shots: [DESKTOP] },
  { name: 'elder-22', options: { elder: '22' }, sizes: [PHONE], axe: [PHONE], shots: [PHONE] },
];

/** Pages that need nothing but their address. */
const PLAIN = [
  ['home', '/'],
  ['notices', '/notices'],
  ['find', '/proxy'],
  ['find-event', '/proxy?event=old_age'],
  ['guide', '/proxy/elder-allowance'],
  ['guide-accompany', '/proxy/pension-alive'],
  ['guide-missing', '/proxy/nothing-of-the-kind'],
  ['report', '/report'],
  ['circle', '/circle'],
  ['guides', '/guides'],
  ['help', '/help'],
  ['privacy', '/privacy'],
  ['cases-empty', '/cases'],
  ['case-unknown', '/cases/0190a0a0-0000-7000-8000-000000000000'],
  ['missing', '/no/such/page'],
];

let server, browser;
/** Cases by where they stand. */
let standing;
before(async () => {
  server = await new Server().start();
  browser = await launch();
  standing = await prepare();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** A case in each state that looks different to its resident. */
async function prepare() {
  const slots = await freeSlots(server);
  const [window, worker] = [await staff(server, 'window'), await staff(server, 'grid')];
  const taken = async (slot) => {
    const sent = await handIn(server, { slot });
    await window.act(sent.case, { verb: 'accept' });
    await window.act(sent.case, { verb: 'assign', staff: 'grid' });
    await worker.act(sent.case, { verb: 'start' });
    return sent;
  };
  const submitted = await handIn(server, {});
  const rejected = await handIn(server, {});
  await window.act(rejected.case, { verb: 'reject', to_resident: '这件事归区里办，请打 12333 问一下。' });
  const visit = await taken(slots[0]);
  await worker.act(visit.case, { verb: 'book_visit', slot: slots[1] });
  await worker.act(visit.case, { verb: 'take_originals', papers: ['户口簿', '身份证'] });
  const awaiting = await taken(slots[2]);
  await worker.act(awaiting.case, { verb: 'ask_material', to_resident: '身份证拍得不清楚，请再拍一张。' });
  const done = await taken(slots[3]);
  await worker.act(done.case, { verb: 'finish', to_resident: '办好了，下个月起发。' });
  const confirmed = await taken(slots[4]);
  await worker.act(confirmed.case, { verb: 'finish', to_resident: '办好了。' });
  await residentActs(server, confirmed, { verb: 'confirm', rating: 5, to_resident: '谢谢。' });
  return { submitted, rejected, visit, awaiting, done, confirmed };
}

/** One person going through pages in one dress; what is wrong is gathered and told at the end. */
class Viewer {
  static async come(who, look) {
    const { elder, ...options } = look.options ?? {};
    const viewer = new Viewer();
    Object.assign(viewer, { who, look, elder, faults: [] });
    viewer.person = await person(browser, server.base, { size: look.sizes[0], elder, ...options });
    viewer.page = viewer.person.page;
    return viewer;
  }

  async open(address) {
    await this.page.goto(address);
    await this.settled();
  }

  /** The app stands in the page and waits for nothing. */
  async settled() {
    await this.page.locator('main h1').first().waitFor({ state: 'attached' });
    await this.page.waitForFunction(() => !document.querySelector('#shell, main .skeleton'));
  }

  async look_at(name) {
    await this.settled();
    for (const size of this.look.sizes) await this.at_size(name, size);
    await this.page.setViewportSize(this.look.sizes[0]);
  }

  async at_size(name, size) {
    await this.page.setViewportSize(size);
    const what = `${this.who} ${name}, ${this.look.name} at ${size.width}`;
    await this.note(() => roomy(this.page, what));
    if (this.elder) await this.note(() => large(this.page, what));
    if (this.look.axe.includes(size)) await this.note(() => accessible(this.page, what));
    if (this.look.shots.includes(size)) await shot(this.page, `${this.who}-${name}-${this.look.name}-${size.width}`);
  }

  async note(check) {
    await check().catch((fault) => this.faults.push(fault.message));
  }

  async leave() {
    await this.note(() => this.person.leave());
    assert.deepEqual(this.faults, []);
  }
}

/** 长辈版: what leads on is as large as a thumb that trembles needs. */
async function large(page, what) {
  const small = await page.locator('.btn-primary, .door, .room').evaluateAll((all) =>
    all
      .map((element) => [element.textContent.trim(), element.getBoundingClientRect().height])
      .filter(([, height]) => height > 0 && height < 59.5),
  );
  assert.deepEqual(small, [], `${what}: main controls under 60 px`);
}

/** Answers whatever the page of the form asks. */
async function answerAll(page) {
  const lines = { applicant_name: '张桂兰', proxy_name: '李建军', proxy_phone: '13912345678', note: '老人耳朵背，请大声点。' };
  for (const [id, text] of Object.entries(lines)) {
    const line = page.locator(`#${id}`);
    if ((await line.count()) > 0) await line.fill(text);
  }
  if ((await page.locator('#home-search').count()) > 0) {
    await page.locator('#home-search').fill('长乐');
    await page.getByRole('radio', { name: '长乐里' }).first().check();
    await page.locator('#home-door').fill('5号楼2单元301');
  }
  if ((await page.locator('.sign-pad').count()) > 0) await signByHand(page);
  if ((await page.locator('.slots, .slot').count()) > 0) await page.locator('input[name=slot]:enabled').first().waitFor();
  await pickAll(page);
}

async function pickAll(page) {
  const groups = await page
    .locator('input[type=radio]:enabled')
    .evaluateAll((radios) => [...new Set(radios.map((radio) => radio.name))]);
  for (const name of groups) {
    if (name === 'home-estate') continue;
    const wanted = page.locator(`input[name="${name}"]:is([value=parent], [value=home], [value=visit])`);
    const first = page.locator(`input[name="${name}"]:enabled`).first();
    await ((await wanted.count()) > 0 ? wanted.first() : first).check();
  }
}

for (const look of LOOKS) {
  test(`plain pages, ${look.name}`, async () => {
    const viewer = await Viewer.come('resident', look);
    for (const [name, address] of PLAIN) {
      await viewer.open(address);
      await viewer.look_at(name);
    }
    await viewer.leave();
  });

  test(`the form, step by step, ${look.name}`, async () => {
    const viewer = await Viewer.come('apply', look);
    const { page } = viewer;
    await viewer.open(`/proxy/${WITH_PAPERS}/apply`);
    for (let step = 1; !page.url().includes('page=check'); step += 1) {
      assert.ok(step < 25, 'the form has an end');
      await answerAll(page);
      await viewer.look_at(`step-${String(step).padStart(2, '0')}`);
      const heading = await page.locator('main h1').textContent();
      const before = page.url();
      await goOn(page);
      await page.waitForFunction((before) => location.href !== before, before).catch(() => assert.fail(`stuck at ${heading}`));
      await viewer.settled();
    }
    await page.getByRole('button', { name: words.proxy.check.submit }).click();
    await page.getByRole('link', { name: words.proxy.missing.consent, exact: true }).waitFor();
    await viewer.look_at('check-wrong');
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: words.proxy.check.submit }).click();
    await page.locator('.receipt-number').first().waitFor();
    await viewer.look_at('receipt');
    await viewer.leave();
  });

  test(`cases, ${look.name}`, async () => {
    const viewer = await Viewer.come('case', look);
    for (const [name, sent] of Object.entries(standing)) {
      await viewer.open(`/cases#c=${sent.case}.${sent.secret}`);
      await viewer.page.waitForURL(`**/cases/${sent.case}`);
      await viewer.page.locator('.receipt-chips .status').waitFor();
      await viewer.look_at(name);
    }
    await viewer.open(`/cases/${standing.awaiting.case}`);
    await viewer.page.getByRole('button', { name: common.verb.supply }).click();
    await viewer.page.getByRole('dialog', { name: caseWords.reply.supply }).waitFor();
    await viewer.look_at('supply-sheet');
    await viewer.open('/cases');
    await viewer.page.locator('.card .status').nth(5).waitFor();
    await viewer.look_at('list');
    await viewer.leave();
  });
}

for (const look of STAFF_LOOKS) {
  test(`the staff's pages, ${look.name}`, async () => {
    const viewer = await Viewer.come('staff', look);
    const { page } = viewer;
    await viewer.open('/staff/sign-in');
    await viewer.look_at('sign-in');
    await signIn(page, 'grid');
    await page.locator('.queue-link').first().waitFor();
    await viewer.look_at('queue');
    await viewer.open('/staff?scope=all&state=all');
    await page.locator('.queue-link').nth(5).waitFor();
    await viewer.look_at('queue-all');
    for (const name of ['visit', 'awaiting', 'confirmed']) {
      await viewer.open(`/staff/cases/${standing[name].case}`);
      await viewer.look_at(`case-${name}`);
    }
    await viewer.open(`/staff/cases/${standing.visit.case}`);
    for (const verb of ['book_visit', 'ask_material', 'return_originals', 'take_originals']) {
      await sheetOf(viewer, verb);
    }
    await viewer.open('/staff/no/such/page');
    await viewer.look_at('missing');
    await viewer.leave();
  });
}

async function sheetOf(viewer, verb) {
  const { page } = viewer;
  const name = common.verb[verb];
  await page.getByRole('button', { name, exact: true }).click();
  const sheet = page.getByRole('dialog', { name });
  await sheet.waitFor();
  await viewer.look_at(`sheet-${verb}`);
  await sheet.getByRole('button', { name: shell.close }).click();
  await sheet.waitFor({ state: 'hidden' });
}

test('by keyboard: the skip link first, the focus to be seen, Enter on a door', async () => {
  const somebody = await person(browser, server.base, { size: DESKTOP });
  const { page } = somebody;
  await page.goto('/');
  await page.waitForFunction(() => !document.querySelector('#shell'));
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: shell.skip });
  assert.ok(await skip.evaluate((link) => link === document.activeElement), 'the skip link comes first');
  const box = await skip.boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.height >= 24, 'and is seen');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'main');
  const door = page.getByRole('link', { name: shell.door_proxy });
  for (let tabs = 0; tabs < 5 && !(await door.evaluate((link) => link === document.activeElement)); tabs += 1) {
    await page.keyboard.press('Tab');
  }
  const ring = await door.evaluate((link) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(link);
    return link === document.activeElement && outlineStyle !== 'none' ? parseFloat(outlineWidth) : 0;
  });
  assert.ok(ring >= 2, `a ring around the door: ${ring} px`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: words.guides.find_title }).waitFor();
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  assert.equal(focused, 'H1', 'the focus is on the new page');
  await somebody.leave();
});

test('before and without the program the doors are links', async () => {
  const somebody = await person(browser, server.base, { javaScriptEnabled: false });
  const { page } = somebody;
  await page.goto('/');
  for (const [name, address] of [[shell.door_proxy, '/proxy'], [shell.door_report, '/report'], [shell.door_circle, '/circle']]) {
    const door = page.getByRole('link', { name });
    assert.equal(await door.getAttribute('href'), address);
    assert.ok((await door.boundingBox()).height >= 44);
  }
  await page.getByRole('link', { name: '12345', exact: true }).waitFor();
  await shot(page, 'resident-home-no-script-360');
  await somebody.leave();
});
