// Every page in every dress: nothing too wide, nothing too small to press, axe clean, console clean,
// and a picture of each in tests/out/ for whoever reviews.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, person, roomy, shot } from './harness.mjs';
import { words } from './steps.mjs';
import { RESIDENT, STAFF, Walker, prepare } from './walks.mjs';

const NARROW = { width: 320, height: 640 };
const { shell } = words;

/** How a page is looked at: whose settings, at which sizes, at which of them with axe and a picture. */
const LOOKS = [
  { name: 'normal', sizes: [PHONE, TABLET, DESKTOP], axe: [PHONE, DESKTOP], shots: [PHONE, TABLET, DESKTOP] },
  { name: 'dark', options: { colorScheme: 'dark' }, sizes: [PHONE, DESKTOP], axe: [PHONE, DESKTOP], shots: [PHONE] },
  { name: 'elder-22', options: { elder: '22' }, sizes: [PHONE, TABLET, DESKTOP], axe: [PHONE], shots: [PHONE, TABLET] },
  { name: 'elder-30', options: { elder: '30' }, sizes: [PHONE, NARROW], axe: [PHONE], shots: [PHONE, NARROW] },
];
/** The staff's pages are made for a desk, and must still serve on a phone. */
const STAFF_LOOKS = [
  { name: 'normal', sizes: [DESKTOP, TABLET, PHONE], axe: [DESKTOP, PHONE], shots: [DESKTOP, TABLET, PHONE] },
  { name: 'dark', options: { colorScheme: 'dark' }, sizes: [DESKTOP, PHONE], axe: [DESKTOP], shots: [DESKTOP] },
  { name: 'elder-22', options: { elder: '22' }, sizes: [PHONE], axe: [PHONE], shots: [PHONE] },
];

let server, browser;
/** What the street holds. */
let street;
before(async () => {
  server = await new Server().start();
  browser = await launch();
  street = await prepare(server);
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** One person going through pages in one dress; what is wrong is gathered and told at the end. */
class Viewer extends Walker {
  static async come(who, look) {
    const { elder, ...options } = look.options ?? {};
    const somebody = await person(browser, server.base, { size: look.sizes[0], elder, ...options });
    const viewer = new Viewer(somebody.page, street);
    return Object.assign(viewer, { who, look, elder, faults: [], person: somebody });
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

/** Somebody in one dress goes a whole walk. */
function go(who, [name, walk], look) {
  test(`${who}: ${name}, ${look.name}`, async () => {
    const viewer = await Viewer.come(who, look);
    for await (const state of walk(viewer)) await viewer.look_at(state);
    await viewer.leave();
  });
}

for (const look of LOOKS) for (const walk of Object.entries(RESIDENT)) go('resident', walk, look);
for (const look of STAFF_LOOKS) for (const walk of Object.entries(STAFF)) go('staff', walk, look);

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
