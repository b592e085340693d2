"""Where nodes are put before the browser's forces move them: rings round the centre, each node near the one it hangs on.

A layout that begins so is almost at rest from the beginning; one that begins at random takes seconds to untangle.
"""

import math
from collections.abc import Hashable, Iterable, Mapping

RING = 130.0  # distance between two rings, in the units of the picture
NODE_ROOM = 16.0  # length of a ring each of its nodes takes


def rings(
    steps: Mapping[Hashable, int], pairs: Iterable[tuple[Hashable, Hashable]], *, ring: float = RING
) -> dict[Hashable, tuple[float, float]]:
    """A place (x, y) for each node of `steps` (node -> steps from the centre); the same input always gives the same picture."""
    parent = _hangs_on(steps, pairs)
    children: dict[Hashable, list[Hashable]] = {}
    for node in steps:
        if node in parent:
            children.setdefault(parent[node], []).append(node)
    roots = [node for node in steps if node not in parent]
    width = _widths(steps, children)
    angle = _angles(roots, children, width)
    crowd = _crowds(steps)
    places = {}
    for node, far in steps.items():
        radius = max(far * ring, crowd.get(far, 0) * NODE_ROOM / math.tau) if far else 0.0
        places[node] = (round(radius * math.cos(angle[node]), 1), round(radius * math.sin(angle[node]), 1))
    return places


def _hangs_on(steps: Mapping[Hashable, int], pairs: Iterable[tuple[Hashable, Hashable]]) -> dict[Hashable, Hashable]:
    """Each node's neighbour one step (or none) nearer to the centre, the first one named."""
    parent: dict[Hashable, Hashable] = {}
    for pair in pairs:
        for node, other in (pair, pair[::-1]):
            if node in steps and other in steps and node not in parent and steps[other] < steps[node]:
                parent[node] = other
    return parent


def _widths(steps: Mapping[Hashable, int], children: Mapping[Hashable, list[Hashable]]) -> dict[Hashable, int]:
    """How many outermost nodes hang below each, counted from outside in."""
    width: dict[Hashable, int] = {}
    for node in sorted(steps, key=lambda one: -steps[one]):
        width[node] = max(1, sum(width[child] for child in children.get(node, ())))
    return width


def _angles(roots: list[Hashable], children: Mapping[Hashable, list[Hashable]], width: Mapping[Hashable, int]) -> dict[Hashable, float]:
    """Everybody gets a slice of the circle as wide as what hangs below."""
    angle: dict[Hashable, float] = {}
    waiting = [(roots, 0.0, math.tau)]
    while waiting:
        nodes, start, whole = waiting.pop()
        total = sum(width[node] for node in nodes) or 1
        for node in nodes:
            slice_ = whole * width[node] / total
            angle[node] = start + slice_ / 2
            waiting.append((children.get(node, []), start, slice_))
            start += slice_
    return angle


def _crowds(steps: Mapping[Hashable, int]) -> dict[int, int]:
    crowd: dict[int, int] = {}
    for far in steps.values():
        crowd[far] = crowd.get(far, 0) + 1
    return crowd
