// Bad input and bad days: wrong answers, lost signal, a server that goes away, somebody faster,
// somebody curious. Each has its words, and leaves no more and no less on the server than it should.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { DESKTOP, PHONE, Server, keptForLater, launch, password, signIn, visit } from './harness.mjs';
import {
  WANG, WITHOUT_PAPERS, WITH_PAPERS, at, fill, fillForm, fillOn, freeSlots, goOn, handIn, openCase, receiptShown,
  residentActs, said, signByHand, staff, submit, words,
} from './steps.mjs';

const { proxy, cases } = words;
const pages = words.words.page;
const fields = words.words.field;
const faults = words.words.fault;
const codes = words.words.code;
const photo = readFileSync(new URL('../../bench/photo.jpg', import.meta.url));

/** The parts of the app that filing and looking after a case needs; kept before the signal goes. */
const PARTS = ['resident-rooms', 'resident-cases', 'resident-form'];

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

/** Runs `work` with a person of one's own, who leaves with a clean console. */
const as = (work, { base = server.base, ...options } = {}) => visit(browser, base, { size: PHONE, ...options }, work);

/** Runs `work` with a server of one's own. */
async function withServer(settings, work) {
  const own = await new Server(settings).start();
  try {
    await work(own);
  } finally {
    await own.remove();
  }
}

/** How many cases `work` adds to the street. */
async function casesMadeBy(work, of = server) {
  const supervisor = await staff(of, 'supervisor');
  const earlier = (await supervisor.cases()).length;
  await work();
  return (await supervisor.cases()).length - earlier;
}

/** Somebody looks at the page again: what waits is tried at once, as it is by the timer. */
const lookAgain = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

/** The texts that describe a control: its hint, and what is wrong with it. */
const described = (control) =>
  control.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent.trim() ?? '')
      .join('\n'),
  );

/** The summary of what is wrong, once it has the focus: its lines. */
async function summary(page) {
  const box = page.locator('.errors:focus');
  await box.waitFor();
  assert.ok((await page.title()).startsWith('出错了：'), `the title says it too: ${await page.title()}`);
  return box.getByRole('link').allTextContents();
}

/** All that this browser keeps for the site, as one text. */
const keptOnDevice = (page) =>
  page.evaluate(async () => {
    const all = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) all.push(request.url);
    }
    const request = (ask) => new Promise((resolve, reject) => {
      ask.onsuccess = () => resolve(ask.result);
      ask.onerror = () => reject(ask.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await request(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const values = await request(database.transaction(store).objectStore(store).getAll());
        all.push(...values.map((value) => (value instanceof Blob ? `blob in ${store}` : JSON.stringify(value))));
      }
      database.close();
    }
    return all.join('\n');
  });

describe('wrong answers', () => {
  test('a wrong number and a slip in the identity number: words at the field and above, answers kept', () =>
    as(async (page) => {
      await fillForm(page, { until: 'applicant', phone: '1380000', id: '110101195001010014' });
      await goOn(page);
      const lines = await summary(page);
      assert.deepEqual(lines, [faults.bad_phone, faults.id_number_slip]);
      for (const [label, typed, wrong] of [
        [fields.applicant_phone, '1380000', faults.bad_phone],
        [fields.applicant_id, '110101195001010014', faults.id_number_slip],
      ]) {
        const control = page.getByLabel(label);
        assert.equal(await control.inputValue(), typed, 'what was typed stays');
        assert.equal(await control.getAttribute('aria-invalid'), 'true');
        assert.match(await described(control), said(wrong), `${label} says what the summary says`);
      }
      assert.equal(await page.getByLabel(fields.applicant_name).inputValue(), WANG.name);
      // The line of the summary leads to its field.
      await page.getByRole('link', { name: faults.bad_phone }).click();
      await page.locator('#applicant_phone:focus').waitFor();
      await page.getByLabel(fields.applicant_phone).fill(WANG.phone);
      await page.getByLabel(fields.applicant_id).fill('11010519491231002X');
      await goOn(page);
      await at(page, pages.home);
      assert.ok(!(await page.title()).startsWith('出错了'), 'nothing is wrong any more');
    }));

  test('a day that is over', () =>
    as(async (page) => {
      await fillForm(page, { matter: WITHOUT_PAPERS, who: 'parent', until: 'proxy' });
      await goOn(page);
      await at(page, pages.authority);
      await page.getByRole('radio', { name: proxy.day.other }).check();
      await page.getByLabel(proxy.day.date_label).fill('2020-01-01');
      await signByHand(page);
      await goOn(page);
      assert.deepEqual(await summary(page), [faults.date_past]);
      const question = page.getByRole('group', { name: fields.authorised_until });
      assert.match(await described(question), said(faults.date_past));
      assert.equal(await page.getByLabel(proxy.day.date_label).inputValue(), '2020-01-01');
      await page.getByRole('radio', { name: proxy.day.month }).check();
      await goOn(page);
      // The signature was kept beside the wrong day: nothing else is asked for.
      await at(page, pages.home);
    }));

  test('no estate and no door', () =>
    as(async (page) => {
      await fillForm(page, { until: 'applicant' });
      await goOn(page);
      await at(page, pages.home);
      await goOn(page);
      assert.deepEqual(await summary(page), [proxy.missing.estate]);
      assert.match(await described(page.getByLabel(proxy.home.search, { exact: true })), said(proxy.missing.estate));
      await page.getByRole('radio', { name: WANG.estate }).first().check();
      await goOn(page);
      assert.deepEqual(await summary(page), [proxy.missing.door]);
      assert.match(await described(page.getByLabel(proxy.home.door)), said(proxy.missing.door));
      await page.getByRole('radio', { name: WANG.estate, checked: true }).waitFor();
    }));

  test('not agreed', () =>
    as(async (page) => {
      const made = await casesMadeBy(async () => {
        await fillForm(page, { until: 'note' });
        await goOn(page);
        await at(page, pages.check);
        await submit(page);
        assert.deepEqual(await summary(page), [proxy.missing.consent]);
      });
      assert.equal(made, 0);
    }));
});

