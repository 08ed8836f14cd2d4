"""Declared groups: what a campaign may ever report about, fixed with its units when it opens."""

from collections import Counter

import pytest

from assessments.groups import Declaration, Merge, Place, Tree, declared_groups, fitting_merges
from assessments.models import Campaign, PromiseBroken
from assessments.operations import groups as operations
from assessments.operations.campaigns import open_campaign
from assessments.operations.people import add_people
from assessments.people_lists import PersonRow
from organisations.models import Unit
from organisations.operations import rename_unit
from pillars.schema import Framework, Instrument, MaturityLevel, Role, RoleGroup
from tests.assessments.owner_rows import AT, LATER, invite, make_campaign, make_organisation

pytestmark = pytest.mark.django_db

TREE = (
    Place(1, "All of it", None),
    Place(2, "Branches", 1),
    Place(3, "Head office", 1),
    Place(4, "Legal", 3),
    Place(5, "Risk", 3),
)
FRAMEWORK = Framework(
    slug="small",
    version="1",
    title="Small",
    language="en",
    instruments=(Instrument("one", "One", ()),),
    levels=(MaturityLevel("low", "Low", 0),),
    roles=tuple(Role(key, key) for key in ("front_line", "manager", "executive")),
    role_groups=(
        RoleGroup("front_line", "Front line", ("front_line",), 0.5, "staff"),
        RoleGroup("manager", "Managers", ("manager",), 0.3, "leaders"),
        RoleGroup("executive", "Executives", ("executive",), 0.2, "leaders"),
    ),
)
TITLES = {"all": "Northlake", "side:staff": "Staff", "side:leaders": "Leaders"} | {
    f"contact:{level}": level for level in ("daily", "weekly", "monthly", "never")
}


def keys(declaration, joined=frozenset()):
    return [group.key for group in declared_groups(declaration, FRAMEWORK, TITLES, joined)]


def test_units_and_roles_are_reported_unless_somebody_chose_otherwise():
    assert keys(Declaration(tree=TREE)) == [
        "all",
        "side:staff",
        "role:front_line",
        "side:leaders",
        "role:manager",
        "role:executive",
        "unit:2",
        "unit:3",
        "unit:4",
        "unit:5",
    ]


def test_a_unit_holds_all_units_beneath_it():
    groups = {group.key: group for group in declared_groups(Declaration(tree=TREE), FRAMEWORK, TITLES)}

    assert (groups["unit:3"].units, groups["unit:3"].parent) == (frozenset([3, 4, 5]), "all")
    assert groups["unit:4"].parent == "unit:3"


def test_only_what_is_declared_is_a_group():
    assert keys(Declaration(units=False, roles=False, tree=TREE)) == ["all", "side:staff", "side:leaders"]


def test_a_role_group_that_joined_its_side_has_no_group():
    assert "role:executive" not in keys(Declaration(tree=TREE), frozenset(["manager", "executive"]))


def test_pairs_cross_what_is_reported_with_units_below_the_top_only():
    declared = Declaration(contact=True, pairs=("unit+side", "contact+side"), levels=("daily",), tree=TREE)

    assert [key for key in keys(declared) if "+" in key] == [
        "unit:2+side:staff",
        "unit:2+side:leaders",
        "unit:3+side:staff",
        "unit:3+side:leaders",
        "contact:daily+side:staff",
        "contact:daily+side:leaders",
    ]


def test_a_pair_of_something_that_is_not_reported_is_none():
    assert not any("+" in key for key in keys(Declaration(pairs=("unit+contact", "contact+side"), tree=TREE)))


def test_a_pair_holds_who_is_in_both():
    declared = Declaration(contact=True, pairs=("unit+contact",), levels=("daily",), tree=TREE)
    pair = declared_groups(declared, FRAMEWORK, TITLES)[-1]

    assert pair.title == "Head office · daily"
    assert pair.holds("manager", 4, "daily")
    assert not pair.holds("manager", 4, "never")
    assert not pair.holds("manager", 2, "daily")


def test_merged_units_are_one_group_and_what_is_below_them_stays():
    declared = Declaration(merges=(Merge((2, 3), "Branches + Head office"),), tree=TREE)
    groups = {group.key: group for group in declared_groups(declared, FRAMEWORK, TITLES)}

    assert [key for key in groups if key[0] in "um"] == ["merged:2-3", "unit:4", "unit:5"]
    assert groups["merged:2-3"].units == frozenset([2, 3, 4, 5])
    assert groups["unit:4"].parent == "merged:2-3"


def test_people_of_merged_units_are_stored_together():
    tree = Tree(TREE, (Merge((4, 5), "Legal + Risk"),))

    assert [tree.kept_with(unit) for unit in (2, 4, 5)] == [2, 4, 4]
    assert tree.parents() == {1: None, 2: 1, 3: 1, 4: 3, 5: 3}


@pytest.mark.parametrize("units", [(2, 4), (1, 2), (2,), (2, 99), (4, 4), (3, 4)])
def test_only_different_units_below_the_same_one_are_merged(units):
    assert fitting_merges([Merge(units, "")], TREE) == ()


