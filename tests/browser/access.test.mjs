// Every page and state measured: in 长辈版 at each size of type and window, in the normal version
// zoomed in, with a reader's own spacing, in forced colours, in both themes at 7:1, without motion;
// help and reading aloud on each of them; and what a screen reader is told of the main pages.
//
// Not every combination of everything: one walk in 长辈版 and one in the normal version, and at each
// state the page is measured in the ways below. pages.test.mjs runs axe whole in four dresses.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { PHONE, Server, accessible, launch, person, shot } from './harness.mjs';
import { cutOrCovered, faintEdges, focusHidden, moving, spaced, tooClose, tooSmall, withoutEdge } from './measure.mjs';
import { words } from './steps.mjs';
import { RESIDENT, STAFF, Walker, prepare } from './walks.mjs';

/** Type and windows in 长辈版: all three where it is narrowest, the largest everywhere. */
const ELDER = [[22, 320], [26, 320], [30, 320], [22, 360], [26, 360], [30, 360], [30, 414], [30, 768], [22, 820], [30, 820], [30, 1024], [30, 1440]];
/** The normal version: two phones, a desk zoomed to 200 % (1280 / 2) and to 400 % (1280 / 4, 720 / 4). */
const NORMAL = [[414, 740], [360, 740], [640, 360], [320, 180]];
/** The one contrast rule that axe leaves out by itself. */
const SEVEN_TO_ONE = { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] }, rules: { 'color-contrast-enhanced': { enabled: true } } };

let server, browser, street;
before(async () => {
  server = await new Server().start();
  browser = await launch();
  street = await prepare(server);
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** Goes a walk and gathers what is wrong at each state; told all at once. */
async function measured(walk, { language, ...options }, measures) {
  const somebody = await person(browser, server.base, options);
  if (language) await somebody.context.addInitScript((language) => localStorage.setItem('yikezhong.lang', language), language);
  const walker = new Walker(somebody.page, street);
  const faults = [];
  for await (const state of walk(walker)) {
    await walker.settled();
    const told = (how, wrong) => faults.push(...wrong.map((one) => `${state}, ${how}: ${one}`));
    for (const measure of measures) await measure(somebody.page, told, state);
    await somebody.page.setViewportSize(options.size ?? PHONE);
  }
  await walker.rest();
  await somebody.leave();
  assert.deepEqual(faults, []);
}

/** What a check that throws has to say, as a fault. */
const heard = (check) => check.then(() => [], (fault) => [fault.message]);

async function elderSizes(page, told) {
  for (const [type, width] of ELDER) {
    await page.evaluate((type) => (document.documentElement.dataset.elder = type), type);
    await page.setViewportSize({ width, height: 740 });
    told(`${type} px at ${width}`, await cutOrCovered(page));
    told(`${type} px at ${width}`, await tooSmall(page, { main: 60, least: 60 }));
    if (width === 360) told(`${type} px at ${width}`, await tooClose(page));
  }
  await page.evaluate(() => (document.documentElement.dataset.elder = '22'));
}

async function normalSizes(page, told) {
  for (const [width, height] of NORMAL) {
    await page.setViewportSize({ width, height });
    told(`at ${width} × ${height}`, await cutOrCovered(page));
    told(`at ${width} × ${height}`, await tooSmall(page, { main: 48, least: 44 }));
  }
}

/** WCAG 1.4.12. */
async function ownSpacing(page, told) {
  await spaced(page, true);
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 740 });
    told(`spaced at ${width}`, await cutOrCovered(page));
  }
  await spaced(page, false);
}

async function sevenToOne(page, told) {
  for (const colours of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', contrast: 'more' }]) {
    await page.emulateMedia({ contrast: 'no-preference', ...colours });
    told(Object.values(colours).join(' '), await faintEdges(page));
    told(Object.values(colours).join(' '), await heard(accessible(page, 'contrast', SEVEN_TO_ONE)));
  }
  await page.emulateMedia({ colorScheme: null, contrast: null });
}

const LOOKED_AT = ['home', 'form-01', 'form-check-wrong', 'circle-list', 'case-done', 'queue', 'circle-sheet'];
async function forcedColours(page, told, state) {
  await page.emulateMedia({ forcedColors: 'active' });
  told('forced colours', await withoutEdge(page));
  if (LOOKED_AT.includes(state)) await shot(page, `forced-${state}`);
  await page.emulateMedia({ forcedColors: null });
}

/** The harness asks for reduced motion. */
const still = async (page, told) => told('reduced motion', await moving(page));

/** WCAG 3.2.6 and 长辈版: a person to call at the same place of every page, and a voice that reads it. */
function sameHelp() {
  const places = new Set();
  return async (page, told) => {
    await page.evaluate(() => scrollTo(0, 0));
    const call = page.locator('.top .call');
    const { x, y } = await call.boundingBox();
    places.add(`${x} ${y}`);
    told('help', places.size === 1 ? [] : [`elsewhere: ${[...places].join(', ')}`]);
    told('help', (await call.getAttribute('href')) === '/help' ? [] : ['does not lead to help']);
    // Under a sheet the page sleeps: the sheet reads itself.
    const within = (await page.locator('dialog[open]').count()) > 0 ? page.locator('dialog[open]') : page.locator('.tools');
    told('aloud', (await within.locator('button.aloud').count()) === 1 ? [] : ['cannot be read aloud']);
  };
}