/** A whole, valid PNG of `side` × `side` black pixels: as many bits in memory, next to nothing on the way. */
function pngBomb(side) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('photos', () => {
  const papers = async (page) => {
    await fillForm(page, { matter: WITH_PAPERS, until: 'materials', have: 'home' });
    const paper = page.getByRole('group', { name: '身份证' });
    await paper.getByRole('radio', { name: words.words.have.photo, exact: true }).check();
    return paper;
  };
  const give = (paper, name, buffer, mimeType = 'image/jpeg') =>
    paper.locator('input[type=file]').last().setInputFiles({ name, mimeType, buffer });

  test('what is no photo is told so, and the form goes on', () =>
    as(async (page) => {
      const paper = await papers(page);
      for (const [name, bytes] of [
        ['letter.jpg', Buffer.from('dear grandmother, this is a text\n'.repeat(40))],
        ['cut.jpg', photo.subarray(0, 400)],
        ['empty.jpg', Buffer.alloc(0)],
      ]) {
        await give(paper, name, bytes);
        await paper.getByRole('alert').filter({ hasText: proxy.photo.unreadable }).waitFor();
        assert.equal(await paper.getByRole('listitem').count(), 0, `${name} is not among the photos`);
        await give(paper, 'good.jpg', photo);
        await paper.getByText(said(proxy.photo.sent)).waitFor();
        await paper.getByRole('alert').waitFor({ state: 'hidden' });
        await paper.getByRole('button', { name: proxy.photo.remove }).click();
        await paper.getByRole('listitem').waitFor({ state: 'detached' });
      }
      // Without a photo the question is open, and says so.
      await goOn(page);
      const [line, ...more] = await summary(page);
      assert.match(line, said(proxy.missing.paper_photo, { paper: '身份证' }));
      assert.deepEqual(more, []);
      await paper.getByRole('radio', { name: words.words.have.home, exact: true }).check();
      await goOn(page);
      await at(page, pages.note);
    }));

  test('a photo far too large is made small on the phone', () =>
    as(async (page) => {
      const paper = await papers(page);
      // Noise does not compress: 6 megapixels of it are more than the server would take.
      const huge = await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(3000, 2000);
        const pen = canvas.getContext('2d');
        const tile = new ImageData(600, 400);
        for (let at = 0; at < tile.data.length; at += 1) tile.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
        for (let x = 0; x < 3000; x += 600) for (let y = 0; y < 2000; y += 400) pen.putImageData(tile, x, y);
        const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 });
        const bytes = new Uint8Array(await blob.arrayBuffer());
        let text = '';
        for (let from = 0; from < bytes.length; from += 32768) text += String.fromCharCode(...bytes.subarray(from, from + 32768));
        return btoa(text);
      });
      const bytes = Buffer.from(huge, 'base64');
      assert.ok(bytes.length > 8 * 1024 * 1024, `${bytes.length} bytes`);
      await give(paper, 'huge.jpg', bytes);
      const line = paper.getByText(said(proxy.photo.sent));
      await line.waitFor();
      const told = Number(/(\d+) KB/.exec(await line.textContent())[1]) * 1024;
      assert.ok(told < bytes.length / 4, `${told} bytes went up`);
    }));

  test('the server refuses what is hostile and stores none of it', async () => {
    const folder = `${server.data}/photos`;
    // Others' pictures are still being made ready beside: only these ids count.
    const hostile = [];
    const stored = () =>
      readdirSync(folder, { recursive: true })
        .map(String)
        .filter((file) => hostile.some((id) => file.includes(id)));
    const bomb = pngBomb(30_000);
    assert.ok(bomb.length < 1024 * 1024, 'small on the way');
    const large = Buffer.concat([photo, Buffer.alloc(9 * 1024 * 1024)]);
    for (const [what, body, type, status, code] of [
      ['a bomb', bomb, 'image/png', 413, 'too_large'],
      ['text', Buffer.from('no picture at all'), 'image/jpeg', 415, 'not_a_picture'],
      ['nine megabytes', large, 'image/jpeg', 413, 'too_large'],
      ['nothing', Buffer.alloc(0), 'image/jpeg', 415, 'not_a_picture'],
    ]) {
      const id = crypto.randomUUID();
      hostile.push(id);
      const address = `${server.base}/api/v1/photos/${id}`;
      const answer = await fetch(address, { method: 'PUT', headers: { 'content-type': type, origin: server.base }, body });
      assert.equal(answer.status, status, what);
      assert.match(answer.headers.get('content-type'), /^application\/problem\+json/, what);
      assert.equal((await answer.json()).code, code, what);
    }
    assert.deepEqual(stored(), [], 'nothing of it is kept');
    // A welcome picture is found the same way, or the check above could not fail.
    const welcome = crypto.randomUUID();
    hostile.push(welcome);
    const kept = await fetch(`${server.base}/api/v1/photos/${welcome}`, {
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg', origin: server.base },
      body: photo,
    });
    assert.equal(kept.status, 201);
    assert.ok(stored().length > 0, 'what is welcome is kept');
  });
});

