"""Checks a report before anybody sees it. A report with a problem is not kept: a wrong page is worse than none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from reports.blocks import Exhibit, Grid
from reports.charts import typst as drawings
from reports.charts.spec import Chart, HeatChart, RowChart, StackChart, StripChart
from reports.content import ReportContent
from reports.results import Results

UNFILLED = re.compile(r"(?<![\w-])(None|nan|NaN|undefined|null|inf)(?![\w-])|%\(\w+\)|\{\{|\}\}|<[a-z]+ object")
"""What a template leaves behind when a value is missing."""
PAGE_WIDTH = 447.0


def problems(
    content: ReportContent, results: Results, *, pages: int, other_organisations: Sequence[str] = ()
) -> list[str]:
    """Return what is wrong with a report, as sentences; an empty list for a sound one.

    `other_organisations` are names that must not occur. It is for tests and for checks by hand: at run time
    somebody could stop everybody's reports by naming an organisation after a word of the report.
    """
    return [
        *_unfilled(content, results),
        *_foreign(content, other_organisations),
        *_empty(content, pages),
        *_hidden(content, results),
        *_too_small(content),
    ]


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in a document of plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from texts_of(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from texts_of(entry)


def _unfilled(content: ReportContent, results: Results) -> Iterator[str]:
    given: list[str] | None = None
    for text in texts_of(content.to_document()):
        if not UNFILLED.search(text):
            continue
        if given is None:
            # What people wrote may hold any word, also in the name of their organisation.
            given = sorted({given for given in texts_of(results.to_document()) if given}, key=len, reverse=True)
        left = text
        for words in given:
            if UNFILLED.search(words):
                left = left.replace(words, "")
        if UNFILLED.search(left):
            yield _("A place was left unfilled: %(text)s") % {"text": text[:120]}


def _foreign(content: ReportContent, names: Sequence[str]) -> Iterator[str]:
    texts = list(texts_of(content.to_document()))
    for name in names:
        if name != content.organisation and any(name in text for text in texts):
            yield _("Another organisation is named: %(name)s") % {"name": name}


def _empty(content: ReportContent, pages: int) -> Iterator[str]:
    if not pages:
        yield _("The file has no pages.")
    for section in content.sections:
        if not section.heading:
            yield _("The section %(key)s has no heading.") % {"key": section.key}
        if not section.blocks:
            yield _("The section %(key)s is empty.") % {"key": section.key}
    for exhibit in _exhibits(content):
        if not isinstance(exhibit.chart, StripChart) and not exhibit.chart.rows:
            yield _("%(exhibit)s has no rows.") % {"exhibit": exhibit.label}


def _hidden(content: ReportContent, results: Results) -> Iterator[str]:
    for measure, groups in results.figures.items():
        for group, row in groups.items():
            for subject, figure in row.items():
                if figure.absence and (figure.score is not None or figure.n is not None):
                    words = {"group": group, "subject": subject, "measure": measure}
                    yield _("A hidden figure holds a value: %(group)s, %(subject)s, %(measure)s.") % words
    for exhibit in _exhibits(content):
        yield from _values_in_hidden_places(exhibit.chart)
    yield from _figures_of_hidden_groups(content, results)


def _figures_of_hidden_groups(content: ReportContent, results: Results) -> Iterator[str]:
    # A group whose number of people is hidden may still have figures of other people's number.
    shown = {group.title for group in results.groups if group.answered is not None or _has_figures(results, group.key)}
    hidden = {group.title for group in results.groups} - shown
    rows = (
        row for section in content.sections for block in section.blocks if isinstance(block, Grid) for row in block.rows
    )
    for row in rows:
        if row[0] in hidden and any(re.search(r"\d", text) for text in row[1:]):
            yield _("A table prints figures of a hidden group: %(group)s.") % {"group": row[0]}


def _has_figures(results: Results, group: str) -> bool:
    return any(figure.is_shown for rows in results.figures.values() for figure in rows.get(group, {}).values())


def _values_in_hidden_places(chart: Chart) -> Iterator[str]:
    if isinstance(chart, RowChart):
        for row in chart.rows:
            if row.is_hidden and (row.marks or row.spans or row.value):
                yield _("A hidden row holds a value: %(label)s.") % {"label": row.label}
    elif isinstance(chart, HeatChart):
        for heat_row in chart.rows:
            for cell in heat_row.cells:
                if cell.is_hidden and (cell.value or cell.level):
                    yield _("A hidden cell holds a value: %(label)s.") % {"label": heat_row.label}


def _too_small(content: ReportContent) -> Iterator[str]:
    for exhibit in _exhibits(content):
        if any(drawings.smallest_text(one) < drawings.SMALLEST_TEXT for one in _drawings(exhibit.chart)):
            yield _("%(exhibit)s has text under 7.5 points.") % {"exhibit": exhibit.label}


def _drawings(chart: Chart) -> Sequence[drawings.Drawing]:
    if isinstance(chart, RowChart):
        return drawings.row_drawings(chart, PAGE_WIDTH)
    if isinstance(chart, StackChart):
        return drawings.stack_drawings(chart, PAGE_WIDTH)
    return (drawings.strip_drawing(chart, PAGE_WIDTH),) if isinstance(chart, StripChart) else ()


def _exhibits(content: ReportContent) -> Iterator[Exhibit]:
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Exhibit):
                yield block
