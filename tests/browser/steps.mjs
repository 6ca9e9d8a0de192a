// How people get through the pages: the words come from the locale, so that whoever rewords a
// button need not look here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { password, signIn } from './harness.mjs';

const locale = (name) =>
  JSON.parse(readFileSync(new URL(`../../app/locales/zh-CN/${name}.json`, import.meta.url), 'utf8'));

/** The interface's words: `words.proxy.form.go_on`. */
export const words = Object.fromEntries(
  ['shell', 'words', 'guides', 'proxy', 'cases', 'map', 'circle', 'report', 'reports', 'assist', 'staff', 'handling', 'coverage', 'visits'].map((name) => [name, locale(name)]),
);

/** A text of the locale with its gaps filled; gaps without a value match anything. */
export function said(text, values = {}) {
  const plain = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const parts = text.split(/\{\{\s*(\w+)\s*\}\}/);
  const source = parts.map((part, at) => (at % 2 === 0 ? plain(part) : part in values ? plain(String(values[part])) : '.*'));
  return new RegExp(source.join(''));
}

const { form: formWords, check, sign, day } = words.proxy;
const { page: pageWords, field: fieldWords, choice: choiceWords } = words.words;

/** Waits until the page with that heading is there. */
export async function at(page, heading) {
  await page.getByRole('heading', { level: 1, name: heading }).first().waitFor();
}

/** Presses 继续. */
export async function goOn(page) {
  await page.getByRole('button', { name: formWords.go_on, exact: true }).click();
}

/** Picks a radio button by its words. */
export async function pick(page, name) {
  await page.getByRole('radio', { name }).check();
}

/** Who is asked for in most tests. Every name here is invented. */
export const WANG = { name: '王秀英', phone: '13800001234', door: '5号楼2单元301', estate: '长乐里' };

/** Draws a stroke on the signature pad. */
export async function signByHand(page) {
  const pad = page.getByRole('img', { name: sign.draw });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const points = [[0.2, 0.3], [0.35, 0.7], [0.5, 0.3], [0.65, 0.7], [0.8, 0.4]];
  const spots = points.map(([x, y]) => [box.x + box.width * x, box.y + box.height * y]);
  await page.mouse.move(...spots[0]);
  await page.mouse.down();
  for (const spot of spots.slice(1)) await page.mouse.move(...spot, { steps: 8 });
  await page.mouse.up();
  await page.getByText(sign.done, { exact: true }).waitFor();
}

/**
 * One step a page of the 代办 form: each begins when its page is there, and does not press 继续.
 * `who` is `me` or `parent`; a `parent` is signed for on the page of the authority.
 */
export const fill = {
  async who(page, { who = 'me' } = {}) {
    await at(page, pageWords.who);
    await pick(page, choiceWords[who]);
  },
  async applicant(page, { name = WANG.name, phone = WANG.phone, id = '' } = {}) {
    await at(page, pageWords.applicant);
    await page.getByLabel(fieldWords.applicant_name).fill(name);
    await page.getByLabel(fieldWords.applicant_phone).fill(phone);
    await page.getByLabel(fieldWords.applicant_id).fill(id);
  },
  async proxy(page, { proxy = '王建国', proxyPhone = '13900005678' } = {}) {
    await at(page, pageWords.proxy);
    await page.getByLabel(fieldWords.proxy_name).fill(proxy);
    await page.getByLabel(fieldWords.proxy_phone).fill(proxyPhone);
  },
  async authority(page) {
    await at(page, pageWords.authority);
    await pick(page, day.month);
    await signByHand(page);
  },
  async home(page, { estate = WANG.estate, door = WANG.door } = {}) {
    await at(page, pageWords.home);
    await page.getByLabel(words.proxy.home.search, { exact: true }).fill(estate);
    await page.getByRole('radio', { name: estate }).first().check();
    await page.getByLabel(words.proxy.home.door).fill(door);
  },
  async handling(page, { handling = 'station' } = {}) {
    await at(page, pageWords.handling);
    await pick(page, choiceWords[handling === 'station' ? 'go_to_station' : handling]);
  },
  async station(page) {
    await at(page, pageWords.station);
    await page.getByRole('radio').first().check();
  },
  /** `slot` is one of the server's; else the first that is free. */
  async slot(page, { slot } = {}) {
    await at(page, pageWords.slot);
    const which = slot ? `[value="${slot.start}"]` : ':enabled';
    const radio = page.locator(`input[type=radio][name=slot]${which}`).first();
    await radio.waitFor({ state: 'attached' });
    const more = page.getByRole('button', { name: words.proxy.slot.more });
    if (!(await radio.isVisible()) && (await more.isVisible())) await more.click();
    await radio.check();
  },
  /** `have` is `photo`, `home`, `missing` or `unsure` for every paper. */
  async materials(page, { have = 'home' } = {}) {
    await at(page, pageWords.materials);
    for (const radio of await page.getByRole('radio', { name: words.words.have[have], exact: true }).all()) await radio.check();
  },
  async note(page, { note = '' } = {}) {
    await at(page, pageWords.note);
    if (note) await page.getByRole('textbox').fill(note);
  },
  async check(page) {
    await at(page, pageWords.check);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
  },
};