describe('handing in', () => {
  test('the time is taken meanwhile: back at the times, everything else kept', () =>
    as(async (page) => {
      const made = await casesMadeBy(async () => {
        const [mine, other] = await freeSlots(server);
        await fillForm(page, { handling: 'visit', slot: mine, note: '家里有狗' });
        const rival = await handIn(server, { slot: mine, applicant_name: '李长河', applicant_phone: '13700009999' });
        await submit(page);
        await at(page, pages.slot);
        await page.getByText(proxy.slot.taken_meanwhile).waitFor();
        const gone = page.locator(`input[name=slot][value="${mine.start}"]`);
        await gone.waitFor();
        assert.ok(await gone.isDisabled(), 'the time is shown as taken');
        assert.equal(await page.locator('input[name=slot]:checked').count(), 0);
        await goOn(page);
        assert.deepEqual(await summary(page), [proxy.missing.slot]);
        await fill.slot(page, { slot: other });
        await goOn(page);
        // Straight back to the end: nothing else was lost, agreement included.
        await at(page, pages.check);
        const shown = await page.getByRole('main').textContent();
        for (const kept of [WANG.name, WANG.estate, WANG.door, '家里有狗']) assert.ok(shown.includes(kept), kept);
        for (const box of await page.getByRole('checkbox').all()) assert.ok(await box.isChecked(), 'agreed before');
        await submit(page);
        const receipt = await receiptShown(page);
        assert.notEqual(receipt, rival.receipt);
      });
      assert.equal(made, 2, 'mine and the other one');
    }));

  test('pressed five times fast: one case', () =>
    as(async (page) => {
      const posts = [];
      page.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/api/v1/cases')) posts.push(request);
      });
      const made = await casesMadeBy(async () => {
        await fillForm(page);
        const button = page.getByRole('button', { name: proxy.check.submit });
        await button.evaluate((element) => {
          for (let press = 0; press < 5; press += 1) element.click();
        });
        await receiptShown(page);
      });
      assert.equal(made, 1);
      assert.equal(posts.length, 1, 'the later presses sent nothing');
    }));

  test('the answer is lost on its way back: the next try gives the same receipt', () =>
    as(async (page) => {
      let first;
      await page.route('**/api/v1/cases', async (route) => {
        first = await (await route.fetch()).json();
        await route.abort('connectionreset');
      }, { times: 1 });
      const made = await casesMadeBy(async () => {
        await fillForm(page);
        await submit(page);
        await at(page, proxy.queued.title);
        await page.getByRole('button', { name: proxy.queued.again }).click();
        assert.equal(await receiptShown(page), String(first.receipt).replaceAll(/\D/g, ''));
      });
      assert.equal(made, 1);
    }));

  /** Hands in; the server takes it, and its answer is lost `times` times. What it answered. */
  const losesTheAnswer = async (page, times = 1) => {
    const answers = [];
    await page.route('**/api/v1/cases', async (route) => {
      answers.push(await (await route.fetch()).json());
      await route.abort('connectionreset');
    }, { times });
    await submit(page);
    await at(page, proxy.queued.title);
    return answers[0];
  };
  const toTheQueue = async (page) => {
    await page.getByRole('main').getByRole('link', { name: proxy.queued.see }).click();
    await page.getByRole('heading', { name: cases.queue.title }).waitFor();
  };

  test('the answer is lost and the case changed meanwhile: one case, and the change is offered to be added', () =>
    as(async (page) => {
      const made = await casesMadeBy(async () => {
        await fillForm(page, { note: '门铃坏了' });
        const first = await losesTheAnswer(page);
        await toTheQueue(page);
        await page.getByRole('button', { name: cases.queue.change }).click();
        await at(page, pages.check);
        await page.getByRole('link', { name: said(words.shell.change_what, { what: fields.note }) }).click();
        await fill.note(page, { note: '门铃修好了' });
        // A reload forgets neither what went out nor what is changed.
        await page.reload();
        await goOn(page);
        await at(page, pages.check);
        const again = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/cases'));
        await submit(page);
        assert.equal((await again).postDataJSON().answers.note, '门铃坏了', 'what went out goes out again as it was');
        assert.equal(await receiptShown(page), String(first.receipt).replaceAll(/\D/g, ''));
        await page.getByText(cases.later.title).waitFor();
        await page.getByRole('link', { name: cases.later.go }).click();
        await page.getByRole('button', { name: cases.later.add }).click();
        const sheet = page.getByRole('dialog', { name: cases.reply.supplement });
        assert.match(await sheet.getByLabel(cases.reply.words).inputValue(), /门铃修好了/);
        await sheet.getByRole('button', { name: cases.reply.send, exact: true }).click();
        await sheet.waitFor({ state: 'hidden' });
        const { view } = await (await staff(server, 'supervisor')).seen(first);
        assert.equal(view.answers.note, '门铃坏了');
        assert.match(view.timeline.at(-1).to_resident, /门铃修好了/);
        await page.reload();
        await page.getByRole('heading', { name: cases.head.standing }).waitFor();
        assert.equal(await page.getByText(cases.later.title).count(), 0, 'it is not offered twice');
      });
      assert.equal(made, 1);
    }));

  test('what went out never arrived: the changed version goes in its place', () =>
    as(async (page) => {
      const made = await casesMadeBy(async () => {
        const [mine, other] = await freeSlots(server);
        await fillForm(page, { handling: 'visit', slot: mine });
        await page.route('**/api/v1/cases', (route) => route.abort('connectionreset'), { times: 1 });
        await submit(page);
        await at(page, proxy.queued.title);
        await page.route('**/api/v1/cases', (route) => route.abort('connectionreset'));
        await handIn(server, { slot: mine, applicant_name: '李长河', applicant_phone: '13700009999' });
        await toTheQueue(page);
        await page.getByRole('button', { name: cases.queue.change }).click();
        await at(page, pages.check);
        await page.getByRole('link', { name: said(words.shell.change_what, { what: fields.slot }) }).click();
        await fill.slot(page, { slot: other });
        await goOn(page);
        await at(page, pages.check);
        await page.unroute('**/api/v1/cases');
        await submit(page);
        const receipt = await receiptShown(page);
        const all = await (await staff(server, 'supervisor')).cases();
        const sent = all.find((item) => String(item.receipt).replaceAll(/\D/g, '') === receipt);
        assert.equal(sent.progress.visit.slot.start, other.start, 'the time chosen last');
        assert.equal(await page.getByText(cases.later.title).count(), 0, 'nothing is left to add');
      });
      assert.equal(made, 2, 'mine and the other one');
    }));

  test('a full phone keeps no link: the receipt stays to be seen until there is room', () =>
    as(async (page) => {
      // The phone refuses the list of links alone, as a full one refuses what is too large.
      await page.addInitScript(() => {
        const { setItem } = Storage.prototype;
        Storage.prototype.setItem = function (key, value) {
          if (key === 'yikezhong.links' && !sessionStorage.getItem('room')) throw new DOMException('full', 'QuotaExceededError');
          return setItem.call(this, key, value);
        };
      });
      const posts = [];
      page.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/api/v1/cases')) posts.push(request);
      });
      const made = await casesMadeBy(async () => {
        await fillForm(page);
        const first = await losesTheAnswer(page);
        await lookAgain(page);
        const receipt = await receiptShown(page);
        assert.equal(receipt, String(first.receipt).replaceAll(/\D/g, ''));
        await page.getByText(cases.unkept.title).waitFor();
        await page.getByRole('button', { name: cases.unkept.again }).click();
        await page.getByText(cases.unkept.still).waitFor();
        const sent = posts.length;
        // Neither the timer nor another visit sends it again, and both still show it.
        await lookAgain(page);
        await page.goto('/cases');
        await page.getByText(cases.unkept.title).waitFor();
        await page.getByRole('img', { name: cases.keep.qr }).waitFor();
        await page.getByText(said(receipt.replace(/(\d{3})(\d{3})(\d{3})/, '$1 $2 $3'))).waitFor();
        assert.equal(posts.length, sent, 'it has arrived: nothing more is sent');
        await page.evaluate(() => sessionStorage.setItem('room', 'yes'));
        await page.getByRole('button', { name: cases.unkept.again }).click();
        await page.getByRole('heading', { name: cases.queue.title }).waitFor({ state: 'detached' });
        await page.getByRole('main').getByRole('link').filter({ hasText: words.words.state.submitted }).click();
        await page.getByRole('heading', { name: cases.head.standing }).waitFor();
      });
      assert.equal(made, 1);
    }));

  test('no room for a draft: the queued case stays where it is, and says so', () =>
    as(async (page) => {
      await fillForm(page);
      await page.route('**/api/v1/cases', (route) => route.abort('connectionreset'));
      await submit(page);
      await at(page, proxy.queued.title);
      await toTheQueue(page);
      await page.evaluate(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError');
        };
      });
      await page.getByRole('button', { name: cases.queue.change }).click();
      await page.getByText(cases.queue.full).waitFor();
      assert.match(await keptOnDevice(page), new RegExp(WANG.name), 'it is still kept');
      await page.unroute('**/api/v1/cases');
      await lookAgain(page);
      await page.getByText(cases.unkept.title).waitFor();
    }));

  test('no signal to speak of: tried again by the clock, without anybody looking', () =>
    as(async (page) => {
      await page.clock.install();
      const made = await casesMadeBy(async () => {
        await fillForm(page);
        await page.route('**/api/v1/cases', (route) => route.abort('connectionreset'), { times: 1 });
        await submit(page);
        await at(page, proxy.queued.title);
        await page.clock.fastForward(31_000);
        await receiptShown(page);
      });
      assert.equal(made, 1);
    }));

  test('the server stops in mid-submit: kept, tried again, one case', () =>
    withServer({}, (own) =>
      as(async (page) => {
        let arrived;
        const waiting = new Promise((resolve) => (arrived = resolve));
        await page.route('**/api/v1/cases', async (route) => {
          await own.stop();
          arrived();
          await route.continue();
        }, { times: 1 });
        await fillForm(page);
        await submit(page);
        await waiting;
        await at(page, proxy.queued.title);
        await page.getByRole('button', { name: proxy.queued.again }).click();
        await page.getByText(proxy.queued.still).waitFor();
        await own.start();
        await lookAgain(page);
        await receiptShown(page);
        assert.equal((await (await staff(own, 'supervisor')).cases()).length, 1);
      }, { base: own.base }),
    ));

  test('no signal: queued, listed, sent once when the page is opened again', () =>
    as(async (page, context) => {
      const made = await casesMadeBy(async () => {
        await fillForm(page, { matter: WITH_PAPERS, until: 'handling' });
        await goOn(page);
        await fillOn(page, { matter: WITH_PAPERS, from: 'station', until: 'station' });
        await goOn(page);
        await at(page, pages.materials);
        await fill.materials(page, { have: 'home' });
        const paper = page.getByRole('group', { name: '身份证' });
        await paper.getByRole('radio', { name: words.words.have.photo, exact: true }).check();
        await keptForLater(page, PARTS);
        await context.setOffline(true);
        await paper.locator('input[type=file]').last().setInputFiles({ name: 'id.jpg', mimeType: 'image/jpeg', buffer: photo });
        await paper.getByText(proxy.photo.waiting).waitFor();
        await page.getByText(words.shell.offline).waitFor();
        await goOn(page);
        await fillOn(page, { matter: WITH_PAPERS, from: 'note' });
        await submit(page);
        await at(page, proxy.queued.title);
        await page.getByRole('main').getByRole('link', { name: proxy.queued.see }).click();
        await at(page, cases.list.title);
        await page.getByRole('heading', { name: cases.queue.title }).waitFor();
        await page.getByText(cases.queue.waiting, { exact: true }).waitFor();
        await page.close();
        await context.setOffline(false);
        const reopened = await context.newPage();
        await reopened.goto('/cases');
        await reopened.getByText(said(cases.list.number, { number: '' })).waitFor();
        await reopened.getByRole('heading', { name: cases.queue.title }).waitFor({ state: 'detached' });
        const card = reopened.getByRole('main').getByRole('link').filter({ hasText: words.words.state.submitted });
        await card.first().waitFor();
        assert.equal(await card.count(), 1);
        await card.click();
        await reopened.getByRole('heading', { name: cases.head.standing }).waitFor();
        // Its photo went before it.
        await reopened.getByRole('button', { name: said(cases.photo.enlarge) }).first().waitFor();
        assert.doesNotMatch(await keptOnDevice(reopened), /blob in photos/, 'the phone lets go of what was sent');
        await reopened.reload();
        await reopened.getByRole('heading', { name: cases.head.standing }).waitFor();
      });
      assert.equal(made, 1);
    }));

  test('signal lost before 提交 and back again: sent without anybody pressing', () =>
    as(async (page, context) => {
      const made = await casesMadeBy(async () => {
        await fillForm(page);
        await keptForLater(page, PARTS);
        await context.setOffline(true);
        await submit(page);
        await at(page, proxy.queued.title);
        await context.setOffline(false);
        await receiptShown(page);
      });
      assert.equal(made, 1);
    }));
});

