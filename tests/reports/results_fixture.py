"""A whole made-up release, for tests of pages, files and reports: every kind of figure occurs in it once or more.

The numbers are derived from the small tables below, so that they agree with each other: a figure's level,
printed number and interval follow from its score, spread and number of people.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from reports.results import (
    HIDDEN,
    NOT_ASKED,
    TOO_FEW,
    Advice,
    Analysis,
    Figure,
    Gap,
    Group,
    ItemResult,
    Level,
    Overall,
    Results,
    Subject,
    Verdict,
)

LEVELS = (
    Level(1, "inward", "Inward", 0, "The organisation's convenience decides; customers are not discussed."),
    Level(2, "spoken", "Spoken", 20, "Leaders say customers matter; good deeds depend on individuals."),
    Level(3, "structured", "Structured", 40, "Owners, rules and standards exist and are mostly followed."),
    Level(4, "practised", "Practised", 60, "Done as a habit across departments and checked with customer data."),
    Level(5, "lived", "Lived", 80, "A value people act on unprompted; it survives a change of leader."),
)

INSTRUMENTS = (
    ("pillars", "Five pillars", "What the whole rests on."),
    ("systems", "Four systems", "What keeps the pillars up."),
    ("aspects", "Nine aspects", "How it feels to work on it."),
)
BATTERIES = (
    ("values", "Value customers get", "What customers get, as seen by those who serve them."),
    ("resources", "What people have to work with", "Access to nine resources."),
    ("qualities", "Qualities of the team", "Six qualities, always of teams and never of persons."),
)

# instrument, key, title, short title, staff's score, leaders' score, provenance
DIMENSIONS = (
    ("pillars", "leadership", "Leadership and culture", "Leadership", 52.0, 72.0, "found"),
    ("pillars", "operations", "Customer-focused operations", "Operations", 43.0, 49.0, "stated"),
    ("pillars", "empowerment", "Empowered employees and agents", "Empowered", 31.0, 58.0, "stated"),
    ("pillars", "insight", "Insight that drives decisions", "Insight", 30.0, 40.0, "ours"),
    ("pillars", "experience", "Experience and value", "Experience", 56.0, 51.0, "ours"),
    ("systems", "innovation", "Innovation management", "Innovation", 34.0, 46.0, "stated"),
    ("systems", "people", "Aligning, empowering and managing people", "People", 41.0, 57.0, "stated"),
    ("systems", "measurement", "Performance measurement", "Measurement", 39.7, 39.7, "stated"),
    ("systems", "partnerships", "Partnerships", "Partners", 47.0, 44.0, "stated"),
    ("aspects", "mandate", "The mandate", "Mandate", 44.0, 66.0, "stated"),
    ("aspects", "small_steps", "Thinking big, starting small", "Small steps", 38.0, 50.0, "stated"),
    ("aspects", "hero", "Holding out for a hero", "Hero", 29.0, 37.0, "stated"),
    ("aspects", "penny", "The penny drops", "Penny drops", 51.0, 53.0, "stated"),
    ("aspects", "shared_success", "Shared success", "Success", 36.0, 55.0, "found"),
    ("aspects", "evidence", "Culture and evidence eat strategy", "Evidence", 42.0, 48.0, "stated"),
    ("aspects", "data", "Data doesn't solve people problems", "Data", 48.0, 45.0, "stated"),
    ("aspects", "mix", "People, process and platforms", "Mix", 35.0, 41.0, "stated"),
    ("aspects", "decisions", "Day-to-day decisions", "Decisions", 45.0, 61.0, "stated"),
)
BATTERY_DIMENSIONS = (
    ("values", "value_functional", "What it does for customers", "Use", 64.0),
    ("values", "value_experience", "How customers are treated", "Treatment", 47.0),
    ("resources", "resource_time", "Time", "Time", 33.0),
    ("resources", "resource_tools", "Tools and systems", "Tools", 41.0),
    ("resources", "resource_knowledge", "Knowledge", "Knowledge", 62.0),
    ("qualities", "quality_empathy", "Empathy", "Empathy", 71.0),
    ("qualities", "quality_curiosity", "Curiosity", "Curiosity", 49.0),
)

# key, title, people who answered (None: hidden), how far its staff stand from the whole
UNITS: tuple[tuple[str, str, int | None, float], ...] = (
    ("unit:11", "Branches, north", 62, 3.0),
    ("unit:12", "Branches, south", 48, -6.0),
    ("unit:13", "Contact centre", 31, 9.0),
    ("unit:14", "Operations", 27, -4.0),
    ("unit:15", "Product and marketing", 19, 14.0),
    ("unit:16", "Technology", 14, -11.0),
    ("unit:17", "Legal", None, 0.0),
    ("unit:18", "Risk", None, 0.0),
)
PARTLY_HIDDEN = ("unit:16", "insight")
"""One more cell is hidden in a unit that is otherwise shown."""

STAFF, MANAGERS, EXECUTIVES = 176, 29, 9
SPREAD = 21.0
FREQUENCIES = ("Never", "Rarely", "Sometimes", "Often", "Always")
RUNGS = (
    "Nobody in particular takes care of this",
    "One enthusiast or one team does it",
    "A named leader owns it and there are rules",
    "Every department does it as a habit",
    "It shapes budgets and outlasts its champions",
)


def level_of(score: float) -> int:
    return min(5, int(score // 20) + 1)


def printed(score: float) -> int:
    """Round half up, but never into a higher band than the unrounded score."""
    rounded = math.floor(score + 0.5)
    return rounded if level_of(rounded) == level_of(score) else rounded - 1


def make_figure(score: float, n: int, sd: float = SPREAD, dont_know: float = 0.06) -> Figure:
    """Return a shown figure whose other values follow from `score`, `n` and `sd`."""
    half = 1.96 * sd / math.sqrt(n)
    return Figure(
        score=score,
        low=max(0.0, round(score - half, 2)),
        high=min(100.0, round(score + half, 2)),
        margin=round(half, 2),
        n=n,
        sd=sd,
        display=printed(score),
        level=level_of(score),
        indicative=n < 10,
        dont_know=dont_know,
        native_mean=round(score / 25, 2),
        native_sd=round(sd / 25, 2),
    )


def _whole(staff: float, leaders: float) -> float:
    return round(0.5 * staff + 0.5 * leaders, 2)


def _subjects() -> tuple[Subject, ...]:
    subjects = [Subject("index", "Customer centricity", "Index", "index")]
    for key, title, summary in (*INSTRUMENTS, *BATTERIES):
        scored = key in {name for name, _, _ in INSTRUMENTS}
        subjects.append(
            Subject(f"instrument:{key}", title, title, "instrument", key, summary=summary, is_scored=scored)
        )
    for instrument, key, title, short, _staff, _leaders, source in DIMENSIONS:
        summary = f"How far {title.lower()} shows in daily work."
        subjects.append(Subject(key, title, short, "dimension", instrument, source, summary))
    for instrument, key, title, short, _score in BATTERY_DIMENSIONS:
        subjects.append(Subject(key, title, short, "dimension", instrument, "stated", is_scored=False))
    return tuple(subjects)


def _groups() -> tuple[Group, ...]:
    return (
        Group("all", "all", "Whole organisation", answered=STAFF + MANAGERS + EXECUTIVES),
        Group("side:staff", "side", "Staff", answered=STAFF),
        Group("side:leaders", "side", "Leaders", answered=MANAGERS + EXECUTIVES),
        Group("role:staff", "role", "Front line, agents and back office", answered=STAFF),
        Group("role:managers", "role", "Managers", answered=MANAGERS),
        Group("role:executives", "role", "Executives", answered=EXECUTIVES),
        *(Group(key, "unit", title, parent="unit:10", answered=answered) for key, title, answered, _ in UNITS),
    )


def _row(n: int, staff_share: float, shift: float = 0.0) -> dict[str, Figure]:
    """Return the figures of a group whose people stand `staff_share` on the staff's side of each dimension."""
    row: dict[str, Figure] = {}
    scores: dict[str, list[float]] = {}
    for instrument, key, _title, _short, staff, leaders, _source in DIMENSIONS:
        score = round(min(96.0, max(4.0, staff_share * staff + (1 - staff_share) * leaders + shift)), 2)
        row[key] = make_figure(score, n)
        scores.setdefault(instrument, []).append(score)
    means = {instrument: round(sum(values) / len(values), 2) for instrument, values in scores.items()}
    for instrument, mean in means.items():
        row[f"instrument:{instrument}"] = make_figure(mean, n, sd=15)
    index = round(0.5 * means["pillars"] + 0.25 * means["systems"] + 0.25 * means["aspects"], 2)
    row["index"] = make_figure(index, n, sd=13)
    return row


