"""Every node of a district against every category by pandana: `district.py FOLDER CATEGORIES`, with
the folder that our example `growth` wrote. One line of JSON; the memory is the most this process
ever held, and what of it stood before the district was read."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy
import pandana
import pandas

# 45 minutes at the 1.2 m/s of our profile `plain`.
FARTHEST_M = 45 * 60 * 1.2


def main(folder, categories):
    before_mb = peak_mb()
    read = lambda name, kind, shape: numpy.fromfile(Path(folder) / name, dtype=kind).reshape(shape)
    nodes, edges = read("nodes", "<f8", (-1, 2)), read("edges", "<u4", (-1, 2)).astype("int64")
    metres, facilities = read("metres", "<f4", -1).astype("float64"), read("facilities", "<f8", (categories, -1, 2))
    begin = time.perf_counter()
    network = pandana.Network(
        pandas.Series(nodes[:, 0]), pandas.Series(nodes[:, 1]), pandas.Series(edges[:, 0]), pandas.Series(edges[:, 1]),
        pandas.DataFrame({"metres": metres}), twoway=True,
    )
    build_s = time.perf_counter() - begin
    begin, cpu_before = time.perf_counter(), time.process_time()
    found = 0
    for number, places in enumerate(facilities):
        category = str(number)
        network.set_pois(category, FARTHEST_M, 1, pandas.Series(places[:, 0]), pandas.Series(places[:, 1]))
        nearest = network.nearest_pois(FARTHEST_M, category, num_pois=1)
        # It answers the limit itself where there is none.
        found += int((nearest[1] < FARTHEST_M).sum())
    passes_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu_before
    print(json.dumps({
        "doors": len(nodes), "categories": categories, "build_s": round(build_s, 2), "passes_s": round(passes_s, 3), "cpu_s": round(cpu_s, 3),
        "found": round(found / (len(nodes) * categories), 5), "before_mb": round(before_mb, 1), "peak_mb": round(peak_mb(), 1),
    }))


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


main(sys.argv[1], int(sys.argv[2]))