describe('the draft', () => {
  test('reload, back and forward keep the page and what is on it', () =>
    as(async (page) => {
      await fillForm(page, { until: 'home' });
      await page.reload();
      await at(page, pages.home);
      assert.equal(await page.getByLabel(proxy.home.door).inputValue(), WANG.door);
      await page.getByRole('radio', { name: WANG.estate, checked: true }).waitFor();
      await page.goBack();
      await at(page, pages.applicant);
      assert.equal(await page.getByLabel(fields.applicant_name).inputValue(), WANG.name);
      assert.equal(await page.getByLabel(fields.applicant_phone).inputValue(), WANG.phone);
      await page.goForward();
      await at(page, pages.home);
      assert.equal(await page.getByLabel(proxy.home.door).inputValue(), WANG.door);
      await goOn(page);
      await at(page, pages.handling);
    }));

  test('closed and opened again: 接着填, with its photos; 重新填 forgets both', () =>
    as(async (page, context) => {
      await fillForm(page, { matter: WITH_PAPERS, until: 'materials' });
      const paper = (of) => of.getByRole('group', { name: '身份证' });
      await paper(page).getByRole('radio', { name: words.words.have.photo, exact: true }).check();
      await paper(page).locator('input[type=file]').last().setInputFiles({ name: 'id.jpg', mimeType: 'image/jpeg', buffer: photo });
      await paper(page).getByText(said(proxy.photo.sent)).waitFor();
      await page.close();
      const later = await context.newPage();
      await later.goto(`/proxy/${WITH_PAPERS}/apply`);
      await at(later, proxy.draft.title);
      await later.getByRole('button', { name: proxy.draft.go_on }).click();
      await at(later, pages.materials);
      const picture = paper(later).getByRole('img', { name: said(proxy.photo.name, { paper: '身份证', number: 1 }) });
      await picture.waitFor();
      await later.waitForFunction((image) => image.complete && image.naturalWidth > 0, await picture.elementHandle());
      await goOn(later);
      await at(later, pages.note);
      await later.goto(`/proxy/${WITH_PAPERS}/apply`);
      await at(later, proxy.draft.title);
      await later.getByRole('button', { name: proxy.draft.restart, exact: true }).click();
      await at(later, pages.who);
      assert.equal(await later.getByRole('radio', { checked: true }).count(), 0);
      await goOn(later);
      await summary(later);
      assert.doesNotMatch(await keptOnDevice(later), new RegExp(`${WANG.name}|blob in photos`));
    }));
});

