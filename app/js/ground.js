// The street's own ground, drawn tile by tile on canvas.

import { GridLayer } from "leaflet";
import { placeNames } from "./names.js";
import { TILE, WAYS } from "./style.js";

/** Milliseconds of drawing between two frames. */
const SLICE_MS = 6;
/** Metres in a pixel at zoom 0 on the equator (EPSG:3857, 256 px). */
const METRES_A_PIXEL = 156_543.034;
const HOUSES_FROM = 15;
const PATHS_FROM = 14;
/** Points closer than this to the last one drawn make no difference, px. */
const FINEST = 0.5;

/** The tile as a window on the world: where it begins, in the basemap's units, and its scale. */
function windowOn(basemap, { x, y, z }) {
  const scale = TILE * 2 ** z;
  const margin = 24 / scale;
  const west = (x * TILE) / scale - basemap.originX;
  const north = (y * TILE) / scale - basemap.originY;
  const side = TILE / scale;
  const box = [west - margin, north - margin, west + side + margin, north + side + margin];
  const lat = (basemap.bounds.south + basemap.bounds.north) / 2;
  const metres = (METRES_A_PIXEL * Math.cos((lat * Math.PI) / 180)) / 2 ** z;
  return { west, north, scale, box, metres, zoom: z };
}

/** One path of all of a layer's shapes that the window sees. */
function pathOf(layer, view) {
  const path = new Path2D();
  const { xs, ys, ends, lastRing, boxes, isArea } = layer;
  const [left, top, right, bottom] = view.box;
  for (let shape = 0; shape < lastRing.length; shape += 1) {
    const at = shape * 4;
    if (boxes[at] > right || boxes[at + 2] < left || boxes[at + 1] > bottom || boxes[at + 3] < top) continue;
    for (let ring = shape ? lastRing[shape - 1] : 0; ring < lastRing[shape]; ring += 1) {
      trace(path, xs, ys, ring ? ends[ring - 1] : 0, ends[ring], view);
      if (isArea) path.closePath();
    }
  }
  return path;
}

function trace(path, xs, ys, from, to, { west, north, scale }) {
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = from; i < to; i += 1) {
    const x = (xs[i] - west) * scale;
    const y = (ys[i] - north) * scale;
    if (i === from) path.moveTo(x, y);
    else if (i === to - 1 || Math.abs(x - lastX) + Math.abs(y - lastY) > FINEST) path.lineTo(x, y);
    else continue;
    lastX = x;
    lastY = y;
  }
}

const widthOf = (kind, view, style) => Math.max(WAYS[kind].least, WAYS[kind].metres / view.metres) * style.bold;

function stroke(pen, path, width, colour, { dash = [], cap = "round" } = {}) {
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.lineCap = cap;
  pen.setLineDash(dash);
  pen.stroke(path);
}

function drawAreas(pen, { layers }, view, { colours, bold }) {
  for (const kind of ["green", "water", "square"]) {
    pen.fillStyle = colours[kind];
    pen.fill(pathOf(layers[kind], view));
  }
  if (view.zoom < HOUSES_FROM) return;
  const houses = pathOf(layers.building, view);
  pen.fillStyle = colours.building;
  pen.fill(houses);
  if (view.zoom > HOUSES_FROM) stroke(pen, houses, bold, colours.wall);
}

function drawWays(pen, { layers }, view, style) {
  const { colours } = style;
  const path = Object.fromEntries(Object.keys(WAYS).map((kind) => [kind, pathOf(layers[kind], view)]));
  const width = (kind) => widthOf(kind, view, style);
  stroke(pen, path.stream, width("stream"), colours.water);
  if (view.zoom >= PATHS_FROM) {
    const dotted = Math.max(2, width("path") * 2);
    stroke(pen, path.path, width("path"), colours.path, { dash: [dotted, dotted], cap: "butt" });
    stroke(pen, path.steps, width("steps"), colours.path, { dash: [2, 2], cap: "butt" });
  }
  stroke(pen, path.rail, width("rail"), colours.rail);
  stroke(pen, path.rail, width("rail") * 2.5, colours.rail, { dash: [width("rail"), 10], cap: "butt" });
  const roads = ["minor", "major"];
  // Rims of all roads below all roads, so that they open into each other.
  for (const kind of roads) stroke(pen, path[kind], width(kind) + 2, colours.case);
  for (const kind of roads) stroke(pen, path[kind], width(kind), colours[kind]);
}

function drawNames(pen, names, { x, y }, style) {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = style.colours.halo;
  for (const name of names) {
    pen.save();
    pen.translate(name.px - x * TILE, name.py - y * TILE);
    pen.rotate(name.turn);
    pen.font = name.font;
    pen.lineWidth = name.size / 4;
    pen.strokeText(name.text, 0, 0);
    pen.fillStyle = style.nameColour(name.kind);
    pen.fillText(name.text, 0, 0);
    pen.restore();
  }
}

export const Ground = GridLayer.extend({
  options: { tileSize: TILE, keepBuffer: 1, updateWhenIdle: false, updateWhenZooming: false },

  initialize(basemap, style, options) {
    this.basemap = basemap;
    this.waiting = [];
    this.ruler = document.createElement("canvas").getContext("2d");
    this.restyle(style);
    GridLayer.prototype.initialize.call(this, options);
  },

  /** Draws every tile again, in place, so that nothing blinks. */
  restyle(style) {
    this.style = style;
    this.namesAt = new Map();
    for (const { el, coords } of Object.values(this._tiles ?? {})) this.queue(el, coords);
  },

  createTile(coords, done) {
    const tile = document.createElement("canvas");
    this.queue(tile, coords, done);
    return tile;
  },

  queue(tile, coords, done) {
    this.waiting.push({ tile, coords, done });
    if (this.waiting.length === 1) requestAnimationFrame(() => this.work());
  },

  /** As many tiles as fit between two frames; the finger comes first. */
  work() {
    const until = performance.now() + SLICE_MS;
    do {
      const { tile, coords, done } = this.waiting.shift();
      const wanted = done ? this._tiles[this._tileCoordsToKey(coords)] : tile.isConnected;
      if (wanted) this.paint(tile, coords);
      done?.(null, tile);
    } while (this.waiting.length && performance.now() < until);
    if (this.waiting.length) requestAnimationFrame(() => this.work());
  },

  paint(tile, coords) {
    const ratio = window.devicePixelRatio || 1;
    tile.width = tile.height = Math.ceil(TILE * ratio);
    const pen = tile.getContext("2d", { alpha: false });
    pen.scale(tile.width / TILE, tile.height / TILE);
    pen.fillStyle = this.style.colours.ground;
    pen.fillRect(0, 0, TILE, TILE);
    pen.lineJoin = "round";
    const view = windowOn(this.basemap, coords);
    drawAreas(pen, this.basemap, view, this.style);
    drawWays(pen, this.basemap, view, this.style);
    drawNames(pen, this.names(coords.z).get(`${coords.x},${coords.y}`) ?? [], coords, this.style);
  },

  /** The names of a zoom, placed once. */
  names(zoom) {
    if (!this.namesAt.has(zoom)) {
      const measure = (text, font) => {
        this.ruler.font = font;
        return this.ruler.measureText(text).width;
      };
      this.namesAt.set(zoom, placeNames(this.basemap, zoom, this.style.fontOf, measure));
    }
    return this.namesAt.get(zoom);
  },
});
