"""What a release says, as frozen values: the one thing that page, file, PDF and comparison all print.

`reports.releases` builds a `Results` and stores it as the release's JSON document; everything else reads
it back with `Results.from_document`. Nothing here computes.

A *subject* is what a figure is about: "index", "instrument:<key>" or a dimension's key. A *group* is who
it is about: "all", "side:staff", "side:leaders", "role:<role group key>", "unit:<id>", "merged:<ids>" for units that
are told about together (a group of the kind "unit" as well), "contact:<level>", or two of them with a plus for a pair.
A *measure* is which answers it rests on: "score" (all scored items), "lived" (experience items), "claimed" (ladders).
A *variant* is the score told another way: "unweighted" (everybody counts the same) or "without_flagged" (only answers
without a sign of carelessness).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

FORMAT = 1

Absence = Literal["", "hidden", "not_asked", "too_few"]
Verdict = Literal["clear", "chance", "too_few"]

UNWEIGHTED = "unweighted"
WITHOUT_FLAGGED = "without_flagged"


@dataclass(frozen=True)
class Figure:
    """A mean on 0..100 with its 95 % interval, or the reason why there is none.

    A hidden figure carries no other value at all, so that no printer can show one by mistake.
    `native_mean` and `native_sd` are on the items' own points, where all items of the dimension share them.
    """

    score: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    """Half of the 95 % interval without the factor for a finite organisation: what differences are judged by."""
    n: int | None = None
    """Contributors. A few who did not contribute are counted in, or None, where they could be told from it."""
    sd: float | None = None
    display: int | None = None
    level: int | None = None
    """1 for the lowest level; None for a figure that is no maturity score."""
    indicative: bool = False
    """Rests on 5 to 9 people."""
    dont_know: float | None = None
    """Share 0..1 of "I can't see this" among what was asked."""
    native_mean: float | None = None
    native_sd: float | None = None
    absence: Absence = ""

    @property
    def is_shown(self) -> bool:
        return self.score is not None

    def to_document(self) -> dict[str, Any]:
        """Return the values that differ from an empty figure's."""
        return {part.name: value for part in fields(self) if (value := getattr(self, part.name)) != part.default}


HIDDEN = Figure(absence="hidden")
NOT_ASKED = Figure(absence="not_asked")
TOO_FEW = Figure(absence="too_few")


@dataclass(frozen=True)
class Group:
    """Who a row of figures is about. `answered` is None when the group is hidden."""

    key: str
    kind: Literal["all", "side", "role", "unit", "contact", "pair"]
    title: str
    parent: str = ""
    answered: int | None = None


@dataclass(frozen=True)
class Level:
    number: int
    key: str
    title: str
    starts_at: float
    meaning: str = ""


@dataclass(frozen=True)
class Subject:
    """A row or column of results: its words, and where it stands in the framework."""

    key: str
    title: str
    short_title: str
    kind: Literal["index", "instrument", "dimension"]
    instrument: str = ""
    source: str = "ours"
    summary: str = ""
    is_scored: bool = True
    """False for batteries, which explain and have no level."""


@dataclass(frozen=True)
class Overall:
    """The headline: index and level, the level the index alone would give, and why the gate holds it."""

    level: int | None = None
    level_of_index: int | None = None
    held_by: str = ""
    """Subject key of the dimension that holds the level, or empty."""
    equal_weights_index: float | None = None
    equal_weights_level: int | None = None
    unweighted_index: float | None = None
    """The index of plain means over people, whatever their role."""
    unweighted_level: int | None = None
    between: tuple[int, int] | None = None
    """The two levels the interval reaches, where it crosses a border."""
    confidence: str = ""
    confidence_reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quality:
    """How many people's answers show a sign of carelessness, and the headline without them."""

    flagged: int | None = None
    """None where it is not told: 1 to k - 1, or where another number less this one would be."""
    without: Overall | None = None
    is_without: bool = False
    """Whether these results leave flagged answers out; never so in a release itself."""


@dataclass(frozen=True)
class Gap:
    """Leaders minus staff on common items, 0..100 points; positive when leaders see more."""

    subject: str
    leaders: float | None
    staff: float | None
    difference: float | None
    shrunk: float | None
    low: float | None
    high: float | None
    leaders_n: int | None
    staff_n: int | None
    verdict: Verdict
    g: float | None = None
    """Hedges' g of a clear gap: the difference in units of the spread between people; its interval follows."""
    g_low: float | None = None
    g_high: float | None = None


@dataclass(frozen=True)
class ItemResult:
    """How the whole organisation answered one item; only from ten answers up."""

    key: str
    text: str
    subject: str
    n: int
    mean: float
    sd: float | None
    native_mean: float
    native_sd: float | None
    counts: tuple[int, ...]
    """People at each point, in the order of the scale."""
    labels: tuple[str, ...]
    dont_know: int | None
    """None, with the next, where the other figures would tell by them what a few people could not say."""
    not_applicable: int | None
    consensus: float | None


