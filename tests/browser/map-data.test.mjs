// What the map's modules make of bytes and of places; no browser needed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BadBasemap, CLASSES, decode } from '../../app/js/basemap.js';
import { toGcj02 } from '../../app/js/gcj02.js';

const sample = readFileSync(new URL('../gallery/sample.basemap', import.meta.url));
const buffer = (bytes) => new Uint8Array(bytes).buffer;

test('the basemap of the sample is read as it was written', () => {
  const map = decode(buffer(sample));
  assert.deepEqual(Object.keys(map.layers), CLASSES);
  // The figures of `circle::basemap::import`, printed by its test.
  const shapes = Object.fromEntries(CLASSES.map((name) => [name, map.layers[name].lastRing.length]));
  assert.deepEqual(shapes, { green: 68, water: 6, square: 3, building: 519, stream: 4, path: 159, steps: 19, minor: 384, major: 77, rail: 5 });
  const points = CLASSES.reduce((sum, name) => sum + map.layers[name].xs.length, 0);
  assert.equal(points, 6222);
  assert.equal(map.names.length, 383);
  assert.ok(map.names.some(({ text }) => text === '清华大学'));
  assert.ok(map.names.every(({ turn }) => Math.abs(turn) <= Math.PI / 2));
  const { south, west, north, east } = map.bounds;
  assert.ok(south === 39.9905 && west === 116.3084 && north > 40.012 && east > 116.331);
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** The same numbers at each run. */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

test('no bytes make it hang, or fail otherwise than as a bad basemap', () => {
  const random = numbers(15);
  const next = (below) => random.next().value % below;
  let refused = 0;
  for (let round = 0; round < 1500; round += 1) {
    const length = next(4) ? sample.length : 9 + next(sample.length - 9);
    const bytes = Uint8Array.from(sample.subarray(0, length));
    for (let change = 0; change < 1 + next(5); change += 1) {
      // Counts stand at the beginning; half of the changes go there.
      const at = 9 + next(next(2) ? bytes.length - 9 : Math.min(40, bytes.length - 9));
      bytes[at] = next(256);
    }
    // Under a checksum that matches, so that the contents themselves are looked at.
    new DataView(bytes.buffer).setUint32(5, crc32(bytes.subarray(9)), true);
    const begun = performance.now();
    try {
      decode(bytes.buffer);
    } catch (error) {
      assert.ok(error instanceof BadBasemap, `${round}: ${error.stack}`);
      refused += 1;
    }
    assert.ok(performance.now() - begun < 2000, `${round} took too long`);
  }
  assert.ok(refused > 300, `${refused} were refused`);
});

test('a changed byte, another version and other files are refused', () => {
  const changed = Uint8Array.from(sample);
  changed[5000] ^= 1;
  const newer = Uint8Array.from(sample);
  newer[4] = 2;
  for (const bytes of [changed, newer, [], [1, 2, 3], sample.subarray(0, 8)]) {
    assert.throws(() => decode(buffer(bytes)), BadBasemap);
  }
});

test('GCJ-02 is shifted as published', () => {
  // Pairs that go round with the formula's open implementations (eviltransform's tests).
  for (const [lat, lng, north, east] of [
    [31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
    [22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
    [39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
  ]) {
    const shifted = toGcj02({ lat, lng });
    // Half a metre.
    assert.ok(Math.abs(shifted.lat - north) < 5e-6, `${lat}: ${shifted.lat} ${north}`);
    assert.ok(Math.abs(shifted.lng - east) < 5e-6, `${lng}: ${shifted.lng} ${east}`);
  }
  const abroad = { lat: 60.17, lng: 24.94 };
  assert.deepEqual(toGcj02(abroad), abroad);
});
