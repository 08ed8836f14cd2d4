"""Groups of results are those that were declared: contact levels, pairs, units as they were at the opening."""

import json
import random

import pytest
from django.test import Client

from assessments.groups import Pair
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.operations.groups import declare_groups, merge_units
from organisations.models import Unit
from organisations.operations import rename_unit
from reports.attack import attacked
from reports.export import as_json
from reports.groupings import groupings_of
from reports.operations.releases import release_campaign
from reports.releases import survey_of
from tests.assessments.owner_rows import AT, LATER, answer, invite, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db

PAIRS: tuple[Pair, ...] = ("unit+side", "contact+side")


@pytest.fixture
def campaign():
    """Sixty people in three units, of whom two are told about together; nearly everybody answers."""
    draw = random.Random(5)  # noqa: S311  made-up data
    made = make_campaign(make_organisation(units=("Branches", "Legal", "Risk")))
    for unit, role, level, people in (
        ("Branches", "front_line", "daily", 30),
        ("Branches", "manager", "monthly", 8),
        ("Legal", "front_line", "monthly", 4),
        ("Risk", "front_line", "monthly", 4),
        ("Risk", "manager", "monthly", 6),
        ("Branches", "front_line", "weekly", 8),
    ):
        invite(made, people, unit, role, level)
    declare_groups(campaign=made, units=True, roles=True, contact=True, pairs=PAIRS, at=AT)
    legal, risk = (Unit.objects.get(name=name).pk for name in ("Legal", "Risk"))
    merge_units(campaign=made, units=[legal, risk], at=AT)
    open_campaign(campaign=made, at=AT)
    keys = [item.key for item in made.edition.framework().items if item.scored]
    for person in made.invitations.all():
        row = answer(person)
        row.answers = {key: draw.randint(1, 4) for key in keys}
        row.save()
    close_campaign(campaign=made, at=LATER)
    return made


def test_contact_levels_pairs_and_merged_units_are_groups(campaign):
    results = release_campaign(campaign=campaign, at=LATER).results()

    titles = {group.title: group.kind for group in results.groups}
    assert titles["In contact every day"] == "contact"
    assert titles["Legal + Risk"] == "unit"
    assert titles["Legal + Risk · Leaders"] == "pair"
    assert not {"Legal", "Risk", "Never in contact"} & titles.keys()
    assert groupings_of(results) == ("unit", "role", "contact", "unit-side", "contact-side")
    assert results.figure("contact:daily", "leadership").is_shown


def test_everything_shown_together_tells_nothing_about_few(campaign):
    release = release_campaign(campaign=campaign, at=LATER)
    document = json.loads(as_json(release.results(), number=1, fingerprint=""))

    found = attacked([document], survey_of(campaign, campaign.edition.framework()))

    assert sum(one.figures for one in found) > 100
    assert all(one.is_safe for one in found)


def test_units_that_change_after_the_close_change_no_release(campaign):
    first = release_campaign(campaign=campaign, at=LATER).results()
    rename_unit(unit=Unit.objects.get(name="Legal"), name="Law")
    Unit.objects.filter(name="Risk").update(parent=Unit.objects.get(name="Branches"))
    campaign.organisation.name = "Another name"
    campaign.organisation.save()

    second = release_campaign(campaign=campaign, at=LATER).results()

    assert [group.title for group in second.groups[1:]] == [group.title for group in first.groups[1:]]
    assert second.figures == first.figures


@pytest.mark.parametrize("by", ["unit", "role", "contact", "unit-side", "contact-side", "", "nonsense", "x" * 3000])
def test_the_page_tells_by_what_is_asked_for(campaign, by):
    release_campaign(campaign=campaign, at=LATER)
    client = Client()
    client.force_login(make_member(campaign.organisation, "leader"))

    page = client.get(f"/o/{campaign.organisation.slug}/results/", {"by": by})

    assert page.status_code == 200
    assert 'aria-label="Group by"' in page.text
    assert ("In contact every day" in page.text.split('id="s-units"')[1]) == (by in {"contact", "contact-side"})


def test_a_dimension_shows_pairs_apart_and_leaves_hidden_ones_out(campaign):
    release_campaign(campaign=campaign, at=LATER)
    client = Client()
    client.force_login(make_member(campaign.organisation, "leader"))

    page = client.get(f"/o/{campaign.organisation.slug}/results/leadership/").text

    pairs = page.split('id="s-pairs"')[1]
    assert "Branches · Staff" in pairs
    assert "In contact every day · Leaders" not in pairs


def test_pairs_are_told_in_the_readers_language(campaign):
    release = release_campaign(campaign=campaign, at=LATER)

    titles = {group.key: group.title for group in release.results("fr").groups}

    assert titles["contact:daily+side:leaders"] == f"{titles['contact:daily']} · {titles['side:leaders']}"
    assert titles["contact:daily"] != "In contact every day"
