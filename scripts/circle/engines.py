"""What the comparisons share: extracts, random points, our command line and Valhalla."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import osmium
import valhalla
from valhalla.config import get_config

# The densely mapped rectangle of each extract: west, south, east, north (data/osm/README.md).
EXTRACTS = {
    "beijing": ("data/osm/beijing-haidian-2017.osm.pbf", (116.3084, 39.9905, 116.3320, 40.0123)),
    "helsinki": ("data/osm/helsinki.osm.pbf", (24.935, 60.164, 24.953, 60.179)),
}
YIKEZHONG = os.environ["YIKEZHONG"]
# Farther than this from any way nobody joins our network (`circle::Network::snap`).
FARTHEST_M = 5000
# Metres a second of the profile `plain`.
PLAIN_SPEED = 1.2
# Length alone decides, as it does for `plain`.
SHORTEST = {"pedestrian": {"shortest": True, "step_penalty": 0, "alley_factor": 1, "driveway_factor": 1}}


class Valhalla:
    """Tiles of one extract, and questions to them."""

    def __init__(self, extract, folder):
        tiles = Path(folder) / "tiles"
        tiles.mkdir(parents=True)
        config = get_config(tile_extract="", tile_dir=str(tiles), verbose=False)
        config["mjolnir"].update(concurrency=1, admin="", timezone="")
        config["service_limits"]["pedestrian"].update(max_matrix_location_pairs=10**6, max_locations=10**5)
        path = Path(folder) / "valhalla.json"
        path.write_text(json.dumps(config))
        build = [sys.executable, "-m", "valhalla", "valhalla_build_tiles", "-c", str(path), str(Path(extract).resolve())]
        # It leaves lists of what it found odd where it stands.
        done = subprocess.run(build, capture_output=True, text=True, cwd=folder)
        if done.returncode or not any(tiles.rglob("*.gph")):
            raise RuntimeError(f"valhalla_build_tiles: {done.stdout[-500:]}{done.stderr[-500:]}")
        self.actor = valhalla.Actor(str(path))

    def metres(self, source, targets, costing=SHORTEST):
        """Network metres to each target; None where there is no way."""
        answer = self.actor.matrix({
            "sources": [place(source)], "targets": [place(target) for target in targets],
            "costing": "pedestrian", "costing_options": costing,
        })
        row = answer["sources_to_targets"][0]
        return [None if cell["distance"] is None else cell["distance"] * 1000 for cell in row]

    def joined(self, point):
        """Where on its network a point joins."""
        answer = self.actor.locate({"locations": [place(point)], "costing": "pedestrian", "costing_options": SHORTEST})
        edges = answer[0]["edges"]
        return (edges[0]["correlated_lat"], edges[0]["correlated_lon"]) if edges else point


def place(point):
    return {"lat": point[0], "lon": point[1]}


def run(*words, **options):
    return subprocess.run([YIKEZHONG, "circle", *map(str, words)], check=True, capture_output=True, text=True, **options).stdout


def build(extract, network, *flags):
    run("build", extract, "-o", network, *flags)


def metres(network, source, targets):
    """Network metres to each target by our command line; None where there is no way."""
    points = "lat,lon\n" + "".join(f"{lat:.7f},{lon:.7f}\n" for lat, lon in targets)
    answer = run("times", network, "--at", f"{source[0]:.7f},{source[1]:.7f}", "--profile", "plain",
                 "--snap-within", FARTHEST_M, "--to", "/dev/stdin", input=points)
    rows = csv.DictReader(io.StringIO(answer))
    return [float(row["seconds"]) * PLAIN_SPEED if row["seconds"] else None for row in rows]


def points_anywhere(box, seed):
    """Endless random points of a rectangle."""
    west, south, east, north = box
    source = random.Random(seed)
    while True:
        yield (round(source.uniform(south, north), 7), round(source.uniform(west, east), 7))


def points_of_ways(extract, box, seed):
    """Endless random points of the map's own ways, on the ground and open to walkers."""
    west, south, east, north = box
    found = set()
    for way in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if not way.is_way() or not is_open_ground(dict(way.tags)):
            continue
        for node in way.nodes:
            if node.location.valid() and west < node.lon < east and south < node.lat < north:
                found.add((node.lat, node.lon))
    found = sorted(found)
    source = random.Random(seed)
    while True:
        yield source.choice(found)


def is_open_ground(tags):
    walked = {"footway", "path", "pedestrian", "steps", "living_street", "residential", "service",
              "unclassified", "tertiary", "secondary", "primary"}
    levels = ("tunnel", "bridge", "indoor", "level", "layer")
    closed = tags.get("foot") in ("no", "private", "use_sidewalk") or tags.get("access") in ("no", "private")
    return tags.get("highway") in walked and not closed and not any(key in tags for key in levels)