describe('staff', () => {
  const open = async (page, name, id) => {
    await signIn(page, name);
    await at(page, words.staff.queue.title);
    await openCase(page, id);
  };
  const verbs = words.words.verb;
  const sheet = (page) => page.getByRole('dialog');
  const begin = async (page, verb, text) => {
    await page.getByRole('button', { name: verb, exact: true }).first().click();
    await sheet(page).getByLabel(words.staff.act.to_resident).fill(text);
  };
  const press = (page, verb) => sheet(page).getByRole('button', { name: verb, exact: true }).click();

  for (const [how, live] of [['told by the live stream', true], ['told by the refusal', false]]) {
    test(`two at once, ${how}: the second sees what changed and keeps their words`, () =>
      as(async (page) => {
        if (!live) await page.route('**/api/v1/staff/live', (route) => route.abort());
        const typed = '您好，材料齐了，这就给您办。';
        const handed = await handIn(server);
        await open(page, 'window', handed.case);
        await begin(page, verbs.accept, typed);
        const other = await staff(server, 'window02');
        await other.act(handed.case, { verb: 'accept', to_resident: '我先受理了。' });
        if (!live) {
          const refused = page.waitForResponse((response) => response.url().endsWith('/actions'));
          await press(page, verbs.accept);
          assert.equal((await refused).status(), 409);
        }
        await sheet(page).getByText(words.staff.act.changed, { exact: true }).waitFor();
        const told = await sheet(page).textContent();
        assert.match(told, said('何静'), 'who it was');
        assert.match(told, said('我先受理了。'), 'and what they wrote');
        assert.match(told, said(words.staff.act.changed_impossible));
        assert.equal(await sheet(page).getByLabel(words.staff.act.to_resident).inputValue(), typed);
        assert.equal(await sheet(page).getByRole('button', { name: verbs.accept, exact: true }).count(), 0, 'it cannot be done twice');
        const { view } = await other.seen(handed);
        assert.equal(view.timeline.filter((entry) => entry.fact.verb === 'accept').length, 1);
      }));
  }

  test('the resident adds something meanwhile: read first, then done', () =>
    as(async (page) => {
      const handed = await handIn(server);
      await open(page, 'window', handed.case);
      await begin(page, verbs.accept, '已经受理。');
      await residentActs(server, handed, { verb: 'supplement', to_resident: '门铃坏了，请敲门' });
      await sheet(page).getByText(words.staff.act.changed_possible).waitFor();
      assert.match(await sheet(page).textContent(), said('门铃坏了，请敲门'));
      assert.equal(await sheet(page).getByLabel(words.staff.act.to_resident).inputValue(), '已经受理。');
      // The first press leads to what is new, the next one goes through.
      await press(page, verbs.accept);
      await page.locator('#act-news:focus').waitFor();
      await press(page, verbs.accept);
      await page.getByText(said(words.staff.act.done, { what: verbs.accept })).waitFor();
      const { view } = await (await staff(server, 'window')).seen(handed);
      assert.equal(view.progress.state, 'accepted');
    }));

  test('the session ends in mid-form: sign in on top, then it goes on', () =>
    as(async (page, context) => {
      const handed = await handIn(server);
      await open(page, 'window', handed.case);
      await begin(page, verbs.accept, '写到一半的话，一个字也不能丢。');
      await context.clearCookies();
      await press(page, verbs.accept);
      const again = page.getByRole('dialog', { name: words.staff.sign_in.again });
      await again.waitFor();
      await again.getByLabel(words.staff.sign_in.password).fill('not it');
      await again.getByRole('button', { name: words.staff.sign_in.go, exact: true }).click();
      await again.getByText(codes.sign_in_wrong).waitFor();
      assert.equal(await page.getByLabel(words.staff.act.to_resident).inputValue(), '写到一半的话，一个字也不能丢。');
      await again.getByLabel(words.staff.sign_in.password).fill(password);
      await again.getByRole('button', { name: words.staff.sign_in.go, exact: true }).click();
      await page.getByText(said(words.staff.act.done, { what: verbs.accept })).waitFor();
      const { view } = await (await staff(server, 'window')).seen(handed);
      assert.equal(view.progress.state, 'accepted');
      assert.ok(view.timeline.some((entry) => entry.to_resident === '写到一半的话，一个字也不能丢。'));
    }));

  test('wrong passwords: words, then a wait that even the right one has to keep', () =>
    withServer({ YIKEZHONG_SIGN_IN_PER_HOUR: '60' }, (own) =>
      as(async (page) => {
        await page.goto('/staff');
        const locked = page.getByText(/密码错了好几次，先等一等。请过\d+秒再试。/);
        const attempt = async (secret) => {
          await page.getByLabel(words.staff.sign_in.name, { exact: true }).fill('window');
          await page.getByLabel(words.staff.sign_in.password, { exact: true }).fill(secret);
          const answered = page.waitForResponse((response) => response.request().method() === 'POST');
          await page.getByRole('button', { name: words.staff.sign_in.go, exact: true }).click();
          return (await answered).status();
        };
        const statuses = [];
        for (let time = 0; time < 5; time += 1) {
          statuses.push(await attempt('wrong'));
          await page.getByText(codes.sign_in_wrong).waitFor();
        }
        assert.deepEqual(statuses, [401, 401, 401, 401, 401]);
        assert.equal(await attempt(password), 429);
        await locked.waitFor();
        await page.locator('[role=alert]:focus').waitFor();
        // Others are not locked out.
        await staff(own, 'window02');
      }, { base: own.base, size: PHONE }),
    ));

  test('nothing personal stays on the device after signing out', () =>
    as(async (page) => {
      const secretWords = '只有同事看得到的话';
      const handed = await handIn(server, { note: '请按三下门铃' });
      await open(page, 'window', handed.case);
      assert.match(await page.getByRole('main').textContent(), said(WANG.name), 'it was on the screen');
      await begin(page, verbs.accept, secretWords);
      await sheet(page).getByRole('button', { name: words.staff.act.not_now }).click();
      await page.getByRole('button', { name: said(words.staff.nav.sign_out) }).click();
      await at(page, words.staff.sign_in.title);
      const kept = await keptOnDevice(page);
      for (const personal of [WANG.name, WANG.phone, WANG.door, secretWords, '请按三下门铃', handed.case, 'blob in photos', '/api/v1/staff']) {
        assert.ok(!kept.includes(personal), `${personal} is kept`);
      }
      await page.goBack();
      await at(page, words.staff.sign_in.title);
      assert.ok(!(await page.locator('body').textContent()).includes(WANG.name), 'nor behind the back button');
    }, { size: DESKTOP }));
});

