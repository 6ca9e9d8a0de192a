// A tablet that the community made a shared one.
import assert from 'node:assert/strict';
import { accessible, password, person, pin } from './harness.mjs';
import { at, said, words } from './steps.mjs';

const { assist } = words;

/** The volunteer of the sample street. */
export const VOLUNTEER = '田小禾';

/**
 * A device that the window made a shared tablet, at the names of those who may begin. Every field
 * that ever stands on one of its pages is looked at: what is typed into it is to be offered to nobody
 * afterwards. `leave` fails where one was not so, or where fewer fields than `fields` were seen.
 */
export async function sharedTablet(browser, base, options, { name, fields: least = 3 }) {
  const device = await person(browser, base, options);
  const { page, context } = device;
  const fields = new Map();
  await context.exposeBinding('fieldSeen', (_, field, offers) => fields.set(field, fields.get(field) || offers));
  await context.addInitScript(() => {
    const typed = (field) => !['radio', 'checkbox', 'file', 'hidden'].includes(field.type);
    const look = () => {
      for (const field of document.querySelectorAll('input, select, textarea')) {
        if (typed(field)) window.fieldSeen(`${field.localName} ${field.id} ${field.name}`, field.autocomplete !== 'off');
      }
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ['autocomplete', 'id', 'name'] });
  });
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto('/assist');
  await at(page, assist.enrol.title);
  await accessible(page, 'the enrolment');
  await page.getByLabel(assist.enrol.name).fill('window');
  await page.getByLabel(assist.enrol.password).fill(password);
  await page.getByLabel(assist.enrol.tablet, { exact: true }).fill(name);
  await page.getByRole('button', { name: assist.enrol.go }).click();
  await at(page, assist.pin.title);
  const leave = async () => {
    await device.leave();
    assert.deepEqual([...fields].filter(([, offers]) => offers).map(([field]) => field), [], 'fields that offer what was typed');
    assert.ok(fields.size >= least, `${fields.size} fields were seen: ${[...fields.keys()]}`);
  };
  return { ...device, leave };
}

/** A PIN on the big keys. */
export async function enterPin(page, digits) {
  for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: assist.pin.go, exact: true }).click();
}

/** The volunteer begins a shift. */
export async function beginShift(page) {
  await page.getByRole('button', { name: VOLUNTEER }).click();
  await enterPin(page, pin);
  await at(page, said(assist.between.hello, { name: VOLUNTEER }));
}

/** The next resident sits down. */
export async function nextResident(page) {
  await page.getByRole('button', { name: assist.between.next, exact: true }).click();
  await at(page, assist.choose.title);
}
