"""A release's words in another language. Releases keep the words of their edition; people read them in their own.

Every figure stays as it was released: only words are exchanged, found by their keys in the edition's translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from pillars.schema import Framework, Item
from reports.advice import because, mandate_note
from reports.results import Advice, Analysis, Group, ItemResult, Level, Results, Subject


def worded(results: Results, own: Framework, wanted: Framework) -> Results:
    """Return the results with the words of `wanted`: the edition `own`, which they were released with, translated."""
    if wanted.language == own.language:
        return results
    return replace(
        results,
        framework=wanted.title,
        levels=tuple(_level(level, wanted) for level in results.levels),
        subjects=tuple(_subject(subject, wanted) for subject in results.subjects),
        groups=tuple(_group(group, wanted) for group in results.groups),
        items=tuple(_item(item, wanted) for item in results.items),
        analyses=tuple(_analysis(analysis, wanted) for analysis in results.analyses),
        advice=tuple(_advice(advice, results, own, wanted) for advice in results.advice),
    )


def item_text(item: Item) -> str:
    """Return what names an item in results: "Exactly the left" says nothing without what stood on the left."""
    return f"{item.left} / {item.right}" if item.scale.kind == "pair" else item.text


def _level(level: Level, wanted: Framework) -> Level:
    found = next((one for one in wanted.levels if one.key == level.key), None)
    return replace(level, title=found.title, meaning=found.meaning) if found else level


def _subject(subject: Subject, wanted: Framework) -> Subject:
    if subject.kind == "index":
        return replace(subject, title=_("Maturity index"), short_title=_("Index"))
    if subject.kind == "instrument":
        instrument = next((one for one in wanted.instruments if one.key == subject.instrument), None)
        if instrument is None:
            return subject
        return replace(subject, title=instrument.title, short_title=instrument.title, summary=instrument.summary)
    dimension = wanted.dimension_by_key.get(subject.key)
    if dimension is None:
        return subject
    short = dimension.short_title or dimension.title
    return replace(subject, title=dimension.title, short_title=short, summary=dimension.summary)


def _group(group: Group, wanted: Framework) -> Group:
    titles = {"side:staff": _("Staff"), "side:leaders": _("Leaders")}
    titles |= {f"role:{one.key}": one.title for one in wanted.role_groups}
    return replace(group, title=titles.get(group.key, group.title))


def _item(result: ItemResult, wanted: Framework) -> ItemResult:
    item = wanted.item_by_key.get(result.key)
    if item is None:
        return result
    return replace(result, text=item_text(item), labels=item.rungs or item.scale.labels or result.labels)


def _analysis(analysis: Analysis, wanted: Framework) -> Analysis:
    """Return the analysis with the words in its rows; those of others than the framework stay as they are."""
    if not (words := _row_words(analysis.key, wanted)):
        return analysis
    return replace(analysis, rows=tuple(_row(row, words) for row in analysis.rows))


def _row(row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {**row, **words.get(str(row.get("key")), {})}
    for end in ("from", "to"):
        if title := words.get(str(row.get(end)), {}).get("title"):
            found[f"{end}_title"] = title
    return found


def _row_words(analysis: str, wanted: Framework) -> dict[str, dict[str, str]]:
    """Return what the rows of an analysis say in words, by the keys that rows carry."""
    if analysis == "resources":
        return {item.key: {"text": item.text} for item in wanted.items}
    if analysis == "shifts":
        return {shift.key: {"start": shift.start, "end": shift.end} for shift in wanted.shifts}
    titles = {
        "hero": [(role.key, role.title) for role in wanted.roles],
        "drivers": [(driver.key, driver.title) for driver in wanted.drivers],
        "definition": [(tag.key, tag.title) for tag in wanted.tags],
        "decay": [(group.key, group.title) for group in wanted.role_groups],
    }
    return {key: {"title": title} for key, title in titles.get(analysis, [])}


def _advice(advice: Advice, results: Results, own: Framework, wanted: Framework) -> Advice:
    dimension = wanted.dimension_by_key.get(advice.subject)
    if dimension is None:
        return advice
    texts = [one.text for one in own.dimension_by_key[advice.subject].recommendations]
    text = dimension.recommendations[texts.index(advice.text)].text if advice.text in texts else advice.text
    reason = because(wanted, dimension, advice.score, advice.level)
    if advice.kind == "big_move":
        row = results.figures.get("score", {}).get("all", {})
        scored = {key: found.score for key, found in row.items() if found.score is not None and found.level is not None}
        reason += mandate_note(wanted, dimension, scored)
    return replace(advice, text=text, because=reason)
