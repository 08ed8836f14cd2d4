"""A release as a workbook that computes its figures again: released values, and live formulas from parts to the level.

Only shown figures stand in it, so no formula reaches a hidden one. Whatever somebody typed into a name is written as
text; formulas are built from cell addresses and the product's own words alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pillars.schema import Framework
from pillars.scoring import MEASURES
from reports import recomputed
from reports.charts import phrases
from reports.export import write_cell
from reports.recomputed import Book, Check
from reports.results import Results
from reports.spreadsheet import Cell, Formula, Sheet, place_of, quoted, spreadsheet
from reports.working import INDEX, part_weights
from reports.working_page import Issued, issued_facts, measure_titles

MOST_GROUPS = 400
"""Groups in one workbook: the whole, sides, roles, then units in the release's order. It is made while somebody waits,
and 300 units with every figure shown take about 5 seconds of a core; `export_release` holds them all."""


def workbook(results: Results, framework: Framework, issued: Issued, *, previous: Results | None = None) -> bytes:
    """Return the workbook (XLSX) of a release; `issued` has its date as ISO 8601, `previous` is the wave before."""
    buffer = io.BytesIO()
    shown = [group for group in results.groups if any(_shown(results, group.key))]
    with spreadsheet(buffer) as file:
        book = Book(file, results, framework, shown[:MOST_GROUPS], measure_titles())
        about = file.sheet(_("Read me"), (), widths=(28, 96))
        _figures(book)
        levels = _levels(book)
        weights = _weights(book)
        recomputed.role_groups(book)
        recomputed.index(book)
        recomputed.overall(book)
        recomputed.gaps(book)
        recomputed.changes(book, previous)
        _checks(book)
        _read_me(book, about, issued, left_out=len(shown) - len(book.groups), sheets=(levels, weights))
    return buffer.getvalue()


def _shown(results: Results, group: str) -> Iterator[bool]:
    for rows in results.figures.values():
        yield any(phrases.is_shown(figure) for figure in rows.get(group, {}).values())


# -- what was released ---------------------------------------------------------------------------


def _figures(book: Book) -> None:
    results = book.results
    heads = (
        _("Group"),
        _("Topic"),
        _("Which answers count"),
        _("Score"),
        _("Interval from"),
        _("Interval to"),
        _("Standard deviation"),
        _("Answers"),
        _("Printed as"),
        _("Level"),
        _("Whole points only"),
    )
    sheet = book.file.sheet(_("Figures"), heads, widths=(28, 32, 14), freeze=3)
    for measure in MEASURES:
        for group in book.groups:
            for subject in results.subjects:
                figure = results.figure(group.key, subject.key, measure)
                if figure.absence == "not_asked":
                    continue
                about = (group.title, subject.title, book.measures[measure])
                if figure.score is None or not phrases.is_shown(figure):
                    book.file.row(sheet, (*about, None, None, None, None, None, phrases.absence(figure)))
                    continue
                rounded = True if figure.indicative else None
                values = (figure.score, figure.low, figure.high, figure.sd, figure.n, figure.display, figure.level)
                line = book.file.row(sheet, (*about, *values, rounded))
                book.figures[measure, group.key, subject.key] = Cell(sheet.cell(line, 3), figure.score)
                if figure.level is not None:
                    book.figures[measure, group.key, f"level {subject.key}"] = Cell(sheet.cell(line, 9), figure.level)
    sheet.page.autofilter(0, 0, max(sheet.line - 1, 1), len(heads) - 1)


def _levels(book: Book) -> str:
    sheet = book.file.sheet(_("Levels"), (_("Number"), _("Level"), _("From")), widths=(10, 28, 10))
    for level in book.results.levels:
        book.file.row(sheet, (level.number, level.title, float(level.starts_at)))
    book.levels = sheet.area(1, max(sheet.line - 1, 1), 2)
    return sheet.name


def _weights(book: Book) -> str:
    results, framework = book.results, book.framework
    heads = (_("Kind"), _("What"), _("Weight"))
    sheet = book.file.sheet(_("Weights"), heads, widths=(24, 40, 12))
    titles = {subject.key: subject.title for subject in results.subjects}
    for key, share in (part_weights(framework, INDEX) or {}).items():
        line = book.file.row(sheet, (_("Lens, share of the index"), titles.get(key, key), float(share)))
        book.weights[key] = Cell(sheet.cell(line, 2), share)
    for lens in framework.instruments:
        for key, weight in (part_weights(framework, f"instrument:{lens.key}") or {}).items():
            line = book.file.row(sheet, (_("Topic, within its lens"), titles.get(key, key), float(weight)))
            book.weights[key] = Cell(sheet.cell(line, 2), weight)
    for role_group in framework.role_groups:
        book.file.row(sheet, (_("Group of roles"), role_group.title, float(role_group.weight)))
    return sheet.name


def _checks(book: Book) -> None:
    """Write every figure that was computed again beside the released one, with a count of those that do not agree."""
    heads = (
        _("What"),
        _("Group"),
        _("Which answers count"),
        _("Computed again"),
        _("As released"),
        _("Difference"),
        _("Allowed by rounding"),
        _("Verdict"),
    )
    sheet = book.file.sheet(_("Check"), heads, widths=(40, 28, 14, 14, 14, 16, 18, 12))
    agrees, differs = _("agrees"), _("differs")
    first = sheet.line + 2
    last = max(first + len(book.checks) - 1, first)
    verdicts = f"{place_of(first, 7)}:{place_of(last, 7)}"
    good = sum(_agrees(check) for check in book.checks)
    count = Formula(f'=COUNTIF({verdicts},"{quoted(agrees)}")', good, "whole")
    book.file.row(sheet, (_("Figures that agree"), None, None, None, None, None, None, count))
    count = Formula(f'=COUNTIF({verdicts},"{quoted(differs)}")', len(book.checks) - good, "whole")
    book.file.row(sheet, (_("Figures that differ"), None, None, None, None, None, None, count))
    for check in book.checks:
        at = {place: place_of(sheet.line, place) for place in range(3, 8)}
        verdict = f'=IF(ABS({at[5]})<={at[6]},"{quoted(agrees)}","{quoted(differs)}")'
        book.file.row(
            sheet,
            (
                check.what,
                check.group,
                check.measure,
                Formula(f"={check.again.address}", check.again.value),
                Formula(f"={check.released.address}", check.released.value),
                Formula(f"={at[3]}-{at[4]}", check.again.value - check.released.value, "exact"),
                check.allowed,
                Formula(verdict, agrees if _agrees(check) else differs, "text"),
            ),
        )


def _agrees(check: Check) -> bool:
    return abs(check.again.value - check.released.value) <= check.allowed


# -- what the reader has to know -----------------------------------------------------------------


def _read_me(book: Book, sheet: Sheet, issued: Issued, *, left_out: int, sheets: Sequence[str]) -> None:
    results = book.results
    levels, weights = sheets
    rows: list[tuple[str, Any]] = [
        (_("Organisation"), results.organisation),
        (_("Assessment"), results.campaign),
        (_("Wave"), results.wave),
        (_("Closed on"), results.closed_at[:10]),
        (_("Answers"), phrases.all_answers(results)),
        *issued_facts(results, issued),
        (
            _("What this is"),
            _(
                "Every figure of the release that is shown, and formulas that make lenses, index and overall level of "
                "them again. A figure that is hidden to protect anonymity is not in this file, and no formula uses it."
            ),
        ),
        (
            _("How to read it"),
            _(
                "Each score is on 0 to 100. “Check” sets what the formulas give beside what was released: the "
                "difference is 0. Figures of fewer than 10 people are released in whole points, so what is made of "
                "them may differ by the rounding that stands beside it."
            ),
        ),
        (
            _("What if"),
            _("Change a number in “%(weights)s” or “%(levels)s”: the index and the level follow, and “Check” differs.")
            % {"weights": weights, "levels": levels},
        ),
        (
            _("What cannot be computed again"),
            _(
                "Intervals, spreads and the means of topics rest on single answers, which no file holds. Where the "
                "means of all groups of roles are shown, the topic is computed from them."
            ),
        ),
    ]
    if results.is_synthetic:
        rows.append((_("Data"), _("made-up data")))
    if left_out:
        rows.append(
            (_("Left out"), _("%(count)d units, because one file holds so many at most.") % {"count": left_out})
        )
    for name, value in rows:
        line = sheet.line
        write_cell(sheet.page, line, 0, name, book.file.styles["head"])
        write_cell(sheet.page, line, 1, value, book.file.styles["wrap"])
        sheet.line += 1
