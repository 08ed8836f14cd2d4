"""Answers to scores and levels, with the golden numbers of the framework's documentation."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillars.schema import Form, Instrument, MaturityLevel, Part, RoleGroup, Task
from pillars.scoring import (
    DimensionScore,
    asked_items,
    combined,
    display_score,
    held_level,
    index_of,
    instrument_weights,
    level_number,
    pools,
    role_weighted,
    routed_items,
    score_dimension,
    score_person,
    settled,
    stratum_of,
    value_of,
)
from tests.pillars.frameworks import (
    AGREE,
    FIVE,
    ROLE_GROUPS,
    dimension,
    framework,
    item,
    ladder,
    one_dimension,
)

SMALL = one_dimension(item("A"), item("B"), item("C", FIVE, reversed=True), ladder("L"), roles=True)
CARE = SMALL.dimensions[0]


def test_the_dust_of_sums_is_blown_off_a_score_and_nothing_more():
    assert settled(59.99999999998) == 60
    assert settled(59.9999999998) == 59.9999999998
    assert (settled(-0.4), settled(0.4), settled(100.4)) == (0, 0.4, 100)


def test_score_is_the_weighted_mean_of_the_answered_items():
    care = dimension("care", item("A", FIVE), item("B", FIVE, weight=3))

    score = score_dimension(care, care.items, {"A": 4, "B": 2})

    assert score == DimensionScore("care", 62.5, 2, 2)


def test_reversed_items_are_turned():
    assert value_of(item("C", FIVE, reversed=True), {"C": 1}) == 75
    assert value_of(item("C", AGREE, reversed=True), {"C": 5}) == 0


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({"A": 40, "B": "dk"}, 40),
        ({"A": 40, "B": "na", "C": "na"}, 40),
        ({"A": "dk", "B": "dk", "C": 4}, None),
        ({"A": "na", "B": "na", "C": "na"}, None),
        ({}, None),
    ],
)
def test_a_person_needs_an_answer_and_half_of_what_was_asked_and_applies(answers, score):
    care = dimension("care", *[item("A"), item("B")] if len(answers) == 2 else [item("A"), item("B"), item("C", FIVE)])

    assert score_dimension(care, asked_items(care, "ABC", answers), answers).score == score


def test_without_a_score_it_is_still_said_of_what_and_how_much_was_asked():
    assert score_dimension(CARE, CARE.items, {"A": 20, "B": "dk", "C": "dk", "L": "dk"}) == DimensionScore(
        "care", None, 1, 4
    )


def test_lived_leaves_ladders_out_and_claimed_holds_nothing_else():
    answers = {"A": 20, "B": 40, "C": 4, "L": 5}

    assert score_person(SMALL, "manager", answers)["care"].score == 40
    assert score_person(SMALL, "manager", answers, "lived")["care"].score == 20
    assert score_person(SMALL, "manager", answers, "claimed")["care"].score == 100


def test_a_ladder_counts_for_whoever_answered_it():
    executives_only = one_dimension(item("A"), ladder("L", ("executive",)), roles=True)

    asked = score_person(executives_only, "manager", {"A": 50, "L": 5})["care"]
    not_asked = score_person(executives_only, "manager", {"A": 50})["care"]

    assert asked == DimensionScore("care", 75, 2, 2)
    assert not_asked == DimensionScore("care", 50, 1, 1)


def test_what_a_person_was_asked_may_be_less_than_what_the_role_is_asked():
    assert score_person(SMALL, "manager", {"A": 50}, routed={"A"})["care"] == DimensionScore("care", 50, 1, 1)
    assert score_person(SMALL, "manager", {"A": 50})["care"] == DimensionScore("care", None, 1, 4)


def test_all_scored_items_are_asked_where_no_measure_is_named():
    assert asked_items(CARE, ["A", "L"], {}) == (CARE.items[0], CARE.items[3])


def test_items_that_are_not_scored_never_enter_a_score():
    care = dimension("care", item("A"), item("S", scored=False))

    assert asked_items(care, ["A", "S"], {"A": 1, "S": 2}) == (care.items[0],)


def test_a_form_asks_only_what_stands_on_its_pages():
    short = framework(
        Instrument("pillars", "Pillars", (CARE,), weight=1),
        roles=True,
        forms=(Form("full", "Full"), Form("short", "Short", is_pulse=True)),
        parts=(Part("one", "One", (("A", "B", "C", "L"),)), Part("two", "Two", (("A",),), ("short",))),
    )

    assert routed_items(short, "manager", "short") == {"A"}
    assert routed_items(short, "agent", "full") == {"A", "B", "C"}


def test_everybody_gets_the_full_form_but_the_roles_that_get_another():
    short = framework(
        Instrument("pillars", "Pillars", (CARE,), weight=1),
        roles=True,
        forms=(Form("full", "Full"), Form("short", "Short", is_pulse=True)),
        parts=(Part("one", "One", (("A", "B", "L", "comment"),)), Part("two", "Two", (("A",),), ("short",))),
        tasks=(Task("comment", "comment", "What else"),),
    )

    assert routed_items(short, "manager") == {"A", "B", "L"}
    assert routed_items(short, "agent", other_forms={"agent": "short"}) == {"A"}
    assert routed_items(short, "front_line", other_forms={"agent": "short"}) == {"A", "B"}
    assert routed_items(short, "side:staff", other_forms={"agent": "short"}) == {"A"}


def test_a_part_for_some_roles_is_asked_of_them_only():
    parts = (Part("all", "All", (("A",),)), Part("leading", "Leading", (("B",),), roles=("manager",)))
    split = framework(Instrument("pillars", "Pillars", (CARE,), weight=1), roles=True, parts=parts)

    assert routed_items(split, "manager") == {"A", "B"}
    assert routed_items(split, "executive") == {"A"}


@pytest.mark.parametrize(
    ("role", "routed"),
    [
        ("manager", {"A", "B", "C", "L"}),
        ("managers", {"A", "B", "C", "L"}),
        ("leaders", {"A", "B", "C", "L"}),
        ("side:leaders", {"A", "B", "C", "L"}),
        ("side:staff", {"A", "B", "C"}),
        ("", {"A", "B", "C"}),
    ],
)
def test_a_group_or_side_stands_for_what_all_its_roles_are_asked(role, routed):
    assert routed_items(SMALL, role) == routed


def test_what_only_some_roles_of_a_side_are_asked_is_not_asked_of_the_side():
    some = one_dimension(
        item("A"), item("F", asked_of=("front_line",)), item("K", asked_of=("back_office",)), roles=True
    )

    assert routed_items(some, "side:staff") == {"A"}


def test_a_person_belongs_to_the_role_group_or_to_the_side_that_is_known():
    known = ("agent", "executives", "leaders", "side:leaders", "side:staff", "guest", "side:guests", "")

    assert [stratum_of(SMALL, role) for role in known] == [
        "staff",
        "executives",
        "side:leaders",
        "side:leaders",
        "side:staff",
        "",
        "",
        "",
    ]


# -- organisations -------------------------------------------------------------------------------


def test_role_groups_weigh_five_three_two():
    scores = {"executives": [72.0] * 5, "managers": [61.0] * 9, "staff": [48.0] * 40}

    assert role_weighted(ROLE_GROUPS, scores, 5) == pytest.approx(56.7, abs=1e-9)


def test_without_staff_the_leaders_weights_are_shared_out():
    scores = {"executives": [72.0] * 5, "managers": [61.0] * 9}

    assert role_weighted(ROLE_GROUPS, scores, 5) == pytest.approx(65.4, abs=1e-9)


@pytest.mark.parametrize(("mix", "pooled"), [((5, 15, 80), 57.8), ((10, 30, 60), 60.6), ((20, 40, 40), 64.0)])
def test_more_answers_of_leaders_move_a_pooled_mean_and_not_the_weighted_one(mix, pooled):
    executives, managers, staff = mix
    scores = {"executives": [78.0] * executives, "managers": [66.0] * managers, "staff": [55.0] * staff}
    everybody = [value for values in scores.values() for value in values]

    assert role_weighted(ROLE_GROUPS, scores, 5) == pytest.approx(62.9, abs=1e-9)
    assert sum(everybody) / len(everybody) == pytest.approx(pooled, abs=0.05)


def test_few_executives_are_pooled_with_managers_at_half_the_weight():
    found = pools(ROLE_GROUPS, {"staff": 40, "managers": 9, "executives": 4}, 5)

    assert [(pool.key, pool.weight) for pool in found] == [("staff", 0.5), ("side:leaders", 0.5)]
    assert found[1].strata == {"managers", "executives", "side:leaders"}


@pytest.mark.parametrize("managers", [9, 3])
def test_people_known_only_as_leaders_make_all_leaders_one_pool(managers):
    found = pools(ROLE_GROUPS, {"staff": 40, "managers": managers, "side:leaders": 3}, 5)

    assert [(pool.key, pool.weight) for pool in found] == [("staff", 0.5), ("side:leaders", 0.5)]
    assert found[1].strata == {"managers", "executives", "side:leaders"}


def test_the_score_of_a_pool_is_the_mean_of_its_people():
    scores = {"staff": [50.0] * 40, "managers": [60.0] * 9, "side:leaders": [80.0] * 3}

    assert role_weighted(ROLE_GROUPS, scores, 5) == 0.5 * 50 + 0.5 * 65


def test_an_organisation_of_fewer_than_k_has_no_score():
    assert role_weighted(ROLE_GROUPS, {"staff": [50.0] * 2, "managers": [60.0] * 2}, 5) is None
    assert role_weighted(ROLE_GROUPS, {"staff": [50.0] * 2, "managers": [60.0] * 3}, 5) == 56


def test_exactly_k_people_are_enough_for_a_pool():
    found = pools(ROLE_GROUPS, {"staff": 5, "managers": 5}, 5)

    assert [pool.key for pool in found] == ["staff", "managers"]
    assert [pool.weight for pool in found] == pytest.approx([0.625, 0.375])


def test_a_role_group_without_people_lends_its_weight_to_nobody():
    groups = (*ROLE_GROUPS, RoleGroup("founders", "Founders", ("founder",), 0.5, "leaders"))

    found = pools(groups, {"staff": 40, "managers": 9, "executives": 4}, 5)

    assert [(pool.key, pool.weight) for pool in found] == [("staff", 0.5), ("side:leaders", 0.5)]
    assert found[1].strata == {"managers", "executives", "side:leaders"}


def test_the_only_role_group_of_a_side_keeps_its_name_when_some_are_known_by_the_side_only():
    found = pools(ROLE_GROUPS, {"staff": 4, "side:staff": 3}, 5)

    assert [(pool.key, sorted(pool.strata)) for pool in found] == [("staff", ["side:staff", "staff"])]


def test_one_of_several_role_groups_does_not_stand_for_its_side():
    found = pools(ROLE_GROUPS, {"side:leaders": 6}, 5)

    assert [pool.key for pool in found] == ["side:leaders"]


def test_a_role_group_without_weight_has_no_share():
    groups = (ROLE_GROUPS[0], replace(ROLE_GROUPS[1], weight=0))

    assert [pool.key for pool in pools(groups, {"staff": 40, "managers": 9}, 5)] == ["staff"]
    assert [pool.key for pool in pools(groups, {"managers": 9}, 5)] == ["all"]


def test_a_side_under_k_weighs_nothing():
    found = pools(ROLE_GROUPS, {"staff": 40, "managers": 2, "executives": 2}, 5)

    assert [(pool.key, pool.weight) for pool in found] == [("staff", 1.0)]


def test_everybody_is_one_pool_when_no_side_reaches_k_alone():
    found = pools(ROLE_GROUPS, {"staff": 4, "managers": 3}, 5)

    assert [(pool.key, pool.weight) for pool in found] == [("all", 1.0)]
    assert pools(ROLE_GROUPS, {"staff": 2, "managers": 2}, 5) == []
    assert pools((), {"": 4}, 5) == []
    assert pools((), {"": 5}, 5)[0].weight == 1.0
    assert pools((), {"": 1}, 1)[0].weight == 1.0
    assert pools((), {}, 0) == []


def test_claims_of_managers_and_executives_weigh_the_same():
    found = pools(ROLE_GROUPS, {"managers": 9, "executives": 5}, 5, equal=True)

    assert [(pool.key, pool.weight) for pool in found] == [("managers", 0.5), ("executives", 0.5)]


def test_role_groups_that_are_pooled_weigh_as_many_times_when_all_weigh_the_same():
    found = pools(ROLE_GROUPS, {"staff": 40, "managers": 9, "executives": 4}, 5, equal=True)

    assert [(pool.key, pool.weight) for pool in found] == [("staff", 1 / 3), ("side:leaders", 2 / 3)]


def test_a_mean_of_parts_needs_half_of_their_weight():
    assert combined({"a": 60, "b": None}, {"a": 1, "b": 1}) == 60
    assert combined({"a": 60, "b": None, "c": None}, {"a": 1, "b": 1, "c": 1}) is None
    assert combined({"a": 60, "b": 20}, {"a": 1, "b": 3}) == 30
    assert combined({}, {}) is None


def three_instruments(*, gate: bool = False):
    return framework(
        Instrument("pillars", "P", (dimension("p1", item("a")), dimension("p2", item("b"))), weight=0.5),
        Instrument("systems", "S", (dimension("s1", item("c")),), weight=0.25),
        Instrument("aspects", "A", (dimension("a1", item("d")),), weight=0.25),
        Instrument("values", "V", (dimension("v1", item("e")),)),
        gate=gate,
    )


def test_the_index_weighs_instruments_and_leaves_batteries_out():
    scores = {"p1": 40.0, "p2": 60.0, "s1": 80.0, "a1": 20.0, "v1": 0.0}

    assert index_of(three_instruments(), scores) == 50
    assert index_of(three_instruments(), scores, equal=True) == 50
    assert index_of(three_instruments(), {**scores, "s1": 90.0}) == 52.5
    assert index_of(three_instruments(), {"p1": 40.0, "p2": 60.0}) == 50
    assert index_of(three_instruments(), {"s1": 40.0}) is None


def test_instruments_can_weigh_the_same():
    scores = {"p1": 30.0, "p2": 30.0, "s1": 60.0, "a1": 90.0}

    assert index_of(three_instruments(), scores) == 52.5
    assert index_of(three_instruments(), scores, equal=True) == 60


def test_weights_of_instruments_are_shares_of_one_whole():
    pulse = framework(
        Instrument("values", "V", (dimension("v1", item("e")),)),
        Instrument("pillars", "P", (dimension("p1", item("a")),), weight=0.5),
        Instrument("systems", "S", (dimension("s1", item("c")),), weight=0.125),
    )

    assert instrument_weights(pulse) == {"pillars": 0.8, "systems": 0.2}
    assert instrument_weights(pulse, equal=True) == {"pillars": 0.5, "systems": 0.5}


# -- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "level"), [(0, 1), (19.99, 1), (20, 2), (40, 3), (60, 4), (79.99, 4), (80, 5), (100, 5)]
)
def test_the_unrounded_score_decides_the_level(score, level):
    assert level_number(SMALL, score) == level


@pytest.mark.parametrize(("score", "printed"), [(39.6, 39), (39.4, 39), (40.5, 41), (79.99, 79), (54.5, 55), (0.4, 0)])
def test_the_print_never_enters_a_higher_level(score, printed):
    assert display_score(SMALL, score) == printed


def test_the_gate_holds_the_level_at_one_above_the_lowest_pillar():
    scores = {"p1": 18.0, "p2": 90.0, "s1": 5.0}

    assert held_level(three_instruments(gate=True), 66, scores) == (2, "p1")
    assert held_level(three_instruments(), 66, scores) == (4, "")
    assert held_level(three_instruments(gate=True), 66, {**scores, "p1": 45.0}) == (4, "")
    assert held_level(three_instruments(gate=True), 66, {}) == (4, "")


def test_the_lowest_pillar_holds_the_level_wherever_it_stands():
    assert held_level(three_instruments(gate=True), 66, {"p1": 90.0, "p2": 18.0}) == (2, "p2")


def test_no_battery_holds_the_level():
    battery = Instrument("values", "V", (dimension("v1", item("e")),))
    pillars = Instrument("pillars", "P", (dimension("p1", item("a")),), weight=1)

    assert held_level(framework(battery, pillars, gate=True), 66, {"v1": 5.0, "p1": 70.0}) == (4, "")
    assert held_level(framework(battery, gate=True), 66, {"v1": 5.0}) == (4, "")


def test_there_is_no_level_below_the_first():
    late = replace(SMALL, levels=(MaturityLevel("first", "First", 10), MaturityLevel("second", "Second", 50)))

    assert (level_number(late, 5), level_number(late, 50)) == (1, 2)


@given(st.floats(0, 100))
def test_print_and_level_always_agree(score):
    printed = display_score(SMALL, score)

    assert level_number(SMALL, printed) <= level_number(SMALL, score)
    assert abs(printed - score) < 1


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "A": st.integers(0, 100) | st.sampled_from(["dk", "na"]),
        "B": st.integers(0, 100) | st.sampled_from(["dk", "na"]),
        "C": st.integers(0, 4) | st.sampled_from(["dk", "na"]),
        "L": st.integers(1, 5) | st.sampled_from(["dk", "na"]),
    },
)


@given(
    ANSWERS, st.sampled_from(["manager", "front_line", "leaders", ""]), st.sampled_from(["score", "lived", "claimed"])
)
def test_a_person_s_score_stays_on_the_scale(answers, role, measure):
    found = score_person(SMALL, role, answers, measure)["care"]

    assert found.score is None or 0 <= found.score <= 100
    assert found.answered <= found.asked


@given(st.dictionaries(st.sampled_from(["staff", "managers", "executives", "side:leaders", ""]), st.integers(0, 30)))
def test_pools_share_one_whole_and_never_hold_fewer_than_k(people):
    found = pools(ROLE_GROUPS, people, 5)

    assert not found or sum(pool.weight for pool in found) == pytest.approx(1)
    assert all(sum(people.get(stratum, 0) for stratum in pool.strata) >= 5 for pool in found)
    assert bool(found) == (sum(people.values()) >= 5)
