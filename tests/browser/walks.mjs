// Every page in every state that looks different, as walks: an async generator goes from state to
// state as people do and gives each state's name while the page stands in it. Whoever follows a walk
// looks at the page, and then asks for the next state. pages.test.mjs looks with axe and takes
// pictures, access.test.mjs measures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { password, pin, signIn } from './harness.mjs';
import { WITH_PAPERS, at, freeSlots, goOn, handIn, photoIn, publicReport, reportIn, residentActs, said, signByHand, staff, words } from './steps.mjs';

const { shell, cases: caseWords, words: common, assist: assistWords, circle: circleWords, report: reportWords } = words;
const PAPER = new URL('photos/paper.jpg', import.meta.url).pathname;
const UNKNOWN = '0190a0a0-0000-7000-8000-000000000000';

/** Pages that need nothing but their address. */
const PLAIN = [
  ['home', '/'],
  ['notices', '/notices'],
  ['find', '/proxy'],
  ['find-event', '/proxy?event=old_age'],
  ['guide', '/proxy/elder-allowance'],
  ['guide-accompany', '/proxy/pension-alive'],
  ['guide-missing', '/proxy/nothing-of-the-kind'],
  ['guides', '/guides'],
  ['help', '/help'],
  ['call-back', '/help/call-back'],
  ['privacy', '/privacy'],
  ['cases-empty', '/cases'],
  ['case-unknown', `/cases/${UNKNOWN}`],
  ['receipt-unknown', `/proxy/done/${UNKNOWN}`],
  ['missing', '/no/such/page'],
];

/** What the street holds for those who walk: a case in each state that looks different, a report that everybody sees, and one that waits. */
export async function prepare(server) {
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
  const photo = () => photoIn(server, readFileSync(PAPER));
  const shown = await publicReport(server, window, { photos: [await photo()] });
  const own = await reportIn(server, { said: '人行道的砖翘起来了', category: 'road', north: 400, photos: [await photo()] });
  await window.act(own.case, { verb: 'accept' });
  const { answer: street } = await server.call('GET', '/api/v1/street');
  const { lat, lon } = street.estates.find(({ name }) => name === '长乐里').entrance;
  return { cases: { submitted, rejected, visit, awaiting, done, confirmed }, shown, own, gate: { lat, lon } };
}

/** Somebody who goes from state to state on a street that was prepared. */
export class Walker {
  constructor(page, street) {
    street.walkers = (street.walkers ?? 0) + 1;
    Object.assign(this, { page, street, turn: street.walkers % 5, coming: new Set() });
    const isPart = (request) => request.url().endsWith('.wasm');
    page.on('request', (request) => isPart(request) && this.coming.add(request));
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => this.coming.delete(request));
  }

  async open(address) {
    await this.rest();
    await this.page.goto(address);
    await this.settled();
  }

  /** A page that is left while a part of the program is on its way complains of it. */
  async rest() {
    while (this.coming.size > 0) await this.page.waitForTimeout(50);
  }

  /** The app stands in the page and waits for nothing. */
  async settled() {
    await this.page.locator('main h1').first().waitFor({ state: 'attached' });
    await this.page.waitForFunction(() => !document.querySelector('#shell, main .skeleton'));
  }
}

async function* plain(walker) {
  for (const [name, address] of PLAIN) {
    await walker.open(address);
    yield name;
  }
}

/** Answers whatever the page of a form asks. */
async function answerAll({ page, turn }) {
  const lines = {
    applicant_name: '张桂兰', proxy_name: '李建军', proxy_phone: '13912345678', contact_name: '王秀英', contact_phone: '13800001234',
    note: '老人耳朵背，请大声点。', words: '楼道里有煤气味',
  };
  for (const [id, text] of Object.entries(lines)) {
    const line = page.locator(`#${id}`);
    if ((await line.count()) > 0) await line.fill(text);
  }
  if ((await page.locator('#home-search').count()) > 0) {
    await page.locator('#home-search').fill('长乐');
    await page.getByRole('radio', { name: '长乐里' }).first().check();
    await page.locator('#home-door').fill('5号楼2单元301');
  }
  if ((await page.locator('#photos-file').count()) > 0) {
    await page.locator('#photos-file').setInputFiles(PAPER);
    await page.locator('.photo').first().waitFor();
  }
  const place = page.getByLabel(reportWords.place.search);
  if ((await place.count()) > 0) {
    await place.fill('cll');
    await page.getByRole('button', { name: '长乐里' }).first().click();
    await page.getByText(reportWords.place.by_list).waitFor();
  }
  if ((await page.locator('#category').count()) > 0) await page.locator('#category').selectOption('light');
  if ((await page.locator('.sign-pad').count()) > 0) await signByHand(page);
  if ((await page.locator('.slots, .slot').count()) > 0) await page.locator('input[name=slot]:enabled').first().waitFor();
  await pickAll(page, turn);
}

