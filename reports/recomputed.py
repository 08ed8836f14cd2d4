"""The sheets of a release's workbook that compute its figures again, from their parts up to the overall level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pillars.schema import Framework
from pillars.scoring import MEASURES, level_number
from reports.changes import change_between
from reports.results import Figure, Group, Results
from reports.spreadsheet import Cell, Formula, Sheet, Spreadsheet, fixed, place_of
from reports.working import (
    DUST,
    INDEX,
    Recipe,
    first_lens,
    index_again,
    part_weights,
    recipe,
)

ROUNDED_GAP = 1.5
"""Points that rounding leaders, staff and difference to whole points may make together."""

Key = tuple[str, str, str]
"""measure, group, subject"""


@dataclass
class Check:
    """One figure that was computed again, beside the released one."""

    what: str
    group: str
    measure: str
    again: Cell
    released: Cell
    allowed: float = DUST


@dataclass
class Book:
    """The workbook being written, with the addresses of what stands in it already."""

    file: Spreadsheet
    results: Results
    framework: Framework
    groups: Sequence[Group]
    measures: Mapping[str, str]
    figures: dict[Key, Cell] = field(default_factory=dict)
    """What was released; a level stands under "level <subject>"."""
    lenses: dict[Key, Cell] = field(default_factory=dict)
    """Instruments and the index, computed again."""
    weights: dict[str, Cell] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    levels: str = ""
    """The area that holds where each level starts."""

    def recipe(self, group: str, subject: str, measure: str) -> Recipe | None:
        return recipe(self.results, self.framework, group, subject, measure)

    def check(self, what: str, key: Key, again: Cell, allowed: float) -> None:
        measure, group, _subject = key
        title = self.results.group(group).title
        self.checks.append(Check(what, title, self.measures[measure], again, self.figures[key], allowed))


def role_groups(book: Book) -> None:
    """Write each topic of the whole as the weighted mean of role groups, where all of these are shown."""
    found = [
        (measure, subject, one)
        for measure in MEASURES
        for subject in book.results.dimensions()
        if (one := book.recipe("all", subject.key, measure)) and one.rule == "role_weighted"
    ]
    if not found:
        return
    most = max(len(one.parts) for _measure, _subject, one in found)
    heads = [_("Topic"), _("Which answers count"), _("Score, computed again")]
    heads += [_("Group of roles"), _("Weight"), _("Mean")] * most
    sheet = book.file.sheet(_("Role groups"), heads, widths=(32, 14, 14), freeze=3)
    for measure, subject, one in found:
        line, terms, weights = sheet.line, [], []
        values: list[Any] = []
        for number, part in enumerate(one.present):
            cell = book.figures[measure, part.group, subject.key]
            weight, mean = place_of(line, 4 + 3 * number), place_of(line, 5 + 3 * number)
            values += [
                book.results.group(part.group).title,
                float(part.weight),
                Formula(f"={cell.address}", cell.value),
            ]
            terms.append(f"{weight}*{mean}")
            weights.append(weight)
        again = one.result or 0.0
        formula = Formula(f"=ROUND(({'+'.join(terms)})/({'+'.join(weights)}),10)", again)
        book.file.row(sheet, (subject.title, book.measures[measure], formula, *values))
        key = (measure, "all", subject.key)
        book.check(subject.title, key, Cell(sheet.cell(line, 2), again), one.allowed)


def index(book: Book) -> None:
    """Write one row for each group and measure: topics, lenses made of them, the index made of these, and its level."""
    results, framework = book.results, book.framework
    titles = {subject.key: subject.title for subject in results.subjects}
    lenses = {
        f"instrument:{lens.key}": list(part_weights(framework, f"instrument:{lens.key}") or {})
        for lens in framework.instruments
    }
    columns = [key for lens, topics in lenses.items() if topics for key in (*topics, lens)]
    places = {key: place for place, key in enumerate(columns, start=2)}
    heads = [_("Group"), _("Which answers count"), *(titles[key] for key in columns)]
    if not results.is_pulse:
        places[INDEX] = len(heads)
        heads += [titles[INDEX], _("Level")]
    sheet = book.file.sheet(_("Index"), heads, widths=(28, 14), freeze=2)
    weights = [book.weights.get(key) for key in columns]
    book.file.row(
        sheet, (_("Weight"), "", *(Formula(f"={one.address}", one.value) if one else None for one in weights))
    )
    for measure in MEASURES:
        for group in book.groups:
            if not any((measure, group.key, lens) in book.figures for lens in lenses):
                continue
            values: list[Any] = [group.title, book.measures[measure]]
            for key in columns:
                if key in lenses:
                    values.append(_lens(book, sheet, (measure, group.key, key), lenses[key], places))
                else:
                    cell = book.figures.get((measure, group.key, key))
                    values.append(Formula(f"={cell.address}", cell.value) if cell else None)
            if not results.is_pulse:
                values += _index_cells(book, sheet, (measure, group.key, INDEX), list(lenses), places)
            book.file.row(sheet, values)


def _lens(book: Book, sheet: Sheet, key: Key, topics: Sequence[str], places: Mapping[str, int]) -> Formula | None:
    """Return a lens of one group as the weighted mean of the topics in its row, or nothing where it is not shown."""
    measure, group, lens = key
    found = book.recipe(group, lens, measure)
    if found is None or found.result is None:
        return None
    line, first, last = sheet.line, places[topics[0]], places[topics[-1]]
    weights = f"{place_of(1, first, fixed=True)}:{place_of(1, last, fixed=True)}"
    scores = f"{place_of(line, first)}:{place_of(line, last)}"
    here = f'SUMIF({scores},">=0",{weights})'
    text = f'=IF(2*{here}<SUM({weights}),"",ROUND(SUMPRODUCT({weights},{scores})/{here},10))'
    book.lenses[key] = Cell(sheet.cell(line, places[lens]), found.result)
    book.check(book.results.subject(lens).title, key, book.lenses[key], found.allowed)
    return Formula(text, found.result)


def _index_cells(book: Book, sheet: Sheet, key: Key, lenses: Sequence[str], places: Mapping[str, int]) -> list[Formula]:
    measure, group, _subject = key
    again = index_again(book.results, book.framework, group, measure)
    if again is None or key not in book.figures:
        return []
    value, allowed = again
    line, place = sheet.line, places[INDEX]
    used = [lens for lens in lenses if lens in book.weights and (measure, group, lens) in book.lenses]
    weights = [place_of(1, places[lens], fixed=True) for lens in used]
    terms = "+".join(f"{weight}*{place_of(line, places[lens])}" for weight, lens in zip(weights, used, strict=True))
    book.lenses[key] = Cell(sheet.cell(line, place), value)
    title = book.results.subject(INDEX).title
    book.check(title, key, book.lenses[key], allowed)
    level = _level(book, place_of(line, place), value)
    figure = book.results.figure(group, INDEX, measure)
    released = book.figures.get((measure, group, f"level {INDEX}"))
    if released and not figure.indicative:
        what = _("Level of: %(topic)s") % {"topic": title}
        group_title = book.results.group(group).title
        cell = Cell(sheet.cell(line, place + 1), float(level.value))
        book.checks.append(Check(what, group_title, book.measures[measure], cell, released, 0.0))
    return [Formula(f"=ROUND(({terms})/({'+'.join(weights)}),10)", value), level]


def _level(book: Book, address: str, value: float) -> Formula:
    """Return the number of the level that a score reaches."""
    return Formula(f"=MATCH({address},{fixed(book.levels)},1)", level_number(book.framework, value), "whole")


def overall(book: Book) -> None:
    """Write how the overall level comes about: index, gate, and the index under equal weights."""
    results, overall = book.results, book.results.overall
    index = book.lenses.get(("score", "all", INDEX))
    if overall.level is None or overall.level_of_index is None or index is None:
        return
    sheet = book.file.sheet(_("Overall level"), (_("What"), _("Value"), _("Level")), widths=(48, 12, 10), freeze=0)
    level = _level(book, index.address, index.value)
    line = book.file.row(sheet, (results.subject(INDEX).title, Formula(f"={index.address}", index.value), level))
    level_cell, least = sheet.cell(line, 2), float(level.value)
    lens = first_lens(book.framework)
    topics = (part_weights(book.framework, lens) or {}) if lens else {}
    shown = [(key, cell) for key in topics if (cell := book.figures.get(("score", "all", key)))]
    if shown:
        first = sheet.line
        for key, cell in shown:
            title = results.subject(key).title
            book.file.row(
                sheet, (title, Formula(f"={cell.address}", cell.value), _level(book, cell.address, cell.value))
            )
        lowest = min(float(level_number(book.framework, cell.value)) for _key, cell in shown)
        area = f"{place_of(first, 2)}:{place_of(sheet.line - 1, 2)}"
        line = book.file.row(
            sheet, (_("Lowest level of these topics"), None, Formula(f"=MIN({area})", lowest, "whole"))
        )
        highest = Formula(f"={place_of(line, 2)}+1", lowest + 1, "whole")
        line = book.file.row(sheet, (_("Highest overall level they allow"), None, highest))
        least = min(least, lowest + 1)
        level_cell = f"{level_cell},{place_of(line, 2)}"
    line = book.file.row(sheet, (_("Overall level"), None, Formula(f"=MIN({level_cell})", least, "whole")))
    again = Cell(sheet.cell(line, 2), least)
    line = book.file.row(sheet, (_("Overall level, as released"), None, overall.level))
    about = (results.group("all").title, book.measures["score"])
    if not results.figure("all", INDEX).indicative:
        released = Cell(sheet.cell(line, 2), overall.level)
        book.checks.append(Check(_("Overall level"), *about, again, released, 0.0))
    _equal_weights(book, sheet, about)


def _equal_weights(book: Book, sheet: Sheet, about: tuple[str, str]) -> None:
    overall = book.results.overall
    equal = index_again(book.results, book.framework, "all", equal=True)
    if equal is None or overall.equal_weights_index is None:
        return
    value, allowed = equal
    cells = [book.lenses["score", "all", key].address for key in book.weights if ("score", "all", key) in book.lenses]
    title = _("Index with equal weights of the lenses")
    line = sheet.line
    mean = Formula(f"=ROUND(AVERAGE({','.join(cells)}),10)", value)
    book.file.row(sheet, (title, mean, _level(book, place_of(line, 1), value)))
    again = Cell(sheet.cell(line, 1), value)
    line = book.file.row(sheet, (_("The same, as released"), overall.equal_weights_index, overall.equal_weights_level))
    released = Cell(sheet.cell(line, 1), overall.equal_weights_index)
    book.checks.append(Check(title, *about, again, released, allowed))


def gaps(book: Book) -> None:
    """Write leaders minus staff, where it is shown."""
    results = book.results
    gaps = [gap for gap in results.gaps if gap.difference is not None]
    if not gaps:
        return
    heads = (
        _("Topic"),
        _("Leaders"),
        _("Staff"),
        _("Difference, computed again"),
        _("Difference, as released"),
        _("Interval from"),
        _("Interval to"),
    )
    sheet = book.file.sheet(_("Leaders and staff"), heads, widths=(32,))
    for gap in gaps:
        if gap.leaders is None or gap.staff is None or gap.difference is None:
            continue
        line = sheet.line
        title = results.subject(gap.subject).title
        difference = Formula(f"={place_of(line, 1)}-{place_of(line, 2)}", gap.leaders - gap.staff)
        book.file.row(sheet, (title, gap.leaders, gap.staff, difference, gap.difference, gap.low, gap.high))
        whole = all(value.is_integer() for value in (gap.leaders, gap.staff, gap.difference))
        again, released = Cell(sheet.cell(line, 3), gap.leaders - gap.staff), Cell(sheet.cell(line, 4), gap.difference)
        what = _("%(topic)s: leaders minus staff") % {"topic": title}
        allowed = ROUNDED_GAP if whole else DUST
        book.checks.append(Check(what, results.group("all").title, "", again, released, allowed))


def changes(book: Book, previous: Results | None) -> None:
    """Write what changed since the wave before, in the whole: now minus then, with its interval."""
    results = book.results
    changed = [
        (subject, now, then)
        for subject in results.subjects
        if previous
        for now, then in [(results.figure("all", subject.key), previous.figure("all", subject.key))]
        if change_between(now, then)
    ]
    if not changed or previous is None:
        return
    heads = (
        _("Topic"),
        *(
            text % {"number": wave}
            for wave in (results.wave, previous.wave)
            for text in (_("Wave %(number)d"), _("Margin (%(number)d)"))
        ),
        _("Difference"),
        _("Interval from"),
        _("Interval to"),
    )
    sheet = book.file.sheet(_("Change since the wave before"), heads, widths=(32,))
    for subject, now, then in changed:
        _change_row(book, sheet, subject.title, now, then)


def _change_row(book: Book, sheet: Sheet, title: str, now: Figure, then: Figure) -> None:
    found = change_between(now, then)
    if found is None:
        return
    at = [place_of(sheet.line, place) for place in range(6)]
    half = f"SQRT({at[2]}^2+{at[4]}^2)"
    formulas = (
        Formula(f"={at[1]}-{at[3]}", found.difference),
        Formula(f"={at[5]}-{half}", found.low),
        Formula(f"={at[5]}+{half}", found.high),
    )
    book.file.row(sheet, (title, now.score, now.margin, then.score, then.margin, *formulas))
