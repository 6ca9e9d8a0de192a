// What staff do with one another and for residents: asked and allowed, on the resident's word,
// somebody faster at the time one wanted, and what is typed outliving reloads and other pages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DESKTOP, Server, accessible, launch, password, person, shot, visit } from './harness.mjs';
import { at, atDesk, handIn, residentActs, said, staff, words } from './steps.mjs';

const { verb, state } = words.words;
const desk = words.staff;
const photo = readFileSync(new URL('../../bench/photo.jpg', import.meta.url));

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await new Server().start();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** Runs `work` as somebody of the staff with a device of their own, at the case where one is given. */
function as(name, id, work, base = server.base) {
  return visit(browser, base, { size: DESKTOP }, async (page, context) => {
    await atDesk(page, name, id);
    await work(page, context);
  });
}

const sheet = (page) => page.getByRole('dialog');
const open = (page, what) => page.getByRole('button', { name: what, exact: true }).first().click();
const press = (page, what) => sheet(page).getByRole('button', { name: what, exact: true }).click();
const done = (page, what) => page.getByText(said(desk.act.done, { what })).first().waitFor();

/** Opens an action, fills its form by `act` and does it. */
async function does(page, what, act = async () => {}) {
  await open(page, what);
  await act(sheet(page));
  await press(page, what);
  await done(page, what);
}

/** A case that the grid's worker has, taken up past the browser. */
async function taken({ until = 'start', ...more } = {}) {
  const sent = await handIn(server, more);
  const [window, worker] = [await staff(server, 'window'), await staff(server, 'grid')];
  await window.act(sent.case, { verb: 'accept' });
  await window.act(sent.case, { verb: 'assign', staff: 'grid' });
  if (until !== 'assign') await worker.act(sent.case, { verb: 'start' });
  if (until === 'finish') await worker.act(sent.case, { verb: 'finish', to_resident: '办好了。' });
  return sent;
}

/** The case as its staff see it. */
const seen = async (sent) => (await staff(server, 'supervisor')).seen(sent);

describe('asked of the supervisor', () => {
  test('three days more: asked with a reason, allowed, and the resident sees the new day', async () => {
    const sent = await taken();
    const before = (await seen(sent)).view.progress.due;
    await as('grid', sent.case, (page) =>
      does(page, verb.ask_extension, async (form) => {
        await form.getByLabel(desk.act.days).fill('三');
        await form.getByLabel(desk.act.to_staff).fill('公安那边要再核一次。');
        await form.getByRole('button', { name: verb.ask_extension, exact: true }).click();
        await form.getByText(words.words.refused.days_needed).waitFor();
        await form.getByLabel(desk.act.days).fill('3');
      }),
    );
    await as('supervisor', sent.case, async (page) => {
      await page.getByText('公安那边要再核一次。').first().waitFor();
      await does(page, verb.allow_extension);
    });
    const { view } = await seen(sent);
    assert.ok(view.progress.due.at > before.at, 'the day is later');
    assert.equal(view.progress.state, 'in_progress');
    const phone = await person(browser, server.base);
    await phone.page.goto(`/cases#c=${sent.case}.${sent.secret}`);
    await phone.page.getByText(said(words.cases.event.allow_extension)).first().waitFor();
    assert.ok(!(await phone.page.getByRole('main').textContent()).includes('公安那边'), 'what is for colleagues stays with them');
    await phone.leave();
  });

  test('given back: asked with a reason, allowed, and it waits for somebody else', async () => {
    const sent = await taken({ until: 'assign' });
    await as('grid', sent.case, (page) =>
      does(page, verb.ask_return, async (form) => {
        await form.getByRole('button', { name: verb.ask_return, exact: true }).click();
        await form.getByText(words.words.refused.reason_needed).waitFor();
        await form.getByLabel(desk.act.to_staff).fill('我这周在外面培训。');
      }),
    );
    await as('supervisor', sent.case, async (page) => {
      await page.getByText('我这周在外面培训。').first().waitFor();
      await does(page, verb.allow_return);
      await page.locator('.case-chips').getByText(state.accepted, { exact: true }).waitFor();
    });
    const { progress } = await seen(sent);
    assert.deepEqual([progress.state, progress.assignee ?? null], ['accepted', null]);
  });
});

