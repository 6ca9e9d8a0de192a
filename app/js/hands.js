// Fingers, mouse and wheel on a map that lies in a page which scrolls.
//
// One finger scrolls the page, as everywhere else: nobody gets caught in the map. Two
// fingers move and zoom it. The button "move the map" gives it to one finger, until the
// button is pressed again, Escape, or the map has left the screen. A mouse drags it at
// any time, and the wheel scrolls the page unless Ctrl is held or the map is being moved.

export class Hands {
  constructor(map, host, signal, changed) {
    Object.assign(this, { map, host, changed, unlocked: false });
    map.dragging.disable();
    const capture = { capture: true, passive: true, signal };
    for (const event of ["pointerover", "pointerdown"]) host.addEventListener(event, (e) => this.hold(e), capture);
    host.addEventListener("wheel", (e) => this.wheel(e), capture);
    host.addEventListener("keydown", (e) => e.key === "Escape" && this.unlock(false), { signal });
    const gone = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting || this.unlock(false));
    gone.observe(host);
    signal.addEventListener("abort", () => gone.disconnect());
  }

  unlock(unlocked) {
    if (unlocked === this.unlocked) return;
    this.unlocked = unlocked;
    // map.css reads it: a finger's meaning is settled when it touches, before any script.
    this.host.toggleAttribute("data-moving", unlocked);
    this.drag(unlocked);
    this.changed();
  }

  hold({ pointerType }) {
    this.drag(this.unlocked || pointerType === "mouse");
  }

  drag(may) {
    if (may) this.map.dragging.enable();
    else this.map.dragging.disable();
  }

  wheel({ ctrlKey }) {
    if (ctrlKey || this.unlocked) this.map.scrollWheelZoom.enable();
    else this.map.scrollWheelZoom.disable();
  }
}