async function pickAll(page, turn) {
  const groups = await page
    .locator('input[type=radio]:enabled')
    .evaluateAll((radios) => [...new Set(radios.map((radio) => radio.name))]);
  for (const name of groups) {
    if (name === 'home-estate') continue;
    const wanted = page.locator(`input[name="${name}"]:is([value=parent], [value=home], [value=visit])`);
    // Those who walk at the same time do not take the same hour.
    const first = page.locator(`input[name="${name}"]:enabled`).nth(name === 'slot' ? turn : 0);
    await ((await wanted.count()) > 0 ? wanted.first() : first).check();
  }
}

/** A form from the page where it stands to its receipt; a page is looked at when it is filled in. */
async function* filled(walker, prefix) {
  const { page } = walker;
  const heading = () => page.locator('main h1').first().textContent();
  for (let step = 1; (await heading()) !== common.page.check; step += 1) {
    assert.ok(step < 25, 'the form has an end');
    await answerAll(walker);
    yield `${prefix}-${String(step).padStart(2, '0')}`;
    const before = await page.locator('main').innerHTML();
    await goOn(page);
    await page.waitForFunction((before) => document.querySelector('main').innerHTML !== before, before);
    await walker.settled();
    assert.equal(await page.locator('.errors').count(), 0, `stuck at ${await heading()}`);
    const goOnAnyway = page.getByRole('button', { name: reportWords.alarm.go_on });
    if (await goOnAnyway.isVisible()) {
      yield `${prefix}-alarm`;
      await goOnAnyway.click();
      await goOnAnyway.waitFor({ state: 'detached' });
      await walker.settled();
    }
  }
  await page.getByRole('button', { name: words.proxy.check.submit }).click();
  await page.locator('.errors').waitFor();
  yield `${prefix}-check-wrong`;
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: words.proxy.check.submit }).click();
  await page.locator('.receipt-number').first().waitFor();
  yield `${prefix}-receipt`;
}

async function* form(walker) {
  await walker.open(`/proxy/${WITH_PAPERS}/apply`);
  await goOn(walker.page);
  await walker.page.locator('.errors').waitFor();
  yield 'form-wrong';
  yield* filled(walker, 'form');
}

async function* report(walker) {
  const { page } = walker;
  await walker.open('/report');
  yield 'report-start';
  await page.locator('#photos-file').setInputFiles(PAPER);
  await page.getByRole('button', { name: reportWords.cover.open }).click();
  await page.waitForFunction(() => document.querySelector('.cover-pad')?.width > 300);
  yield 'report-cover';
  await page.getByRole('button', { name: reportWords.cover.by_button }).click();
  yield 'report-cover-buttons';
  await page.getByRole('button', { name: reportWords.cover.cancel, exact: true }).click();
  yield* filled(walker, 'report');
}

async function* cases(walker) {
  const { page, street } = walker;
  const openOwn = async (sent) => {
    await walker.open(`/cases#c=${sent.case}.${sent.secret}`);
    await page.waitForURL(`**/cases/${sent.case}`);
    await page.locator('.receipt-chips .status').waitFor();
    await walker.settled();
  };
  for (const [name, sent] of Object.entries(street.cases)) {
    await openOwn(sent);
    yield `case-${name}`;
  }
  await openOwn(street.own);
  yield 'case-report';
  await walker.open(`/cases/${street.cases.awaiting.case}`);
  await page.getByRole('button', { name: common.verb.supply }).click();
  await page.getByRole('dialog', { name: caseWords.reply.supply }).waitFor();
  yield 'case-supply-sheet';
  await walker.open('/cases');
  await page.locator('.card .status').nth(6).waitFor();
  yield 'cases-list';
}

async function* reports(walker) {
  const { page, street } = walker;
  await walker.open('/reports');
  await page.locator('.report-card').first().waitFor();
  yield 'reports-list';
  await page.getByRole('button', { name: words.reports.map.show }).click();
  await page.locator('.leaflet-marker-icon').first().waitFor();
  yield 'reports-map';
  await walker.open(`/reports/${street.shown.case}`);
  await page.getByRole('heading', { name: caseWords.timeline }).waitFor();
  yield 'reports-one';
  await walker.open(`/reports/${UNKNOWN}`);
  await page.getByRole('heading', { name: words.reports.gone.title }).waitFor();
  yield 'reports-gone';
  await walker.open('/reports?sort=mine');
  yield 'reports-mine';
}

async function* circle(walker) {
  const { page, street } = walker;
  await walker.open('/circle');
  yield 'circle-start';
  await page.getByRole('button', { name: circleWords.from_estate, exact: true }).click();
  await page.getByLabel(circleWords.estate_label).fill('cll');
  yield 'circle-estates';
  await walker.open(`/circle#p=${street.gate.lat.toFixed(5)},${street.gate.lon.toFixed(5)}&w=older`);
  await page.locator('.circle-sum').filter({ hasText: said(circleWords.sum) }).waitFor();
  yield 'circle-list';
  await page.locator('.circle-go').first().click();
  await page.locator('dialog .circle-steps li').first().waitFor();
  yield 'circle-sheet';
  await page.getByRole('button', { name: shell.close }).click();
  const map = page.getByRole('button', { name: circleWords.show_map });
  if (await map.isVisible()) await map.click();
  await page.locator('.leaflet-marker-icon').first().waitFor();
  yield 'circle-map';
}