describe('looking up', () => {
  const look = async (page, receipt, lastFour) => {
    await page.getByLabel(cases.track.receipt).fill(receipt);
    await page.getByLabel(cases.track.last_four).fill(lastFour);
    await page.getByRole('button', { name: cases.track.look }).click();
  };

  test('number and last four digits: slips, nothing found, status alone, not for guessing', () =>
    withServer({ YIKEZHONG_TRACK_RECEIPT_PER_HOUR: '10', YIKEZHONG_TRACK_ADDRESS_PER_HOUR: '30' }, (own) =>
      as(async (page) => {
        const handed = await handIn(own);
        const number = String(handed.receipt).replaceAll(/\D/g, '');
        const asked = [];
        page.on('request', (request) => request.url().endsWith('/api/v1/track') && asked.push(request));
        await page.goto('/cases');
        await at(page, cases.list.title);
        const slip = number.slice(0, 8) + ((Number(number[8]) + 1) % 10);
        await look(page, slip, '12');
        await page.locator('.errors:focus').waitFor();
        assert.match(await described(page.getByLabel(cases.track.receipt)), said(cases.track.bad_check));
        assert.match(await described(page.getByLabel(cases.track.last_four)), said(cases.track.bad_last_four));
        assert.equal(asked.length, 0, 'a slip is told apart without the server');
        await look(page, number, '0000');
        await page.getByText(cases.track.not_found).waitFor();
        await look(page, `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`, WANG.phone.slice(-4));
        const found = page.getByRole('main').getByText(words.words.state.submitted, { exact: true });
        await found.waitFor();
        const answer = await (await asked.at(-1).response()).text();
        const shown = await page.getByRole('main').textContent();
        for (const personal of [WANG.name, WANG.phone, WANG.door, WANG.estate, handed.case, handed.secret]) {
          assert.ok(!shown.includes(personal) && !answer.includes(personal), `${personal} is not for whoever knows the number`);
        }
        const waits = page.getByText(said(cases.track.too_often));
        const statuses = [];
        for (let guess = 0; guess < 12 && statuses.at(-1) !== 429; guess += 1) {
          const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/track'));
          await look(page, number, String(1000 + guess));
          statuses.push((await answered).status());
        }
        assert.equal(statuses.at(-1), 429, `guessing ends: ${statuses}`);
        await waits.waitFor();
      }, { base: own.base }),
    ));

  test('the secret link opens on another phone, and leaves the address bar and the history', () =>
    as(async (page, context) => {
      const handed = await handIn(server);
      const addresses = [];
      page.on('request', (request) => addresses.push(request.url(), request.headers().referer ?? ''));
      await page.goto(`/cases#c=${handed.case}.${handed.secret}`);
      await page.getByRole('heading', { name: cases.head.standing }).waitFor();
      await page.getByText(said(`${handed.receipt}`.replace(/(\d{3})(\d{3})(\d{3})/, '$1 $2 $3'))).first().waitFor();
      assert.equal(page.url(), `${server.base}/cases/${handed.case}`);
      const devtools = await context.newCDPSession(page);
      const { entries } = await devtools.send('Page.getNavigationHistory');
      assert.deepEqual(entries.filter((entry) => entry.url.includes(handed.secret)), [], 'not in the history');
      assert.deepEqual(addresses.filter((address) => address.includes(handed.secret)), [], 'nor in any request');
      await page.reload();
      await page.getByRole('heading', { name: cases.head.standing }).waitFor();
    }));

  test('a wrong secret opens nothing', () =>
    as(async (page) => {
      const handed = await handIn(server);
      const wrong = handed.secret.slice(0, -4) + [...handed.secret.slice(-4)].map((c) => (c === 'A' ? 'B' : 'A')).join('');
      await page.goto(`/cases#c=${handed.case}.${wrong}`);
      await at(page, cases.gone.title);
      await page.getByText(cases.gone.words).waitFor();
      const text = await page.locator('body').textContent();
      for (const personal of [WANG.name, WANG.phone, WANG.door]) assert.ok(!text.includes(personal));
    }));

  test("somebody else's case without its link", () =>
    as(async (page) => {
      const handed = await handIn(server);
      await page.goto(`/cases/${handed.case}`);
      await at(page, cases.no_link.title);
      await page.getByText(cases.no_link.words).waitFor();
      const text = await page.locator('body').textContent();
      for (const personal of [WANG.name, WANG.phone, WANG.door, String(handed.receipt)]) assert.ok(!text.includes(personal));
      const answer = await fetch(`${server.base}/api/v1/cases/${handed.case}`);
      assert.equal(answer.status, 404);
      assert.ok(!(await answer.text()).includes(WANG.name));
    }));
});