@dataclass(frozen=True)
class Analysis:
    """One of the field's analyses: named values and rows, or the sentence why there is none."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()
    absence: str = ""


@dataclass(frozen=True)
class Advice:
    """A recommendation with what it rests on."""

    subject: str
    kind: str
    text: str
    because: str
    score: float
    level: int


@dataclass(frozen=True)
class Results:
    organisation: str
    sector: str
    country: str
    is_synthetic: bool
    campaign: str
    wave: int
    form: str
    is_pulse: bool
    framework: str
    framework_slug: str
    edition: str
    edition_fingerprint: str
    closed_at: str
    """ISO 8601 with zone."""
    k: int
    invited: int | None
    answered: int | None
    """None where some answered, and fewer than k."""
    levels: tuple[Level, ...]
    subjects: tuple[Subject, ...]
    groups: tuple[Group, ...]
    figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    """measure -> group key -> subject key -> figure"""
    overall: Overall
    gaps: tuple[Gap, ...] = ()
    items: tuple[ItemResult, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    advice: tuple[Advice, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    """Role group key -> weight used, "instrument:<key>" -> share of the index."""
    pools: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    """measure -> dimension key -> group key -> share, 0..1: of whose means a figure of the whole is made.

    Only where each of these means is shown beside it."""
    short_roles: tuple[str, ...] = ()
    """Titles of the roles that got the short form where others got `form`."""
    may_repeat: bool = False
    """Whether anybody could come in by an open link, a poster or a shared tablet, so that answers can repeat."""
    not_searched: int = 0
    """Figures that are hidden because it would have taken too long to find out what they tell."""
    variants: Mapping[str, Mapping[str, Mapping[str, Figure]]] = field(default_factory=dict)
    """variant -> group key -> subject key -> figure; only shown ones."""
    quality: Quality = Quality()

    def figure(self, group: str, subject: str, measure: str = "score") -> Figure:
        return self.figures.get(measure, {}).get(group, {}).get(subject, NOT_ASKED)

    def subject(self, key: str) -> Subject:
        return next(subject for subject in self.subjects if subject.key == key)

    def group(self, key: str) -> Group:
        return next(group for group in self.groups if group.key == key)

    def level(self, number: int) -> Level:
        return self.levels[number - 1]

    def analysis(self, key: str) -> Analysis | None:
        return next((analysis for analysis in self.analyses if analysis.key == key), None)

    def dimensions(self, instrument: str = "") -> tuple[Subject, ...]:
        return tuple(
            subject
            for subject in self.subjects
            if subject.kind == "dimension" and (not instrument or subject.instrument == instrument)
        )

    def variant(self, name: str, group: str, subject: str) -> Figure | None:
        """Return a shown figure told another way, or None."""
        return self.variants.get(name, {}).get(group, {}).get(subject)

    def without_flagged(self) -> Results | None:
        """Return the whole organisation's figures without flagged answers, and nothing else; None where not shown.

        What rests on all answers is left out, so that no page mixes the two.
        """
        rows = self.variants.get(WITHOUT_FLAGGED, {})
        if self.quality.without is None and not rows:
            return None
        everything = {
            subject: NOT_ASKED if figure == NOT_ASKED else HIDDEN
            for subject, figure in self.figures.get("score", {}).get("all", {}).items()
        }
        return replace(
            self,
            figures={"score": {"all": everything | dict(rows.get("all", {}))}},
            overall=self.quality.without or Overall(),
            answered=None if self.answered is None else self.answered - (self.quality.flagged or 0),
            gaps=(),
            items=(),
            analyses=(),
            advice=(),
            variants={WITHOUT_FLAGGED: rows},
            quality=replace(self.quality, is_without=True),
        )

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values; `from_document` gives back an equal `Results`.

        A figure names only what it has, so that a hidden one is its absence and nothing else.
        """
        plain = asdict(replace(self, figures={}, variants={}))
        return {
            "format": FORMAT,
            **plain,
            "figures": _figures_document(self.figures),
            "variants": _figures_document(self.variants),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Results:
        """Read a stored document.

        :raises ValueError: when the document was written in another format
        """
        if document.get("format") != FORMAT:
            raise ValueError(f"This release is written in format {document.get('format')}, expected {FORMAT}.")
        values = {key: value for key, value in document.items() if key != "format"}
        quality = values.get("quality") or {}
        values |= {
            "levels": tuple(Level(**level) for level in values["levels"]),
            "subjects": tuple(Subject(**subject) for subject in values["subjects"]),
            "groups": tuple(Group(**group) for group in values["groups"]),
            "figures": _figures_from(values["figures"]),
            "variants": _figures_from(values.get("variants", {})),
            "overall": _overall_from(values["overall"]),
            "quality": Quality(
                quality.get("flagged"), _overall_from(quality["without"]) if quality.get("without") else None
            ),
            "gaps": tuple(Gap(**gap) for gap in values["gaps"]),
            "items": tuple(
                ItemResult(**{**item, "counts": tuple(item["counts"]), "labels": tuple(item["labels"])})
                for item in values["items"]
            ),
            "analyses": tuple(
                Analysis(**{**analysis, "rows": tuple(analysis["rows"])}) for analysis in values["analyses"]
            ),
            "advice": tuple(Advice(**advice) for advice in values["advice"]),
            "short_roles": tuple(values.get("short_roles", ())),
        }
        return cls(**values)


Figures = Mapping[str, Mapping[str, Mapping[str, Figure]]]


def _figures_document(figures: Figures) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        name: {group: {subject: figure.to_document() for subject, figure in row.items()} for group, row in rows.items()}
        for name, rows in figures.items()
    }


def _figures_from(document: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Figures:
    return {
        name: {group: {subject: Figure(**figure) for subject, figure in row.items()} for group, row in rows.items()}
        for name, rows in document.items()
    }


def _overall_from(document: Mapping[str, Any]) -> Overall:
    values = dict(document)
    values["between"] = tuple(values["between"]) if values["between"] else None
    values["confidence_reasons"] = tuple(values["confidence_reasons"])
    return Overall(**values)
