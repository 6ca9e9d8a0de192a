// The map with one of everything, as a page would fill it; what it says is written below it.
const map = document.querySelector("street-map");
const heard = document.querySelector("#heard");
const CENTRE = { lat: 40.0005, lon: 116.3205 };

/** A wobbly disc with a hole: the shape of a band, not its meaning. */
function band(metres, tone) {
  const ring = (radius, turns) => Array.from({ length: 90 }, (_, i) => {
    const angle = (turns * i * 2 * Math.PI) / 90;
    const r = radius * (1 + 0.12 * Math.sin(5 * angle) + 0.06 * Math.cos(11 * angle));
    return [CENTRE.lon + (r * Math.cos(angle)) / 85_400, CENTRE.lat + (r * Math.sin(angle)) / 111_000];
  });
  return { tone, rings: [ring(metres, 1), ...(tone === "15" ? [ring(60, -1).map(([lon, lat]) => [lon + 0.006, lat])] : [])] };
}

Object.assign(map, {
  words: {
    label: "地图：从这里走路能到哪里", loading: "正在打开地图", failed: "地图打不开，下面的列表一样能用",
    zoom_in: "放大", zoom_out: "缩小", home: "回到我的位置", move: "移动地图", done: "移好了",
    up: "上", down: "下", left: "左", right: "右", pin: "我选的位置，用方向键移动",
    hint: "一个手指划是翻页。要移动地图，用两个手指，或者先点“移动地图”。",
  },
  source: { basemap: "/tests/gallery/sample.basemap", tiles: [], credit: null },
  view: { ...CENTRE, zoom: 16 },
  pin: CENTRE,
  markers: [
    { id: "a", lat: 40.0021, lon: 116.3188, icon: "station", tone: "go", label: "社区服务站" },
    { id: "b", lat: 39.9989, lon: 116.3232, icon: "health", tone: "urgent", label: "社区卫生服务站" },
    { id: "c", lat: 40.0012, lon: 116.3237, icon: "school", tone: "quiet", label: "幼儿园" },
    { id: "d", lat: 39.9993, lon: 116.3171, icon: "alert", tone: "soon", label: "路面坏了" },
  ],
  selected: "b",
  areas: [band(760, "15"), band(480, "10"), band(230, "5")],
  route: [[116.3205, 40.0005], [116.3213, 40.0003], [116.3222, 39.9997], [116.3232, 39.9989]],
});

for (const name of ["pick", "pin", "select", "move", "home", "fail"]) {
  map.addEventListener(`map-${name}`, ({ detail }) => {
    if (name === "pick" || name === "pin") map.pin = { lat: detail.lat, lon: detail.lon };
    if (name === "select") map.selected = detail.id;
    heard.textContent = `map-${name} ${JSON.stringify(detail)}`;
  });
}
