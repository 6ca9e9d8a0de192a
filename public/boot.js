// Before the first paint: the reader's own theme and type size, so that nothing grows under the hand.
(function () {
  var ELDER = "yikezhong.elder";
  function step(text) {
    return text === "1" ? "22" : /^(22|26|30)$/.test(text) ? text : null;
  }
  var root = document.documentElement;
  var wish = new URLSearchParams(location.search).get("elder");
  var elder = step(wish);
  var theme = null;
  try {
    if (elder) localStorage.setItem(ELDER, elder);
    else if (wish === "0") localStorage.removeItem(ELDER);
    else elder = step(localStorage.getItem(ELDER));
    theme = localStorage.getItem("yikezhong.theme");
  } catch (_) {
    // Storage may be refused (a private window): the address still decides, else the defaults serve.
  }
  // 念给我听 is there only where the browser can speak.
  if ("speechSynthesis" in window) root.dataset.speaks = "";
  if (elder) root.dataset.elder = elder;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  // What the very first page loads, no service worker sees: it is told, and keeps it for the time
  // without signal (public/sw.js).
  var worker = navigator.serviceWorker;
  if (worker && !worker.controller && "PerformanceObserver" in window) {
    worker.ready.then(function (ready) {
      new PerformanceObserver(function (list) {
        var used = list.getEntries().map(function (entry) { return entry.name; });
        ready.active.postMessage({ used: used });
      }).observe({ type: "resource", buffered: true });
    });
  }
})();