def _hidden_row() -> dict[str, Figure]:
    row = {key: HIDDEN for _, key, *_ in DIMENSIONS}
    return {**row, **{f"instrument:{key}": HIDDEN for key, *_ in INSTRUMENTS}, "index": HIDDEN}


def _battery(n: int, shift: float = 0.0) -> dict[str, Figure]:
    return {key: replace(make_figure(score + shift, n), level=None) for _, key, _, _, score in BATTERY_DIMENSIONS}


def _figures() -> dict[str, dict[str, dict[str, Figure]]]:
    leaders = MANAGERS + EXECUTIVES
    score = {
        "all": _row(STAFF + leaders, 0.5) | _battery(STAFF),
        "side:staff": _row(STAFF, 1.0) | _battery(STAFF),
        "side:leaders": _row(leaders, 0.0) | {key: NOT_ASKED for _, key, *_ in BATTERY_DIMENSIONS},
        "role:staff": _row(STAFF, 1.0) | _battery(STAFF),
        "role:managers": _row(MANAGERS, 0.0, -3.0),
        "role:executives": _row(EXECUTIVES, 0.0, 4.0),
    }
    for key, _title, answered, shift in UNITS:
        score[key] = _hidden_row() if answered is None else _row(answered, 0.5, shift)
    unit, dimension = PARTLY_HIDDEN
    score[unit][dimension] = HIDDEN
    score["unit:16"]["partnerships"] = TOO_FEW
    score["unit:15"]["hero"] = NOT_ASKED
    lived = {
        "all": {key: make_figure(_whole(s, v) - 4, STAFF + leaders) for _, key, _, _, s, v, _ in DIMENSIONS},
        "side:staff": {key: make_figure(s - 1, STAFF) for _, key, _, _, s, _, _ in DIMENSIONS},
    }
    claimed = {
        "all": {key: make_figure(min(95.0, v + 6), leaders, sd=24) for _, key, _, _, _, v, _ in DIMENSIONS},
        "side:leaders": {key: make_figure(min(95.0, v + 6), leaders, sd=24) for _, key, _, _, _, v, _ in DIMENSIONS},
    }
    return {"score": score, "lived": lived, "claimed": claimed}


