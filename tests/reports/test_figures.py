"""Plotly figures say what their chart descriptions say, hide what is hidden, and name only kinds that are tested."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from pillars.building import build as build_framework
from reports.charts import build, grids, theme
from reports.charts.figure import figure_of, plain
from reports.charts.points import scatter
from reports.charts.profiles import Profile, profile_rows, role_profile
from reports.charts.spec import HeatChart, PointChart, RowChart
from reports.charts.web import position
from reports.results import HIDDEN, NOT_ASKED, Figure, Results
from tests.reports.released import framework_document
from tests.reports.results_fixture import make_figure, make_results

FRAMEWORK, _problems = build_framework(framework_document())
PLANTED = Figure(score=13.37, low=13.11, high=13.73, n=3, sd=13.19, display=13, level=1, absence="hidden")
USED_KINDS = {"bar", "heatmap", "scatter"}
"""The browser test draws each of these: a kind that a bundle lacks is left out without an error."""


def with_figure(results: Results, group: str, subject: str, figure: Figure) -> Results:
    rows = results.figures["score"]
    return replace(results, figures={**results.figures, "score": {**rows, group: {**rows[group], subject: figure}}})


def organisations(count: int) -> list[Profile]:
    return [
        (f"Organisation {number}", {"leadership": make_figure(30.0 + number, 60), "operations": make_figure(50.5, 60)})
        for number in range(1, count + 1)
    ]


def row_charts() -> list[RowChart]:
    now, then = make_results(), make_results(wave=2)
    peers = {"insight": build.Peers(32, 48, 9)}
    charts = [
        build.instrument_rows(now, "pillars", previous=then, peers=peers),
        build.group_rows(now, "leadership"),
        build.gap_rows(now, "systems"),
        build.claim_rows(now, ["leadership", "insight"]),
        role_profile(now, "aspects"),
        profile_rows(FRAMEWORK, FRAMEWORK.instruments[0], organisations(5), others=organisations(12)[5:]),
    ]
    return [chart for chart in charts if chart]


def heat_charts() -> list[HeatChart]:
    now, then = make_results(), make_results(wave=2)
    rise = with_figure(now, "all", "leadership", make_figure(95.0, 200))
    return [grids.heatmap(now, "pillars"), grids.heatmap(now, "systems"), grids.change_heatmap(rise, then, "pillars")]


def point_chart() -> PointChart:
    first, second = FRAMEWORK.instruments[0].dimensions[:2]
    return scatter(FRAMEWORK, first, second, organisations(2), organisations(9)[2:])


def all_charts() -> list[RowChart | HeatChart | PointChart]:
    return [*row_charts(), *heat_charts(), point_chart()]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def texts(figure: dict[str, Any]) -> set[str]:
    return {leaf for leaf in leaves(figure) if isinstance(leaf, str)}


@pytest.mark.parametrize("chart", row_charts(), ids=lambda chart: chart.key)
def test_every_mark_span_and_label_of_rows_is_in_the_figure(chart):
    figure = figure_of(chart)

    points = {
        (x, y)
        for trace in figure["data"]
        if trace["type"] == "scatter"
        for x, y in zip(trace["x"], trace["y"], strict=True)
    }
    for place, row in enumerate(chart.rows):
        assert {(position(mark.at, chart.edges), place) for mark in row.marks} <= points
        assert {(position(end, chart.edges), place) for span in row.spans for end in (span.low, span.high)} <= points
    names = {trace["name"] for trace in figure["data"]}
    assert figure["layout"]["yaxis"]["ticktext"] == [row.label for row in chart.rows]
    assert {plain(entry.label) for entry in chart.legend} <= names
    assert {row.value for row in chart.rows if row.value} <= {
        word for text in texts(figure) for word in text.split("  ")
    }
    assert [note["text"] for note in figure["layout"]["annotations"] if note["name"] == "level"] == [*chart.levels]


def test_a_mark_says_the_printed_number_of_its_organisation():
    chart = role_profile(make_results(), "systems")
    assert chart is not None

    figure = figure_of(chart)

    # 39.7 is printed as 39: the band of the unrounded score decides.
    assert "Front line, agents and back office: Performance measurement 39" in texts(figure)
    assert figure["data"][0]["x"][2] == 39


@pytest.mark.parametrize("chart", heat_charts(), ids=lambda chart: chart.key)
def test_every_number_and_word_of_a_heatmap_is_in_the_figure(chart):
    figure = figure_of(chart)

    colours, numbers = figure["data"][:2]
    printed = dict(zip(zip(numbers["y"], numbers["x"], strict=True), numbers["text"], strict=True))
    shown = {
        (row, column): cell.value
        for row, one in enumerate(chart.rows)
        for column, cell in enumerate(one.cells)
        if cell.value
    }
    assert printed == shown
    for row, one in enumerate(chart.rows):
        for column, cell in enumerate(one.cells):
            assert colours["z"][row][column] == (cell.level or cell.step or None)
            assert colours["hovertext"][row][column] == f"{one.label}, {chart.columns[column].label}: {cell.alt}"
    assert figure["layout"]["xaxis"]["ticktext"] == [column.label for column in chart.columns]
    assert [text.partition(" (")[0] for text in figure["layout"]["yaxis"]["ticktext"]] == [
        one.label for one in chart.rows
    ]


def test_every_point_stands_with_its_interval_and_words():
    chart = point_chart()

    figure = figure_of(chart)

    equal, others, *named = figure["data"]
    assert (equal["x"], equal["y"]) == ([0, 100], [0, 100])
    assert [trace["name"] for trace in named] == ["Organisation 1", "Organisation 2"]
    assert [x for trace in (*named, others) for x in trace["x"]] == [position(point.x) for point in chart.points]
    assert {point.alt for point in chart.points} <= texts(figure)
    assert figure["layout"]["xaxis"]["title"]["text"] == chart.x_label
    span = chart.points[0].x_span
    assert span
    assert named[0]["x"][0] - named[0]["error_x"]["arrayminus"][0] == position(span.low)


@pytest.mark.parametrize("chart", all_charts(), ids=lambda chart: chart.key)
def test_a_figure_is_small_plain_json_on_a_whole_axis_with_its_alternative(chart):
    figure = figure_of(chart)

    assert json.loads(json.dumps(figure)) == figure
    assert "template" not in figure["layout"]
    assert figure["layout"]["meta"]["alt"] == chart.alt
    assert {trace["type"] for trace in figure["data"]} <= USED_KINDS
    if not isinstance(chart, HeatChart):
        assert figure["layout"]["xaxis"]["range"] == [0, 100]


@pytest.mark.parametrize("chart", all_charts(), ids=lambda chart: chart.key)
def test_colours_are_the_themes_or_the_style_sheets_and_no_others(chart):
    light, named = figure_of(chart), figure_of(chart, paint=theme.variable)

    assert {leaf for leaf in texts(light) if leaf.startswith("#")} <= set(theme.TOKENS.values())
    variables = {leaf for leaf in texts(named) if leaf.startswith("var(")}
    assert variables <= {f"var(--{token})" for token in theme.TOKENS}
    assert not [leaf for leaf in texts(named) if leaf.startswith("#")]


def test_hidden_figures_have_no_value_anywhere():
    shown = make_results()
    planted, hidden = shown, shown
    for group, subject in (("unit:11", "leadership"), ("role:managers", "insight"), ("all", "experience")):
        planted = with_figure(planted, group, subject, PLANTED)
        hidden = with_figure(hidden, group, subject, HIDDEN)

    def figures(results: Results) -> list[dict[str, Any]]:
        charts = [
            grids.heatmap(results, "pillars"),
            role_profile(results, "pillars"),
            build.group_rows(results, "leadership"),
            build.instrument_rows(results, "pillars"),
        ]
        return [figure_of(chart) for chart in charts if chart]

    assert figures(planted) == figures(hidden)
    assert "13" not in {leaf for figure in figures(planted) for leaf in texts(figure)}
    roles = figures(planted)[1]["data"][1]
    assert (roles["x"][3], roles["hovertext"][3]) == (None, None)


def test_what_was_not_asked_is_empty_and_not_hatched():
    results = with_figure(make_results(), "unit:11", "leadership", NOT_ASKED)

    figure = figure_of(grids.heatmap(results, "pillars"))

    hatched = [trace for trace in figure["data"] if trace["type"] == "bar"]
    assert figure["data"][0]["z"][1][0] is None
    assert 1 not in hatched[0]["y"]


def test_names_are_shown_as_they_are_and_never_read_as_markup():
    name = '<a href="https://elsewhere.example">Bank & Sons</a>'
    figures = {"leadership": make_figure(40.0, 60), "operations": make_figure(50.0, 60)}
    first, second = FRAMEWORK.instruments[0].dimensions[:2]

    drawn = [
        figure_of(scatter(FRAMEWORK, first, second, [(name, figures)], [])),
        figure_of(profile_rows(FRAMEWORK, FRAMEWORK.instruments[0], [(name, figures)])),
    ]

    visible = [text for figure in drawn for text in texts({**figure, "layout": {**figure["layout"], "meta": {}}})]
    assert [text for text in visible if "<" in text] == []
    assert any("&lt;a href" in text and "Bank &amp; Sons" in text for text in visible)


def test_five_have_a_colour_and_the_others_stand_behind():
    chart = profile_rows(FRAMEWORK, FRAMEWORK.instruments[0], organisations(5), others=organisations(12)[5:])

    figure = figure_of(chart)

    colours = [trace["marker"]["color"] for trace in figure["data"]]
    assert colours == [theme.colour("faint")] * 7 + [theme.colour(f"series:{number}") for number in range(1, 6)]


@pytest.mark.parametrize("chart", [*row_charts(), *heat_charts(), point_chart()], ids=lambda chart: chart.key)
def test_a_page_from_right_to_left_gets_the_figure_mirrored(chart):
    plain_layout = figure_of(chart)["layout"]
    with translation.override("ar"):
        layout = figure_of(chart)["layout"]

    assert layout["xaxis"]["range"] == plain_layout["xaxis"]["range"][::-1]
    assert layout["yaxis"]["range"] == plain_layout["yaxis"]["range"]
    assert layout["yaxis"]["side"] == "right"
    assert (layout["margin"]["l"], layout["margin"]["r"]) == (plain_layout["margin"]["r"], plain_layout["margin"]["l"])
    assert {note["x"] for note in layout.get("annotations", []) if note.get("xref") == "paper"} <= {1 - 1.01}
