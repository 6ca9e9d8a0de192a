// GCJ-02, the shifted system in which commercial Chinese maps are drawn. Only tiles are ever
// shifted, and only where they are shown; every place in the data is WGS84.

/** Krasovsky 1940: semi-major axis in metres and first eccentricity squared. */
const AXIS = 6_378_245.0;
const ECCENTRICITY = 0.006_693_421_622_965_943;

const sine = (turns) => Math.sin(turns * Math.PI);
const waves = (v) => 20 * (sine(6 * v) + sine(2 * v));

function northShift(x, y) {
  const slope = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const ripple = waves(x) + 20 * sine(y) + 40 * sine(y / 3) + 160 * sine(y / 12) + 320 * sine(y / 30);
  return slope + (2 / 3) * ripple;
}

function eastShift(x, y) {
  const slope = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const ripple = waves(x) + 20 * sine(x) + 40 * sine(x / 3) + 150 * sine(x / 12) + 300 * sine(x / 30);
  return slope + (2 / 3) * ripple;
}

/** Where the shift applies, roughly: the published formula's own rectangle. */
const inChina = ({ lat, lng }) => lng >= 72.004 && lng <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

/** WGS84 to GCJ-02 by the formula in public use since 2010; good to a few metres. */
export function toGcj02(at) {
  if (!inChina(at)) return at;
  const [x, y] = [at.lng - 105, at.lat - 35];
  const radians = (at.lat * Math.PI) / 180;
  const curve = 1 - ECCENTRICITY * Math.sin(radians) ** 2;
  const metresNorth = (AXIS * (1 - ECCENTRICITY)) / curve ** 1.5;
  const metresEast = (AXIS / Math.sqrt(curve)) * Math.cos(radians);
  const degrees = 180 / Math.PI;
  return { lat: at.lat + (northShift(x, y) / metresNorth) * degrees, lng: at.lng + (eastShift(x, y) / metresEast) * degrees };
}
