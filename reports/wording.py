"""A release's results in the words of another language. Its figures stay as they were frozen.

A release keeps the words of its edition, and an edition may have translations. Whoever reads in such a language gets
its words for levels, topics, roles, questions and advice; names of organisations, units and campaigns stay. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from pillars.schema import Framework, Item
from reports.advice import in_words_of as advice_in_words_of
from reports.results import Analysis, Group, ItemResult, Level, Results, Subject

Row = Mapping[str, Any]


def in_words_of(framework: Framework, results: Results, own: Framework) -> Results:
    """Return `results` in the words of `framework`, a translation of the edition `own` they were frozen with."""
    if framework.language == own.language:
        return results
    words = _Words(framework)
    scores = {key: figure.score for key, figure in results.figures.get("score", {}).get("all", {}).items()}
    return replace(
        results,
        framework=framework.title,
        levels=tuple(words.level(level) for level in results.levels),
        subjects=tuple(words.subject(subject) for subject in results.subjects),
        groups=tuple(words.group(group) for group in results.groups),
        items=tuple(words.item(item) for item in results.items),
        analyses=tuple(words.analysis(analysis) for analysis in results.analyses),
        advice=tuple(advice_in_words_of(framework, advice, own, scores) for advice in results.advice),
    )


def text_of(item: Item) -> str:
    """Name a question in results: "Exactly the left" says nothing without what stood on the left."""
    return f"{item.left} / {item.right}" if item.scale.kind == "pair" else item.text


def labels_of(item: Item) -> tuple[str, ...]:
    """Return the words of each point, in the order of the scale."""
    return item.rungs or item.scale.labels or tuple(str(point) for point in item.scale.points())


class _Words:
    """The words of one framework by key; what it does not name stays as it is."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.levels = {level.key: level for level in framework.levels}
        self.instruments = {f"instrument:{found.key}": found for found in framework.instruments}
        self.groups = {f"role:{group.key}": group.title for group in framework.role_groups}
        self.rows: Mapping[str, Callable[[Row], Row]] = {
            "resources": self._resource,
            "shifts": self._shift,
            "definition": self._titled({tag.key: tag.title for tag in framework.tags}),
            "drivers": self._titled({driver.key: driver.title for driver in framework.drivers}),
            "hero": self._titled(
                {key: title for task in framework.tasks if task.kind == "nominate" for key, title in task.options}
                | {role.key: role.title for role in framework.roles}
            ),
            "decay": self._step,
        }

    def level(self, level: Level) -> Level:
        found = self.levels.get(level.key)
        return replace(level, title=found.title, meaning=found.meaning) if found else level

    def subject(self, subject: Subject) -> Subject:
        if subject.kind == "index":
            return replace(subject, title=_("Maturity index"), short_title=_("Index"))
        if instrument := self.instruments.get(subject.key):
            return replace(subject, title=instrument.title, short_title=instrument.title, summary=instrument.summary)
        if dimension := self.framework.dimension_by_key.get(subject.key):
            short = dimension.short_title or dimension.title
            return replace(subject, title=dimension.title, short_title=short, summary=dimension.summary)
        return subject

    def group(self, group: Group) -> Group:
        if group.kind == "side":
            return replace(group, title={"side:staff": _("Staff"), "side:leaders": _("Leaders")}[group.key])
        return replace(group, title=self.groups.get(group.key, group.title))

    def item(self, item: ItemResult) -> ItemResult:
        found = self.framework.item_by_key.get(item.key)
        return replace(item, text=text_of(found), labels=labels_of(found)) if found else item

    def analysis(self, analysis: Analysis) -> Analysis:
        reword = self.rows.get(analysis.key)
        return replace(analysis, rows=tuple(map(reword, analysis.rows))) if reword else analysis

    def _resource(self, row: Row) -> Row:
        found = self.framework.item_by_key.get(str(row.get("key")))
        return {**row, "text": found.text} if found else row

    def _shift(self, row: Row) -> Row:
        found = next((shift for shift in self.framework.shifts if shift.key == row.get("key")), None)
        return {**row, "start": found.start, "end": found.end} if found else row

    def _step(self, row: Row) -> Row:
        titles = {end: self.groups.get(f"role:{row.get(end)}", row.get(f"{end}_title")) for end in ("from", "to")}
        return {**row, "from_title": titles["from"], "to_title": titles["to"]}

    @staticmethod
    def _titled(titles: Mapping[str, str]) -> Callable[[Row], Row]:
        return lambda row: {**row, "title": titles.get(str(row.get("key")), row.get("title"))}