test('nothing to do in a case: why is asked first, and stands beside the name', async () => {
  const sent = await handIn(server);
  await residentActs(server, sent, { verb: 'withdraw' });
  await as('supervisor', null, async (page) => {
    await page.goto(`/staff/cases/${sent.case}`);
    await page.getByRole('heading', { name: desk.opening.title }).waitFor();
    assert.equal(await page.getByText(desk.case.history).count(), 0);
    await accessible(page, 'why somebody opens a case');
    await shot(page, 'desk-why');
    await page.getByRole('button', { name: desk.opening.checks, exact: true }).click();
    await page.getByRole('button', { name: desk.audit.show }).click();
    await page.getByText(desk.opening.checks).waitFor();
    // Read again within the half hour, nobody asks again.
    await page.reload();
    await page.getByRole('heading', { name: desk.case.history }).waitFor();
  });
});

describe("on the resident's word", () => {
  test('rated at the window, as it was said', async () => {
    const sent = await taken({ until: 'finish' });
    await as('window', sent.case, (page) =>
      does(page, verb.confirm, async (form) => {
        await form.getByText(desk.on_word.recorded).waitFor();
        await form.getByRole('button', { name: verb.confirm, exact: true }).click();
        await form.getByText(words.words.refused.rating_needed).waitFor();
        await form.getByRole('radio', { name: desk.rating.r4, exact: true }).check();
      }),
    );
    const { view } = await seen(sent);
    const { fact } = view.timeline.at(-1);
    assert.deepEqual([view.progress.state, fact.rating, fact.on_word], ['confirmed', 4, true]);
  });

  test('not good enough, said on the telephone: back to the same worker', async () => {
    const sent = await taken({ until: 'finish' });
    await as('window', sent.case, (page) =>
      does(page, verb.reopen, (form) => form.getByLabel(desk.act.their_words).fill('钱还没到卡上。')),
    );
    const { view, progress } = await seen(sent);
    assert.deepEqual([progress.state, progress.assignee], ['assigned', 'grid']);
    assert.equal(view.timeline.at(-1).to_resident, '钱还没到卡上。');
    assert.equal(view.timeline.at(-1).fact.on_word, true);
  });
});

test('somebody faster has the time: another is asked for, the words stay', async () => {
  const [mine, rival] = [await taken(), await taken()];
  const worker = await staff(server, 'grid');
  await as('grid', mine.case, async (page) => {
    await open(page, verb.book_visit);
    await sheet(page).getByLabel(desk.act.to_resident).fill('到时候在家等我。');
    const radio = sheet(page).locator('input[type=radio]:enabled').first();
    await radio.check();
    const start = Number(await radio.inputValue());
    const { days } = await worker.call('GET', `/api/v1/staff/cases/${rival.case}/slots`);
    const slot = days.flatMap((day) => day.slots).map((offered) => offered.slot).find((slot) => slot.start === start);
    await worker.act(rival.case, { verb: 'book_visit', slot });
    const refused = page.waitForResponse((response) => response.url().endsWith('/actions'));
    await press(page, verb.book_visit);
    assert.equal((await refused).status(), 409);
    await sheet(page).getByText(words.words.code.slot_taken).waitFor();
    await sheet(page).locator(`input[type=radio][value="${start}"]:disabled`).waitFor();
    assert.equal(await sheet(page).getByLabel(desk.act.to_resident).inputValue(), '到时候在家等我。');
    await sheet(page).locator('input[type=radio]:enabled').first().check();
    await press(page, verb.book_visit);
    await done(page, verb.book_visit);
  });
  const [one, other] = [(await seen(mine)).progress.visit, (await seen(rival)).progress.visit];
  assert.notEqual(one.slot.start, other.slot.start);
});

