// What can be measured of a page as it lies there. Each function runs in the page and gives back what
// is wrong in words, so that a test can say it of every page and size at once.

/** What one presses, types into or picks: a radio button's target is the whole card around it. */
const CONTROLS =
  'a[href], button, select, textarea, summary, input:not([type=radio], [type=checkbox], [type=file], [type=hidden]), ' +
  'label:is(.choice, .slot, .rate, .photo-add, .pick)';

/** Puts what the measures share into the page. */
function tools(CONTROLS) {
  const root = document.querySelector('dialog[open]') ?? document.body;
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    const there = element.checkVisibility({ checkVisibilityCSS: true }) && box.width > 1 && box.height > 1;
    // Kept from the eye on purpose: for a screen reader, or until it has the focus.
    const aside = element.closest('.sr-only, .queue thead, .skip:not(:focus)');
    return there && !(aside && getComputedStyle(aside).position === 'absolute');
  };
  // The map moves under its frame and its pins lie where the places lie; all of it is in the list too.
  const onMap = (element) => element.closest('.leaflet-container');
  // Tables of staff may be wider than the page and scroll by themselves (WCAG 1.4.10).
  const inTable = (element) => element.closest('table') && scroller(element);
  const scroller = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return at;
    }
    return null;
  };
  const name = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 30)}`;
  const controls = [...root.querySelectorAll(CONTROLS)].filter(shown);
  /** A link among the words of a sentence (WCAG 2.5.8 leaves it as it is). */
  const inSentence = (element) => {
    if (getComputedStyle(element).display !== 'inline') return false;
    const around = element.closest('p, li, dd, td')?.textContent.trim() ?? '';
    return around.length > element.textContent.trim().length;
  };
  return { root, shown, onMap, inTable, name, controls, inSentence };
}

/** Nothing is wider than the page, cut, or out of the control it stands in; no two controls overlap; a telephone number stands on one line. */
export const cutOrCovered = (page) =>
  page.evaluate(`(() => {
    const { root, shown, onMap, inTable, name, controls } = (${tools})(${JSON.stringify(CONTROLS)});
    const CONTROLS = ${JSON.stringify(CONTROLS)};
    return (${cutOrCoveredHere})({ root, shown, onMap, inTable, name, controls, CONTROLS });
  })()`);

function cutOrCoveredHere({ root, shown, onMap, inTable, name, controls, CONTROLS }) {
  const faults = new Set();
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) faults.add(`the page is ${page.scrollWidth - page.clientWidth} px too wide`);
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const holder = text.parentElement;
    if (text.data.trim() === '' || holder.closest('script, style, noscript, select, svg') || !shown(holder) || onMap(holder)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    // A line's box is higher than its letters; those are as high as the type.
    const type = parseFloat(getComputedStyle(holder).fontSize);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 1).map(({ left, right, top, bottom }) => {
      const middle = (top + bottom) / 2;
      return { left, right, top: middle - type / 2, bottom: middle + type / 2 };
    });
    const words = text.data.trim().slice(0, 30);
    if (!inTable(holder) && rects.some((rect) => rect.left < -1 || rect.right > innerWidth + 1)) faults.add(`out of the page: ${words}`);
    for (let box = holder; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      const outside = rects.some((rect) => rect.left < edge.left - 1 || rect.right > edge.right + 1 || rect.bottom > edge.bottom + 1 || rect.top < edge.top - 1);
      if (/hidden|clip/.test(style.overflowX + style.overflowY) && outside) faults.add(`cut: ${words}, in ${name(box)}`);
      if (box.matches(CONTROLS) && style.display !== 'inline' && outside) faults.add(`out of its control: ${words}, in ${name(box)}`);
      if (style.position === 'fixed') break;
    }
    const dials = holder.closest('a[href^="tel:"]');
    if (dials && /^[\d\s-]+$/.test(text.data.trim()) && new Set(rects.map((rect) => Math.round(rect.top))).size > 1) faults.add(`a number on two lines: ${words}`);
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const select of [...root.querySelectorAll('select')].filter(shown)) {
    const style = getComputedStyle(select);
    pen.font = style.font;
    const words = select.selectedOptions[0]?.textContent.trim() ?? '';
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(words).width > room + 1) faults.add(`cut in its box: ${words}`);
  }
  // What sticks lies over what scrolls beneath it; the focus is kept from under it, see the journeys by keyboard.
  const sticks = (element) => {
    for (let at = element; at && at !== root; at = at.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(at).position)) return at;
    }
    return null;
  };
  const boxes = controls.filter((control) => !onMap(control)).map((control) => ({ control, bar: sticks(control), rects: [...control.getClientRects()] }));
  for (const [at, one] of boxes.entries()) {
    for (const other of boxes.slice(at + 1)) {
      if (one.bar !== other.bar || one.control.contains(other.control) || other.control.contains(one.control)) continue;
      const overlap = one.rects.some((a) => other.rects.some((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1));
      if (overlap) faults.add(`one over the other: ${name(one.control)} and ${name(other.control)}`);
    }
  }
  return [...faults];
}

/**
 * Targets: `main` px both ways for all that leads on or is answered, `least` for whatever else can be
 * pressed. Left out: links among the words of a sentence, and the pins on the map.
 */
export const tooSmall = (page, sizes) =>
  page.evaluate(`(${tooSmallHere})((${tools})(${JSON.stringify(CONTROLS)}), ${JSON.stringify(sizes)})`);

function tooSmallHere({ controls, onMap, inSentence, name }, { main, least }) {
  const MAIN = '.btn, .door, .room, .choice, .slot, .rate, .call, .tool, .size, .card, .matter, .life, .back, .input, .select, .textarea, .photo-add, .circle-go, .circle-tile';
  const faults = new Set();
  for (const control of controls.filter((control) => !onMap(control) && !inSentence(control))) {
    const { width, height } = control.getBoundingClientRect();
    const side = control.matches(MAIN) ? main : least;
    if (Math.min(width, height) < side - 0.5) faults.add(`${Math.round(width)} × ${Math.round(height)} px: ${name(control)}`);
  }
  return [...faults];
}

/** The spacing that WCAG 1.4.12 lets a reader ask for, by a stylesheet of their own; `false` takes it away. */
export const spaced = (page, on) =>
  page.evaluate((on) => {
    const sheet = new CSSStyleSheet();
    if (on) sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets = [sheet];
  }, on);

/** What moves. */
export const moving = (page) =>
  page.evaluate(() => document.getAnimations().map((one) => `${one.animationName ?? one.transitionProperty} on ${one.effect?.target?.className}`));

/** In forced colours a control shows its edge: a border, a line under it, or a ring. */
export const withoutEdge = (page) =>
  page.evaluate(`(${withoutEdgeHere})((${tools})(${JSON.stringify(CONTROLS)}))`);

function withoutEdgeHere({ controls, onMap, name }) {
  const ground = getComputedStyle(document.body).backgroundColor;
  const edged = (element) => {
    const style = getComputedStyle(element);
    const border = ['Top', 'Bottom', 'Left', 'Right'].some((side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none' && style[`border${side}Color`] !== ground);
    return border || style.textDecorationLine.includes('underline') || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  };
  const buttons = controls.filter((control) => !onMap(control) && control.matches('.btn, .input, .select, .textarea, .choice, .slot, .rate, .door, .room, .card, .matter'));
  return buttons.filter((control) => ![control, ...control.querySelectorAll(':scope > span')].some(edged)).map(name);
}

/** Where the focus is: that it is seen, in the window, with a ring, and under nothing. */
export const focusHidden = (page) =>
  page.evaluate(() => {
    const focused = document.activeElement;
    const name = `<${focused.tagName.toLowerCase()} class="${focused.getAttribute('class') ?? ''}"> ${focused.textContent.trim().slice(0, 30)}`;
    // Behind the last of the page comes the browser's own frame.
    if (focused === document.body) return [];
    const card = focused.closest('.choice, .slot, .rate, .photo-add') ?? focused;
    const box = card.getBoundingClientRect();
    const faults = [];
    const seen = box.bottom > 1 && box.top < innerHeight - 1 && box.right > 1 && box.left < innerWidth - 1;
    if (!seen) return [`out of the window: ${name}`];
    const ringed = [focused, card, focused.nextElementSibling].some((element) => {
      if (!element) return false;
      const style = getComputedStyle(element);
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    if (!ringed) faults.push(`no ring: ${name}`);
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const spots = [0.25, 0.5, 0.75].map((part) => [box.left + box.width * 0.5, top + (bottom - top) * part]);
    const open = spots.some(([x, y]) => {
      const on = document.elementFromPoint(x, y);
      return on && (card.contains(on) || on.contains(card));
    });
    if (!open) faults.push(`under something: ${name}`);
    return faults;
  });

/** 工信部 1.2: lines at least 1.3 times the type apart, and the paragraphs of a text 1.3 times as far as its lines. */
export const tooClose = (page) => page.evaluate(`(${tooCloseHere})((${tools})(${JSON.stringify(CONTROLS)}))`);

function tooCloseHere({ root, shown }) {
  const faults = new Set();
  const linesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...new Set([...range.getClientRects()].filter((rect) => rect.width > 1).map((rect) => Math.round(rect.top)))].sort((a, b) => a - b);
  };
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === '' || !shown(holder) || holder.closest('svg, .leaflet-container')) continue;
    const [first, second] = linesOf(texts.currentNode);
    const type = parseFloat(getComputedStyle(holder).fontSize);
    if (second && (second - first) / type < 1.29) faults.add(`lines ${((second - first) / type).toFixed(2)} apart: ${texts.currentNode.data.trim().slice(0, 30)}`);
  }
  for (const paragraph of [...root.querySelectorAll('.prose > p + p')].filter(shown)) {
    const [before, own] = [linesOf(paragraph.previousElementSibling), linesOf(paragraph)];
    const pitch = parseFloat(getComputedStyle(paragraph).lineHeight);
    if (own[0] - before.at(-1) < 1.3 * pitch - 1) faults.add(`paragraphs too close: ${paragraph.textContent.slice(0, 30)}`);
  }
  return [...faults];
}

/** WCAG 1.4.11: the edge of what is typed into or pressed stands out 3:1 from what is around it, or its ground does. */
export const faintEdges = (page) => page.evaluate(`(${faintEdgesHere})((${tools})(${JSON.stringify(CONTROLS)}))`);

function faintEdgesHere({ controls, onMap, name }) {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const clear = (colour) => parts(colour)[3] === 0;
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!clear(backgroundColor)) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const edged = controls.filter((control) => !onMap(control) && control.matches('.input, .select, .textarea, .btn:not(.btn-quiet), .slot > span, .rate, .size, .call'));
  return edged
    .filter((control) => {
      const { borderTopColor, backgroundColor } = getComputedStyle(control);
      const around = ground(control.parentElement);
      const own = [borderTopColor, backgroundColor].filter((colour) => !clear(colour));
      return !own.some((colour) => ratio(colour, around) >= 3);
    })
    .map(name);
}
