"""What the two explore pages draw: chart descriptions, each with its Plotly figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pillars.schema import Dimension
from reports.charts import figure, grids, theme
from reports.charts.points import scatter
from reports.charts.profiles import SHAPES, Profile, profile_rows, role_profile
from reports.charts.spec import HeatChart, PointChart, RowChart
from reports.groupings import groupings_of
from reports.portfolio import MOST_PINS, Compared, Comparison
from reports.results import Results

MOST_PROFILES = 12


@dataclass(frozen=True)
class Drawing:
    """A chart and what the drawing library is sent for it, with tokens of the style sheet as colours."""

    chart: RowChart | HeatChart | PointChart
    figure: figure.FigureDict


def drawn(chart: RowChart | HeatChart | PointChart) -> Drawing:
    return Drawing(chart, figure.figure_of(chart, paint=theme.variable))


def drawings_of(results: Results, lens: str) -> list[Drawing]:
    """Return units and contact levels by dimensions and the profile of role groups, as far as the release has them."""
    charts: list[RowChart | HeatChart] = []
    charts += [grids.heatmap(results, lens, one) for one in groupings_of(results) if one in {"unit", "contact"}]
    roles = role_profile(results, lens)
    if roles:
        charts.append(roles)
    return [drawn(chart) for chart in charts]


def axes_of(compared: Comparison, across: str, up: str) -> tuple[Dimension, Dimension] | None:
    """Return the two dimensions of the lens that are asked for, by default its first two; None where it has one."""
    dimensions = compared.lens.dimensions if compared.lens else ()
    if len(dimensions) < 2:
        return None
    first = next((one for one in dimensions if one.key == across), dimensions[0])
    rest = [one for one in dimensions if one != first]
    return first, next((one for one in rest if one.key == up), rest[0])


def drawings_between(
    compared: Comparison, rows: Sequence[Compared], pins: Sequence[int], axes: tuple[Dimension, Dimension] | None
) -> list[Drawing]:
    """Return the profile of at most twelve of `rows` and all of them on two dimensions.

    The pinned ones have colours; without any pin the first five do.
    """
    if compared.framework is None or compared.lens is None or not rows:
        return []
    named = compared.pinned(pins) or tuple(rows[: len(SHAPES)])
    keys = {row.organisation_id for row in named[:MOST_PINS]}
    others = [row for row in rows if row.organisation_id not in keys]
    profiles, rest = _profiles(named), _profiles(others)
    charts: list[RowChart | PointChart] = [
        profile_rows(compared.framework, compared.lens, profiles, others=rest[: MOST_PROFILES - len(profiles)])
    ]
    if axes:
        charts.append(scatter(compared.framework, *axes, profiles, rest))
    return [drawn(chart) for chart in charts]


def _profiles(rows: Sequence[Compared]) -> list[Profile]:
    return [(row.name, row.figures) for row in rows]
