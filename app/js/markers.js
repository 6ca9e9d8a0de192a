// Things with a place: markers of the list, and the pin that can be moved.

import { DivIcon, DomEvent, Marker } from "leaflet";
import { element, icon } from "./controls.js";

/** Markers so far outside the window, in parts of its size, are not in the page. */
const AROUND = 0.3;
/** What one press of an arrow moves the pin by, px; with Shift more. */
const STEP_PX = 16;
const LEAP_PX = 80;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** Its size comes from the sheet, so that 长辈版 has larger ones. */
const badge = (className, ...children) => new DivIcon({ className, iconSize: null, html: element("span", "map-badge", ...children) });

function markerOf({ lat, lon, icon: name, tone, label }, choose) {
  const words = element("span", "map-name", label);
  words.setAttribute("aria-hidden", "true");
  const marker = new Marker([lat, lon], { icon: badge("map-marker", icon(name), words) });
  marker.on("add", () => {
    const made = marker.getElement();
    made.dataset.tone = tone ?? "";
    made.setAttribute("aria-label", label);
    DomEvent.on(made, "keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      DomEvent.stop(event);
      choose();
    });
  });
  return marker.on("click", choose);
}

export class Markers {
  constructor(map, view) {
    Object.assign(this, { map, view, all: new Map(), selected: null });
    map.on("moveend", () => this.sift());
  }

  set(markers) {
    const left = new Set(this.all.keys());
    for (const what of markers ?? []) {
      left.delete(what.id);
      const said = JSON.stringify(what);
      if (this.all.get(what.id)?.said === said) continue;
      this.all.get(what.id)?.marker.remove();
      const marker = markerOf(what, () => this.view.tell("select", { id: what.id }));
      marker.on("add", () => this.mark(what.id));
      this.all.set(what.id, { said, marker });
    }
    for (const id of left) {
      this.all.get(id).marker.remove();
      this.all.delete(id);
    }
    this.sift();
  }

  /** Puts those in the page that can be seen, and the one with the focus. */
  sift() {
    if (!this.map._loaded) return;
    const seen = this.map.getBounds().pad(AROUND);
    for (const { marker } of this.all.values()) {
      const held = marker.getElement()?.contains(document.activeElement);
      if (held || seen.contains(marker.getLatLng())) marker.addTo(this.map);
      else marker.remove();
    }
  }

  select(id) {
    const before = this.selected;
    this.selected = id ?? null;
    [before, this.selected].forEach((each) => this.mark(each));
    const chosen = this.all.get(this.selected);
    if (chosen && this.map._loaded) this.map.panInside(chosen.marker.getLatLng(), { padding: this.map.getSize().divideBy(3) });
  }

  mark(id) {
    const marker = this.all.get(id)?.marker;
    const chosen = id === this.selected;
    marker?.setZIndexOffset(chosen ? 1000 : 0);
    marker?.getElement()?.setAttribute("aria-pressed", String(chosen));
  }
}

export class Pin {
  constructor(map, view) {
    Object.assign(this, { map, view, marker: null, words: "" });
  }

  say(words) {
    this.words = words ?? "";
    this.name(this.marker);
  }

  name(marker) {
    marker?.getElement()?.setAttribute("aria-label", this.words);
  }

  set(at) {
    if (!at) {
      this.marker?.remove();
      this.marker = null;
    } else if (!this.marker) {
      this.marker = this.make(at);
    } else if (!this.dragging) {
      this.marker.setLatLng([at.lat, at.lon]);
    }
  }

  make({ lat, lon }) {
    const marker = new Marker([lat, lon], { icon: badge("map-pin", icon("pin")), draggable: true, autoPan: true, zIndexOffset: 2000 });
    marker.on("add", () => {
      this.name(marker);
      DomEvent.on(marker.getElement(), "keydown", (event) => this.key(event));
    });
    marker.on("dragstart", () => (this.dragging = true));
    marker.on("drag", () => this.tell(false));
    marker.on("dragend", () => {
      this.dragging = false;
      this.tell(true);
    });
    return marker.addTo(this.map);
  }

  key(event) {
    const way = ARROWS[event.key];
    if (!way) return;
    DomEvent.stop(event);
    this.nudge(...way, event.shiftKey ? LEAP_PX : STEP_PX);
  }

  nudge(dx, dy, by = STEP_PX) {
    if (!this.marker) return;
    const from = this.map.latLngToLayerPoint(this.marker.getLatLng());
    const to = this.map.layerPointToLatLng(from.add([dx * by, dy * by]));
    this.marker.setLatLng(to);
    this.map.panInside(to, { padding: [56, 56] });
    this.tell(true);
  }

  tell(settled) {
    const { lat, lng: lon } = this.marker.getLatLng();
    this.view.tell("pin", { lat, lon, settled });
  }
}
