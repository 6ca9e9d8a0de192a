// What the ground looks like. Colours and type come from the tokens of map.css, so that
// light, dark, high contrast and 长辈版 (the elders' edition) reach the canvas too.

/** Pixels of a tile's side. */
export const TILE = 256;

const COLOURS = ["ground", "green", "water", "square", "building", "wall", "case", "major", "minor", "path", "rail", "ink", "name-water", "name-green", "halo"];

/** Reads the tokens as they are for `element` now. */
export function readStyle(element) {
  const style = getComputedStyle(element);
  const colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
  // Names are three quarters of the text's size: readable, and still beside each other.
  const size = Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75);
  const family = style.fontFamily;
  const font = { place: `600 ${size + 1}px ${family}`, other: `500 ${size}px ${family}` };
  return {
    colours,
    bold: parseFloat(style.getPropertyValue("--map-bold")) || 1,
    fontOf: (kind) => (kind === "place" ? { font: font.place, size: size + 1 } : { font: font.other, size }),
    nameColour: (kind) => colours[{ water: "name-water", green: "name-green" }[kind] ?? "ink"],
  };
}

/** Widths of ways as they are on the ground in metres, and never less than some pixels. */
export const WAYS = {
  stream: { metres: 4, least: 1.2 },
  path: { metres: 1.8, least: 1 },
  steps: { metres: 2.6, least: 2 },
  minor: { metres: 6, least: 1.6 },
  major: { metres: 13, least: 3 },
  rail: { metres: 2, least: 1.4 },
};
