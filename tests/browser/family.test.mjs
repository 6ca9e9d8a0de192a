// 家人: a parent gives a child far away a link of their own, and takes it back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, Server, TABLET, accessible, keptForLater, launch, password, person, pin, roomy, shot, signIn } from './harness.mjs';
import { at, goOn, handIn, pick, said, staff, words } from './steps.mjs';

const { cases, shell, assist, proxy } = words;
const { family } = cases;
const { verb, state, field, choice } = words.words;
const MATTER = '企业职工养老金申领';

let server, browser;
before(async () => {
  server = await new Server().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** Opens a case by the resident's own link. */
async function opensOwn(page, sent) {
  await page.goto(`/cases#c=${sent.case}.${sent.secret}`);
  await page.getByRole('heading', { name: family.title }).waitFor();
}

/** Makes a link for `kin`, or for somebody else whom they call `name`; the address in it. */
async function gives(page, kin, name) {
  await page.getByRole('button', { name: family.give }).click();
  const sheet = page.getByRole('dialog', { name: family.give });
  await sheet.getByRole('radio', { name: kin }).check();
  if (name) await sheet.getByLabel(family.name).fill(name);
  const answer = page.waitForResponse((response) => response.url().endsWith('/family') && response.request().method() === 'POST');
  await sheet.getByRole('button', { name: family.make }).click();
  const { link, secret } = await (await answer).json();
  await sheet.getByRole('img', { name: said(family.scan, { name: link.name }) }).waitFor();
  return { link, secret, sheet };
}

const opened = (sent, secret) => `/cases#f=${sent.case}.${secret}`;

for (const [name, elder] of [['the normal version', undefined], ['长辈版', '30']]) {
  test(`a parent gives, a child helps, the parent takes it back, in ${name}`, async () => {
    const sent = await handIn(server);
    const parent = await person(browser, server.base, { elder });
    await opensOwn(parent.page, sent);
    await parent.page.getByRole('button', { name: family.give }).click();
    const asking = parent.page.getByRole('dialog', { name: family.give });
    await asking.getByRole('radio', { name: family.relative }).check();
    await asking.getByRole('button', { name: family.make }).click();
    await asking.getByText(family.name_missing).waitFor();
    await accessible(parent.page, 'the question for whom');
    await roomy(parent.page, 'the question for whom', elder ? 60 : 44);
    await shot(parent.page, `family-for-whom-${elder ?? 'normal'}`);
    await asking.getByRole('button', { name: family.not_now }).click();

    const { secret, sheet } = await gives(parent.page, family.daughter);
    await accessible(parent.page, 'the link just made');
    await shot(parent.page, `family-made-${elder ?? 'normal'}`);
    await sheet.getByRole('button', { name: family.scanned }).click();
    await parent.page.getByText(said(family.unused)).waitFor();
    await accessible(parent.page, 'the list of links');

    const child = await person(browser, server.base, { elder });
    await child.page.goto(opened(sent, secret));
    await child.page.getByText(said(family.you_are, { name: family.daughter })).waitFor();
    assert.equal(new URL(child.page.url()).hash, '', 'the secret does not stay in the address bar');
    for (const absent of [verb.withdraw, family.give, cases.keep.print]) {
      assert.equal(await child.page.getByRole('button', { name: absent }).count(), 0, absent);
    }
    assert.equal(await child.page.getByText('13800001234').count(), 0, 'no telephone number');
    await accessible(child.page, "the child's page");
    await roomy(child.page, "the child's page", elder ? 60 : 44);
    await shot(child.page, `family-child-${elder ?? 'normal'}`);
    await child.page.getByRole('button', { name: verb.supplement }).click();
    const reply = child.page.getByRole('dialog', { name: cases.reply.supplement });
    await reply.getByLabel(cases.reply.words).fill('妈妈下午在家');
    await reply.getByRole('button', { name: cases.reply.send }).click();
    const wrote = said(family.supplemented, { who: family.daughter });
    await child.page.locator('.event-title').getByText(wrote).waitFor();
    await child.page.getByRole('button', { name: verb.urge }).click();
    await child.page.getByText(cases.act.urged).waitFor();
    // The parent's open page hears of it, by name; and that the link was used.
    await parent.page.locator('.event-title').getByText(wrote).waitFor();
    await parent.page.getByText(said(family.wrote, { who: family.daughter, words: '妈妈下午在家' })).waitFor();
    await parent.page.locator('.event-title').getByText(said(family.urged, { who: family.daughter })).waitFor();

    const mine = await child.context.newPage();
    await mine.goto('/cases');
    await mine.getByRole('heading', { name: family.list }).waitFor();
    await accessible(mine, '我的办件 with a case of the family');
    await mine.close();

    await parent.page.reload();
    await parent.page.getByText(said(family.used)).waitFor();
    await parent.page.getByRole('button', { name: new RegExp(`^${family.take_back}`) }).click();
    const ending = parent.page.getByRole('dialog', { name: family.end_title });
    await accessible(parent.page, 'the question before taking it back');
    await ending.getByRole('button', { name: family.end_yes }).click();
    await ending.waitFor({ state: 'hidden' });
    await child.page.getByText(family.gone, { exact: true }).waitFor();
    await child.page.getByText(family.gone_todo).waitFor();
    await accessible(child.page, 'a link that was taken back');
    await shot(child.page, `family-gone-${elder ?? 'normal'}`);
    const kept = await child.page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.ok(!kept.includes('妈妈下午在家'), 'what was seen goes with the link');

    // A new link works on the same phone, in place of the old one.
    const again = await gives(parent.page, family.daughter);
    await child.page.goto(opened(sent, again.secret));
    await child.page.getByText(said(family.you_are, { name: family.daughter })).waitFor();
    await parent.leave();
    await child.leave();
  });
}

test('without signal a child sees the case as last seen; a link cut short opens nothing', async () => {
  const sent = await handIn(server);
  const parent = await person(browser, server.base);
  await opensOwn(parent.page, sent);
  const { secret } = await gives(parent.page, family.relative, '小芳');
  const child = await person(browser, server.base);
  await child.page.goto(opened(sent, secret));
  await child.page.getByText(said(family.you_are, { name: '小芳' })).waitFor();
  await keptForLater(child.page, ['index', 'cases']).catch(() => {});
  await child.page.waitForLoadState('networkidle').catch(() => {});
  await child.context.setOffline(true);
  await child.page.getByText(said(cases.stale.offline)).waitFor();
  await accessible(child.page, "the child's page without signal");
  await child.context.setOffline(false);

  const stranger = await person(browser, server.base);
  await stranger.page.goto(opened(sent, secret.slice(0, -1)));
  await at(stranger.page, cases.list.title);
  await stranger.page.getByText(cases.list.empty).waitFor();
  await Promise.all([parent, child, stranger].map((one) => one.leave()));
});

test('staff read who helped, and a finished case is not for the child to judge', async () => {
  const sent = await handIn(server);
  const parent = await person(browser, server.base);
  await opensOwn(parent.page, sent);
  const { secret } = await gives(parent.page, family.son);
  const child = await person(browser, server.base);
  await child.page.goto(opened(sent, secret));
  await child.page.getByRole('button', { name: verb.urge }).click();
  await child.page.getByText(cases.act.urged).waitFor();

  const desk = await person(browser, server.base, { size: { width: 1440, height: 900 } });
  await signIn(desk.page, 'window');
  await desk.page.getByRole('link', { name: words.staff.nav.tablets }).waitFor();
  await desk.page.goto(`/staff/cases/${sent.case}`);
  const who = said(words.staff.history.family, { name: family.son });
  await desk.page.getByText(who).first().waitFor();

  const window = await staff(server, 'window');
  await window.act(sent.case, { verb: 'accept' });
  await window.act(sent.case, { verb: 'assign', staff: 'grid' });
  const worker = await staff(server, 'grid');
  await worker.act(sent.case, { verb: 'start' });
  await worker.act(sent.case, { verb: 'finish', to_resident: '办好了' });
  await child.page.locator('.receipt-chips').getByText(state.done, { exact: true }).waitFor();
  await child.page.getByText(family.done).waitFor();
  assert.equal(await child.page.getByRole('radio').count(), 0, 'no stars');
  assert.equal(await child.page.getByRole('button', { name: verb.reopen }).count(), 0);
  await accessible(child.page, 'a finished case, to the child');
  await Promise.all([parent, child, desk].map((one) => one.leave()));
});

test('on a shared tablet the link is photographed, and every field forgets', async () => {
  const device = await person(browser, server.base, { size: TABLET });
  const { page } = device;
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto('/assist');
  await page.getByLabel(assist.enrol.name).fill('window');
  await page.getByLabel(assist.enrol.password).fill(password);
  await page.getByLabel(assist.enrol.tablet, { exact: true }).fill('一号平板');
  await page.getByRole('button', { name: assist.enrol.go }).click();
  await page.getByRole('button', { name: '田小禾' }).click();
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: assist.pin.go }).click();
  await page.getByRole('button', { name: assist.between.next }).click();
  await at(page, assist.choose.title);
  await page.getByRole('main').getByRole('link', { name: shell.call }).click();
  await at(page, field.contact_name);
  await forgetful(page, 'the name');
  await page.getByLabel(field.contact_name).fill('王秀英');
  await goOn(page);
  await forgetful(page, 'the telephone number');
  await page.getByLabel(field.contact_phone).fill('13800001234');
  await goOn(page);
  await pick(page, choice.call_morning);
  await goOn(page);
  await at(page, field.home);
  await forgetful(page, 'the home');
  await goOn(page);
  await at(page, field.note);
  await forgetful(page, 'the note');
  await goOn(page);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: proxy.check.submit }).click();
  await page.locator('.receipt-number').waitFor();
  await page.getByRole('heading', { name: family.title }).waitFor();
  await accessible(page, 'the receipt on a tablet');
  await shot(page, 'family-tablet-receipt');

  // The paper belongs to the printer beside the tablet, and outlives the resident.
  await page.evaluate(() => (window.print = () => {}));
  await page.getByRole('button', { name: proxy.done.print }).click();
  const asking = page.getByRole('dialog', { name: shell.paper.title });
  await asking.getByRole('radio', { name: shell.paper.slip80 }).check();
  await accessible(page, 'the question for the paper on a tablet');
  await asking.getByRole('button', { name: shell.paper.print, exact: true }).click();
  assert.equal(await page.evaluate(() => localStorage.getItem('yikezhong.paper')), '80');

  const { secret, sheet } = await gives(page, family.relative, '小芳');
  await forgetful(page, 'the sheet');
  assert.equal(await sheet.getByRole('button', { name: family.copy }).count(), 0, 'no chat of the tablet');
  await accessible(page, 'the link on a tablet');
  await shot(page, 'family-tablet-link');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!kept.includes(secret) && !kept.includes('小芳'), 'nothing of it is kept');
  await device.leave();
});

/** Whatever is typed into is offered to nobody afterwards. */
async function forgetful(page, what) {
  const fields = await page.evaluate(() =>
    [...document.querySelectorAll('input, select, textarea')]
      .filter((field) => !['radio', 'checkbox', 'file', 'hidden'].includes(field.type))
      .map((field) => [field.id, field.autocomplete]),
  );
  assert.ok(fields.length > 0 || what === 'the sheet', `${what} has fields`);
  for (const [id, fill] of fields) assert.equal(fill, 'off', `${what}: ${id}`);
}
