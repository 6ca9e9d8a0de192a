// <street-map>: the map under a list, a pin or a circle.
//
// Properties go in, as objects or as their JSON; events come out. The page holds every
// state: a tap does not move the pin, it asks (`map-pick`) and the page sets `pin`.
//
// | property   | what                                                                        |
// |------------|-----------------------------------------------------------------------------|
// | `source`   | `{ basemap: url or null, tiles: [{ url, gcj02, subdomains, max_zoom }], credit }` |
// | `words`    | the interface's words: see `BUTTONS` in controls.js                           |
// | `view`     | `{ lat, lon, zoom }`: where to look, now and after "home"                    |
// | `markers`  | `[{ id, lat, lon, icon, tone, label }]`                                     |
// | `selected` | the id of a marker, or null                                                 |
// | `pin`      | `{ lat, lon }`, movable, or null                                            |
// | `areas`    | `[{ tone, rings: [[[lon, lat], …], …] }]`, largest first: one polygon each  |
// | `route`    | `[[lon, lat], …]`, or empty                                                 |
//
// | event        | detail                                                                |
// |--------------|-----------------------------------------------------------------------|
// | `map-pick`   | `{ lat, lon }`: a tap on the ground                                   |
// | `map-pin`    | `{ lat, lon, settled }`: the pin under the finger, and where it is left |
// | `map-select` | `{ id }`: a marker, by tap, Enter or space                            |
// | `map-move`   | `{ south, west, north, east, zoom }`: after each move                 |
// | `map-home`   | the person asked for their own place                                  |

import { Map as LeafletMap, latLngBounds } from "leaflet";
import { decode } from "./basemap.js";
import { Controls } from "./controls.js";
import { Ground } from "./ground.js";
import { Hands } from "./hands.js";
import { Markers, Pin } from "./markers.js";
import { Areas, Route } from "./shapes.js";
import { readStyle } from "./style.js";
import { tileLayer } from "./tiles.js";

const MIN_ZOOM = 13;
const MAX_ZOOM = 19;
/** Whoever looks at a street wants to see the doors. */
const ZOOM = 16;

/** The sheet of this module; `scripts/map.mjs` puts its name in. */
const SHEET = new URL(MAP_SHEET, import.meta.url).href;

let sheetLoaded;
/** Loads the sheet once for the page; a failure is tried again with the next map. */
function sheet() {
  sheetLoaded ??= new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: SHEET, onload: resolve });
    link.onerror = () => {
      sheetLoaded = undefined;
      link.remove();
      reject(new Error("the map's sheet"));
    };
    document.head.append(link);
  });
  return sheetLoaded;
}

const basemaps = new Map();
/** A basemap is fetched and read once, however many maps show it. */
function basemap(url) {
  if (!basemaps.has(url)) {
    const read = async () => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`the basemap: ${response.status}`);
      return decode(await response.arrayBuffer());
    };
    basemaps.set(url, read());
    basemaps.get(url).catch(() => basemaps.delete(url));
  }
  return basemaps.get(url);
}

/** What changes how the page looks: theme, 长辈版, contrast, a screen with other pixels. */
function onRestyle(redraw, signal) {
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, { attributes: true });
  signal.addEventListener("abort", () => observer.disconnect());
  const queries = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)", `(resolution: ${window.devicePixelRatio}dppx)`];
  for (const query of queries) window.matchMedia(query).addEventListener("change", redraw, { signal });
}

/** One map in the page, from its element's arrival to its leaving. */
class View {
  constructor(host, state) {
    this.host = host;
    this.state = state;
    this.left = new AbortController();
    this.controls = new Controls(host, (act) => this.act(act));
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = new LeafletMap(this.controls.canvas, {
      zoomControl: false,
      attributionControl: false,
      boxZoom: false,
      scrollWheelZoom: false,
      bounceAtZoomLimits: false,
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      maxBoundsViscosity: 1,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
    });
    this.layers = { areas: new Areas(this.map), route: new Route(this.map), markers: new Markers(this.map, this), pin: new Pin(this.map, this) };
    this.hands = new Hands(this.map, host, this.left.signal, () => this.controls.moving(this.hands.unlocked));
    this.wire();
    for (const name of PROPERTIES) this.set(name);
  }

