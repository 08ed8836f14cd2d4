"""Which figures may stand beside each other so that nobody can be computed. The one home of this rule.

Pure: it knows sets of people by number, never who they are or what they said. A *contributor* of a
figure is somebody whose answers entered it; a person who was asked and did not answer is none.

Shown groups of one kind tile the whole: whoever sees the whole and all units but one can work out the
one that is missing. So a group needs k contributors of its own, and the people left over beside the
groups shown must be none or at least k. `shown_groups` decides for one table of figures; callers ask
it once for every subject and measure, with that table's own contributors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

LEAST_FOR_DETAIL = 10
"""Items, distributions, spreads and comments need this many people, and exist for the whole only."""

LEAST_FOR_RESOURCES = 8
"""Resources and qualities speak of bosses and colleagues; they need this many for every viewer."""


def shown_groups(groups: Mapping[str, Set[int]], partitions: Sequence[Mapping[str, str]], k: int) -> frozenset[str]:
    """Return the keys of the groups that may be shown together.

    `groups` holds each group's contributors by number. Each of `partitions` is a tree over some of the
    groups, child key to parent key, whose siblings do not overlap (units; sides and their roles).

    A group with fewer than `k` contributors is hidden. Then, until nothing changes: if the people of a
    shown group who are in none of the shown groups below it are 1 to k - 1, the smallest group next
    below it is hidden with everything under it; and if a shown group lies inside another and leaves
    1 to k - 1 people, the smaller one is hidden.
    """
    sets = {key: _as_bits(people) for key, people in groups.items()}
    shown = {key for key, people in sets.items() if people.bit_count() >= k}
    trees = [dict(tree) for tree in partitions]
    while True:
        hidden = _leaving_a_few_over(sets, shown, trees, k) or _lying_almost_on_another(sets, shown, k)
        if not hidden:
            return frozenset(shown)
        shown -= _with_all_below(hidden, trees)


def _as_bits(people: Set[int]) -> int:
    """Return a set of numbers as one integer with their bits set: subsets and sizes cost next to nothing."""
    bits = 0
    for number in people:
        bits |= 1 << number
    return bits


def _leaving_a_few_over(sets: Mapping[str, int], shown: Set[str], trees: Sequence[Mapping[str, str]], k: int) -> str:
    """Return a group to hide because 1 to k - 1 people stand beside the shown groups of a shown parent, or ""."""
    for tree in trees:
        below: dict[str, list[str]] = {}
        for key in shown:
            parent = _nearest_shown_above(key, shown, tree)
            if parent:
                below.setdefault(parent, []).append(key)
        for parent in sorted(below):
            covered = 0
            for key in below[parent]:
                covered |= sets[key]
            if 0 < (sets[parent] & ~covered).bit_count() < k:
                return min(below[parent], key=lambda key: (sets[key].bit_count(), key))
    return ""


def _nearest_shown_above(key: str, shown: Set[str], tree: Mapping[str, str]) -> str:
    parent = tree.get(key, "")
    while parent and parent not in shown:
        parent = tree.get(parent, "")
    return parent


def _lying_almost_on_another(sets: Mapping[str, int], shown: Set[str], k: int) -> str:
    """Return the smaller of two shown groups of which one holds the other and 1 to k - 1 people more, or ""."""
    by_size = sorted(shown, key=lambda key: (sets[key].bit_count(), key))
    for place, small in enumerate(by_size):
        size = sets[small].bit_count()
        for large in by_size[place + 1 :]:
            more = sets[large].bit_count() - size
            if more >= k:
                break
            if more and not sets[small] & ~sets[large]:
                return small
    return ""


def _with_all_below(key: str, trees: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Return `key` and every group under it in any of the trees."""
    found = {key}
    while True:
        more = {child for tree in trees for child, parent in tree.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more
