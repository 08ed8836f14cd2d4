"""The framework that ships: its size, its routes, its budgets and where its parts come from."""

import pytest

from pillars.files import FOLDER, read_framework
from pillars.translation import texts_of

FILE = read_framework(FOLDER / "concentric" / "1.0.toml")
FRAMEWORK = FILE.framework
SCORED = [instrument for instrument in FRAMEWORK.instruments if instrument.weight]


def test_five_pillars_four_systems_and_nine_aspects_make_the_index():
    assert [(i.key, len(i.dimensions), i.weight) for i in SCORED] == [
        ("pillars", 5, 0.5),
        ("systems", 4, 0.25),
        ("aspects", 9, 0.25),
    ]


def test_batteries_explain_and_do_not_count():
    batteries = {d.key: len(d.items) for i in FRAMEWORK.instruments if not i.weight for d in i.dimensions}

    assert batteries == {
        "functional_value": 3,
        "experiential_value": 3,
        "employee_qualities": 6,
        "resource_access": 9,
        "talk": 2,
    }


@pytest.mark.parametrize(
    ("role", "items", "minutes"),
    [
        ("front_line", 63, 11.1),
        ("back_office", 63, 11.1),
        ("agent", 52, 9.6),
        ("manager", 50, 11.4),
        ("executive", 37, 11.1),
    ],
)
def test_every_role_has_its_items_within_the_budget(role, items, minutes):
    full = FRAMEWORK.forms[0]

    assert len(FRAMEWORK.items_for(role)) == items
    assert round(FRAMEWORK.seconds_for(full, role) / 60, 1) == minutes
    assert minutes <= full.budget_minutes


def test_the_short_form_takes_half_the_time_and_has_no_ladders():
    short = next(form for form in FRAMEWORK.forms if form.key == "short")
    keys = {key for part in FRAMEWORK.parts_for("short", "agent") for page in part.pages for key in page}

    assert short.is_pulse
    assert len([key for key in keys if key in FRAMEWORK.item_by_key]) == 31
    assert not [key for key in keys if key in FRAMEWORK.item_by_key and FRAMEWORK.item_by_key[key].rungs]
    assert FRAMEWORK.seconds_for(short, "agent") / 60 < 7


def test_eighty_two_items_and_a_ladder_of_five_rungs_for_each_scored_dimension():
    ladders = [item for item in FRAMEWORK.items if item.scale.kind == "ladder"]

    assert len(FRAMEWORK.items) == 82
    assert len(ladders) == 18
    assert {len(item.rungs) for item in ladders} == {5}


def test_three_pillar_names_come_from_sources_and_two_are_our_reading():
    sources = {dimension.key: dimension.source for dimension in FRAMEWORK.instruments[0].dimensions}

    assert sources == {
        "leadership": "found",
        "operations": "stated",
        "empowerment": "stated",
        "insight": "ours",
        "experience": "ours",
    }
    assert "not affiliated with CGAP" in FRAMEWORK.credit


def test_fixed_weights_of_role_groups():
    assert {group.key: (group.weight, group.side) for group in FRAMEWORK.role_groups} == {
        "staff": (0.5, "staff"),
        "managers": (0.3, "leaders"),
        "executives": (0.2, "leaders"),
    }


def test_a_page_never_mixes_scales_with_different_stems_and_ladders_stand_alone():
    for part in FRAMEWORK.parts:
        for page in part.pages:
            items = [FRAMEWORK.item_by_key[key] for key in page if key in FRAMEWORK.item_by_key]
            assert len({item.scale.stem for item in items}) <= 1, page
            assert len(page) == 1 or not any(item.rungs for item in items), page
            assert len(page) <= 6, page


def test_agents_read_the_company_where_staff_read_here():
    texts = [item.text_for("agent") for item in FRAMEWORK.items_for("agent") if item.scale.kind != "pair"]

    assert [text for text in texts if " here" in text or "your boss" in text.lower()] == []


def test_every_scored_dimension_advises_at_every_level():
    for dimension in (d for i in SCORED for d in i.dimensions):
        for level in range(1, 6):
            kinds = {r.kind for r in dimension.recommendations if level in r.levels}
            assert kinds, (dimension.key, level)
            assert ("share" in kinds) == (level == 5), (dimension.key, level, kinds)


def test_every_text_can_be_translated():
    texts = texts_of(FILE.document)

    assert len(texts) == 636
    assert texts["items.LC5.rungs.0"] == FRAMEWORK.item_by_key["LC5"].rungs[0]
    assert texts["scales.frequency.labels.4"] == "Every time"
    assert texts["tasks.top_three.options.R1"] == "Skills"