  wire() {
    const { map } = this;
    map.on("click", ({ latlng }) => this.tell("pick", { lat: latlng.lat, lon: latlng.lng }));
    map.on("moveend", () => this.tell("move", this.seen()));
    map.on("zoomend moveend", () => this.controls.zoomed(map.getZoom() <= MIN_ZOOM, map.getZoom() >= MAX_ZOOM));
    const sizes = new ResizeObserver(() => map.invalidateSize({ pan: false }));
    sizes.observe(this.controls.canvas);
    this.left.signal.addEventListener("abort", () => sizes.disconnect());
    onRestyle(() => this.ground?.restyle(readStyle(this.host)), this.left.signal);
  }

  tell(name, detail) {
    this.host.dispatchEvent(new CustomEvent(`map-${name}`, { detail }));
  }

  seen() {
    const bounds = this.map.getBounds();
    return { south: bounds.getSouth(), west: bounds.getWest(), north: bounds.getNorth(), east: bounds.getEast(), zoom: this.map.getZoom() };
  }

  set(name) {
    const value = this.state[name];
    if (name === "words") this.say(value);
    else if (name === "source") this.open(value);
    else if (name === "view") this.look(value);
    else if (name === "selected") this.layers.markers.select(value);
    else this.layers[name].set(value);
  }

  say(words) {
    this.controls.say(words);
    this.layers.pin.say(words?.pin);
  }

  look(view) {
    if (!view) return;
    this.map.setView([view.lat, view.lon], view.zoom ?? (this.map._loaded ? this.map.getZoom() : ZOOM));
  }

  async open(source) {
    if (!source) return;
    this.layersBelow?.forEach((layer) => layer.remove());
    this.layersBelow = (source.tiles ?? []).map((tiles) => tileLayer(tiles).addTo(this.map));
    this.controls.credit(source.credit);
    if (!source.basemap) return this.controls.ready();
    try {
      const read = await basemap(source.basemap);
      if (this.shows(source)) this.show(read);
    } catch (error) {
      console.warn("the basemap could not be read:", error.message);
      if (this.shows(source)) this.controls.failed();
    }
  }

  /** Whether what was waited for is still wanted. */
  shows(source) {
    return this.state.source === source && !this.left.signal.aborted;
  }

  show(read) {
    const { south, west, north, east } = read.bounds;
    const bounds = latLngBounds([south, west], [north, east]);
    this.ground = new Ground(read, readStyle(this.host), { minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, zIndex: 0, bounds: bounds.pad(0.2) });
    this.layersBelow.push(this.ground);
    if (!this.map._loaded) this.map.setView(bounds.getCenter(), ZOOM - 1);
    this.map.setMaxBounds(bounds.pad(0.2));
    this.ground.addTo(this.map);
    this.controls.ready();
  }

  act(act) {
    const ways = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] };
    if (act in ways) this.step(ways[act]);
    else if (act === "in") this.zoom(1);
    else if (act === "out") this.zoom(-1);
    else if (act === "move") this.hands.unlock(!this.hands.unlocked);
    else if (act === "home") this.home();
  }

  /** About the pin where it is in sight, so that what was chosen does not slide out of it. */
  zoom(by) {
    const { map, state: { pin } } = this;
    const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, map.getZoom() + by));
    if (pin && map.getBounds().contains(pin)) map.setZoomAround(pin, zoom);
    else map.setZoom(zoom);
  }

  /** With a pin the arrows move the pin, else the map. */
  step([dx, dy]) {
    if (this.state.pin) this.layers.pin.nudge(dx, dy);
    else this.map.panBy([dx * 96, dy * 96]);
  }

  home() {
    this.look(this.state.pin ?? this.state.view);
    this.tell("home");
  }

  leave() {
    this.left.abort();
    this.map.remove();
    this.host.replaceChildren();
  }
}

const PROPERTIES = ["words", "view", "source", "areas", "route", "markers", "pin", "selected"];

class StreetMap extends HTMLElement {
  #state = {};
  #view = null;

  connectedCallback() {
    this.#adopt();
    sheet().then(
      () => this.isConnected && !this.#view && (this.#view = new View(this, this.#state)),
      () => this.dispatchEvent(new CustomEvent("map-fail")),
    );
  }

  disconnectedCallback() {
    this.#view?.leave();
    this.#view = null;
  }

  /** Properties set before this module came are plain ones on the element, in our way. */
  #adopt() {
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    const isJson = typeof value === "string" && name !== "selected";
    // The empty text: nothing yet.
    this.#state[name] = isJson ? JSON.parse(value || "null") : value;
    this.#view?.set(name);
  }
}

for (const name of PROPERTIES) {
  Object.defineProperty(StreetMap.prototype, name, {
    get() { return this.get(name); },
    set(value) { this.set(name, value); },
  });
}

customElements.define("street-map", StreetMap);
