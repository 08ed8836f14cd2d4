"""At the close no stored cell of somebody who came in unasked is so small that it names them."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from assessments.models import Campaign, Invitation
from assessments.models.responses import Response
from assessments.operations.campaigns import close_campaign
from organisations.models import Unit
from pillars.models import Edition
from pillars.schema import RoleGroup
from tests.assessments.answering_world import FRAMEWORK, NOW, make_campaign, make_link

pytestmark = pytest.mark.django_db

GROUPS = (
    RoleGroup("staff", "Staff", ("front_line", "agent", "back_office"), 0.5, "staff"),
    RoleGroup("manager", "Managers", ("manager",), 0.3, "leaders"),
    RoleGroup("executive", "Executives", ("executive",), 0.2, "leaders"),
)
ASKED: dict[str, dict[str, Any]] = {
    "front_line": {"LC1": 1, "LC2": 1, "OP1": 1, "WISH": ["R1", "R2"]},
    "agent": {"LC1": 1, "LC2": 1, "OP1": 1},
    "back_office": {"LC1": 1, "OP1": 1, "BO1": 2},
    "manager": {"LC1": 1, "LC5": 4, "note:LC5": {"text": "seen"}, "OP1": 1},
    "executive": {"LC1": 1, "LC5": 5, "OP1": 1, "WHY": {"cost": 10}, "SAY": "words"},
}


@pytest.fixture(autouse=True)
def _framework(monkeypatch):
    framework = replace(FRAMEWORK, role_groups=GROUPS)
    monkeypatch.setattr(Edition, "framework", lambda self, language="": framework)


@pytest.fixture
def campaign():
    campaign = make_campaign(takes_open_link=True, nominees=["teller"])
    root = Unit.objects.get()
    for name in ("North", "South"):
        Unit.objects.create(organisation=campaign.organisation, parent=root, name=name)
    return campaign


def unit(name):
    return Unit.objects.get(name=name)


def came(campaign, number, where, role, *, answered=True, listed=False, level=""):
    """Let so many people answer, each stored in the cell that is named."""
    for _person in range(number):
        cell = {"cell_unit": unit(where), "cell_role": role, "cell_contact_level": level}
        Invitation.objects.create(
            campaign=campaign,
            unit=unit(where),
            role=role,
            came_by_open_link=not listed,
            has_answered=answered,
            **cell,
        )
        if answered:
            answers = dict(ASKED[role])
            Response.objects.create(
                campaign=campaign, unit=unit(where), role=role, contact_level=level, answers=answers
            )


def stored(campaign):
    """Return how many responses each cell has."""
    rows = Response.objects.filter(campaign=campaign).values_list("unit__name", "role", "contact_level")
    return dict(Counter(rows))


def test_the_only_executive_of_a_unit_joins_its_leaders_and_loses_no_answer(campaign):
    came(campaign, 1, "North", "executive")
    came(campaign, 4, "North", "manager")
    came(campaign, 6, "North", "front_line")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("North", "manager", ""): 5, ("North", "front_line", ""): 6}
    leaders = Response.objects.filter(role="manager").values_list("answers", flat=True)
    assert sorted(map(sorted, leaders)) == sorted([sorted(ASKED["executive"]), *[sorted(ASKED["manager"])] * 4])


def test_where_the_unit_has_too_few_its_parent_takes_them(campaign):
    came(campaign, 3, "North", "front_line")
    came(campaign, 3, "South", "front_line")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("Northlake Savings", "front_line", ""): 6}


def test_one_left_over_at_the_top_takes_the_smallest_group_of_its_side_along(campaign):
    came(campaign, 1, "South", "back_office")
    came(campaign, 5, "North", "front_line")
    came(campaign, 7, "South", "front_line")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("Northlake Savings", "front_line", ""): 6, ("South", "front_line", ""): 7}
    assert sum("BO1" in answers for answers in Response.objects.values_list("answers", flat=True)) == 1


def test_groups_that_enough_share_stay_as_they_were(campaign):
    came(campaign, 5, "North", "executive")
    came(campaign, 5, "North", "manager")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("North", "executive", ""): 5, ("North", "manager", ""): 5}
    assert Response.objects.filter(answers__has_key="WHY").count() == 5


def test_a_cell_of_the_list_stays_and_gives_shelter(campaign):
    came(campaign, 3, "North", "manager", listed=True)
    came(campaign, 3, "North", "manager", listed=True, answered=False)
    came(campaign, 2, "North", "executive")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("North", "manager", ""): 5}


def test_the_list_gives_way_only_to_those_who_would_be_left_alone_at_the_top(campaign):
    came(campaign, 6, "North", "manager", listed=True, level="daily")
    came(campaign, 6, "South", "front_line", listed=True)
    came(campaign, 1, "South", "executive")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("Northlake Savings", "manager", ""): 7, ("South", "front_line", ""): 6}
    assert not Invitation.objects.filter(cell_role="manager").exclude(cell_unit=unit("Northlake Savings")).exists()


def test_a_larger_promise_makes_larger_cells(campaign):
    Campaign.objects.update(k=8)
    came(campaign, 7, "North", "front_line")
    came(campaign, 7, "South", "front_line")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("Northlake Savings", "front_line", ""): 14}


def test_a_side_that_has_fewer_in_all_is_one_group(campaign):
    came(campaign, 1, "North", "executive")
    came(campaign, 1, "South", "manager")
    came(campaign, 9, "South", "front_line")

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("Northlake Savings", "manager", ""): 2, ("South", "front_line", ""): 9}


def test_who_came_and_did_not_answer_names_no_role_that_nobody_is_stored_with(campaign):
    came(campaign, 1, "North", "executive")
    came(campaign, 1, "South", "executive", answered=False)
    came(campaign, 6, "North", "manager")

    close_campaign(campaign=campaign, at=NOW)

    assert set(Invitation.objects.values_list("cell_role", flat=True)) == {"manager"}


def test_a_campaign_with_a_list_alone_stays_as_it_is(campaign):
    Campaign.objects.update(takes_open_link=False)
    campaign.refresh_from_db()
    came(campaign, 2, "North", "manager", listed=True)

    close_campaign(campaign=campaign, at=NOW)

    assert stored(campaign) == {("North", "manager", ""): 2}


def test_start_page_and_receipt_say_it_to_those_who_came_unasked_alone(campaign, client):
    said = "If fewer than 5 people in all share it, it is joined with the next larger group at the close."
    pages = {}
    for listed in (False, True):
        came(campaign, 1, "North", "manager", answered=False, listed=listed)
        client.get(f"/a/{make_link(Invitation.objects.latest('pk'))}/")
        pages[listed] = [client.get(path).content.decode() for path in ("/a/", "/a/receipt/")]

    assert [said in page for page in pages[False]] == [True, True]
    assert [said in page for page in pages[True]] == [False, False]
