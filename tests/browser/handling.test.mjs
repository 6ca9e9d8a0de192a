// 随手拍 at the desk: reviewed, covered, published and hidden; joined and taken apart; a department
// called and answering; sorted; finished with a photo.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { DESKTOP, PHONE, Server, TABLET, accessible, launch, roomy, shot, visit } from './harness.mjs';
import { at, atDesk, handIn, said, staff, words } from './steps.mjs';

const { verb, refused } = words.words;
const desk = words.staff;
const on = words.handling;
const { cover } = words.report;
const PAPER = readFileSync(new URL('photos/paper.jpg', import.meta.url));
const OWN_WORDS = '我家楼下张三的车浙F8K123堵着，电话13800001234';
const PUBLIC_WORDS = '3号楼前有车堵路';

let browser;
let server;
let gate;
before(async () => {
  browser = await launch();
  server = await new Server().start();
  const { estates } = (await server.call('GET', '/api/v1/street')).answer;
  gate = estates[0].entrance;
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

async function upload() {
  const id = crypto.randomUUID();
  const response = await fetch(`${server.base}/api/v1/photos/${id}`, { method: 'PUT', body: PAPER, headers: { 'content-type': 'image/jpeg', origin: server.base } });
  assert.ok(response.ok, `${response.status}`);
  return id;
}

/** Hands a report in, as another resident's phone would, some metres north of the gate. */
async function report({ category = 'light', north = 0, photos = [], ...more } = {}) {
  const place = { at: { lat: gate.lat + north / 111195, lon: gate.lon }, found: 'map', words: '3号楼门口' };
  const answers = { photos, place, words: OWN_WORDS, category, contact_name: '欧阳秀英', contact_phone: '13900009876', consent: true, ...more };
  const { answer } = await server.call('POST', '/api/v1/cases', { body: { kind: 'issue_report', answers } });
  return answer;
}

/** Runs `work` as somebody of the staff with a device of their own, at the case where one is given. */
function as(name, id, work, options = {}) {
  return visit(browser, server.base, { size: DESKTOP, ...options }, async (page, context) => {
    await atDesk(page, name, id);
    await work(page, context);
  });
}

const sheet = (page) => page.getByRole('dialog');
const panel = (page, name) => page.getByRole('region', { name, exact: true });
const open = (page, what) => page.getByRole('button', { name: what, exact: true }).first().click();
const press = (page, what) => sheet(page).getByRole('button', { name: what, exact: true }).click();
const done = (page, what) => page.getByText(said(desk.act.done, { what })).first().waitFor();

async function does(page, what, act = async () => {}) {
  await open(page, what);
  await act(sheet(page));
  await press(page, what);
  await done(page, what);
}

const seen = async (sent) => (await staff(server, 'supervisor')).seen(sent);
const everybody = async ({ case: id }) => {
  const { items } = (await server.call('GET', '/api/v1/reports')).answer;
  return items.find((item) => item.case === id);
};

/** The brightness, 0–255, in the middle of a picture everybody can see. */
async function middle(page, path) {
  return page.evaluate(async (path) => {
    const response = await fetch(path);
    if (!response.ok) return response.status;
    const bitmap = await createImageBitmap(await response.blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext('2d');
    pen.drawImage(bitmap, 0, 0);
    const [r, g, b] = pen.getImageData(bitmap.width >> 1, bitmap.height >> 1, 1, 1).data;
    return (r + g + b) / 3;
  }, path);
}

/** Covers the middle of a picture with buttons alone. */
async function coverByButtons(page, row) {
  await row.getByRole('button', { name: cover.open }).click();
  await page.waitForFunction(() => document.querySelector('.cover-pad')?.width > 300);
  await row.getByRole('button', { name: cover.by_button }).click();
  await row.getByRole('button', { name: cover.larger, exact: true }).click();
  await row.getByRole('button', { name: cover.place, exact: true }).click();
}

describe('what everybody sees', () => {
  test('one picture covered, one withheld, the words edited; published in one go, hidden again', async () => {
    const photos = [await upload(), await upload()];
    const sent = await report({ photos });
    await as('window', sent.case, async (page) => {
      await panel(page, on.public.title).getByText(on.public.private_hint).waitFor();
      await page.locator('street-map').waitFor();
      await page.getByText('3号楼门口').first().waitFor();
      await page.getByRole('button', { name: desk.photo.enlarge }).first().waitFor();
      await accessible(page, 'a report');
      await shot(page, 'handling-case');
      await open(page, verb.review);
      const form = sheet(page);
      // The numbers in the resident's own words are pointed out, until they are gone.
      await form.getByText(said(on.review.looks_personal)).waitFor();
      const row = (number) => form.locator('.review', { hasText: said(on.review.by_resident, { number }) });
      await row(1).locator('img').waitFor();
      await accessible(page, 'reviewing');
      await shot(page, 'handling-review');
      await form.getByLabel(on.review.public_words).fill(PUBLIC_WORDS);
      await form.getByText(said(on.review.looks_personal)).waitFor({ state: 'detached' });
      await coverByButtons(page, row(1));
      await accessible(page, 'covering');
      await shot(page, 'handling-cover');
      // Half covered is not covered: nothing goes out.
      await press(page, on.review.and_publish);
      await form.getByText(on.review.covering).waitFor();
      await row(1).getByRole('button', { name: cover.done, exact: true }).click();
      await row(1).getByText(on.review.covered).waitFor();
      assert.ok(await row(1).getByRole('checkbox', { name: on.review.show }).isChecked());
      assert.ok(!(await row(2).getByRole('checkbox', { name: on.review.show }).isChecked()), 'nobody said so');
      await shot(page, 'handling-covered');
      await press(page, on.review.and_publish);
      await done(page, on.review.and_publish);
      const panelText = panel(page, on.public.title);
      await panelText.getByText(on.public.public_hint).waitFor();
      await panelText.getByRole('link', { name: on.public.page }).waitFor();
      await panelText.locator('img').first().waitFor();
      assert.equal(await panelText.getByRole('link').getAttribute('href'), `/reports/${sent.case}`);
      await shot(page, 'handling-published');

      const { face, progress } = await seen(sent);
      assert.equal(face.words, PUBLIC_WORDS);
      assert.deepEqual(face.photos.map(({ covers }) => covers), [photos[0]]);
      assert.equal(progress.publication, 'public');
      const item = await everybody(sent);
      assert.deepEqual([item.words, item.photo], [PUBLIC_WORDS, face.photos[0].photo]);
      const picture = (id) => `/api/v1/reports/${sent.case}/photos/${id}/full`;
      assert.ok((await middle(page, picture(item.photo))) < 60, 'the middle is covered');
      for (const id of photos) assert.equal(await middle(page, picture(id)), 404, 'no open picture');

      await does(page, verb.hide, async (form) => {
        await form.getByRole('button', { name: verb.hide, exact: true }).click();
        await form.getByText(refused.reason_needed).waitFor();
        await accessible(page, 'hiding');
        await form.getByLabel(on.public.why).fill('有人打电话来说拍到他家了');
      });
      await panelText.getByText(on.public.hidden_hint).waitFor();
      assert.equal(await everybody(sent), undefined);
      // As it was decided: the form begins there, and what is decided anew is looked at again.
      await open(page, verb.review);
      assert.equal(await sheet(page).getByLabel(on.review.public_words).inputValue(), PUBLIC_WORDS);
      await sheet(page).locator('.review').first().getByText(on.review.covered).waitFor();
      await press(page, on.review.alone);
      await done(page, verb.review);
      await panelText.getByText(on.public.reviewed_hint).waitFor();
      assert.equal(await everybody(sent), undefined);
      await does(page, verb.publish);
      assert.equal((await everybody(sent)).words, PUBLIC_WORDS);
    });
  });

  test('reviewed, and then no signal: what stands is said, and typed words outlive it', async () => {
    const sent = await report();
    await as('window', sent.case, async (page) => {
      await open(page, verb.review);
      await sheet(page).getByLabel(on.review.public_words).fill('');
      await press(page, on.review.and_publish);
      await sheet(page).getByText(refused.public_words_needed).waitFor();
      await sheet(page).getByLabel(on.review.public_words).fill(PUBLIC_WORDS);
      let asked = 0;
      await page.route('**/actions', (route) => {
        asked += 1;
        return asked === 1 ? route.continue() : route.abort();
      });
      await press(page, on.review.and_publish);
      await page.getByText(said(on.review.not_published)).waitFor();
      await accessible(page, 'reviewed and not published');
      await shot(page, 'handling-half');
      await page.unroute('**/actions');
      assert.equal((await seen(sent)).progress.publication, 'reviewed');
      await does(page, verb.publish);
      assert.equal((await everybody(sent)).words, PUBLIC_WORDS);
    });
  });

  test('on a phone, in the dark, nothing is too wide', async () => {
    const sent = await report({ photos: [await upload()] });
    await as('window', sent.case, async (page) => {
      await page.getByRole('button', { name: desk.photo.enlarge }).first().waitFor();
      await roomy(page, 'a report on a phone');
      await accessible(page, 'a report on a phone');
      await shot(page, 'handling-phone');
      for (const what of [verb.review, verb.merge, verb.tag]) {
        await open(page, what);
        if (what === verb.review) await sheet(page).locator('.review img').waitFor();
        await roomy(page, what);
        await accessible(page, what);
        await page.screenshot({ path: new URL(`../out/handling-phone-${what}.png`, import.meta.url).pathname });
        await press(page, desk.act.not_now);
      }
    }, { size: PHONE, colorScheme: 'dark' });
  });
});

test('two reports of one thing: joined, and taken apart again', async () => {
  const [parent, child, far] = [await report({ category: 'garbage', north: 500 }), await report({ category: 'garbage', north: 530 }), await report({ category: 'garbage', north: 3000 })];
  const window = await staff(server, 'window');
  await window.act(parent.case, { verb: 'review', face: { words: '垃圾桶满了', photos: [] } });
  await as('window', child.case, async (page) => {
    await open(page, verb.merge);
    const form = sheet(page);
    await form.getByText('垃圾桶满了').waitFor();
    await press(page, verb.merge);
    await form.getByText(refused.case_needed).waitFor();
    await page.locator('#act-case:focus').waitFor();
    await form.getByLabel(on.merge.number).fill('000 000 001');
    await form.getByLabel(on.merge.number).press('Enter');
    await form.getByText(on.merge.not_found).waitFor();
    await form.getByLabel(on.merge.number).fill(far.receipt);
    await form.getByRole('button', { name: words.shell.search, exact: true }).click();
    await form.getByText(said(on.merge.look, { receipt: '' })).nth(1).waitFor();
    await accessible(page, 'joining');
    await shot(page, 'handling-merge');
    await form.getByRole('radio').first().check();
    await press(page, verb.merge);
    await done(page, verb.merge);
    await panel(page, on.merge.title).getByText(on.merge.gone).waitFor();
    await shot(page, 'handling-merged');
    assert.equal((await seen(child)).view.merged.case, parent.case);
    await page.getByRole('link', { name: on.merge.open_parent }).click();
    await page.getByText(said(on.merge.stands_for, { count: 1 })).waitFor();
    await accessible(page, 'a case that stands for another');
    await panel(page, on.merge.title).getByRole('link').first().click();
    await page.getByText(on.merge.gone).waitFor();
    await does(page, verb.unmerge);
    await panel(page, on.merge.title).getByText(on.merge.none).waitFor();
    assert.equal((await seen(child)).progress.state, 'submitted');
  });
});

test('a department is called, answers from its own desk, and another call is ended', async () => {
  const sent = await report({ category: 'road', north: 200 });
  const window = await staff(server, 'window');
  await window.act(sent.case, { verb: 'accept' });
  await as('window', sent.case, async (page) => {
    await open(page, verb.call_department);
    const form = sheet(page);
    assert.ok(await form.getByRole('radio').first().isChecked(), "the category's own");
    await form.getByLabel(on.call.days).fill('99');
    await press(page, verb.call_department);
    await form.getByText(refused.days_needed).waitFor();
    await form.getByLabel(on.call.days).fill('2');
    await press(page, verb.call_department);
    await form.getByText(on.call.what_needed).waitFor();
    await form.getByLabel(on.call.what).fill('请来补路面');
    await accessible(page, 'calling');
    await shot(page, 'handling-call');
    await press(page, verb.call_department);
    await done(page, verb.call_department);
    const calls = panel(page, on.call.title);
    await calls.getByText(said(on.call.asked, { words: '请来补路面' })).waitFor();
    await calls.getByText(words.words.light.green).or(calls.getByText(words.words.light.amber)).first().waitFor();

    await as('department', null, async (theirs) => {
      await theirs.getByRole('link', { name: said(sent.receipt) }).or(theirs.locator(`a[href="/staff/cases/${sent.case}"]`)).first().click();
      await theirs.getByRole('heading', { name: desk.case.history }).waitFor();
      await accessible(theirs, "a department's case");
      await shot(theirs, 'handling-department');
      await does(theirs, verb.reply_call, async (form) => {
        await form.getByRole('button', { name: verb.reply_call, exact: true }).click();
        await form.getByText(on.call.answer_needed).waitFor();
        await accessible(theirs, 'answering');
        await form.getByLabel(on.call.answer).fill('补好了，明天再来看一次');
      });
    });
    // It shows at the other desk without anybody asking.
    await calls.getByText('补好了，明天再来看一次').waitFor();
    await does(page, verb.call_department, (form) => form.getByLabel(on.call.what).fill('再看一次'));
    await calls.getByRole('button', { name: verb.end_call }).click();
    assert.ok(await sheet(page).getByRole('radio').first().isChecked(), 'the one that was pressed');
    await accessible(page, 'ending a call');
    await press(page, verb.end_call);
    await done(page, verb.end_call);
    await shot(page, 'handling-calls');
  });
  const { progress } = await seen(sent);
  assert.deepEqual(progress.calls.map(({ replied, ended }) => [replied, ended !== null]), [[true, true], [false, true]]);
});

test('sorted: the sort is offered, tags are kept, and go again', async () => {
  const sent = await report({ category: 'garbage', north: 900 });
  await as('grid', null, async () => {});
  await as('window', sent.case, async (page) => {
    await open(page, verb.tag);
    const form = sheet(page);
    await form.getByRole('radio', { name: said(on.nature.usual, { hint: on.nature.pain_hint }) }).check();
    for (const tag of ['夜里', '学校门口']) {
      await form.getByLabel(on.tags.words, { exact: true }).fill(tag);
      await form.getByLabel(on.tags.words, { exact: true }).press('Enter');
    }
    await form.getByRole('button', { name: said(on.tags.remove, { tag: '夜里' }) }).click();
    await form.getByLabel(on.tags.words, { exact: true }).fill('老人多');
    await accessible(page, 'sorting');
    await shot(page, 'handling-tags');
    await press(page, verb.tag);
    await done(page, verb.tag);
    await panel(page, on.tags.title).getByText('老人多', { exact: true }).waitFor();
  });
  assert.deepEqual((await seen(sent)).progress.tags, { nature: 'pain', words: ['学校门口', '老人多'] });
});

test('finished only with a photo of how it is now', async () => {
  const sent = await report({ category: 'garbage', north: 1200 });
  const [window, worker] = [await staff(server, 'window'), await staff(server, 'grid')];
  await window.act(sent.case, { verb: 'accept' });
  await window.act(sent.case, { verb: 'assign', staff: 'grid' });
  await worker.act(sent.case, { verb: 'start' });
  await as('grid', sent.case, async (page) => {
    await open(page, verb.finish);
    await sheet(page).getByLabel(desk.act.to_resident).fill('收走了。');
    await press(page, verb.finish);
    await sheet(page).getByText(refused.photo_needed).waitFor();
    await accessible(page, 'a photo is lacking');
    await shot(page, 'handling-finish');
    await sheet(page).locator('input[type=file]').first().setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: PAPER });
    await sheet(page).getByText(said(words.proxy.photo.sent)).waitFor();
    await press(page, verb.finish);
    await done(page, verb.finish);
  });
  // What staff photographed shows how it is now, unless somebody says otherwise.
  await as('window', sent.case, async (page) => {
    await page.getByRole('button', { name: desk.photo.enlarge }).first().waitFor();
    await open(page, verb.review);
    await sheet(page).getByRole('checkbox', { name: on.review.show }).check();
    await press(page, on.review.and_publish);
    await done(page, on.review.and_publish);
  });
  const page = (await server.call('GET', `/api/v1/reports/${sent.case}`)).answer;
  assert.deepEqual([page.before.length, page.after.length], [0, 1]);
});

test('given back, given to somebody else, and more time asked for, as for any case', async () => {
  const sent = await report({ category: 'light', north: 1500 });
  const window = await staff(server, 'window');
  await window.act(sent.case, { verb: 'accept' });
  await window.act(sent.case, { verb: 'assign', staff: 'grid' });
  await as('grid', sent.case, (page) => does(page, verb.ask_return, (form) => form.getByLabel(desk.act.to_staff).fill('不是我的网格')));
  await as('supervisor', sent.case, (page) => does(page, verb.allow_return));
  await as('window', sent.case, (page) => does(page, verb.assign, (form) => form.getByRole('radio').first().check()));
  const { progress } = await seen(sent);
  const worker = await staff(server, progress.assignee);
  await worker.act(sent.case, { verb: 'start' });
  await as(progress.assignee, sent.case, (page) =>
    does(page, verb.ask_extension, async (form) => {
      await form.getByLabel(desk.act.days).fill('2');
      await form.getByLabel(desk.act.to_staff).fill('灯泡要等两天');
    }),
  );
  await as('supervisor', sent.case, (page) => does(page, verb.allow_extension));
  assert.ok((await seen(sent)).progress.extended);
});

test('the queue says what and where, and is narrowed by kind, category and review', async () => {
  const lamp = await report({ category: 'light', north: 1800 });
  const request = await handIn(server);
  await as('window', null, async (page) => {
    await page.goto('/staff?scope=all');
    const row = (sent) => page.locator('.queue-row', { has: page.locator(`a[href="/staff/cases/${sent.case}"]`) });
    await row(lamp).getByText('3号楼门口').waitFor();
    await row(lamp).getByText(on.publication.private).waitFor();
    await row(request).waitFor();
    await accessible(page, 'the queue');
    await roomy(page, 'the queue');
    await shot(page, 'handling-queue');
    await page.getByLabel(on.filter.kind).selectOption('issue_report');
    await row(request).waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel(desk.filter.matter).count(), 0, 'a report is of no matter');
    await page.getByLabel(on.filter.category).selectOption('light');
    await page.getByLabel(on.filter.publication).selectOption('private');
    await row(lamp).waitFor();
    assert.match(page.url(), /kind=issue_report&category=light&publication=private/);
    // A link is a view.
    await page.reload();
    await row(lamp).waitFor();
    assert.equal(await page.getByLabel(on.filter.category).inputValue(), 'light');
    assert.equal(await page.getByLabel(on.filter.kind).inputValue(), 'issue_report');
    assert.equal(await page.locator('.queue-row').count(), await page.locator('.queue-row', { hasText: on.publication.private }).count());
    await page.getByLabel(on.filter.kind).selectOption('proxy_request');
    await row(request).waitFor();
  });
  for (const [size, name] of [[PHONE, 'phone'], [TABLET, 'tablet']]) {
    await as('window', null, async (page) => {
      await page.goto('/staff?scope=all&kind=issue_report');
      await page.locator('.queue-row').first().waitFor();
      await roomy(page, `the queue, ${name}`);
      await accessible(page, `the queue, ${name}`);
      await shot(page, `handling-queue-${name}`);
    }, { size });
  }
});
