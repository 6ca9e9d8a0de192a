// Which names stand where at a zoom: the important ones first, none over another.
//
// The choice is made for the whole basemap at once, in pixels of the zoom, and not a tile
// at a time: so a name that crosses tiles is drawn by each of them at the same place.

import { TILE } from "./style.js";

/** Zoom at which names of rank 0 appear; `Name::FIRST_ZOOM` in circle/src/basemap.rs. */
const FIRST_ZOOM = 13;
/** Room kept free around a name, in parts of the size of its type. */
const MARGIN = 0.35;

/** Square boxes along the text; a turned name needs no more room than its letters. */
function boxesOf(name, width, size) {
  const length = Math.max(1, Math.ceil(width / size));
  const [dx, dy] = [Math.cos(name.turn), Math.sin(name.turn)];
  const half = size * (0.5 + MARGIN);
  return Array.from({ length }, (_, i) => {
    const along = ((i + 0.5) / length - 0.5) * width;
    return { x: name.px + along * dx, y: name.py + along * dy, half };
  });
}

/** Boxes by the cell of their middle, so that only neighbours are compared. */
class Taken {
  constructor(cell) {
    this.cell = cell;
    this.cells = new Map();
  }

  key(x, y) {
    return `${Math.floor(x / this.cell)},${Math.floor(y / this.cell)}`;
  }

  meets(box) {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const near = this.cells.get(this.key(box.x + dx * this.cell, box.y + dy * this.cell)) ?? [];
        const gap = (other) => Math.max(Math.abs(other.x - box.x), Math.abs(other.y - box.y));
        if (near.some((other) => gap(other) < other.half + box.half)) return true;
      }
    }
    return false;
  }

  add(box) {
    const key = this.key(box.x, box.y);
    if (!this.cells.has(key)) this.cells.set(key, []);
    this.cells.get(key).push(box);
  }
}

/**
 * The names to draw at `zoom`, by tile.
 * @param basemap of `decode`
 * @param fontOf the font and size in px of a kind of name
 * @param measure the width in px of a text in a font
 * @returns {Map<string, object[]>} names by "x,y" of each tile that they touch
 */
export function placeNames(basemap, zoom, fontOf, measure) {
  const scale = TILE * 2 ** zoom;
  const largest = Math.max(...["place", "road"].map((kind) => fontOf(kind).size));
  const taken = new Taken(largest * (1 + 2 * MARGIN));
  const tiles = new Map();
  for (const name of basemap.names) {
    if (name.rank + FIRST_ZOOM > zoom) break;
    const { font, size } = fontOf(name.kind);
    const px = (basemap.originX + name.x) * scale;
    const py = (basemap.originY + name.y) * scale;
    const width = measure(name.text, font);
    const placed = { ...name, px, py, font, size };
    const boxes = boxesOf(placed, width, size);
    if (boxes.some((box) => taken.meets(box))) continue;
    boxes.forEach((box) => taken.add(box));
    for (const key of tilesUnder(boxes)) {
      if (!tiles.has(key)) tiles.set(key, []);
      tiles.get(key).push(placed);
    }
  }
  return tiles;
}

function tilesUnder(boxes) {
  const keys = new Set();
  for (const { x, y, half } of boxes) {
    for (const sx of [x - half, x + half]) {
      for (const sy of [y - half, y + half]) keys.add(`${Math.floor(sx / TILE)},${Math.floor(sy / TILE)}`);
    }
  }
  return keys;
}
