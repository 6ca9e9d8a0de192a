// Whole journeys by the keys alone: Tab, Enter, Space and the arrows. Each time the focus moves it is
// looked at: that it is in the window, with a ring, and under no bar.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, Server, launch, person, signIn } from './harness.mjs';
import { focusHidden } from './measure.mjs';
import { WANG, at, handIn, said, words } from './steps.mjs';

const { shell, guides, proxy, report, circle, cases } = words;
const { page: pageWords, field: fieldWords, choice: choiceWords, verb } = words.words;
const PAPER = new URL('photos/paper.jpg', import.meta.url).pathname;
const DESK = { width: 1280, height: 720 };

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** Somebody without a mouse and without a finger. */
class Keys {
  constructor(page) {
    Object.assign(this, { page, faults: [] });
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  async look() {
    this.faults.push(...(await focusHidden(this.page)));
  }

  /** Tabs on to what one is looking for. */
  async to(target, what = String(target)) {
    await target.waitFor({ state: 'attached' });
    for (let tabs = 0; tabs < 80; tabs += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.press('Tab');
      await this.look();
    }
    assert.fail(`not reached by Tab: ${what}`);
  }

  async enter(target) {
    await this.to(target);
    await this.press('Enter');
  }

  async write(target, text) {
    await this.to(target);
    await this.page.keyboard.type(text);
  }

  /** Picks among radio buttons: Tab leads to the group, the arrows within. */
  async pick(radio) {
    await radio.waitFor({ state: 'attached' });
    const name = await radio.getAttribute('name');
    const among = () => this.page.evaluate((name) => document.activeElement.name === name, name);
    for (let tabs = 0; tabs < 80 && !(await among()); tabs += 1) {
      await this.press('Tab');
      await this.look();
    }
    for (let steps = 0; steps < 20; steps += 1) {
      if (await radio.evaluate((element) => element === document.activeElement)) break;
      await this.press('ArrowDown');
      await this.look();
    }
    if (!(await radio.isChecked())) await this.press('Space');
    assert.ok(await radio.isChecked(), 'picked');
  }

  async tick(box) {
    await this.to(box);
    await this.press('Space');
    assert.ok(await box.isChecked(), 'ticked');
  }
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const radio = (page, name) => page.getByRole('radio', { name });

/** Runs a journey with a person who has keys alone; the console stays clean and the focus seen. */
function byKeys(name, options, journey) {
  test(name, async () => {
    const somebody = await person(browser, server.base, options);
    const keys = new Keys(somebody.page);
    await journey(keys, somebody.page);
    await somebody.leave();
    assert.deepEqual([...new Set(keys.faults)], []);
  });
}

for (const options of [{ size: DESK }, { size: PHONE, elder: '30' }]) {
  const dress = options.elder ? ', in 长辈版 on a phone' : '';
  byKeys(`a 代办 is asked for${dress}`, options, async (keys, page) => {
    await page.goto('/');
    await page.waitForFunction(() => !document.querySelector('#shell'));
    await keys.enter(page.getByRole('link', { name: shell.door_proxy }));
    await at(page, guides.find_title);
    await keys.write(page.getByRole('searchbox'), '养老金申领');
    await keys.enter(page.locator('.matter').first());
    await keys.enter(page.getByRole('link', { name: guides.start, exact: true }));
    await at(page, pageWords.who);
    await keys.pick(radio(page, choiceWords.me));
    const goOn = () => keys.enter(button(page, proxy.form.go_on));
    await goOn();
    await keys.write(page.getByLabel(fieldWords.applicant_name), WANG.name);
    if (options.elder) await goOn();
    await keys.write(page.getByLabel(fieldWords.applicant_phone), WANG.phone);
    await goOn();
    if (options.elder) {
      await at(page, fieldWords.applicant_id);
      await goOn();
    }
    await at(page, pageWords.home);
    await keys.write(page.getByLabel(proxy.home.search, { exact: true }), WANG.estate);
    await keys.pick(radio(page, WANG.estate).first());
    await keys.write(page.getByLabel(proxy.home.door), WANG.door);
    await goOn();
    await at(page, pageWords.handling);
    await keys.pick(radio(page, choiceWords.go_to_station));
    await goOn();
    await at(page, pageWords.station);
    await keys.pick(page.getByRole('radio').first());
    await goOn();
    await at(page, pageWords.note);
    await goOn();
    await at(page, pageWords.check);
    for (const box of await page.getByRole('checkbox').all()) await keys.tick(box);
    await keys.enter(button(page, proxy.check.submit));
    await at(page, proxy.done.title);
  });
}

byKeys('something seen in the street is handed in with a photo', { size: DESK }, async (keys, page) => {
  await page.goto('/report');
  await keys.to(page.locator('#photos-file'));
  // What the press opens belongs to the system; the file it gives arrives at the input in focus.
  await page.locator(':focus').setInputFiles(PAPER);
  await page.locator('.photo').waitFor();
  await keys.write(page.getByLabel(report.place.search), 'cll');
  await keys.enter(button(page, '长乐里').first());
  await page.getByText(report.place.by_list).waitFor();
  await keys.write(page.getByLabel(fieldWords.words), '3号楼门口的路灯不亮了');
  await keys.enter(button(page, '路灯不亮'));
  await keys.write(page.getByLabel(fieldWords.contact_phone), WANG.phone);
  await keys.enter(button(page, proxy.form.go_on));
  await at(page, pageWords.check);
  await keys.tick(page.getByLabel(report.form.consent));
  await keys.enter(button(page, proxy.check.submit));
  await at(page, proxy.done.title);
});

byKeys('a facility is found, with the way there', { size: DESK }, async (keys, page) => {
  await page.goto('/circle');
  await keys.enter(button(page, circle.from_estate));
  await keys.write(page.getByLabel(circle.estate_label), 'cll');
  await keys.enter(button(page, '长乐里'));
  await page.locator('.circle-sum').filter({ hasText: said(circle.sum) }).waitFor();
  const row = page.locator('.circle-go').first();
  await keys.enter(row);
  const sheet = page.getByRole('dialog');
  await sheet.locator('.circle-steps li').first().waitFor();
  await keys.to(sheet.getByRole('link', { name: circle.sheet_proxy }));
  await keys.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement.matches('.circle-go'));
});

byKeys('a case is urged', { size: PHONE, elder: '22' }, async (keys, page) => {
  const sent = await handIn(server, {});
  await page.goto(`/cases#c=${sent.case}.${sent.secret}`);
  await page.locator('.receipt-chips .status').waitFor();
  await keys.enter(button(page, verb.urge));
  await page.getByText(cases.act.urged).waitFor();
});

byKeys('at the desk j and k walk the queue, until somebody turns them off', { size: DESK }, async (keys, page) => {
  for (let count = 0; count < 2; count += 1) await handIn(server, {});
  await signIn(page, 'window');
  await at(page, words.staff.queue.title);
  await page.goto('/staff?scope=all');
  const links = page.locator('.queue-link');
  await links.nth(1).waitFor();
  const reached = () => page.evaluate(() => document.activeElement.className);
  await keys.press('j');
  await page.waitForFunction(() => document.activeElement.matches('.queue-link'));
  await keys.look();
  await keys.enter(button(page, words.staff.queue.keys_off));
  for (const key of ['j', 'k']) {
    await keys.press(key);
    await page.waitForTimeout(100);
    assert.match(await reached(), /btn-link/, `${key} does nothing`);
  }
  await page.reload();
  await button(page, words.staff.queue.keys_on).waitFor();
  await keys.press('j');
  await page.waitForTimeout(100);
  assert.doesNotMatch(await reached(), /queue-link/, 'still off after a reload');
  await keys.enter(button(page, words.staff.queue.keys_on));
  await keys.press('j');
  await page.waitForFunction(() => document.activeElement.matches('.queue-link'));
});