def _gaps() -> tuple[Gap, ...]:
    leaders_n, se = MANAGERS + EXECUTIVES, 5.1
    gaps = [Gap("index", 53.1, 41.6, 11.5, 11.5, 4.2, 18.8, leaders_n, STAFF, "clear")]
    for _, key, _, _, staff, leaders, _ in DIMENSIONS:
        if key == "partnerships":
            gaps.append(Gap(key, None, None, None, None, None, None, None, None, "too_few"))
            continue
        difference = round(leaders - staff, 1)
        shrunk = round(7.3 + 0.75 * (difference - 7.3), 1)
        verdict: Verdict = "clear" if abs(difference) >= 15 else "chance"
        low, high = round(difference - 1.96 * se, 1), round(difference + 1.96 * se, 1)
        gaps.append(Gap(key, leaders, staff, difference, shrunk, low, high, leaders_n, STAFF, verdict))
    return tuple(gaps)


def _counts(mean: float, n: int) -> tuple[int, ...]:
    """Return whole people on five points whose mean is near `mean`."""
    weights = [math.exp(-((point - mean) ** 2) / 1.6) for point in range(5)]
    total = sum(weights)
    counts = [round(n * weight / total) for weight in weights]
    counts[counts.index(max(counts))] += n - sum(counts)
    return tuple(counts)


