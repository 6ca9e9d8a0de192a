"""How quick we are against Valhalla and pandana: the same extract, places and run.

- bands: three of 5, 10 and 15 minutes around a place (Valhalla: isochrone with polygons;
  pandana draws none).
- times: from a place to every facility (Valhalla: matrix; pandana: shortest path lengths
  from node to node, on the graph of the same ways; that points lie between nodes it leaves
  to the caller).

One line of JSON for each engine and question; `ratio` is its p50 over ours. Both others are
asked through their Python bindings in this process: no network is in between, but for
Valhalla the making and parsing of JSON is.
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


def main():
    for name, (extract, box) in EXTRACTS.items():
        with tempfile.TemporaryDirectory() as folder:
            race(name, extract, list(islice(points_anywhere(box, SEED), FACILITIES)), Path(folder))


def race(name, extract, points, folder):
    network, table = folder / "net", folder / "points.csv"
    build(extract, network)
    table.write_text("lat,lon\n" + "".join(f"{lat},{lon}\n" for lat, lon in points))
    done = subprocess.run([os.environ["RACE"], network, table], check=True, capture_output=True, text=True)
    ours = json.loads(done.stdout)
    starts = points[:STARTS]
    for question in ("bands", "times"):
        show(name, "ours", question, ours[f"{question}_ms"], ours)
    valhalla = Valhalla(extract, folder)
    show(name, "valhalla", "bands", timed(starts, lambda start: isochrone(valhalla, start)), ours)
    show(name, "valhalla", "times", timed(starts, lambda start: valhalla.metres(start, points, WALK)), ours)
    with printing_to_standard_error():
        graph = pandana_graph(extract)
    nodes = graph.get_node_ids([lon for _, lon in points], [lat for lat, _ in points]).to_list()
    show(name, "pandana", "times", timed(nodes[:STARTS], lambda start: graph.shortest_path_lengths([start] * len(nodes), nodes)), ours)


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
    """p50 and p95 in milliseconds; a first round warms caches up and is not counted."""
    for start in starts:
        question(start)
    times = []
    for start in starts:
        begin = time.perf_counter()
        question(start)
        times.append((time.perf_counter() - begin) * 1000)
    times.sort()
    return {"p50": times[len(times) // 2], "p95": times[len(times) * 95 // 100]}


def show(name, engine, question, figures, ours):
    print(json.dumps({
        "extract": name, "engine": engine, "question": question, "facilities": ours["facilities"],
        "p50_ms": round(figures["p50"], 4), "p95_ms": round(figures["p95"], 4),
        "ratio": round(figures["p50"] / ours[f"{question}_ms"]["p50"], 1),
    }), flush=True)


main()