/** The pages of the form for these choices, in order. */
function pagesOf({ who = 'me', handling = 'station', papers = true }) {
  const proxied = who === 'me' ? [] : ['proxy', 'authority'];
  const place = handling === 'station' ? 'station' : 'slot';
  return ['who', 'applicant', ...proxied, 'home', 'handling', place, ...(papers ? ['materials'] : []), 'note', 'check'];
}

/** A matter with two papers that every test may photograph, and one without any. */
export const WITH_PAPERS = 'elder-card';
export const WITHOUT_PAPERS = 'pension-claim';

/**
 * Opens the form of a matter and fills it in up to the page named by `until` (its first page is
 * filled, but not left); `check` agrees to everything and does not press 提交.
 */
export async function fillForm(page, { matter = WITHOUT_PAPERS, until = 'check', ...answers } = {}) {
  await page.goto(`/proxy/${matter}/apply`);
  await fillOn(page, { matter, until, ...answers });
}

/** The same from the page `from` on, where one stands already. */
export async function fillOn(page, { matter = WITHOUT_PAPERS, from = 'who', until = 'check', ...answers } = {}) {
  const all = pagesOf({ ...answers, papers: matter !== WITHOUT_PAPERS });
  assert.ok(all.includes(from) && all.includes(until), `${from}–${until} among ${all}`);
  for (const name of all.slice(all.indexOf(from), all.indexOf(until) + 1)) {
    await fill[name](page, answers);
    if (name !== until) await goOn(page);
  }
}

/** Presses 提交. */
export async function submit(page) {
  await page.getByRole('button', { name: check.submit }).click();
}

/** The receipt number on the page after 提交, as nine digits. */
export async function receiptShown(page) {
  await at(page, words.proxy.done.title);
  const text = await page.locator('.receipt-number').first().textContent();
  return text.replaceAll(/\D/g, '');
}

/** Hands a case in past the browser, as another resident's phone would. */
export async function handIn(server, { matter = WITHOUT_PAPERS, slot, ...more } = {}) {
  const { answer: facts } = await server.call('GET', '/api/v1/facilities');
  const station = facts.facilities.find((facility) => facility.station).id;
  const place = slot ? { handling: 'visit', slot } : { handling: 'station', station };
  const answers = {
    matter,
    for_whom: 'me',
    applicant_name: WANG.name,
    applicant_phone: WANG.phone,
    home: { estate: 'changle-li', door: WANG.door },
    ...place,
    consent: true,
    ...more,
  };
  const { answer } = await server.call('POST', '/api/v1/cases', { body: { kind: 'proxy_request', answers } });
  return answer;
}

/** The times still free at an estate, soonest first. */
export async function freeSlots(server, estate = 'changle-li') {
  const { answer } = await server.call('GET', `/api/v1/slots?estate=${estate}`);
  return answer.days.flatMap((day) => day.slots).filter((offered) => offered.free).map((offered) => offered.slot);
}

