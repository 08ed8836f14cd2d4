"""What frozen results say, in the reader's language. Figures and names of units stay exactly as they were frozen.

A release keeps the words of its edition and of the day it was made, so its file never changes. Who reads it in
another language gets the edition's translation and the product's own words in place of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from assessments.group_words import group_titles
from assessments.groups import pair_title
from pillars.schema import Framework, Item
from reports.advice import because
from reports.analyses.printed import INDEX
from reports.results import Advice, Analysis, Group, ItemResult, Level, Results, Subject

TOLD = frozenset({"title", "text", "start", "end", "from_title", "to_title"})
"""The parts of an analysis' row that people read."""


def in_words_of(results: Results, framework: Framework, translations: Mapping[str, str]) -> Results:
    """Return the results as they would say it today in the active language.

    `framework` is the edition in that language, `translations` its texts by the edition's own.
    """
    words = {**translations, "Staff": _("Staff"), "Leaders": _("Leaders")}
    subjects = {subject.key: subject for subject in subjects_of(framework)}
    told = replace(
        results,
        framework=framework.title,
        levels=tuple(_level(level, framework) for level in results.levels),
        subjects=tuple(_subject(subject, subjects) for subject in results.subjects),
        groups=_groups(results.groups, framework),
        items=tuple(_item(item, framework) for item in results.items),
        analyses=tuple(_analysis(analysis, words) for analysis in results.analyses),
    )
    return replace(told, advice=tuple(_advice(advice, told, framework, words) for advice in results.advice))


def subjects_of(framework: Framework) -> tuple[Subject, ...]:
    """Return what figures of a framework can be about, in its words."""
    subjects = [Subject(INDEX, _("Maturity index"), _("Index"), "index")]
    for found in framework.instruments:
        counts = found.weight > 0
        key = f"instrument:{found.key}"
        subjects.append(
            Subject(key, found.title, found.title, "instrument", found.key, found.source, found.summary, counts)
        )
        subjects += [
            Subject(
                dimension.key,
                dimension.title,
                dimension.short_title or dimension.title,
                "dimension",
                found.key,
                dimension.source,
                dimension.summary,
                counts and any(item.scored for item in dimension.items),
            )
            for dimension in found.dimensions
        ]
    return tuple(subjects)


def item_text(item: Item) -> str:
    """Return the question as results print it: "Exactly the left" says nothing without what stood on the left."""
    return f"{item.left} / {item.right}" if item.scale.kind == "pair" else item.text


def item_labels(item: Item) -> tuple[str, ...]:
    """Return the words of each point of the question's scale."""
    return item.rungs or item.scale.labels or tuple(str(point) for point in item.scale.points())


def _level(level: Level, framework: Framework) -> Level:
    found = next((one for one in framework.levels if one.key == level.key), None)
    return replace(level, title=found.title, meaning=found.meaning) if found else level


def _subject(subject: Subject, subjects: Mapping[str, Subject]) -> Subject:
    found = subjects.get(subject.key, subject)
    return replace(subject, title=found.title, short_title=found.short_title, summary=found.summary)


def _groups(groups: Iterable[Group], framework: Framework) -> tuple[Group, ...]:
    told = {group.key: _group(group, framework) for group in groups}
    for key, group in told.items():
        if group.kind == "pair":
            first, second = (told[part].title for part in key.split("+"))
            told[key] = replace(group, title=pair_title(first, second))
    return tuple(told.values())


def _group(group: Group, framework: Framework) -> Group:
    key = group.key.partition(":")[2]
    if group.kind in {"side", "contact"}:
        return replace(group, title=group_titles().get(group.key, group.title))
    if group.kind == "role":
        titles = {found.key: found.title for found in framework.role_groups}
        return replace(group, title=titles.get(key, group.title))
    return group


def _item(item: ItemResult, framework: Framework) -> ItemResult:
    found = framework.item_by_key.get(item.key)
    return replace(item, text=item_text(found), labels=item_labels(found)) if found else item


def _analysis(analysis: Analysis, words: Mapping[str, str]) -> Analysis:
    return replace(analysis, rows=tuple(_row(row, words) for row in analysis.rows))


def _row(row: Mapping[str, Any], words: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the row in other words; a name that somebody typed in is its own key and stays."""
    return {
        name: words.get(value, value) if name in TOLD and value != row.get("key") else value
        for name, value in row.items()
    }


def _advice(advice: Advice, results: Results, framework: Framework, words: Mapping[str, str]) -> Advice:
    if advice.subject not in framework.dimension_by_key:
        return advice
    scores = {
        subject.key: figure.score
        for subject in results.dimensions()
        if (figure := results.figure("all", subject.key)).score is not None and figure.level is not None
    }
    text = words.get(advice.text, advice.text)
    return replace(advice, text=text, because=because(framework, advice.subject, advice.kind, advice.score, scores))