def test_a_unit_is_in_one_merge_only():
    first = Merge((4, 5), "")

    assert fitting_merges([first, Merge((5, 4), "")], TREE) == (first,)


def test_fewer_than_25_people_have_no_departments_and_only_leaders_and_staff():
    assert keys(Declaration().frozen(TREE, 24, ())) == ["all", "side:staff", "side:leaders"]
    assert "unit:2" in keys(Declaration().frozen(TREE, 25, ()))
    assert "unit:2" in keys(Declaration().frozen(TREE, None, ()))


def test_a_declaration_is_read_as_it_was_written():
    merges = (Merge((4, 5), "Legal + Risk"),)
    declared = Declaration(contact=True, pairs=("unit+side",), merges=merges).frozen(TREE, 40, {"never", "daily"})

    assert Declaration.read(declared.to_document(), declared.tree_rows()) == declared
    assert declared.levels == ("daily", "never")
    assert Declaration.read({}) == Declaration()


# -- with rows -----------------------------------------------------------------------------------


def unit_of(name):
    return Unit.objects.get(name=name)


def drafted_campaign(*, contact=False):
    campaign = make_campaign(make_organisation(units=("Branches", "Legal", "Risk")))
    invite(campaign, 25, "Branches", level="daily")
    invite(campaign, 3, "Legal")
    invite(campaign, 3, "Risk")
    operations.declare_groups(campaign=campaign, units=True, roles=True, contact=contact, pairs=(), at=AT)
    return campaign


def cells(campaign):
    return Counter(campaign.invitations.values_list("cell_unit__name", "cell_role", "cell_contact_level"))


def test_opening_takes_the_units_along_and_a_new_name_changes_nothing():
    campaign = drafted_campaign()
    open_campaign(campaign=campaign, at=AT)

    rename_unit(unit=unit_of("Legal"), name="Law")

    campaign.refresh_from_db()
    assert [place.name for place in campaign.declared.tree] == ["Branches", "Legal", "Northlake", "Risk"]


def test_groups_are_fixed_once_the_campaign_is_open():
    campaign = drafted_campaign()
    open_campaign(campaign=campaign, at=AT)

    with pytest.raises(operations.GroupsAreFixed):
        operations.declare_groups(campaign=campaign, units=True, roles=True, contact=True, pairs=(), at=LATER)
    with pytest.raises(operations.GroupsAreFixed):
        operations.merge_units(campaign=campaign, units=[unit_of("Legal").pk, unit_of("Risk").pk], at=LATER)
    with pytest.raises(PromiseBroken):
        Campaign.objects.filter(pk=campaign.pk).update(groups={})
    with pytest.raises(PromiseBroken):
        Campaign.objects.filter(pk=campaign.pk).update(unit_tree=[])


def test_a_contact_level_is_stored_only_where_it_is_reported():
    campaign = drafted_campaign()
    open_campaign(campaign=campaign, at=AT)

    assert cells(campaign) == {("Branches", "front_line", ""): 25, ("Northlake", "front_line", ""): 6}


def test_units_that_are_merged_share_a_cell_instead_of_going_up():
    campaign = drafted_campaign(contact=True)
    operations.merge_units(campaign=campaign, units=[unit_of("Legal").pk, unit_of("Risk").pk], at=AT)
    open_campaign(campaign=campaign, at=AT)

    assert cells(campaign) == {("Branches", "front_line", "daily"): 25, ("Legal", "front_line", ""): 6}
    campaign.refresh_from_db()
    assert [merge.title for merge in campaign.declared.merges] == ["Legal + Risk"]


def test_a_merge_can_grow_and_be_undone():
    campaign = drafted_campaign()
    legal, risk, branches = (unit_of(name).pk for name in ("Legal", "Risk", "Branches"))
    operations.merge_units(campaign=campaign, units=[legal, risk], at=AT)
    operations.merge_units(campaign=campaign, units=[risk, branches], at=AT)

    assert [set(merge.units) for merge in campaign.declared.merges] == [{legal, risk, branches}]

    operations.split_units(campaign=campaign, unit=legal, at=AT)
    operations.split_units(campaign=campaign, unit=legal, at=AT)

    assert campaign.declared.merges == ()


def test_without_departments_nobodys_is_stored():
    campaign = drafted_campaign()
    operations.declare_groups(campaign=campaign, units=False, roles=True, contact=False, pairs=(), at=AT)
    open_campaign(campaign=campaign, at=AT)

    assert cells(campaign) == {("Northlake", "front_line", ""): 31}


def test_a_unit_made_after_the_opening_is_part_of_the_one_above_it():
    campaign = drafted_campaign()
    open_campaign(campaign=campaign, at=AT)
    new = Unit.objects.create(organisation=campaign.organisation, parent=unit_of("Branches"), name="Branch East")

    person = PersonRow(unit=new.pk, role="front_line", staff_number="1")
    add_people(campaign=campaign, rows=[person], at=LATER)

    assert campaign.invitations.get(staff_number="1").cell_unit.name == "Branches"
