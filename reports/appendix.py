"""The appendix of the full report: how every question was answered, and the numbers behind every chart."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from reports.blocks import Block, Grid, Section
from reports.charts import build, grids
from reports.charts.spec import Table
from reports.explanations import explanations
from reports.writer import Writer


def answers(writer: Writer) -> list[Section | None]:
    """Return one section for each lens, with a chart for each topic that has shown questions."""
    found: list[Section | None] = []
    for instrument in _lenses(writer):
        blocks: list[Block] = []
        for subject in writer.results.dimensions(instrument):
            for chart in grids.answer_stacks(writer.results, subject.key):
                blocks.append(writer.exhibit(replace(chart, title=subject.title)))
        if blocks:
            eyebrow = _("Appendix: every question")
            heading = _("How people answered: %(lens)s") % {"lens": writer.title_of(instrument)}
            found.append(Section(f"items-{instrument}", eyebrow, heading, "", tuple(blocks)))
    return found


def tables(writer: Writer) -> list[Section | None]:
    """Return the numbers behind the charts as tables."""
    results = writer.results
    blocks: list[Block] = []
    for instrument in writer.instruments:
        chart = build.instrument_rows(results, instrument, previous=writer.previous)
        blocks.append(_grid(chart.title, chart.table))
    gaps = build.gap_rows(results)
    if gaps is not None:
        blocks.append(_grid(gaps.title, gaps.table))
    for explanation in explanations(results):
        for table in (explanation.chart.table if explanation.chart else None, explanation.table):
            if table is not None and table.rows:
                blocks.append(_grid(explanation.title, table))
    if not blocks:
        return []
    return [Section("tables", _("Appendix: figures"), _("The figures behind the charts"), "", tuple(blocks))]


def _grid(title: str, table: Table) -> Grid:
    """Return the table with columns as wide as their longest entry needs, within reason."""
    longest = [max(len(row[place]) for row in table.rows) for place in range(1, len(table.columns))]
    needs = [min(max(length, 6), 16) for length in longest]
    first = 0.32
    return Grid(title, table.columns, table.rows, (first, *((1 - first) * need / sum(needs) for need in needs)))


def _lenses(writer: Writer) -> tuple[str, ...]:
    """Return scored lenses first, then the batteries."""
    scored = writer.instruments
    batteries = tuple(
        subject.instrument
        for subject in writer.results.subjects
        if subject.kind == "instrument" and subject.instrument not in scored
    )
    return (*scored, *batteries)