/** Opens a case at the desk; whoever has nothing to do in it says that its resident asks. */
export async function openCase(page, id) {
  await page.goto(`/staff/cases/${id}`);
  const whole = page.getByRole('heading', { name: words.staff.case.history });
  const asked = page.getByRole('heading', { name: words.staff.opening.title });
  await whole.or(asked).waitFor();
  if (await asked.isVisible()) {
    await page.getByRole('button', { name: words.staff.opening.resident_asks, exact: true }).click();
  }
  await whole.waitFor();
}

/** Signs somebody of the staff in; at the case where one is given. */
export async function atDesk(page, name, id) {
  await signIn(page, name);
  await at(page, words.staff.queue.title);
  if (id) await openCase(page, id);
}

/** A member of staff past the browser: `call`, `act`, `seen` and `cases`. */
export async function staff(server, name) {
  const { answer: me, response } = await server.call('POST', '/api/v1/staff/session', { body: { name, password } });
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const call = async (method, path, body) => {
    const headers = { cookie, 'x-csrf-token': me.csrf };
    return (await server.call(method, path, { body, headers })).answer;
  };
  return {
    call,
    /** Acts on a case as it stands now. */
    async act(id, action) {
      const path = `/api/v1/staff/cases/${id}`;
      const { view } = await call('GET', `${path}?why=resident_asks`);
      return call('POST', `${path}/actions`, { action, seen_seq: view.progress.seq });
    },
    /** A case as its staff see it, whoever handles it. */
    seen: ({ case: id }) => call('GET', `/api/v1/staff/cases/${id}?why=checks`),
    /** Every case of the street, whatever its state. */
    async cases() {
      const all = [];
      for (let cursor = ''; cursor !== null; ) {
        const page = await call('GET', `/api/v1/staff/cases?scope=all&state=all&cursor=${encodeURIComponent(cursor)}`);
        all.push(...page.items);
        cursor = page.next ?? null;
      }
      return all;
    },
  };
}

/** Acts on a case as its resident, past the browser. */
export async function residentActs(server, { case: id, secret }, action) {
  const headers = { 'case-secret': secret };
  const { answer: view } = await server.call('GET', `/api/v1/cases/${id}`, { headers });
  const body = { action, seen_seq: view.progress.seq };
  return (await server.call('POST', `/api/v1/cases/${id}/actions`, { headers, body })).answer;
}

/** Hands a picture in past the browser; its id. */
export async function photoIn(server, bytes) {
  const id = crypto.randomUUID();
  const response = await fetch(`${server.base}/api/v1/photos/${id}`, { method: 'PUT', headers: { origin: server.base }, body: bytes });
  assert.ok(response.ok, `a picture: ${response.status}`);
  return id;
}

/** Hands in something seen in the street past the browser, some metres north of an estate's gate. */
export async function reportIn(server, { category = 'light', said: what = '路灯不亮', north = 0, estate = 0, photos = [], ...more } = {}) {
  const { answer: street } = await server.call('GET', '/api/v1/street');
  const { lat, lon } = street.estates[estate].entrance;
  const answers = {
    photos,
    place: { at: { lat: lat + north / 111_195, lon }, found: 'map' },
    words: what,
    category,
    contact_name: WANG.name,
    contact_phone: WANG.phone,
    consent: true,
    ...more,
  };
  return (await server.call('POST', '/api/v1/cases', { body: { kind: 'issue_report', answers } })).answer;
}

/** The same, looked at and shown to everybody. `desk` is a window's {@link staff}. */
export async function publicReport(server, desk, { shown = '东门的路灯不亮了', photos = [], ...what } = {}) {
  const sent = await reportIn(server, { photos, ...what });
  await desk.act(sent.case, { verb: 'review', face: { words: shown, photos: photos.map((photo) => ({ photo })) } });
  await desk.act(sent.case, { verb: 'publish' });
  return sent;
}
