"""Chart descriptions say what the release says, hide what it hides, and never say more."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from reports.charts import build, grids, phrases, theme, web
from reports.charts.spec import Mark, Span
from reports.results import Figure, Gap, ItemResult, Level, Overall, Results
from tests.reports.results_fixture import UNITS, make_figure, make_results

TOKENS_CSS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
CHARTS_CSS = TOKENS_CSS.with_name("charts.css")
HIDDEN_UNITS = [key for key, _title, answered, _shift in UNITS if answered is None]


def with_figure(results: Results, group: str, subject: str, figure: Figure, measure: str = "score") -> Results:
    rows = results.figures[measure]
    changed = {**rows, group: {**rows[group], subject: figure}}
    return replace(results, figures={**results.figures, measure: changed})


def test_a_release_document_gives_back_an_equal_value():
    results = make_results()

    read = Results.from_document(json.loads(json.dumps(results.to_document())))

    assert read == results


def test_the_strip_points_at_the_index_and_says_the_level_in_words():
    results = with_figure(make_results(), "all", "index", make_figure(47.6, 214, sd=13))

    strip = build.scale_strip(results, peers=build.Peers(38.2, 55.4, 14))

    assert strip is not None
    assert (strip.at, strip.value, strip.level) == (47.6, "48", 3)
    assert strip.levels == ("Inward", "Spoken", "Structured", "Practised", "Lived")
    assert strip.peers == Span("peers", 38.2, 55.4)
    assert strip.alt == (
        "Overall: 48 of 100, Structured, 95% interval 46 to 49. "
        "The middle half of 14 organisations lies between 38 and 55."
    )


def test_there_is_no_strip_without_an_index():
    results = with_figure(make_results(is_pulse=True), "all", "index", Figure(absence="not_asked"))

    assert build.scale_strip(results) is None


def test_a_dot_row_holds_score_interval_peers_and_last_wave():
    now = with_figure(make_results(), "all", "insight", replace(make_figure(35.0, 214), low=32.0, high=38.0))
    then = with_figure(make_results(wave=2), "all", "insight", replace(make_figure(25.0, 200), low=22.0, high=28.0))

    chart = build.instrument_rows(now, "pillars", previous=then, peers={"insight": build.Peers(32, 48, 9)})

    row = next(row for row in chart.rows if row.key == "insight")
    assert row.marks == (Mark("tick", 25.0, "last wave"), Mark("dot", 35.0, "score"))
    assert row.spans == (Span("peers", 32, 48), Span("interval", 32.0, 38.0))
    assert (row.value, row.note) == ("35", "+10")
    assert row.alt == (
        "Insight that drives decisions: 35 of 100, Spoken, 95% interval 32 to 38; "
        "other organisations 32 to 48; last wave 25; +10"
    )
    assert [entry.role for entry in chart.legend] == ["dot", "interval", "peers", "tick"]


def test_a_small_change_is_called_no_clear_change():
    now, then = make_results(), make_results(wave=2)

    chart = build.instrument_rows(now, "pillars", previous=then)

    assert {row.note for row in chart.rows} == {"no clear change"}


def test_a_hidden_figure_becomes_a_row_without_any_value():
    results = make_results()

    chart = build.group_rows(results, "leadership")

    rows = {row.key: row for row in chart.rows}
    for key in HIDDEN_UNITS:
        assert rows[key].is_hidden
        assert (rows[key].marks, rows[key].spans, rows[key].value, rows[key].note) == ((), (), "", "")
        assert rows[key].alt.endswith(": Hidden to protect anonymity")
    assert chart.legend[-1].role == "hidden"


def test_a_role_that_is_a_whole_side_stands_once():
    keys = [row.key for row in build.group_rows(make_results(), "leadership").rows]

    assert keys[:5] == ["all", "side:staff", "side:leaders", "role:managers", "role:executives"]


def test_a_figure_marked_hidden_is_not_drawn_even_if_it_carries_a_score():
    planted = Figure(score=77.77, low=70.0, high=80.0, n=3, display=78, level=4, absence="hidden")
    results = with_figure(make_results(), "unit:16", "leadership", planted)

    row_chart = build.group_rows(results, "leadership")
    heat = grids.heatmap(results, "pillars")

    row = next(row for row in row_chart.rows if row.key == "unit:16")
    cell = next(row for row in heat.rows if row.key == "unit:16").cells[0]
    assert (row.is_hidden, row.marks, row.spans, row.value) == (True, (), (), "")
    assert (cell.is_hidden, cell.value, cell.level) == (True, "", None)
    assert "77.77" not in repr(row_chart) + repr(heat)


def test_gaps_are_sorted_by_size_and_say_whether_they_are_clear():
    chart = build.gap_rows(make_results(), "pillars")

    assert chart is not None
    assert [(row.key, row.value, row.note) for row in chart.rows] == [
        ("empowerment", "+27", "clear"),
        ("leadership", "+20", "clear"),
        ("insight", "+10", "could be chance"),
        ("operations", "+6", "could be chance"),
        ("experience", "\u22125", "could be chance"),
    ]
    assert chart.rows[0].marks == (Mark("square", 58.0, "leaders"), Mark("ring", 31.0, "staff"))
    assert chart.rows[0].spans == (Span("gap_clear", 31.0, 58.0),)
    assert chart.rows[0].alt == "Empowered employees and agents: leaders 58, staff 31, difference +27, clear"


def test_a_gap_of_too_few_people_is_a_sentence_without_marks():
    chart = build.gap_rows(make_results(), "systems")

    assert chart is not None
    row = next(row for row in chart.rows if row.key == "partnerships")
    assert (row.marks, row.value, row.note) == ((), "", "too few to compare")


def test_there_is_no_gap_chart_where_nothing_can_be_compared():
    gap = Gap("leadership", None, None, None, None, None, None, None, None, "too_few")

    assert build.gap_rows(make_results(gaps=(gap,)), "pillars") is None


def test_said_and_done_is_never_called_clear():
    chart = build.claim_rows(make_results(), ["leadership"])

    assert chart is not None
    row = chart.rows[0]
    assert [mark.kind for mark in row.marks] == ["triangle", "dot"]
    assert row.note == "indicative"
    assert row.spans[0].role == "gap_chance"


def test_the_heatmap_starts_with_the_whole_and_hatches_what_is_hidden():
    chart = grids.heatmap(make_results(), "pillars")

    assert chart.rows[0].is_whole
    hidden = [row for row in chart.rows if row.key in HIDDEN_UNITS]
    assert [row.note for row in hidden] == ["", ""]
    assert all(cell.is_hidden and not cell.value and cell.level is None for row in hidden for cell in row.cells)
    cells = {row.key: row.cells for row in chart.rows}
    assert cells["unit:16"][3].is_hidden


def test_the_heatmap_tells_too_few_and_not_asked_from_hidden():
    results = make_results()

    systems = {row.key: row.cells for row in grids.heatmap(results, "systems").rows}
    aspects = {row.key: row.cells for row in grids.heatmap(results, "aspects").rows}

    assert (systems["unit:16"][3].value, systems["unit:16"][3].alt) == ("too few", "Too few to compare")
    assert aspects["unit:15"][2].is_empty


def test_a_cell_takes_its_colour_from_the_unrounded_score():
    results = with_figure(make_results(), "all", "leadership", make_figure(39.6, 214))

    cell = grids.heatmap(results, "pillars").rows[0].cells[0]

    assert (cell.value, cell.level, cell.alt) == ("39", 2, "39, Spoken")


def test_changes_print_a_sign_only_where_they_are_clear():
    now, then = make_results(), make_results(wave=2)
    now = with_figure(now, "all", "leadership", make_figure(75.0, 214))
    then = with_figure(then, "all", "leadership", make_figure(62.0, 214))

    cells = grids.change_heatmap(now, then, "pillars").rows[0].cells

    assert (cells[0].value, cells[0].step, cells[0].level) == ("+13", 2, None)
    assert (cells[1].value, cells[1].step) == ("=", 0)


def test_a_change_is_hidden_when_either_wave_was_hidden():
    now, then = make_results(), make_results(wave=2)
    then = with_figure(then, "unit:11", "leadership", Figure(absence="hidden"))

    row = next(row for row in grids.change_heatmap(now, then, "pillars").rows if row.key == "unit:11")

    assert row.cells[0].is_hidden


@pytest.mark.parametrize(
    ("counts", "shares"),
    [((1, 1, 1), (34, 33, 33)), ((0, 0, 7), (0, 0, 100)), ((0, 0), (0, 0)), ((5, 10, 20, 40, 25), (5, 10, 20, 40, 25))],
)
def test_shares_are_whole_and_add_up(counts, shares):
    assert grids.whole_shares(counts) == shares


def test_answers_are_bars_for_each_set_of_labels_the_most_disputed_first():
    charts = grids.answer_stacks(make_results(), "leadership")

    assert [len(chart.rows) for chart in charts] == [2, 1]
    frequencies = charts[0]
    assert [entry.label for entry in frequencies.legend] == ["Never", "Rarely", "Sometimes", "Often", "Always"]
    assert all(sum(share.percent for share in row.shares) == 100 for row in frequencies.rows)
    assert "can't see this" in frequencies.rows[0].value


def test_items_are_called_shared_mixed_or_split():
    words = [grids.consensus_words(consensus) for consensus in (0.8, 0.79, 0.64, None)]

    assert words == ["shared view", "mixed", "split", ""]


def test_scales_without_labels_print_their_points():
    item = ItemResult("X1", "How likely?", "leadership", 20, 50.0, 20.0, 2.0, 0.8, (2, 8, 10), (), 0, 0, 0.7)

    chart = grids.stack_of(make_results(), "x", [item])

    assert [share.label for share in chart.rows[0].shares] == ["1", "2", "3"]
    assert [share.level for share in chart.rows[0].shares] == [1, 3, 5]


def test_every_chart_carries_its_numbers_as_a_table_and_as_words():
    results = make_results()
    charts = [
        build.scale_strip(results),
        build.instrument_rows(results, "aspects"),
        build.gap_rows(results, "aspects"),
        build.group_rows(results, "hero"),
        build.claim_rows(results, ["hero", "penny"]),
        grids.heatmap(results, "aspects"),
        *grids.answer_stacks(results, "hero"),
    ]

    for chart in charts:
        assert chart is not None
        assert chart.alt
        assert chart.table.rows
        assert all(len(row) == len(chart.table.columns) for row in chart.table.rows)


@pytest.mark.parametrize(("value", "words"), [(7.5, "+8"), (-3.2, "\u22123"), (0.3, "0"), (-0.4, "0")])
def test_differences_carry_their_sign(value, words):
    assert phrases.signed(value) == words


def test_the_theme_has_the_values_of_the_style_sheet():
    light = TOKENS_CSS.read_text(encoding="utf-8").split("@media")[0]

    found = {name: f"--{name}: {value};" in light for name, value in theme.TOKENS.items()}

    assert [name for name, is_there in found.items() if not is_there] == []


def test_the_style_sheet_has_every_position_and_no_colour_of_its_own():
    css = CHARTS_CSS.read_text(encoding="utf-8")

    missing = [f".{kind}-{place} " for kind in ("at", "w") for place in range(101) if f".{kind}-{place} " not in css]

    assert missing == []
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", css) == []
    assert re.findall(r"\b(?:margin|padding|border)-(?:left|right|top|bottom)\b|[\s{;](?:left|right|top):", css) == []


@pytest.mark.parametrize(("value", "place"), [(39.6, 39), (40.0, 40), (39.4, 39), (12.5, 13), (-2.0, 0), (130.0, 100)])
def test_a_mark_never_stands_in_a_higher_band_than_its_value(value, place):
    assert web.position(value) == place


def test_printed_intervals_end_where_their_numbers_say():
    results = with_figure(make_results(), "all", "insight", replace(make_figure(35.0, 214), low=31.6, high=38.4))

    html = web.printed(build.instrument_rows(results, "pillars"))

    assert 'class="ci at-32 w-6"' in html
    assert "dot at-35" in html


def test_printed_hidden_rows_have_a_hatch_and_no_mark():
    html = web.printed(build.group_rows(make_results(), "leadership"))

    row = next(part for part in html.split("<li") if "Legal" in part)
    assert 'class="track hid"' in row
    assert "at-" not in row


def test_printed_shares_under_six_per_cent_have_no_number():
    item = ItemResult("X1", "How?", "leadership", 100, 50.0, 20.0, 2.0, 0.8, (5, 6, 89), (), 0, 0, 0.7)

    html = web.printed(grids.stack_of(make_results(), "x", [item]))

    assert '<b class="b1 w-5"></b><b class="b3 w-6">6</b><b class="b5 w-89">89</b>' in html


def test_unequal_levels_have_gridlines_and_names_of_their_width():
    levels = (Level(1, "low", "Low", 0), Level(2, "mid", "Middle", 50), Level(3, "top", "Top", 75))
    results = make_results(levels=levels)
    figures = {key: replace(figure, level=1) for key, figure in results.figures["score"]["all"].items()}
    results = replace(results, figures={"score": {"all": figures}})

    html = web.printed(build.instrument_rows(results, "pillars"))

    assert '<span class="w-50">Low</span><span class="w-25">Middle</span><span class="w-25">Top</span>' in html
    assert "edge at-50" in html


def test_every_role_has_a_colour():
    colours = {role: theme.colour(role) for role in theme.ROLES}

    assert all(len(value) == 7 and value.startswith("#") for value in colours.values())


def test_levels_of_other_frameworks_spread_over_the_ramp():
    assert [theme.shade(place, 3) for place in (1, 2, 3)] == [1, 3, 5]


def test_a_framework_without_levels_still_has_rows():
    results = make_results(levels=(), overall=Overall())
    figures = {group: {key: replace(f, level=None) for key, f in row.items()} for group, row in
               results.figures["score"].items()}  # fmt: skip
    results = replace(results, figures={"score": figures})

    chart = build.instrument_rows(results, "pillars")

    assert chart.levels == ()
    assert chart.rows[0].alt.startswith("Leadership and culture: 62 of 100, 95% interval")


def test_a_sign_stands_before_its_number_in_both_directions():
    assert [phrases.signed(value) for value in (5, -5, 0.2)] == ["+5", "\u22125", "0"]
    with translation.override("ar"):
        assert [phrases.signed(value) for value in (5, -5, 0.2)] == ["\u200e+5", "\u200e\u22125", "0"]