def _item(key: str, text: str, subject: str, *, mean: float, n: int, ladder: bool = False) -> ItemResult:
    counts = _counts(mean / 25, n)
    native = sum(point * count for point, count in enumerate(counts)) / n
    variance = sum(count * (point - native) ** 2 for point, count in enumerate(counts)) / n
    return ItemResult(
        key=key,
        text=text,
        subject=subject,
        n=n,
        mean=round(native * 25, 1),
        sd=round(25 * math.sqrt(variance), 1),
        native_mean=round(native + (1 if ladder else 0), 2),
        native_sd=round(math.sqrt(variance), 2),
        counts=counts,
        labels=RUNGS if ladder else FREQUENCIES,
        dont_know=round(n * 0.07),
        not_applicable=round(n * 0.02),
        consensus=round(1 - variance * 625 / 2500, 2),
    )


def _items() -> tuple[ItemResult, ...]:
    items = []
    for number, (_, key, title, _, staff, leaders, _) in enumerate(DIMENSIONS, start=1):
        topic = title.lower()
        items.append(
            _item(f"Q{number}a", f"How often do you see {topic} in your own work?", key, mean=staff - 3, n=STAFF)
        )
        items.append(
            _item(f"Q{number}b", f"How often does {topic} change what is decided?", key, mean=staff + 4, n=STAFF)
        )
        items.append(
            _item(
                f"Q{number}L", f"Which statement fits {topic} best?", key, mean=leaders + 6, n=MANAGERS + 9, ladder=True
            )
        )
    return tuple(items)


def _analyses() -> tuple[Analysis, ...]:
    people = STAFF + MANAGERS + EXECUTIVES
    return (
        Analysis("consensus", {"a": 0.71}, _consensus_rows()),
        Analysis("silo_dispersion", {"corrected": 7.1, "raw": 8.9, "label": "uneven"}, _silo_rows()),
        Analysis("line_of_sight", rows=_sight_rows()),
        Analysis(
            "symbolic_substantive",
            {
                "Sy": 71.0,
                "Pr": 46.0,
                "Va": 35.0,
                "D": 40.5,
                "D_low": 37.2,
                "D_high": 43.8,
                "TW": 30.5,
                "durability": 38.0,
                "fad": 44.0,
                "zone": "process",
                "n": people,
            },
        ),
        Analysis("shifts", rows=_shift_rows()),
        Analysis("definition", rows=_definition_rows()),
        Analysis("resources", {"access_index": 43.0, "n": STAFF}, _resource_rows()),
        Analysis(
            "hero",
            {"C": 0.31, "risk": 52.0, "zone": "high", "n": 188, "is_partial": True, "no_single_role": 0.22},
            (
                {"key": "manager", "title": "Manager", "count": 102, "share": 0.54},
                {"key": "executive", "title": "Executive", "count": 45, "share": 0.24},
            ),
        ),
        Analysis(
            "values",
            {"functional": 64.0, "experiential": 47.0, "balance": 17.0, "leans_to": "functional", "n": STAFF},
        ),
        Analysis(
            "confidence",
            rows=(
                {"subject": "index", "grade": "B", "reasons": ["Fewer than 60 % of the staff answered."]},
                {"subject": "leadership", "grade": "A", "reasons": []},
                {"subject": "empowerment", "grade": "B", "reasons": ["Fewer than 60 % of the staff answered."]},
            ),
        ),
        Analysis("decay", absence="Too few executives, managers or staff answered to say where the picture breaks."),
        Analysis("drivers", absence="Too few people spread their tokens to show an average."),
    )


def _consensus_rows() -> tuple[dict[str, Any], ...]:
    return (
        {"subject": "leadership", "a": 0.58, "label": "split", "n": 198},
        {"subject": "operations", "a": 0.74, "label": "mixed", "n": 201},
        {"subject": "experience", "a": 0.83, "label": "shared", "n": 204},
    )


def _silo_rows() -> tuple[dict[str, Any], ...]:
    return (
        {"subject": "empowerment", "raw": 11.2, "corrected": 9.4, "share": 0.19, "label": "silos", "departments": 6},
        {"subject": "insight", "raw": 6.6, "corrected": 4.8, "share": 0.09, "label": "uneven", "departments": 5},
    )


