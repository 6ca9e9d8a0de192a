// Areas and a route over the ground. Their colours stand in map.css, by class.

import { Polygon, Polyline } from "leaflet";

const latLngs = (line) => line.map(([lon, lat]) => [lat, lon]);

/** Polygons that follow a finger: the ones that are there change their shape. */
export class Areas {
  constructor(map) {
    Object.assign(this, { map, polygons: [] });
  }

  set(areas) {
    const wanted = areas ?? [];
    this.polygons.splice(wanted.length).forEach((polygon) => polygon.remove());
    wanted.forEach(({ tone, rings }, i) => {
      const shape = rings.map(latLngs);
      if (this.polygons[i]?.tone === tone) {
        this.polygons[i].setLatLngs(shape);
        return;
      }
      this.polygons[i]?.remove();
      this.polygons[i] = new Polygon(shape, { className: `map-area map-area-${tone}`, interactive: false, smoothFactor: 0.5 }).addTo(this.map);
      this.polygons[i].tone = tone;
    });
  }
}

/** A line with a rim, so that it stands out from the roads under it. */
export class Route {
  constructor(map) {
    this.map = map;
    this.lines = ["map-route-rim", "map-route"].map((className) => new Polyline([], { className, interactive: false, smoothFactor: 0.5 }).addTo(map));
  }

  set(route) {
    for (const line of this.lines) {
      line.setLatLngs(latLngs(route ?? []));
      // A map that has not been told where to look has not drawn it yet.
      if (this.map._loaded) line.bringToFront();
    }
  }
}