// Two cores: one browser's page waits for the server while another is measured.
describe('every page and state', { concurrency: 2 }, () => {
  for (const [name, walk] of Object.entries(RESIDENT)) {
    test(`长辈版: ${name}`, () => measured(walk, { elder: '22' }, [elderSizes, sevenToOne, sameHelp(), still]));
    test(`the normal version: ${name}`, () => measured(walk, {}, [normalSizes, ownSpacing, forcedColours, still]));
  }
  // The other walks go by Chinese words; longer ones break the same boxes.
  test('in English: plain', () => measured(RESIDENT.plain, { elder: '22', language: 'en' }, [elderSizes, sameHelp()]));
  for (const [name, walk] of Object.entries(STAFF)) {
    test(`staff: ${name}`, () => measured(walk, {}, [normalSizes, ownSpacing, forcedColours, still]));
  }
});

/** What is put wrong on a page that is right, and the measure that has to see it. */
const SPOILT = [
  ['the page is .* too wide', cutOrCovered, ({ main, make }) => make('div', main, { inlineSize: '2000px', blockSize: '1px' })],
  ['out of the page', cutOrCovered, ({ main, make }) => make('p', main, { whiteSpace: 'nowrap' }, '很长的一句话'.repeat(20))],
  ['^cut: ', cutOrCovered, ({ main, make }) => make('p', main, { inlineSize: '60px', overflow: 'hidden', whiteSpace: 'nowrap' }, '看不全的话')],
  ['out of its control', cutOrCovered, ({ main, make }) => make('button', main, { inlineSize: '60px', whiteSpace: 'nowrap' }, '写不下的按钮')],
  ['a number on two lines', cutOrCovered, ({ main, make }) => Object.assign(make('a', main, { display: 'block', inlineSize: '80px' }, '010 5550 0100'), { href: 'tel:01055500100' })],
  ['one over the other', cutOrCovered, ({ main, make }) => [0, 1].map(() => make('button', main, { display: 'block', marginBlockEnd: '-30px', blockSize: '60px', inlineSize: '90px' }, '按钮'))],
  ['× 20 px', (page) => tooSmall(page, { main: 60, least: 44 }), ({ main, make }) => make('button', main, { blockSize: '20px', minBlockSize: '0' }, '按钮')],
  ['lines 1.00 apart', tooClose, ({ main, make }) => make('p', main, { lineHeight: '1' }, '挤在一起的话'.repeat(20))],
  ['btn', faintEdges, ({ main, make }) => (make('button', main, { borderColor: 'transparent', background: 'none' }, '看不见边').className = 'btn')],
  ['btn', withoutEdge, ({ main, make }) => (make('button', main, { border: '0' }, '没有边').className = 'btn')],
  ['on', moving, ({ main }) => main.animate([{ opacity: 0 }, { opacity: 1 }], 60_000)],
  ['under something', focusHidden, ({ main, make }) => (make('button', main, {}, '盖住了').focus(), make('div', main, { position: 'fixed', inset: '0', zIndex: '99' }))],
  ['out of the window', focusHidden, ({ main, make }) => make('button', main, { position: 'absolute', insetInlineStart: '-999px' }, '不见了').focus()],
];

/** Runs in the page. */
function make(tag, into, style, words = '') {
  const element = into.appendChild(document.createElement(tag));
  Object.assign(element.style, style);
  element.textContent = words;
  return element;
}

test('the measures see what they are for', async () => {
  const somebody = await person(browser, server.base, { elder: '22' });
  const { page } = somebody;
  for (const [expected, measure, spoil] of SPOILT) {
    await page.goto('/privacy');
    await new Walker(page, street).settled();
    const before = measure === focusHidden ? [] : await measure(page);
    assert.deepEqual(before, [], `right as it is: ${expected}`);
    await page.evaluate(`(${spoil})({ main: document.querySelector('main'), make: ${make} })`);
    const told = await measure(page);
    assert.ok(told.some((fault) => new RegExp(expected).test(fault)), `${expected} is not seen: ${told}`);
  }
  await somebody.leave();
});

/** Pages as a screen reader goes through them; in 长辈版 where that shows other things. */
const TOLD = [
  ['home', '/'],
  ['home-elder', '/', '22'],
  ['find-elder', '/proxy', '22'],
  ['guide', '/proxy/elder-allowance'],
  ['guide-elder', '/proxy/elder-allowance', '22'],
  ['form-who', '/proxy/pension-claim/apply'],
  ['report', '/report'],
  ['report-elder', '/report', '22'],
  ['circle', '/circle'],
  ['cases', '/cases'],
  ['help', '/help'],
  ['call-back', '/help/call-back'],
  ['privacy', '/privacy'],
  ['missing', '/no/such/page'],
  ['staff-sign-in', '/staff/sign-in'],
];

// `ARIA=write node tests/browser/run.mjs access` writes them anew; read what changed before committing.
test('what a screen reader is told, and in which order', async () => {
  for (const [name, address, elder] of TOLD) {
    const somebody = await person(browser, server.base, { elder });
    const walker = new Walker(somebody.page, street);
    // What is open depends on the hour; notices come and go with the days.
    await somebody.page.clock.setFixedTime('2026-11-25T10:00:00+08:00');
    await somebody.page.route('**/api/v1/street', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), notices: [] } });
    });
    await walker.open(address);
    if (!address.startsWith('/staff')) await somebody.page.getByText(words.shell.sample).waitFor();
    const told = `${await somebody.page.locator('body').ariaSnapshot()}\n`;
    const file = new URL(`aria/${name}.yml`, import.meta.url);
    if (process.env.ARIA === 'write') writeFileSync(file, told);
    assert.equal(told, readFileSync(file, 'utf8'), name);
    await walker.rest();
    await somebody.leave();
  }
});
