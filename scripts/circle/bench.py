"""How quick we are against Valhalla and pandana: the same extract, places and run.

- bands: three of 5, 10 and 15 minutes around a place (Valhalla: isochrone with polygons;
  pandana draws none).
- times: from a place to every facility (Valhalla: matrix; pandana: shortest path lengths
  from node to node, on the graph of the same ways; that points lie between nodes it leaves
  to the caller).
- both: the two together for the same place, which is what a page needs when the pin moves.
- import: from the extract to what can be asked (Valhalla: its tiles), and how large that is.
- district: a district of a million edges, made of copies of the extract; every door against
  every category, one pass each (Valhalla has no such question). pandana gets the district of
  our own making, junctions and lengths, so that it has as few nodes as we have.

One line of JSON for each engine and question; `ratio` is its figure over ours (p50, seconds,
or memory), `cpu_ratio` that of processor time, which others on the machine do not lengthen. Both others are asked through their Python bindings: no network is in between, but
for Valhalla the making and parsing of JSON is. DISTRICT_EDGES=1000000: how large a district; 0: none.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import osmium
import pandana
import pandas
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engines import EXTRACTS, SHORTEST, Valhalla, build, is_open_ground, place, points_anywhere

STARTS = 60
FACILITIES = 120
SEED = 1
# Metres a second, as our profile `plain`; Valhalla takes km/h.
WALK = {"pedestrian": {**SHORTEST["pedestrian"], "walking_speed": 1.2 * 3.6}}


CATEGORIES = 40
DISTRICT_EDGES = int(os.environ.get("DISTRICT_EDGES", 1_000_000))


def main():
    for name, (extract, box) in EXTRACTS.items():
        with tempfile.TemporaryDirectory() as folder:
            race(name, extract, list(islice(points_anywhere(box, SEED), FACILITIES)), Path(folder))
        if DISTRICT_EDGES > 0:
            with tempfile.TemporaryDirectory() as folder:
                district(name, extract, Path(folder))


def race(name, extract, points, folder):
    network, table = folder / "net", folder / "points.csv"
    import_s = seconds(lambda: build(extract, network))
    table.write_text("lat,lon\n" + "".join(f"{lat},{lon}\n" for lat, lon in points))
    done = subprocess.run([os.environ["RACE"], network, table], check=True, capture_output=True, text=True)
    ours = json.loads(done.stdout)
    starts = points[:STARTS]
    for question in ("bands", "times", "both"):
        show(name, "ours", question, ours[f"{question}_ms"], ours)
    begin = time.perf_counter()
    valhalla = Valhalla(extract, folder)
    imported(name, ours, import_s, time.perf_counter() - begin, folder / "tiles")

    def both(start):
        isochrone(valhalla, start)
        valhalla.metres(start, points, WALK)

    show(name, "valhalla", "bands", timed(starts, lambda start: isochrone(valhalla, start)), ours)
    show(name, "valhalla", "times", timed(starts, lambda start: valhalla.metres(start, points, WALK)), ours)
    show(name, "valhalla", "both", timed(starts, both), ours)
    with printing_to_standard_error():
        graph = pandana_graph(extract)
    nodes = graph.get_node_ids([lon for _, lon in points], [lat for lat, _ in points]).to_list()
    show(name, "pandana", "times", timed(nodes[:STARTS], lambda start: graph.shortest_path_lengths([start] * len(nodes), nodes)), ours)


def imported(name, ours, import_s, their_import_s, tiles):
    edges = ours["edges"]
    print(json.dumps({
        "extract": name, "engine": "ours", "question": "import", "seconds": round(import_s, 3), "edges": edges,
        "bytes": ours["file_bytes"], "brotli_bytes": ours["brotli_bytes"],
        "brotli_bytes_per_1000_edges": round(ours["brotli_bytes"] * 1000 / edges),
    }))
    tile_bytes = sum(tile.stat().st_size for tile in tiles.rglob("*.gph"))
    print(json.dumps({
        "extract": name, "engine": "valhalla", "question": "import", "seconds": round(their_import_s, 3),
        "ratio": round(their_import_s / import_s, 1), "bytes": tile_bytes,
    }), flush=True)


def district(name, extract, folder):
    made = lines([os.environ["GROWTH"], extract, str(DISTRICT_EDGES), folder])
    growth = {"extract": name, "engine": "ours", "question": "growth", **made[0], "town": made[1], "district": made[2]}
    of = lambda figures: made[2][figures]["p50"] / made[1][figures]["p50"]
    reached = made[2]["nodes_reached"] / made[1]["nodes_reached"]
    growth |= {"search_ratio": round(of("search_ms"), 2), "bands_ratio": round(of("with_bands_ms"), 2), "nodes_ratio": round(reached, 2)}
    print(json.dumps(growth), flush=True)
    ours = lines([os.environ["COVER"], folder, str(CATEGORIES)])[0]
    print(json.dumps({"extract": name, "engine": "ours", "question": "district", **ours}), flush=True)
    here = Path(__file__).parent
    theirs = lines([sys.executable, here / "district.py", folder, str(CATEGORIES)])[-1]
    # Of theirs, without the interpreter and its libraries: what the district itself takes.
    own_mb = theirs["peak_mb"] - theirs["before_mb"]
    print(json.dumps({
        "extract": name, "engine": "pandana", "question": "district", **theirs,
        "ratio": round(theirs["passes_s"] / ours["passes_s"], 1), "cpu_ratio": round(theirs["cpu_s"] / ours["cpu_s"], 1),
        "memory_ratio": round(theirs["peak_mb"] / ours["peak_mb"], 1), "memory_ratio_without_libraries": round(own_mb / ours["peak_mb"], 1),
    }), flush=True)


def lines(command):
    """The lines of JSON that a program prints; what else it says is left out."""
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def pandana_graph(extract):
    """Every walked way of the extract, every point of it a node."""
    at, edges = {}, []
    for way in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if not way.is_way() or not is_open_ground(dict(way.tags)):
            continue
        nodes = [node for node in way.nodes if node.location.valid()]
        at.update({node.ref: (node.lon, node.lat) for node in nodes})
        for a, b in zip(nodes, nodes[1:]):
            edges.append((a.ref, b.ref, osmium.geom.haversine_distance(a.location, b.location)))
    nodes = pandas.DataFrame.from_dict(at, orient="index", columns=["x", "y"])
    edges = pandas.DataFrame(edges, columns=["from", "to", "metres"])
    nodes = largest_part(nodes, edges)
    edges = edges[edges["from"].isin(nodes.index)]
    return pandana.Network(nodes["x"], nodes["y"], edges["from"], edges["to"], edges[["metres"]], twoway=True)


def largest_part(nodes, edges):
    """The nodes of the largest connected part: pandana builds a long warning of every pair
    without a way, which would be timed as if it were search."""
    number = pandas.Series(range(len(nodes)), index=nodes.index)
    ends = (number[edges["from"]].to_numpy(), number[edges["to"]].to_numpy())
    _, part = connected_components(coo_array((edges["metres"], ends), shape=(len(nodes),) * 2), directed=False)
    return nodes[part == pandas.Series(part).mode()[0]]


@contextmanager
def printing_to_standard_error():
    """pandana's native code prints its progress among our lines of JSON."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def isochrone(valhalla, start):
    return valhalla.actor.isochrone({
        "locations": [place(start)], "costing": "pedestrian", "costing_options": WALK,
        "contours": [{"time": minutes} for minutes in (5, 10, 15)], "polygons": True,
    })


def timed(starts, question):
    """p50 and p95 in milliseconds, and the mean of processor time; a first round warms caches up
    and is not counted."""
    for start in starts:
        question(start)
    times, cpu_before = [], time.process_time()
    for start in starts:
        begin = time.perf_counter()
        question(start)
        times.append((time.perf_counter() - begin) * 1000)
    cpu = (time.process_time() - cpu_before) * 1000 / len(times)
    times.sort()
    return {"p50": times[len(times) // 2], "p95": times[len(times) * 95 // 100], "cpu": cpu}


def show(name, engine, question, figures, ours):
    print(json.dumps({
        "extract": name, "engine": engine, "question": question, "facilities": ours["facilities"],
        "p50_ms": round(figures["p50"], 4), "p95_ms": round(figures["p95"], 4), "cpu_ms": round(figures["cpu"], 4),
        "ratio": round(figures["p50"] / ours[f"{question}_ms"]["p50"], 1),
        "cpu_ratio": round(figures["cpu"] / ours[f"{question}_ms"]["cpu"], 1),
    }), flush=True)


main()
