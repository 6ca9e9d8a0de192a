"""Rules of walking on which engines differ, and how an extract is written so that they agree.

Each rule says the same to both engines in tags that both read, so what is left over is not
a matter of taste. A rule is a function from the tags of a way or a node to new tags.
"""

import osmium

CLOSED = ("no", "private", "delivery", "agricultural", "forestry", "military", "permit")


def corridors(tags):
    """`highway=corridor` is a footway; Valhalla does not walk it."""
    if tags.get("highway") == "corridor":
        tags["highway"] = "footway"


def trails(tags):
    """`highway=trail`, which is not in the usual scheme, is a path; Valhalla does not know it."""
    if tags.get("highway") == "trail":
        tags["highway"] = "path"


def cycleways(tags):
    """A cycleway that says nothing of walkers may be walked; to Valhalla it may not."""
    if tags.get("highway") == "cycleway" and "sidewalk" not in tags:
        tags.setdefault("foot", "yes")


def platforms(tags):
    """Platforms and piers are walked; Valhalla does not."""
    is_platform = "platform" in (tags.get("railway"), tags.get("public_transport"), tags.get("highway"))
    if (is_platform or tags.get("man_made") == "pier") and tags.get("highway", "platform") == "platform":
        tags["highway"] = "footway"


def private_ways(tags):
    """`access=private` and the like close a way; Valhalla goes through where it is shorter."""
    if "highway" in tags and tags.get("access") in CLOSED:
        tags.setdefault("foot", "no")


def rims(tags):
    """The rim of every area is walked; Valhalla leaves out areas of roads and steps."""
    if "highway" in tags:
        tags.pop("area", None)


def gates(tags):
    """A gate that is locked, private or closed to walkers parts a way; Valhalla passes some."""
    if "barrier" in tags:
        for key in ("access", "foot", "locked"):
            tags.pop(key, None)


def ground(tags):
    """A point joins the nearest way, be it in a tunnel, indoors or overhead; we stay on the ground
    unless such a way is 20 m nearer, which tags cannot tell Valhalla."""
    if "highway" in tags:
        for key in ("tunnel", "bridge", "layer", "level", "indoor", "location", "covered"):
            tags.pop(key, None)


WAY_RULES = [cycleways, private_ways, platforms, corridors, trails, rims]
NODE_RULES = [gates]
# What is not a matter of tags: rims of multipolygons become ways, and ways end where the
# extract lacks their points (Valhalla leaves out such a way as a whole).
STRUCTURE_RULES = ["multipolygons", "cut_ways"]
# Decides where a walk begins, not where it leads: what else differs is to be seen without it.
JOINING_RULES = [ground]
RULES = [rule.__name__ for rule in WAY_RULES + NODE_RULES] + STRUCTURE_RULES + [rule.__name__ for rule in JOINING_RULES]
# Numbers above those of any real way, for the parts of ways that are cut.
NEW_WAYS = 10**12


def rewrite(source, target, names):
    """Writes an extract by the named rules."""
    writer = osmium.SimpleWriter(str(target), overwrite=True)
    rims_of_areas = members_of_areas(source) if "multipolygons" in names else set()
    nodes = {node.id for node in osmium.FileProcessor(str(source), osmium.osm.NODE)} if "cut_ways" in names else None
    new_ways = []
    for element in osmium.FileProcessor(str(source)):
        if element.is_relation() and new_ways:
            for number, tags, refs in sorted(new_ways, key=lambda way: way[0]):
                writer.add_way(osmium.osm.mutable.Way(id=number, version=1, tags=tags, nodes=refs))
            new_ways = []
        if element.is_way():
            tags = apply(WAY_RULES + JOINING_RULES, names, element.tags)
            if element.id in rims_of_areas:
                tags.setdefault("highway", "pedestrian")
            parts = parts_within([node.ref for node in element.nodes], nodes)
            for number, refs in enumerate(parts):
                if number == 0:
                    writer.add_way(element.replace(tags=tags, nodes=refs))
                else:
                    new_ways.append((NEW_WAYS + 1000 * element.id + number, tags, refs))
        elif element.is_node() and "barrier" in element.tags:
            writer.add_node(element.replace(tags=apply(NODE_RULES, names, element.tags)))
        else:
            writer.add(element)
    writer.close()


def apply(rules, names, tags):
    tags = dict(tags)
    for rule in rules:
        if rule.__name__ in names:
            rule(tags)
    return tags


def members_of_areas(source):
    found = set()
    for relation in osmium.FileProcessor(str(source), osmium.osm.RELATION):
        tags = dict(relation.tags)
        platforms(tags)
        if tags.get("type") == "multipolygon" and tags.get("highway") in ("pedestrian", "footway", "path"):
            found.update(member.ref for member in relation.members if member.type == "w")
    return found


def parts_within(refs, nodes):
    """The stretches of a way whose points are all there."""
    if nodes is None:
        return [refs]
    parts, part = [], []
    for ref in [*refs, None]:
        if ref in nodes:
            part.append(ref)
        else:
            if len(part) > 1:
                parts.append(part)
            part = []
    return parts