describe('what is typed', () => {
  const typed = '材料都收到了，这两天就办。';

  test('outlives a reload, and is gone once it was sent', async () => {
    const sent = await handIn(server);
    await as('window', sent.case, async (page) => {
      await open(page, verb.accept);
      await sheet(page).getByLabel(desk.act.to_resident).fill(typed);
      await page.reload();
      await open(page, verb.accept);
      assert.equal(await sheet(page).getByLabel(desk.act.to_resident).inputValue(), typed);
      await press(page, verb.accept);
      await done(page, verb.accept);
      const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
      assert.ok(!kept.includes(typed), 'nothing of it stays');
    });
  });

  test('with its pictures outlives a look at the queue', async () => {
    const sent = await taken();
    await as('grid', sent.case, async (page) => {
      await open(page, verb.finish);
      await sheet(page).getByLabel(desk.act.to_resident).fill('批下来了。');
      await sheet(page).locator('input[type=file]').first().setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo });
      await sheet(page).getByText(said(words.proxy.photo.sent)).waitFor();
      await press(page, desk.act.not_now);
      await page.getByRole('navigation', { name: desk.title }).getByRole('link', { name: desk.nav.queue }).click();
      await at(page, desk.queue.title);
      await page.goBack();
      await open(page, verb.finish);
      const picture = sheet(page).getByRole('img', { name: said(words.proxy.photo.name, { paper: desk.act.photos, number: 1 }) });
      await picture.waitFor();
      await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
      await press(page, verb.finish);
      await done(page, verb.finish);
      // It shows without anybody asking, as soon as it is made ready.
      await page.getByRole('button', { name: desk.photo.enlarge }).first().waitFor();
    });
    const { view } = await seen(sent);
    assert.equal(view.timeline.at(-1).fact.photos.length, 1);
  });

  test('is not for whoever sits down next', async () => {
    const sent = await handIn(server);
    await as('window', sent.case, async (page, context) => {
      await open(page, verb.accept);
      await sheet(page).getByLabel(desk.act.to_resident).fill(typed);
      await context.clearCookies();
      await page.reload();
      await at(page, desk.sign_in.title);
      await page.getByLabel(desk.sign_in.name, { exact: true }).fill('window02');
      await page.getByLabel(desk.sign_in.password, { exact: true }).fill(password);
      await page.getByRole('button', { name: desk.sign_in.go, exact: true }).click();
      await page.getByRole('heading', { name: desk.case.history }).waitFor();
      await open(page, verb.accept);
      assert.equal(await sheet(page).getByLabel(desk.act.to_resident).inputValue(), '');
      const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
      assert.ok(!kept.includes(typed), 'nothing of it stays');
    });
  });
});

test('the queue goes on over the page: each case once', async () => {
  const own = await new Server().start();
  try {
    const sent = [];
    for (let count = 0; count < 52; count += 1) sent.push((await handIn(own)).case);
    await as('supervisor', null, async (page) => {
      await page.goto('/staff?scope=all');
      const shown = async () => {
        await page.locator('a[href^="/staff/cases/"]').first().waitFor();
        const addresses = await page.locator('a[href^="/staff/cases/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
        return [...new Set(addresses)];
      };
      const first = await shown();
      assert.equal(first.length, 50);
      await page.getByRole('link', { name: desk.queue.next_page }).click();
      await page.getByRole('link', { name: desk.queue.first_page }).waitFor();
      await page.waitForFunction((old) => !document.querySelector(`a[href="${old}"]`), first[0]);
      const second = await shown();
      assert.deepEqual([...first, ...second].sort(), sent.map((id) => `/staff/cases/${id}`).sort());
      // A page is an address: it opens again.
      await page.reload();
      assert.deepEqual(await shown(), second);
    }, own.base);
  } finally {
    await own.remove();
  }
});
