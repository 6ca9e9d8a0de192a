// Tiles from elsewhere, where the operator has named a server for them.
//
// All data is WGS84. Commercial Chinese tiles are drawn in GCJ-02, a shifted system; such a
// layer, and nothing else, is moved back under the rest at the edge of the display.

import { TileLayer } from "leaflet";
import { toGcj02 } from "./gcj02.js";

/** A layer whose tiles are looked up, and laid, where GCJ-02 has the middle of the view. */
const Gcj02Layer = TileLayer.extend({
  _setZoomTransform(level, centre, zoom) {
    TileLayer.prototype._setZoomTransform.call(this, level, toGcj02(centre), zoom);
  },

  _getTiledPixelBounds(centre) {
    return TileLayer.prototype._getTiledPixelBounds.call(this, toGcj02(centre));
  },

  /** The shift changes by a metre or two a kilometre: lay the tiles anew after each move. */
  _onMoveEnd() {
    TileLayer.prototype._onMoveEnd.call(this);
    if (this._map && !this._map._animatingZoom) this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
  },
});

/**
 * Servers that give keys to sites look at where a request comes from; the page it comes
 * from stays unsaid.
 * @param tiles `{ url, gcj02, subdomains, max_zoom }`
 */
export function tileLayer({ url, gcj02, subdomains, max_zoom: maxNativeZoom }) {
  const Layer = gcj02 ? Gcj02Layer : TileLayer;
  return new Layer(url, { subdomains: subdomains || "abc", maxNativeZoom: maxNativeZoom || 18, maxZoom: 20, referrerPolicy: "strict-origin" });
}
