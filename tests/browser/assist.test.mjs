// 助办: a volunteer serves residents one after the other on a shared tablet, and nothing of them stays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, TABLET, accessible, keptForLater, launch, pin, roomy, shot } from './harness.mjs';
import { at, goOn, pick, said, words } from './steps.mjs';
import { beginShift, enterPin, nextResident, sharedTablet } from './tablet.mjs';

const { assist, shell, proxy } = words;
const { field, choice, page: pageWords } = words.words;
const PHONE_NUMBER = '13800001234';

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const tablet = () => sharedTablet(browser, server.base, { size: TABLET }, { name: '一号平板' });

/** 请回电 as far as check-answers. */
async function askForCall(page, name) {
  await page.getByRole('main').getByRole('link', { name: shell.call }).click();
  await at(page, field.contact_name);
  await page.getByLabel(field.contact_name).fill(name);
  await goOn(page);
  await page.getByLabel(field.contact_phone).fill(PHONE_NUMBER);
  await goOn(page);
  await pick(page, choice.call_morning);
  await goOn(page);
  await at(page, field.home);
  await goOn(page);
  await at(page, field.note);
  await goOn(page);
  await at(page, pageWords.check);
}

async function send(page) {
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: proxy.check.submit }).click();
}

/** All that the browser keeps, as one text. */
async function kept(page) {
  return page.evaluate(async () => {
    const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((done) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => done(request.result);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise((done) => {
          const request = database.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => done(request.result);
        });
        texts.push(`${store}: ${all.map(String).join()}`);
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        texts.push(request.url);
        if (request.url.includes('/api/')) texts.push(await (await cache.match(request)).text());
      }
    }
    return texts.join('\n');
  });
}

/** Nothing of them is on the device: not kept, not behind the back button. */
async function nothingLeft(page, name, length) {
  const all = await kept(page);
  for (const trace of [name, PHONE_NUMBER, 'yikezhong.draft', 'yikezhong.links', 'yikezhong.note', '/api/v1/cases']) {
    assert.ok(!all.includes(trace), `${trace} is kept: ${all.slice(0, 400)}`);
  }
  assert.equal(await page.evaluate(() => history.length), length, 'the history does not grow');
  assert.equal(new URL(page.url()).pathname, '/assist');
}

async function next(page) {
  await page.getByRole('button', { name: assist.bar.next, exact: true }).click();
  await page.getByRole('button', { name: assist.next.go }).click();
  await at(page, said(assist.between.hello, { name: '田小禾' }));
}

test('three residents in a row, one of whom walks off', async () => {
  const device = await tablet();
  const { page } = device;
  await accessible(page, 'the volunteers');
  await page.getByRole('button', { name: '田小禾' }).click();
  await roomy(page, 'the keys');
  await accessible(page, 'the keys');
  await shot(page, 'assist-pin');
  await enterPin(page, '135791');
  await page.getByText(assist.pin.wrong).waitFor();
  await enterPin(page, pin);
  await at(page, said(assist.between.hello, { name: '田小禾' }));
  await accessible(page, 'between two residents');
  await shot(page, 'assist-between');
  const length = await page.evaluate(() => history.length);

  await nextResident(page);
  await accessible(page, 'the choice');
  await shot(page, 'assist-choose');
  await askForCall(page, '王秀英');
  assert.equal(new URL(page.url()).pathname, '/assist');
  await accessible(page, 'the last page');
  await shot(page, 'assist-check');
  await send(page);
  await page.locator('.receipt-number').waitFor();
  await accessible(page, 'the receipt');
  await shot(page, 'assist-receipt');
  assert.ok(!(await kept(page)).includes('王秀英'), 'not even while they are served');
  await next(page);
  await nothingLeft(page, '王秀英', length);

  await nextResident(page);
  await askForCall(page, '李桂兰');
  await page.getByRole('radio', { name: assist.noted.no }).check();
  await send(page);
  await page.locator('.receipt-number').waitFor();
  await next(page);
  await nothingLeft(page, '李桂兰', length);
  await page.getByText(said(assist.between.residents_value, { count: 2 })).waitFor();
  assert.equal(await page.locator('.facts li.num').count(), 1, 'who said no is not in the list');

  await page.clock.install();
  await page.reload();
  await nextResident(page);
  await page.getByRole('main').getByRole('link', { name: shell.call }).click();
  await page.getByLabel(field.contact_name).fill('赵淑芬');
  await page.clock.fastForward(121_000);
  await page.getByRole('heading', { name: assist.idle.title }).waitFor();
  await accessible(page, 'the question');
  await shot(page, 'assist-idle');
  await page.getByRole('button', { name: assist.idle.stay }).click();
  await page.clock.fastForward(100_000);
  assert.equal(await page.getByLabel(field.contact_name).inputValue(), '赵淑芬');
  await page.clock.fastForward(21_000);
  await page.getByRole('heading', { name: assist.idle.title }).waitFor();
  await page.clock.fastForward(61_000);
  await at(page, said(assist.between.hello, { name: '田小禾' }));
  await nothingLeft(page, '赵淑芬', length);
  await page.goBack().catch(() => {});
  assert.ok(!(await page.content()).includes('赵淑芬'));
  await device.leave();
});

test('without signal the answers stay on the page; parked, they are taken up again', async () => {
  const device = await tablet();
  const { page, context } = device;
  await beginShift(page);
  await nextResident(page);
  await askForCall(page, '钱阿姨');
  // The parts of the program that come after the form are fetched meanwhile.
  await keptForLater(page, ['resident-rooms', 'resident-form', 'resident-assist', 'resident-cases', 'resident-reports']);
  await context.setOffline(true);
  await send(page);
  await page.getByText(assist.unsent.title).waitFor();
  await accessible(page, 'the refusal without signal');
  await context.setOffline(false);
  await page.getByRole('button', { name: assist.bar.park }).click();
  await at(page, assist.park.title);
  await accessible(page, 'the code');
  await shot(page, 'assist-parked');
  const code = await page.locator('.code').getAttribute('aria-label');
  await page.getByRole('button', { name: assist.park.next }).click();
  await at(page, said(assist.between.hello, { name: '田小禾' }));
  await page.getByLabel(assist.between.take_up_label).fill(code);
  await page.getByRole('button', { name: assist.between.take_up_go }).click();
  await at(page, pageWords.check);
  await page.getByText('钱阿姨').waitFor();
  await send(page);
  await page.locator('.receipt-number').waitFor();
  await next(page);
  await device.leave();
});