def _sight_rows() -> tuple[dict[str, Any], ...]:
    return (
        {"subject": "leadership", "group": "side:staff", "share": 0.46, "n": 176, "is_finding": True},
        {"subject": "leadership", "group": "side:leaders", "share": 0.94, "n": 38, "is_finding": False},
        {"subject": "experience", "group": "side:staff", "share": 0.91, "n": 176, "is_finding": False},
        {"subject": "experience", "group": "side:leaders", "share": 0.66, "n": 38, "is_finding": True},
    )


def _shift_rows() -> tuple[dict[str, Any], ...]:
    return (
        {
            "key": "front_line",
            "start": "Decided centrally",
            "end": "Decided at the front line",
            "position": 37.0,
            "low": 34.0,
            "high": 40.0,
            "n": 210,
            "items": ["EE1", "OP3"],
        },
        {
            "key": "integrated",
            "start": "Silos",
            "end": "One organisation",
            "position": 40.0,
            "low": 37.0,
            "high": 43.0,
            "n": 209,
            "items": ["OP2", "SHA1"],
        },
    )


def _definition_rows() -> tuple[dict[str, Any], ...]:
    return (
        {
            "key": "aln",
            "title": "Alignment",
            "score": 46.0,
            "low": 44.0,
            "high": 48.0,
            "n": 212,
            "items": 14,
            "role_spread": 21.0,
        },
        {"key": "und", "title": "Understanding", "score": 39.0, "low": 37.0, "high": 41.0, "n": 211, "items": 12},
    )


def _resource_rows() -> tuple[dict[str, Any], ...]:
    rows = (
        ("R1", "Time to listen to a customer", 33.0, 0.62, 58.0),
        ("R2", "Tools and systems that work", 41.0, 0.44, 49.0),
        ("R3", "Knowledge of the products", 62.0, 0.20, 60.0),
    )
    return tuple(
        {
            "key": key,
            "text": text,
            "access": access,
            "n": STAFF,
            "employees": None,
            "agents": None,
            "managers_say": managers,
            "assumption_gap": managers - access,
            "wish": wish,
            "priority": round(wish * (100 - access), 2),
        }
        for key, text, access, wish, managers in rows
    )


def _advice() -> tuple[Advice, ...]:
    return (
        Advice(
            "empowerment",
            "quick_win",
            "Publish a small amount that everybody may settle on the spot.",
            "Leaders see 27 points more than staff do, and the gap is clear.",
            44.5,
            3,
        ),
        Advice(
            "insight",
            "quick_win",
            "Share five raw customer quotes a week.",
            "Insight that drives decisions is the lowest pillar, at 35 of 100.",
            35.0,
            2,
        ),
        Advice(
            "hero",
            "big_move",
            "Move customer duties from the project to line roles.",
            "Holding out for a hero stands at 33 of 100.",
            33.0,
            2,
        ),
    )


def make_results(**changes: Any) -> Results:
    """Return a full release of "Northlake Savings", wave 3, with `changes` put in place of its fields."""
    results = Results(
        organisation="Northlake Savings",
        sector="microfinance",
        country="Kenya",
        is_synthetic=True,
        campaign="Spring 2026",
        wave=3,
        form="full",
        is_pulse=False,
        framework="Customer centricity",
        framework_slug="concentric",
        edition="1.0",
        edition_fingerprint="5f" * 32,
        closed_at="2026-06-12T18:00:00+00:00",
        k=5,
        invited=287,
        answered=STAFF + MANAGERS + EXECUTIVES,
        levels=LEVELS,
        subjects=_subjects(),
        groups=_groups(),
        figures=_figures(),
        overall=Overall(
            level=3,
            level_of_index=3,
            held_by="",
            equal_weights_index=46.41,
            equal_weights_level=3,
            between=None,
            confidence="B",
            confidence_reasons=("Fewer than 60 % of the staff answered.",),
        ),
        gaps=_gaps(),
        items=_items(),
        analyses=_analyses(),
        advice=_advice(),
        weights={
            "staff": 0.5,
            "managers": 0.3,
            "executives": 0.2,
            "instrument:pillars": 0.5,
            "instrument:systems": 0.25,
            "instrument:aspects": 0.25,
        },
    )
    return replace(results, **changes)
