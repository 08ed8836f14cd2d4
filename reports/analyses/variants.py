"""Which variants of a dimension may stand side by side: all answers, what is lived, what is claimed, the gap.

The variants share people and often their values: somebody who answered no ladder has the same score in
"lived" as over all answers. So what is lived by thirteen leaders, beside the score of nine managers, can be
what is lived by four executives, although no table of its own says so. One audit therefore covers all
variants, over people's values instead of people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pillars.schema import Dimension
from pillars.scoring import is_in, point_of
from reports.analyses.respondents import Survey
from reports.disclosure import shown_groups

COMMON = "common"
"""The variant that a gap rests on: the questions which leaders and staff were both asked."""

GIVES_WAY = ("claimed", "lived", COMMON, "score")
"""Which variant is hidden first."""


def shown_variants(
    survey: Survey, dimension: Dimension, contributors: Mapping[str, Mapping[str, Collection[int]]]
) -> frozenset[tuple[str, str]]:
    """Return the (variant, group) pairs that may be shown; `contributors` are people by variant and group."""
    span = len(survey.people)
    seen: dict[int, list[frozenset[str]]] = {}

    def value_of(person: int, items: Sequence[str]) -> int:
        """Return the number of a person's value, which is the same where the same answers make it."""
        answers = survey.people[person].answers
        behind = frozenset(
            key for key in items if key not in survey.rare_ladders and point_of(answers, key) is not None
        )
        known = seen.setdefault(person, [])
        if behind not in known:
            known.append(behind)
        return person + span * known.index(behind)

    items = {
        "score": [item.key for item in dimension.items if is_in(item, "score")],
        "lived": [item.key for item in dimension.items if is_in(item, "lived")],
        "claimed": [item.key for item in dimension.items if is_in(item, "claimed")],
        COMMON: [item.key for item in survey.common_items(dimension)],
    }
    pairs = {f"{variant} {key}": (variant, key) for variant, found in contributors.items() for key in found}
    values = {
        variant: {person: value_of(person, items[variant]) for person in set().union(*found.values())}
        for variant, found in contributors.items()
    }
    groups = {
        name: frozenset(values[variant][person] for person in contributors[variant][key])
        for name, (variant, key) in pairs.items()
    }
    trees = [
        {f"{variant} {child}": f"{variant} {parent}" for child, parent in tree.items()}
        for variant in contributors
        for tree in survey.partitions
    ]
    # Units give way before roles: a hidden role is often the whole without the others.
    rank = {
        name: 2 * GIVES_WAY.index(variant) + (not key.startswith("unit:")) for name, (variant, key) in pairs.items()
    }
    allowed = shown_groups(groups, trees, survey.least(dimension), span=span, rank=rank)
    return frozenset(pairs[name] for name in allowed)
