// Reads the basemap file that `circle::basemap` writes; the format is described in
// circle/src/basemap/encode.rs, and its reader is the reference for this one.
//
// Whatever the bytes are, this ends: with a basemap, or with a BadBasemap. No count in the
// file is believed before as many bytes are there.

/** The classes in the file's order; areas are filled, lines are stroked. */
export const CLASSES = ["green", "water", "square", "building", "stream", "path", "steps", "minor", "major", "rail"];
const AREAS = 4;
export const KINDS = ["place", "road", "water", "green", "landmark"];

const HEADER = 9;
const VERSION = 1;
const MAX_SIDE = 500_000;

export class BadBasemap extends Error {}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  /** Five bytes at most: no number in a basemap is larger than 2³⁵. */
  unsigned() {
    let value = 0;
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      if (this.at >= this.bytes.length) throw new BadBasemap("ends early");
      const byte = this.bytes[this.at];
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new BadBasemap("number too large");
  }

  signed() {
    const value = this.unsigned();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  /** A count of things that take `bytesEach` or more. */
  count(bytesEach) {
    const count = this.unsigned();
    if (count * bytesEach > this.left) throw new BadBasemap("ends early");
    return count;
  }

  counts(count, least) {
    const counts = new Uint32Array(count);
    let total = 0;
    for (let i = 0; i < count; i += 1) {
      counts[i] = this.unsigned();
      total += counts[i];
      if (counts[i] < least || total > this.left) throw new BadBasemap("count");
    }
    return { counts, total };
  }

  numbers(count, most) {
    const numbers = new Uint32Array(count);
    for (let i = 0; i < count; i += 1) {
      numbers[i] = this.unsigned();
      if (numbers[i] > most) throw new BadBasemap("number too large");
    }
    return numbers;
  }

  /** One coordinate of points in rings of these lengths, projected as it is read. */
  axis({ counts, total }, side, project) {
    const values = new Float32Array(total);
    let first = 0;
    let at = 0;
    for (const length of counts) {
      let last = first;
      for (let i = 0; i < length; i += 1) {
        last += this.signed();
        if (!(last >= 0 && last <= side)) throw new BadBasemap("place off the map");
        if (i === 0) first = last;
        values[at] = project(last);
        at += 1;
      }
    }
    return values;
  }
}

/**
 * The ground as the projection of web maps sees it (EPSG:3857), the whole earth one unit
 * wide. Positions count from the basemap's south-west corner, which keeps them exact in 32 bits.
 */
function projection({ south, west, step }) {
  const originX = worldX(west / 1e6);
  const originY = worldY(south / 1e6);
  return {
    originX,
    originY,
    x: (steps) => worldX((west + steps * step) / 1e6) - originX,
    y: (steps) => worldY((south + steps * step) / 1e6) - originY,
  };
}

export const worldX = (lon) => (lon + 180) / 360;

export function worldY(lat) {
  const sin = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
}

function readLayer(body, index, extent, project) {
  const isArea = index < AREAS;
  const shapes = body.count(4);
  const rings = isArea ? body.counts(shapes, 1) : null;
  const lengths = body.counts(rings ? rings.total : shapes, isArea ? 3 : 2);
  if (lengths.total * 2 > body.left) throw new BadBasemap("ends early");
  const xs = body.axis(lengths, extent.width, project.x);
  const ys = body.axis(lengths, extent.height, project.y);
  return { isArea, xs, ys, ...spans(rings?.counts, lengths.counts, xs, ys) };
}

/** Where each shape's points begin and its rings end, and the box around it. */
function spans(rings, lengths, xs, ys) {
  const ends = new Uint32Array(lengths.length);
  lengths.reduce((sum, length, i) => (ends[i] = sum + length), 0);
  const shapes = rings?.length ?? lengths.length;
  const lastRing = new Uint32Array(shapes);
  if (rings) rings.reduce((sum, count, i) => (lastRing[i] = sum + count), 0);
  else lastRing.forEach((_, i) => (lastRing[i] = i + 1));
  const boxes = new Float32Array(shapes * 4);
  for (let shape = 0, point = 0; shape < shapes; shape += 1) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const end = ends[lastRing[shape] - 1]; point < end; point += 1) {
      box[0] = Math.min(box[0], xs[point]);
      box[1] = Math.min(box[1], ys[point]);
      box[2] = Math.max(box[2], xs[point]);
      box[3] = Math.max(box[3], ys[point]);
    }
    boxes.set(box, shape * 4);
  }
  return { ends, lastRing, boxes };
}

function readTexts(body) {
  const { counts, total } = body.counts(body.count(1), 1);
  const texts = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  if (total > body.left) throw new BadBasemap("ends early");
  for (const length of counts) {
    try {
      texts.push(decoder.decode(body.bytes.subarray(body.at, body.at + length)));
    } catch {
      throw new BadBasemap("text is not UTF-8");
    }
    body.at += length;
  }
  return texts;
}

function readNames(body, extent, project) {
  const texts = readTexts(body);
  const count = body.count(6);
  const kinds = body.numbers(count, KINDS.length - 1);
  const ranks = body.numbers(count, 7);
  const turns = body.numbers(count, 60);
  const numbers = body.numbers(count, texts.length - 1);
  const single = { counts: new Uint32Array(count).fill(1), total: count };
  const xs = body.axis(single, extent.width, project.x);
  const ys = body.axis(single, extent.height, project.y);
  return Array.from(texts.length ? kinds : [], (kind, i) => ({
    kind: KINDS[kind],
    rank: ranks[i],
    // The file turns counter-clockwise, a canvas clockwise.
    turn: turns[i] ? upright((turns[i] - 1) * 3) : 0,
    text: texts[numbers[i]],
    x: xs[i],
    y: ys[i],
  }));
}

/** Radians clockwise, within a quarter turn either way: nobody reads upside down. */
const upright = (degrees) => (-(degrees > 90 ? degrees - 180 : degrees) * Math.PI) / 180;

/**
 * @param {ArrayBuffer} buffer
 * @returns the extent in degrees, `layers` by class, and `names`, the most important first
 * @throws {BadBasemap}
 */
export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (bytes.length < HEADER || magic !== "YKZB") throw new BadBasemap("not a basemap");
  if (bytes[4] !== VERSION) throw new BadBasemap(`version ${bytes[4]}`);
  const body = new Reader(bytes.subarray(HEADER));
  if (new DataView(buffer).getUint32(5, true) !== crc32(body.bytes)) throw new BadBasemap("damaged");

  const [south, west] = [body.signed(), body.signed()];
  const [height, width] = body.numbers(2, MAX_SIDE);
  const step = body.unsigned();
  if (step < 1 || step > 1000 || Math.abs(south) > 85e6 || Math.abs(west) > 180e6) throw new BadBasemap("extent");
  const project = projection({ south, west, step });
  const extent = { height, width };
  const layers = {};
  CLASSES.forEach((name, index) => {
    layers[name] = readLayer(body, index, extent, project);
  });
  const names = readNames(body, extent, project);
  if (body.left) throw new BadBasemap("bytes left over");
  const bounds = { south: south / 1e6, west: west / 1e6, north: (south + height * step) / 1e6, east: (west + width * step) / 1e6 };
  return { bounds, originX: project.originX, originY: project.originY, layers, names };
}
