"""Reporting cells: fine enough to compare, never fewer than k people where there are k to share them."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assessments.cells import Cell, Shape, joining_cells, reporting_cells, shape_of
from pillars.schema import Framework, Instrument, MaturityLevel, Role, RoleGroup

# 1 is the organisation; 2 and 3 stand under it, 4 and 5 under 3.
PARENTS = {1: None, 2: 1, 3: 1, 4: 3, 5: 3}
SIDES = {"front_line": "staff", "agent": "staff", "manager": "leaders", "executive": "leaders"}
SHAPE = Shape(PARENTS, {"executive": "manager"}, SIDES)


def people(count, unit, role, level=""):
    return [Cell(unit, role, level)] * count


def test_a_combination_that_k_people_share_is_kept_whole():
    cells = reporting_cells(people(5, 2, "front_line", "daily"), 5, SHAPE)

    assert cells == [Cell(2, "front_line", "daily")] * 5


def test_the_contact_level_gives_way_first():
    cells = reporting_cells(people(3, 2, "front_line", "daily") + people(2, 2, "front_line", "never"), 5, SHAPE)

    assert cells == [Cell(2, "front_line")] * 5


def test_a_kept_contact_level_gives_way_when_the_others_would_be_too_few():
    cells = reporting_cells(people(6, 2, "front_line", "daily") + people(2, 2, "front_line", "weekly"), 5, SHAPE)

    assert cells == [Cell(2, "front_line")] * 8


def test_executives_join_the_managers_of_their_unit_before_the_unit_gives_way():
    cells = reporting_cells(people(2, 2, "executive") + people(4, 2, "manager"), 5, SHAPE)

    assert cells == [Cell(2, "manager")] * 6


def test_the_unit_gives_way_to_its_parent_last():
    cells = reporting_cells(people(3, 4, "front_line") + people(3, 5, "front_line"), 5, SHAPE)

    assert cells == [Cell(3, "front_line")] * 6


def test_a_contact_level_that_k_people_share_returns_in_the_parent():
    cells = reporting_cells(people(3, 4, "front_line", "daily") + people(3, 5, "front_line", "daily"), 5, SHAPE)

    assert cells == [Cell(3, "front_line", "daily")] * 6


def test_a_few_agents_join_the_largest_role_of_their_side_at_the_top():
    cells = reporting_cells(people(2, 2, "agent") + people(9, 1, "front_line"), 5, SHAPE)

    assert cells == [Cell(1, "front_line")] * 11


def test_a_settled_place_gives_way_when_a_few_are_left_over_at_the_top():
    cells = reporting_cells(people(1, 2, "manager") + people(5, 4, "manager") + people(7, 5, "manager"), 5, SHAPE)

    assert cells == [Cell(1, "manager")] * 6 + [Cell(5, "manager")] * 7


def test_a_few_left_over_share_a_cell_with_their_own_role_before_another_one_gives_way():
    cells = reporting_cells(people(3, 2, "agent") + people(5, 4, "agent") + people(9, 5, "front_line"), 5, SHAPE)

    assert cells == [Cell(1, "agent")] * 8 + [Cell(5, "front_line")] * 9


def test_a_whole_side_under_k_is_one_cell_at_the_top():
    cells = reporting_cells(people(2, 2, "manager") + people(1, 4, "executive"), 5, SHAPE)

    assert cells == [Cell(1, "manager")] * 3


def test_a_framework_without_roles_gives_units_alone():
    cells = reporting_cells(people(5, 2, "") + people(4, 4, "") + people(1, 5, ""), 5, Shape(PARENTS))

    assert cells == [Cell(2)] * 5 + [Cell(3)] * 5


somebody = st.builds(
    Cell,
    unit=st.sampled_from(sorted(PARENTS)),
    role=st.sampled_from(sorted(SIDES)),
    contact_level=st.sampled_from(["daily", "weekly", "never", ""]),
)


@given(st.lists(somebody, max_size=60), st.integers(5, 8))
def test_no_cell_is_smaller_than_k_where_its_side_has_k_people(invited, k):
    cells = reporting_cells(invited, k, SHAPE)

    on_side = Counter(SIDES[person.role] for person in invited)
    too_small = [cell for cell, count in Counter(cells).items() if count < min(k, on_side[SIDES[cell.role]])]
    assert too_small == []


@given(st.lists(somebody, max_size=40))
def test_a_cell_says_only_what_is_true_of_the_persons_unit_side_and_contact(invited):
    cells = reporting_cells(invited, 5, SHAPE)

    untrue = [
        (person, cell)
        for person, cell in zip(invited, cells, strict=True)
        if cell.unit not in SHAPE.upwards(person.unit)
        or SIDES[cell.role] != SIDES[person.role]
        or cell.contact_level not in {"", person.contact_level}
    ]
    assert untrue == []


@given(st.lists(somebody, max_size=40), st.lists(somebody, max_size=40), st.integers(5, 8))
def test_beside_cells_that_stand_none_is_too_small_and_none_leads_on(moving, standing, k):
    moving = [cell for cell in moving if cell not in standing]
    cells = reporting_cells(moving, k, SHAPE, standing)

    everybody = [*moving, *standing]
    pairs = set(zip(everybody, cells, strict=True))
    grown = {old: new for old, new in pairs if old != new}
    on_side = Counter(SIDES[person.role] for person in everybody)
    shared = Counter(cells)
    assert len(pairs) == len(set(everybody))
    assert set(grown.values()).isdisjoint(grown)
    assert [cell for cell in cells[: len(moving)] if shared[cell] < min(k, on_side[SIDES[cell.role]])] == []


def test_a_newcomer_joins_the_finest_standing_cell_of_their_unit():
    standing = people(6, 2, "front_line", "daily") + people(5, 2, "front_line")

    joined = joining_cells([Cell(2, "front_line", "daily"), Cell(2, "front_line", "never")], standing, 5, SHAPE)

    assert joined == [Cell(2, "front_line", "daily"), Cell(2, "front_line")]


def test_newcomers_to_a_new_unit_share_a_cell_of_their_own_when_they_are_k():
    joined = joining_cells(people(5, 4, "front_line"), people(9, 1, "front_line"), 5, SHAPE)

    assert joined == [Cell(4, "front_line")] * 5


def test_a_few_newcomers_to_a_new_unit_join_the_nearest_standing_cell_above():
    joined = joining_cells(people(2, 4, "front_line"), people(9, 1, "front_line"), 5, SHAPE)

    assert joined == [Cell(1, "front_line")] * 2


def test_a_newcomer_whom_nobody_resembles_is_kept_by_role_at_the_top():
    joined = joining_cells([Cell(4, "agent", "daily")], people(9, 2, "front_line"), 5, SHAPE)

    assert joined == [Cell(1, "agent")]


def test_the_lighter_groups_of_leaders_join_the_heaviest():
    framework = Framework(
        slug="small",
        version="1",
        title="Small",
        language="en",
        levels=(MaturityLevel("one", "One", 0),),
        instruments=(Instrument("main", "Main", ()),),
        roles=tuple(Role(key, key) for key in SIDES),
        role_groups=(
            RoleGroup("staff", "Staff", ("front_line", "agent"), 0.5, "staff"),
            RoleGroup("managers", "Managers", ("manager",), 0.3, "leaders"),
            RoleGroup("executives", "Executives", ("executive",), 0.2, "leaders"),
        ),
    )

    assert shape_of(framework, PARENTS) == SHAPE
