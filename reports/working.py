"""How each shown figure is made of other shown figures: parts, weights and rounding, so that anybody can do the sum.

Takes a frozen release and its edition, which is public; nothing that the release hides can come out. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pillars.schema import Framework
from pillars.scoring import MEASURES, combined, dimension_weights, instrument_weights
from reports.results import Figure, Results

Rule = Literal["role_weighted", "pooled", "people", "parts"]
"""How a figure is made: of role groups by weight with all of them shown, of role groups that are not, as a plain mean
over people, or of other subjects by weight."""

INDEX = "index"
DUST = 1e-9


@dataclass(frozen=True)
class Part:
    """One thing a figure is made of. `figure` may be absent: then it carries no weight."""

    group: str
    subject: str
    weight: float
    figure: Figure


@dataclass(frozen=True)
class Recipe:
    """What a shown figure is made of. `result` is what its parts give, within `allowed` of what was released."""

    group: str
    subject: str
    measure: str
    figure: Figure
    rule: Rule
    parts: tuple[Part, ...] = ()
    allowed: float = DUST

    @property
    def present(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if may_show(part.figure))

    @property
    def weight(self) -> float:
        """Return the weight of what is present; parts divide by it."""
        return sum(part.weight for part in self.present)

    @property
    def result(self) -> float | None:
        """Return what the parts give, or None for a figure whose parts are people or are not shown."""
        if not self.parts:
            return None
        keys = {f"{part.group} {part.subject}": part for part in self.parts}
        return combined(
            {key: shown_score(one.figure) for key, one in keys.items()}, {k: p.weight for k, p in keys.items()}
        )


@dataclass(frozen=True)
class Gate:
    """How the overall level comes about. `lowest` is the subject that stands lowest in the first lens."""

    level_of_index: int
    lowest: str = ""
    lowest_level: int | None = None
    level: int = 0


def recipe(results: Results, framework: Framework, group: str, subject: str, measure: str = "score") -> Recipe | None:
    """Return what a figure is made of, or None where it is not shown."""
    figure = results.figure(group, subject, measure)
    if not may_show(figure):
        return None
    kind = next((one.kind for one in results.groups if one.key == group), "")
    weights = part_weights(framework, subject)
    rule: Rule = "people"
    parts: tuple[Part, ...] = ()
    if weights is not None:
        rule = "parts"
        parts = tuple(Part(group, key, weight, results.figure(group, key, measure)) for key, weight in weights.items())
    elif kind == "all" and (shares := results.pools.get(measure, {}).get(subject)):
        rule = "role_weighted"
        parts = tuple(Part(key, subject, share, results.figure(key, subject, measure)) for key, share in shares.items())
    elif kind in {"all", "unit"} and framework.role_groups:
        rule = "pooled"
    return Recipe(group, subject, measure, figure, rule, parts, _allowed(results, figure, parts))


def recipes(results: Results, framework: Framework) -> Iterator[Recipe]:
    """Yield what every shown figure is made of: the whole before its parts, measure by measure."""
    for measure in MEASURES:
        for group in results.groups:
            for subject in results.subjects:
                found = recipe(results, framework, group.key, subject.key, measure)
                if found:
                    yield found


def part_weights(framework: Framework, subject: str) -> dict[str, float] | None:
    """Return the weight of each subject that an instrument or the index is made of; None for a dimension."""
    if subject == INDEX:
        return {f"instrument:{key}": weight for key, weight in instrument_weights(framework).items()}
    if subject.startswith("instrument:"):
        return dimension_weights(framework, subject.partition(":")[2])
    return None


def first_lens(framework: Framework) -> str:
    """Return the subject key of the instrument that the gate looks at, or "" without a gate."""
    first = next((found for found in framework.instruments if found.weight > 0), None)
    return f"instrument:{first.key}" if framework.gate and first else ""


def gate(results: Results, framework: Framework) -> Gate | None:
    """Return how the overall level comes about, or None where there is none."""
    overall = results.overall
    if overall.level is None or overall.level_of_index is None:
        return None
    lens = first_lens(framework)
    levels = {
        key: figure.level
        for key in (part_weights(framework, lens) or {} if lens else {})
        if may_show(figure := results.figure("all", key)) and figure.level is not None
    }
    scores = {key: results.figure("all", key).score or 0.0 for key in levels}
    lowest = overall.held_by or min(scores, key=lambda key: scores[key], default="")
    return Gate(overall.level_of_index, lowest, levels.get(lowest), overall.level)


def index_again(
    results: Results, framework: Framework, group: str, measure: str = "score", *, equal: bool = False
) -> tuple[float, float] | None:
    """Return the index from the lenses as their topics give them, and how far rounding may take it from the released.

    With `equal`, every lens weighs the same. None where the index is not shown, or where it holds a lens that is not.
    """
    released = results.figure(group, INDEX, measure)
    weights = {f"instrument:{key}": share for key, share in instrument_weights(framework, equal=equal).items()}
    lenses = {key: recipe(results, framework, group, key, measure) for key in weights}
    present = {key: one for key, one in lenses.items() if one and one.result is not None}
    if not may_show(released) or (equal and _has_more(results, framework, group, present)):
        return None
    found = combined({key: one.result for key, one in present.items()}, weights)
    if found is None:
        return None
    here = sum(weights[key] for key in present)
    spread = sum(weights[key] * _allowed_of_parts(results, one.parts) for key, one in present.items()) / here
    own = 0.5 if equal and released.indicative else rounding_bound(results, released)
    return found, DUST + own + spread


def _has_more(results: Results, framework: Framework, group: str, present: Mapping[str, Recipe]) -> bool:
    """Say whether a lens that is not shown has enough shown topics to count under equal weights."""
    others = [found.key for found in framework.instruments if found.weight > 0]
    return any(
        combined(
            {part: shown_score(results.figure(group, part)) for part in dimension_weights(framework, key)},
            dimension_weights(framework, key),
        )
        is not None
        for key in others
        if f"instrument:{key}" not in present
    )


def may_show(figure: Figure) -> bool:
    """Say whether a figure has a score and nothing says that it is hidden."""
    return figure.is_shown and not figure.absence


def shown_score(figure: Figure) -> float | None:
    return figure.score if may_show(figure) else None


def rounding_bound(results: Results, figure: Figure) -> float:
    """Return how far a released figure may stand from the unrounded one, in points.

    Nothing from ten people on. Below, half a point, and up to one where a whole point more would reach a level that
    the unrounded figure does not: 39.6 is released as 39.
    """
    if not figure.indicative or figure.score is None:
        return 0.0
    above = figure.score + 1
    return 1.0 if any(figure.score + 0.5 < level.starts_at <= above for level in results.levels) else 0.5


def document(results: Results, framework: Framework) -> list[Mapping[str, Any]]:
    """Return every recipe as plain values for a file."""
    return [
        {
            "group": found.group,
            "subject": found.subject,
            "measure": found.measure,
            "rule": found.rule,
            "parts": [
                {"group": part.group, "subject": part.subject, "weight": part.weight, "mean": shown_score(part.figure)}
                for part in found.parts
            ],
            "result": found.result,
            "allowed": found.allowed,
        }
        for found in recipes(results, framework)
    ]


def _allowed(results: Results, figure: Figure, parts: tuple[Part, ...]) -> float:
    """Return how far the sum of the released parts may stand from the released figure, by rounding alone."""
    return DUST + rounding_bound(results, figure) + _allowed_of_parts(results, parts)


def _allowed_of_parts(results: Results, parts: tuple[Part, ...]) -> float:
    present = [(part.weight, rounding_bound(results, part.figure)) for part in parts if may_show(part.figure)]
    whole = sum(weight for weight, _ in present)
    return sum(weight * bound for weight, bound in present) / whole if whole > 0 else 0.0
