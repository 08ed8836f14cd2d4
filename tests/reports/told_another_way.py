"""A made-up release whose figures are also told unweighted and without flagged answers, with what they carry."""

from dataclasses import replace
from typing import Any

from reports.results import UNWEIGHTED, WITHOUT_FLAGGED, Analysis, Figure, Overall, Quality, Results
from tests.reports.results_fixture import make_figure, make_results

CARRYING = (
    Analysis(
        "consistency",
        rows=(
            {
                "subject": "leadership",
                "alpha": 0.81,
                "low": 0.77,
                "high": 0.85,
                "items": 4,
                "n": 170,
                "label": "consistent",
            },
            {"subject": "insight", "alpha": 0.44, "low": 0.3, "high": 0.56, "items": 4, "n": None, "label": "weak"},
        ),
    ),
    Analysis(
        "unit_reliability",
        rows=(
            {"subject": "leadership", "icc1": 0.14, "icc2": 0.78, "units": 5, "differ": "clear", "label": "consistent"},
            {"subject": "insight", "icc1": -0.02, "icc2": None, "units": 5, "differ": "none", "label": "weak"},
        ),
    ),
    Analysis(
        "claimed_lived",
        rows=(
            {"subject": "leadership", "claimed": 70.0, "lived": 48.0, "difference": 22.0},
            {"subject": "insight", "claimed": 40.0, "lived": 44.0, "difference": -4.0},
        ),
    ),
    Analysis(
        "evidence",
        {"gap": 0.8, "level": 2, "claimed_level": 3, "index": 38.0, "coverage": 0.55, "ladders": 6},
        (
            {"subject": "leadership", "claimed": 3.8, "supported": 2.9, "gap": 0.9, "coverage": 0.5, "n": 14},
            {"subject": "insight", "claimed": 3.1, "supported": 2.0, "gap": 1.1, "coverage": None, "n": None},
        ),
    ),
    Analysis(
        "qualities",
        {"lowest": ["QE2", "QE4"]},
        (
            {"key": "QE1", "text": "They listen.", "staff": 71.0, "managers_say": 75.0, "n": 160},
            {"key": "QE2", "text": "They explain.", "staff": 48.0, "managers_say": None, "n": 160},
            {"key": "QE4", "text": "They offer help.", "staff": 52.0, "managers_say": 66.0, "n": None},
        ),
    ),
)


def shifted(row: dict[str, Figure], points: float) -> dict[str, Figure]:
    return {
        key: replace(make_figure(figure.score + points, figure.n), sd=None, dont_know=None)
        for key, figure in row.items()
        if figure.score is not None and figure.n is not None
    }


def told_another_way(flagged: int | None = 24, **changes: Any) -> Results:
    """Return a release in which level 2 is reached unweighted, and level 3 also without the flagged answers."""
    results = make_results()
    whole = dict(results.figures["score"]["all"])
    variants = {
        UNWEIGHTED: {"all": shifted(whole, -8), "unit:11": shifted(dict(results.figures["score"]["unit:11"]), -2)},
        WITHOUT_FLAGGED: {"all": shifted(whole, 3)},
    }
    plain, without = (variants[name]["all"]["index"] for name in (UNWEIGHTED, WITHOUT_FLAGGED))
    overall = replace(results.overall, unweighted_index=plain.score, unweighted_level=plain.level)
    headline = Overall(level=without.level, level_of_index=without.level, confidence="B")
    gaps = tuple(
        replace(gap, g=0.62, g_low=0.31, g_high=0.93) if gap.verdict == "clear" else gap for gap in results.gaps
    )
    values: dict[str, Any] = {
        "variants": variants,
        "overall": overall,
        "quality": Quality(flagged, headline),
        "gaps": gaps,
        "analyses": (*results.analyses, *CARRYING),
    }
    return replace(results, **(values | changes))
