"""Walking distances by our command line and by Valhalla, on the same extracts.

Random pairs, none left out. Two distances agree within 20 m or 2 %, the larger of the two;
where one engine finds no way, the other must not either. First with the extract as it is,
each engine by its own rules; then one rule more at a time is written into the extract for
both (rules.py), so the pairs that agree from then on are the pairs that rule decides.
"""

import json
import sys
import tempfile
from itertools import islice
from pathlib import Path

from engines import EXTRACTS, Valhalla, build, metres, points_anywhere, points_of_ways
from rules import RULES, rewrite

TARGETS_EACH = 6
SEED = 20261124


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    for name, (extract, box) in EXTRACTS.items():
        with tempfile.TemporaryDirectory() as folder:
            compare(name, extract, box, pairs, Path(folder))


def compare(name, extract, box, pairs, folder):
    kinds = {
        "points of ways": points_of_ways(extract, box, SEED),
        "points anywhere": points_anywhere(box, SEED),
    }
    questions = {kind: ask(points, pairs) for kind, points in kinds.items()}
    steps = [("each by its own rules", [], []), ("squares walked around", [], ["--around-squares"])]
    steps += [(rule, RULES[: number + 1], ["--around-squares"]) for number, rule in enumerate(RULES)]
    agreed = {}
    for number, (step, rules, flags) in enumerate(steps):
        here = folder / str(number)
        here.mkdir()
        rewrite(extract, here / "extract.osm.pbf", rules)
        build(here / "extract.osm.pbf", here / "net", *flags)
        valhalla = Valhalla(here / "extract.osm.pbf", here)
        for kind, asked in questions.items():
            answers = [(metres(here / "net", *one), valhalla.metres(*one)) for one in asked]
            agreed[kind] = report(name, kind, step, asked, answers, agreed.get(kind))
    for kind, asked in questions.items():
        explain(name, kind, asked, agreed[kind], here / "net", valhalla)


def ask(points, pairs):
    """Sources, each with some targets."""
    sources = islice(points, -(-pairs // TARGETS_EACH))
    return [(source, list(islice(points, TARGETS_EACH))) for source in sources]


def agree(ours, theirs):
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) <= max(20.0, 0.02 * theirs)


def report(name, kind, step, asked, answers, before):
    """One line of JSON: how many pairs agree, and how many do so since the step before."""
    both = [pair for ours, theirs in answers for pair in zip(ours, theirs)]
    agreed = [agree(*pair) for pair in both]
    apart = [pair for pair in both if not agree(*pair)]
    line = {
        "extract": name, "points": kind, "step": step, "pairs": len(both), "agree": sum(agreed),
        "percent": round(100 * sum(agreed) / len(both), 2),
        "ours_shorter": sum(None not in pair and pair[0] < pair[1] for pair in apart),
        "ours_longer": sum(None not in pair and pair[0] > pair[1] for pair in apart),
        "only_we_find_a_way": sum(pair[1] is None for pair in apart),
        "only_they_find_a_way": sum(pair[0] is None for pair in apart),
    }
    if before:
        line["agree_since"] = sum(now and not then for now, then in zip(agreed, before))
        line["differ_since"] = sum(then and not now for now, then in zip(agreed, before))
    print(json.dumps(line), flush=True)
    return agreed


def explain(name, kind, asked, agreed, network, valhalla):
    """Of the pairs that differ under the same rules: how many do so because the two engines
    join a point to different ways, and the rest one by one."""
    pairs = [(source, target) for source, targets in asked for target in targets]
    apart = [pair for pair, fine in zip(pairs, agreed) if not fine]
    joined, rest = 0, []
    for source, target in apart:
        theirs = valhalla.metres(source, [target])[0]
        ours = metres(network, valhalla.joined(source), [valhalla.joined(target)])[0]
        if agree(ours, theirs):
            joined += 1
        else:
            rest.append({"from": source, "to": target, "ours_m": ours, "theirs_m": theirs})
    print(json.dumps({"extract": name, "points": kind, "differ": len(apart), "joined_elsewhere": joined, "rest": rest}), flush=True)


main()
