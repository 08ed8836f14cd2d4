"""The page "Groups and privacy": what an owner chooses, and what it says will be readable."""

import re

import pytest

from assessments.group_preview import preview_of_sizes
from assessments.groups import Declaration, Place
from assessments.models import Campaign
from assessments.operations.campaigns import open_campaign
from assessments.operations.ways import set_unit_sizes
from assessments.queries import group_preview
from organisations.models import Unit
from tests.assessments.owner_rows import AT, invite, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db

UNITS = ("Branches", "Legal", "Risk", "Audit")


@pytest.fixture
def campaign():
    return make_campaign(make_organisation(units=UNITS))


@pytest.fixture
def owner(client, campaign):
    client.force_login(make_member(campaign.organisation))
    return client


def page_of(campaign):
    return f"/c/{campaign.pk}/groups/"


def rows_of(html):
    """Return each group's cells: people, if all answer, if 60 % answer."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)[1:]:
        cells = [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        found[cells[0]] = cells[1:]
    return found


def people_on_the_list(campaign):
    invite(campaign, 40, "Branches")
    invite(campaign, 6, "Branches", role="manager")
    invite(campaign, 6, "Legal")
    invite(campaign, 4, "Risk")


def test_the_page_says_what_will_be_readable(owner, campaign):
    people_on_the_list(campaign)

    rows = rows_of(owner.get(page_of(campaign)).text)

    assert rows["Northlake"] == ["56", "readable", "readable"]
    assert rows["Branches"] == ["46", "readable", "readable"]
    # Risk's four alone at the top would be too few to hide in: the smallest unit gives way for them.
    assert rows["Legal"] == ["6", "not readable", "not readable"]
    assert rows["Risk"] == ["4", "not readable", "not readable"]
    assert rows["Leaders"] == ["6", "readable", "not readable"]
    assert rows["Audit"] == ["0", "not readable", "not readable"]


def test_few_leaders_are_told_before_the_opening(owner, campaign):
    people_on_the_list(campaign)

    assert "6 leaders are on the list: differences" in owner.get(page_of(campaign)).text


def test_executives_under_k_are_told_to_be_leaders(owner, campaign):
    people_on_the_list(campaign)
    invite(campaign, 3, "Branches", role="executive")

    page = owner.get(page_of(campaign)).text

    assert "count together as leaders: Managers, Executives." in page
    assert "Executives" not in rows_of(page)


def test_under_25_people_only_leaders_and_staff_are_told_apart(owner, campaign):
    invite(campaign, 24, "Branches")

    page = owner.get(page_of(campaign)).text

    assert "24 people are asked. Under 25 people, units and single roles would be recognisable" in page
    assert list(rows_of(page)) == ["Northlake", "Staff", "Leaders"]


def test_what_is_ticked_is_kept_and_shown(owner, campaign):
    people_on_the_list(campaign)

    answer = owner.post(page_of(campaign), {"units": "on", "pairs": ["unit+side"]})

    campaign.refresh_from_db()
    assert answer.status_code == 302
    assert campaign.declared == Declaration(roles=False, pairs=("unit+side",))
    rows = rows_of(owner.get(page_of(campaign)).text)
    assert rows["Branches · Staff"] == ["40", "readable", "readable"]
    assert rows["Legal · Leaders"] == ["0", "not readable", "not readable"]
    assert "Managers" not in rows


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"pairs": ["unit+side"]}, "“Leaders and staff of each unit” needs “Units”."),
        ({"units": "on", "pairs": ["unit+contact"]}, "needs “Contact with customers”."),
        ({"units": "on", "pairs": ["everything"]}, "Choose from the list."),
    ],
)
def test_a_pair_without_its_parts_is_refused_in_words(owner, campaign, data, words):
    answer = owner.post(page_of(campaign), data)

    campaign.refresh_from_db()
    assert answer.status_code == 422
    assert words in answer.text
    assert campaign.groups == {}


def test_a_small_unit_is_proposed_its_nearest_sibling_and_that_can_be_undone(owner, campaign):
    people_on_the_list(campaign)
    page = owner.get(page_of(campaign)).text
    legal, risk = (Unit.objects.get(name=name).pk for name in ("Legal", "Risk"))
    [proposed] = re.findall(r'name="units" value="([^"]+)"', page)

    assert proposed == f"{legal}-{risk}"
    assert "Risk (4) + Legal (6): 10 people" in " ".join(page.split())

    assert owner.post(f"{page_of(campaign)}together/", {"units": proposed}).status_code == 302
    merged = owner.get(page_of(campaign)).text
    assert rows_of(merged)["Legal + Risk"] == ["10", "readable", "readable"]
    assert "Put together" not in merged

    assert owner.post(f"{page_of(campaign)}together/", {"units": proposed, "act": "undo"}).status_code == 302
    assert "Legal + Risk" not in rows_of(owner.get(page_of(campaign)).text)


def test_several_small_units_are_proposed_together_where_two_are_too_few(campaign):
    for name, people in (("Branches", 40), ("Legal", 3), ("Risk", 3), ("Audit", 3)):
        invite(campaign, people, name)

    [proposal] = group_preview(campaign).proposals

    assert {title for title, _ in proposal.parts} == {"Legal", "Risk", "Audit"}
    assert proposal.people == 9


@pytest.mark.parametrize(
    "units", ["", "x", "1-", "-1", "9" * 40, "1-2-3-4-5-6-7-8-9", "٣-٤", "1.5-2", "' OR 1=1", "1-99999999999999"]
)
def test_units_that_are_none_change_nothing(owner, campaign, units):
    people_on_the_list(campaign)

    answers = [owner.post(f"{page_of(campaign)}together/", {"units": units, "act": act}) for act in ("", "undo")]

    campaign.refresh_from_db()
    assert all(answer.status_code in {302, 422} for answer in answers)
    assert campaign.declared.merges == ()


def test_units_of_another_organisation_cannot_be_put_together(owner, campaign):
    other = make_organisation("Elsewhere", "elsewhere", units=("North", "South"))
    units = "-".join(str(unit.pk) for unit in Unit.objects.filter(organisation=other, parent__isnull=False))

    assert owner.post(f"{page_of(campaign)}together/", {"units": units}).status_code == 422
    campaign.refresh_from_db()
    assert campaign.groups == {}


def test_without_people_the_page_says_what_to_do(owner, campaign):
    assert "Nobody is on the list yet. Add people" in owner.get(page_of(campaign)).text


def test_with_an_open_link_it_asks_for_numbers_and_reads_them(owner, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(takes_open_link=True)
    assert "Type how many people each unit has" in owner.get(page_of(campaign)).text
    sizes = {Unit.objects.get(name="Branches").pk: 30, Unit.objects.get(name="Legal").pk: 8}

    set_unit_sizes(campaign=campaign, sizes=sizes, at=AT)

    rows = rows_of(owner.get(page_of(campaign)).text)
    assert rows["Branches"] == ["30", "readable", "readable"]
    assert rows["Legal"] == ["8", "readable", "not readable"]
    assert rows["Staff"] == ["–", "–", "–"]


def test_typed_numbers_count_units_beneath():
    tree = (Place(1, "All", None), Place(2, "North", 1), Place(3, "Branch", 2))
    titles = {"all": "All", "side:staff": "Staff", "side:leaders": "Leaders"}
    framework = make_campaign().edition.framework()

    preview = preview_of_sizes(Declaration(tree=tree), framework, titles, {2: 3, 3: 4}, 5)

    people = {row.group.title: row.people for row in preview.rows if row.group.kind == "unit"}
    assert people == {"North": 7, "Branch": 4}


def test_after_the_opening_the_page_says_what_is_fixed_and_takes_no_change(owner, campaign):
    people_on_the_list(campaign)
    open_campaign(campaign=campaign, at=AT)
    before = Campaign.objects.get(pk=campaign.pk).groups

    shown = owner.get(page_of(campaign)).text
    owner.post(page_of(campaign), {})
    legal, risk = (Unit.objects.get(name=name).pk for name in ("Legal", "Risk"))
    late = owner.post(f"{page_of(campaign)}together/", {"units": f"{legal}-{risk}"})

    assert "Fixed since the opening" in shown
    assert '<form method="post" action="/c/' not in shown.split("<main")[1]
    assert late.status_code == 409
    assert Campaign.objects.get(pk=campaign.pk).groups == before


def test_the_page_answers_a_head_request_as_any_page_does(owner, campaign):
    assert owner.head(page_of(campaign)).status_code == 200