/** Resolves when the walk before is done: one volunteer works at one tablet at a time. */
let tabletIsFree = Promise.resolve();

async function* assist(walker) {
  const before = tabletIsFree;
  let leave;
  tabletIsFree = new Promise((resolve) => (leave = resolve));
  await before;
  try {
    yield* onTheTablet(walker);
  } finally {
    leave();
  }
}

/** A tablet becomes a shared one; a volunteer begins; a resident asks to be called. */
async function* onTheTablet(walker) {
  const { page } = walker;
  page.on('dialog', (dialog) => dialog.accept());
  const { enrol, pin: pinWords, between, choose, bar, next, hours } = assistWords;
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await walker.open('/assist');
  await at(page, enrol.title);
  yield 'assist-enrol';
  await page.getByLabel(enrol.name).fill('window');
  await page.getByLabel(enrol.password).fill(password);
  await page.getByLabel(enrol.tablet, { exact: true }).fill('一号平板');
  await press(enrol.go);
  await at(page, pinWords.title);
  yield 'assist-volunteers';
  await page.getByRole('button', { name: '田小禾' }).click();
  await page.locator('.pad-key').first().waitFor();
  yield 'assist-keys';
  for (const digit of pin) await press(digit);
  await press(pinWords.go);
  await at(page, said(between.hello, { name: '田小禾' }));
  await walker.settled();
  yield 'assist-between';
  await page.getByRole('link', { name: between.hours }).click();
  await at(page, hours.title);
  await walker.settled();
  yield 'assist-hours';
  await page.getByRole('link', { name: shell.back, exact: true }).click();
  await press(between.next);
  await at(page, choose.title);
  yield 'assist-choose';
  await page.getByRole('main').getByRole('link', { name: shell.call }).click();
  await walker.settled();
  yield* filled(walker, 'assist-call');
  await press(bar.next);
  await page.getByRole('dialog', { name: next.title }).waitFor();
  yield 'assist-next-sheet';
  await press(next.go);
  await at(page, said(between.hello, { name: '田小禾' }));
}

async function* sheets(walker, verbs) {
  const { page } = walker;
  for (const verb of verbs) {
    const name = common.verb[verb];
    await page.getByRole('button', { name, exact: true }).first().click();
    const sheet = page.getByRole('dialog', { name });
    await sheet.waitFor();
    yield `sheet-${verb}`;
    await sheet.getByRole('button', { name: shell.close }).click();
    await sheet.waitFor({ state: 'hidden' });
  }
}

async function* desk(walker) {
  const { page, street } = walker;
  await walker.open('/staff/sign-in');
  yield 'sign-in';
  await signIn(page, 'grid');
  await page.locator('.queue-link').first().waitFor();
  yield 'queue';
  await walker.open('/staff?scope=all&state=all');
  await page.locator('.queue-link').nth(5).waitFor();
  yield 'queue-all';
  for (const name of ['visit', 'awaiting', 'confirmed']) {
    await walker.open(`/staff/cases/${street.cases[name].case}`);
    yield `case-${name}`;
  }
  await walker.open(`/staff/cases/${street.cases.visit.case}`);
  yield* sheets(walker, ['book_visit', 'ask_material', 'return_originals', 'take_originals']);
  await walker.open('/staff/visits');
  yield 'visits';
  await walker.open('/staff/no/such/page');
  yield 'missing';
}

/** The desk for what was seen in the street, and the street's own questions. */
async function* street(walker) {
  const { page, street: held } = walker;
  await signIn(page, 'supervisor');
  await page.locator('.queue-link').first().waitFor();
  await walker.open(`/staff/cases/${held.own.case}`);
  yield 'case-report';
  yield* sheets(walker, ['review', 'call_department', 'tag']);
  await walker.open('/staff/coverage');
  // Shown where there is room for it.
  await page.locator('.matrix tbody tr').first().waitFor({ state: 'attached' });
  yield 'coverage';
  await walker.open(`/staff/coverage?walker=older&service=${encodeURIComponent('health:药店')}`);
  yield 'coverage-one';
  await walker.open('/staff/tablets');
  yield 'tablets';
  await page.locator('.panel').getByRole('button').last().click();
  await page.getByRole('dialog').waitFor();
  yield 'tablets-pin';
  await walker.open('/staff/poster');
  yield 'poster';
}

/** What residents see, and the shared tablet with them. */
export const RESIDENT = { plain, form, report, cases, reports, circle, assist };
/** What staff see. */
export const STAFF = { desk, street };
