// The frame of the map: where it is drawn, a button beside every gesture, the credit.

/**
 * Each button's word and icon. Beside these words the map needs `label`, `done`, `hint`,
 * `loading`, `failed` and `pin`.
 */
const BUTTONS = {
  in: ["zoom_in", "plus"],
  out: ["zoom_out", "minus"],
  home: ["home", "pin"],
  move: ["move", "hand"],
  up: ["up", "up"],
  down: ["down", "down"],
  left: ["left", "back"],
  right: ["right", "next"],
};
const STEPS = ["up", "down", "left", "right"];

const OSM = "© OpenStreetMap contributors";
const OSM_PAGE = "https://www.openstreetmap.org/copyright";
const SVG = "http://www.w3.org/2000/svg";

export function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export class Controls {
  constructor(host, act) {
    this.canvas = element("div", "map-canvas");
    this.canvas.setAttribute("role", "application");
    this.status = element("p", "map-status");
    this.status.setAttribute("role", "status");
    this.hint = element("p", "map-hint");
    this.credits = element("p", "map-credit");
    this.buttons = Object.fromEntries(Object.keys(BUTTONS).map((name) => [name, this.button(name, act)]));
    this.buttons.move.setAttribute("aria-pressed", "false");
    const plain = Object.keys(BUTTONS).filter((name) => !STEPS.includes(name));
    this.steps = element("div", "map-tools", ...STEPS.map((name) => this.buttons[name]));
    this.steps.hidden = true;
    this.words = {};
    const tools = element("div", "map-tools", ...plain.map((name) => this.buttons[name]));
    host.replaceChildren(this.canvas, this.status, tools, this.steps, this.hint, this.credits);
  }

  button(name, act) {
    const button = element("button", "btn map-tool", icon(BUTTONS[name][1]), element("span", ""));
    button.type = "button";
    button.addEventListener("click", () => button.getAttribute("aria-disabled") === "true" || act(name));
    return button;
  }

  say(words) {
    this.words = words ?? {};
    for (const [name, [word]] of Object.entries(BUTTONS)) this.buttons[name].lastChild.textContent = this.words[word] ?? "";
    this.canvas.setAttribute("aria-label", this.words.label ?? "");
    this.hint.textContent = this.words.hint ?? "";
    if (!this.opened) this.status.textContent = this.words.loading ?? "";
  }

  ready() {
    this.opened = true;
    this.status.textContent = "";
  }

  failed() {
    this.opened = true;
    this.status.textContent = this.words.failed ?? "";
  }

  moving(unlocked) {
    this.buttons.move.setAttribute("aria-pressed", String(unlocked));
    this.buttons.move.lastChild.textContent = (unlocked ? this.words.done : this.words.move) ?? "";
    this.steps.hidden = !unlocked;
  }

  zoomed(least, most) {
    this.buttons.out.setAttribute("aria-disabled", String(least));
    this.buttons.in.setAttribute("aria-disabled", String(most));
  }

  /** Whose map it is, below it in words that can be read; `others` is plain text. */
  credit(others) {
    const link = Object.assign(element("a", "", OSM), { href: OSM_PAGE, target: "_blank", rel: "noopener" });
    this.credits.replaceChildren(link, ...(others ? [` · ${others}`] : []));
  }
}