describe('without signal after a first visit', () => {
  test('home, guides and my cases as last seen', () =>
    withServer({}, (own) =>
      as(async (page, context) => {
        const handed = await handIn(own);
        await page.goto(`/cases#c=${handed.case}.${handed.secret}`);
        await page.getByRole('heading', { name: cases.head.standing }).waitFor();
        const { answer } = await own.call('GET', '/api/v1/matters');
        const matter = answer.matters.find((m) => m.id === WITH_PAPERS);
        // A visit of some seconds: the rest of the program is fetched when the first page is at rest.
        await keptForLater(page, PARTS);
        await page.waitForFunction(() => localStorage.getItem('yikezhong.fact.matters'));
        // No tricks of the browser alone: the server is really gone.
        await own.stop();
        await context.setOffline(true);
        await page.goto('/');
        await page.getByRole('link', { name: said(words.shell.door_proxy) }).first().waitFor();
        await page.getByText(words.shell.offline).waitFor();
        await page.goto('/guides');
        await page.getByText(matter.name).first().waitFor();
        await page.goto(`/guides/${WITH_PAPERS}`);
        await page.getByText('身份证').first().waitFor();
        await page.goto('/cases');
        await page.getByText(said(cases.list.seen_at)).waitFor();
        await page.getByRole('main').getByRole('link').filter({ hasText: words.words.state.submitted }).click();
        await page.getByText(said(cases.stale.offline)).waitFor();
        await page.getByRole('heading', { name: cases.head.standing }).waitFor();
        await page.getByText(cases.handed.later).waitFor();
        const stored = await keptOnDevice(page);
        assert.ok(!stored.includes(WANG.name) && !stored.includes(WANG.phone), 'what was handed in is not kept on the phone');
      }, { base: own.base }),
    ));
});
