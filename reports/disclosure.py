"""Which figures may stand beside each other so that nobody can be computed. The one home of this rule.

Pure: it knows sets of people by number, never who they are or what they said. A *contributor* of a
figure is somebody whose answers entered it; a person who was asked and did not answer is none.

Shown groups of one kind tile the whole: whoever sees the whole and all units but one can work out the
one that is missing. Units can tile staff as well, where too few leaders work in each of them to count.
So a group needs k contributors of its own, and the people by whom two shown figures, or one and the
sum of others, differ must be none or at least k. `shown_groups` decides for figures that stand side by
side; callers ask it once for every subject, with each figure's own contributors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

LEAST_FOR_DETAIL = 10
"""Items, distributions, spreads and comments need this many people, and exist for the whole only."""

LEAST_FOR_RESOURCES = 8
"""Resources and qualities speak of bosses and colleagues; they need this many for every viewer."""


SMALL_TREE = 6
"""Trees of at most this many groups under their tops are tried in every combination."""


def shown_groups(
    groups: Mapping[str, Set[int]],
    partitions: Sequence[Mapping[str, str]],
    k: int,
    *,
    span: int = 0,
    rank: Mapping[str, int] | None = None,
) -> frozenset[str]:
    """Return the keys of the groups that may be shown together.

    `groups` holds each group's contributors by number. Each of `partitions` is a tree over some of the
    groups, child key to parent key, whose siblings do not overlap (units; sides and their roles).

    A group with fewer than `k` contributors is hidden. Then, until nothing changes: if the people of a
    shown group and those of other shown groups that nearly tile it differ by 1 to k - 1 people (the whole
    and its units; staff and the units in which only staff count), the smallest of them is hidden with
    everything under it; and if two shown groups differ by 1 to k - 1 people, the smaller one is.

    Where several variants of a figure stand side by side, a number is a person's value and not the
    person: numbers that differ by multiples of `span` are one person's, so that a difference is counted
    in people, and of the groups involved those with the lowest `rank` (0 unless given) give way first.
    """
    audit = _Audit(groups, partitions, k, span, rank or {})
    return audit.settled()


def _as_bits(people: Set[int]) -> int:
    """Return a set of numbers as one integer with their bits set: subsets and sizes cost next to nothing."""
    bits = 0
    for number in people:
        bits |= 1 << number
    return bits


class _Audit:
    """What is shown so far; hides until nothing that is left differs by a few people."""

    def __init__(
        self,
        groups: Mapping[str, Set[int]],
        partitions: Sequence[Mapping[str, str]],
        k: int,
        span: int,
        rank: Mapping[str, int],
    ) -> None:
        self.k = k
        self.rank = rank
        self.sets = {key: _as_bits(people) for key, people in groups.items()}
        self.size = {key: people.bit_count() for key, people in self.sets.items()}
        self.trees = [dict(tree) for tree in partitions]
        longest = max((people.bit_length() for people in self.sets.values()), default=0)
        self.span = span or max(longest, 1)
        self.values = -(-longest // self.span)
        """Values of one person at most: how many more bits than people a difference can have."""
        self.shown = {key for key, size in self.size.items() if size >= k}

    def settled(self) -> frozenset[str]:
        while self._hide_tiles() or self._hide_doubles():
            pass
        return frozenset(self.shown)

    def _is_few(self, numbers: int) -> bool:
        """Say whether these numbers belong to 1 to k - 1 people."""
        if not numbers or numbers.bit_count() >= self.k * self.values:
            return False
        return self._people(numbers).bit_count() < self.k

    def _people(self, numbers: int) -> int:
        """Return the people behind these numbers, each with one bit."""
        if self.values < 2:
            return numbers
        mask = (1 << self.span) - 1
        found = 0
        while numbers:
            found |= numbers & mask
            numbers >>= self.span
        return found

    def _all_of(self, numbers: int) -> int:
        """Return all the numbers of the people behind these numbers."""
        people = self._people(numbers)
        found = people
        for _ in range(self.values - 1):
            found = found << self.span | people
        return found

    def _hide(self, keys: Iterable[str]) -> None:
        first = min(keys, key=lambda key: (self.rank.get(key, 0), self.size[key], key))
        self.shown -= _with_all_below(first, self.trees)

    def _hide_doubles(self) -> bool:
        """Hide the smaller of each two groups that differ by a few people; say whether any was hidden."""
        hidden = False
        by_size = sorted(self.shown, key=lambda key: (self.size[key], key))
        for place, small in enumerate(by_size):
            for large in by_size[place + 1 :]:
                if small not in self.shown or self.size[large] - self.size[small] >= self.k * self.values:
                    break
                if large in self.shown and self._is_few(self.sets[small] ^ self.sets[large]):
                    self._hide((small, large))
                    hidden = True
        return hidden

    def _hide_tiles(self) -> bool:
        """Hide a tile of each group that the shown groups of a tree cover but for a few people."""
        hidden = False
        wholes = self._wholes()
        for tree in self.trees:
            below, tops = self._forest(tree)
            for made_of, people in wholes.items():
                whole = made_of[0]
                if not self.shown.issuperset(made_of):
                    continue
                # In its own tree a group is compared with what lies below it, elsewhere with everything.
                is_own = len(made_of) == 1 and (whole in tree or whole in below)
                tiles, apart = self._tiling(people, made_of, below.get(whole, ()) if is_own else tops, below)
                if tiles and self._is_few(apart):
                    self._hide((*tiles, *made_of))
                    below, tops = self._forest(tree)
                    hidden = True
        return hidden

    def _wholes(self) -> dict[tuple[str, ...], int]:
        """Return the people a reader knows the mean of, by the shown groups it takes to know it.

        Each shown group, the largest first; each one without all that is shown below it (where leaders are
        hidden, they still are the whole without staff); and in small trees, such as roles, the groups that
        do not overlap together (staff and managers are the whole without executives).
        """
        known: dict[tuple[str, ...], int] = {}
        for key in sorted(self.shown, key=lambda key: (-self.size[key], key)):
            known[key,] = self.sets[key]
        for tree in self.trees:
            below, tops = self._forest(tree)
            for parent, children in below.items():
                left = self.sets[parent]
                for child in children:
                    left &= ~self.sets[child]
                known[parent, *children] = left
            if sum(map(len, below.values())) <= SMALL_TREE:
                for keys in _apart(tops, below):
                    if len(keys) > 1:
                        union = 0
                        for key in keys:
                            union |= self.sets[key]
                        known[keys] = union
        return {made_of: people for made_of, people in known.items() if people}

    def _forest(self, tree: Mapping[str, str]) -> tuple[dict[str, list[str]], list[str]]:
        """Return the shown groups below each shown group of a tree, and those with nothing shown above."""
        below: dict[str, list[str]] = {}
        tops = []
        for key in sorted(self.shown & (tree.keys() | set(tree.values()))):
            parent = _nearest_shown_above(key, self.shown, tree)
            if parent:
                below.setdefault(parent, []).append(key)
            else:
                tops.append(key)
        return below, tops

    def _tiling(
        self, inside: int, made_of: Sequence[str], among: Sequence[str], below: Mapping[str, Sequence[str]]
    ) -> tuple[list[str], int]:
        """Return the groups that together come nearest to `inside`, and the numbers in which they differ from it."""
        # Somebody of whom a tile holds another value differs in any case.
        mine = self._all_of(inside)

        def nearest(keys: Sequence[str], space: int) -> tuple[list[str], int]:
            tiles: list[str] = []
            apart = inside & space
            for key in keys:
                people = self.sets[key]
                if not people & mine:
                    continue
                finer, left = nearest(below.get(key, ()), people)
                beyond = people & ~inside
                if key not in made_of and (beyond & ~mine).bit_count() <= left.bit_count():
                    finer, left = [key], beyond
                tiles += finer
                apart = apart & ~people | left
            return tiles, apart

        return nearest(among, inside)


def _apart(keys: Sequence[str], below: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return every choice of groups from a forest of which none lies in another."""
    found: list[tuple[str, ...]] = [()]
    for key in keys:
        found = [(*before, *one) for before in found for one in ((key,), *_apart(below.get(key, ()), below))]
    return found


def _nearest_shown_above(key: str, shown: Set[str], tree: Mapping[str, str]) -> str:
    parent = tree.get(key, "")
    while parent and parent not in shown:
        parent = tree.get(parent, "")
    return parent


def _with_all_below(key: str, trees: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Return `key` and every group under it in any of the trees."""
    found = {key}
    while True:
        more = {child for tree in trees for child, parent in tree.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more
