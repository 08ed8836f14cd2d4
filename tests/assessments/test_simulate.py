"""Made-up organisations: reproducible, plausible, marked as synthetic, with the story that was planted."""

from collections import Counter
from io import StringIO
from statistics import mean

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Campaign, Invitation
from assessments.models.responses import Response
from assessments.operations.simulations import NotSynthetic, erase_synthetic_organisation
from assessments.simulation import a_wave_later, ask_everybody, found_company
from organisations.models import Organisation
from pillars.operations import publish_edition
from pillars.scoring import routed_items
from tests.assessments.owner_rows import AT, edition, make_organisation
from tests.pillars.own_framework import write_own_framework

pytestmark = pytest.mark.django_db


@pytest.fixture
def framework():
    return edition().framework()


def simulate(**options):
    out = StringIO()
    call_command("simulate", stdout=out, **options)
    return [int(line) for line in out.getvalue().split()]


def values(framework, people, roles, keys=None):
    """Return all answers of these roles on 0..100."""
    items = framework.item_by_key
    return [
        100 * items[key].fraction(answer)
        for person in people
        if person.role in roles
        for key, answer in (person.answers or {}).items()
        if isinstance(answer, int) and (keys is None or key in keys)
    ]


def test_the_same_seed_gives_the_same_answers(framework):
    company = found_company(framework, 60, [7])

    first = ask_everybody(framework, company, [7, 1], "full")

    assert found_company(framework, 60, [7]) == company
    assert ask_everybody(framework, company, [7, 1], "full") == first
    assert ask_everybody(framework, company, [8, 1], "full") != first


def test_everybody_answers_only_what_the_form_asks_of_their_role(framework):
    people = ask_everybody(framework, found_company(framework, 80, [7]), [7, 1], "short")

    unasked = [
        (person.role, key)
        for person in people
        for key in person.answers or {}
        if key in framework.item_by_key and key not in routed_items(framework, person.role, "short")
    ]
    assert unasked == []
    assert sum(person.answers is not None for person in people) > 40


def test_answers_are_points_of_the_items_scale_or_say_why_not(framework):
    people = ask_everybody(framework, found_company(framework, 80, [7]), [7, 1], "full")

    wrong = [
        (key, answer)
        for person in people
        for key, answer in (person.answers or {}).items()
        if key in framework.item_by_key and answer not in {"dk", "na", *framework.item_by_key[key].scale.points()}
    ]
    assert wrong == []


def test_units_have_three_people_or_more_and_roles_their_shares(framework):
    company = found_company(framework, 200, [3])

    sizes = Counter(unit for unit, _ in company.staff)
    roles = Counter(role for _, role in company.staff)
    assert 4 <= len(company.units) <= 11
    assert (len(sizes), min(sizes.values()) >= 3) == (len(company.units), True)
    assert roles == {"front_line": 110, "agent": 20, "back_office": 30, "manager": 30, "executive": 10}


def test_the_next_wave_resembles_the_last(framework):
    company = found_company(framework, 100, [3])
    later = a_wave_later(company, [3, 2])

    assert later.staff == company.staff
    assert abs(later.level - company.level) < 12
    assert max(abs(later.profile[key] - company.profile[key]) for key in company.profile) < 15


def test_the_leader_gap_shows(framework):
    company = found_company(framework, 300, [5], story="leader_gap", level=50)
    people = ask_everybody(framework, company, [5, 1], "full")

    leaders = values(framework, people, {"manager", "executive"})
    staff = values(framework, people, {"front_line", "agent", "back_office"})
    assert mean(leaders) - mean(staff) > 12


def test_the_symbolic_organisation_talks_more_than_it_does(framework):
    company = found_company(framework, 300, [5], story="symbolic", level=50)
    people = ask_everybody(framework, company, [5, 1], "full")
    layers: dict[str, set[str]] = {}
    for item in framework.items:
        layers.setdefault(item.layer, set()).add(item.key)

    talk = values(framework, people, {"front_line"}, layers["symbolic"])
    walk = values(framework, people, {"front_line"}, layers["value"])
    assert mean(talk) - mean(walk) > 25


def test_the_hero_carries_the_work(framework):
    company = found_company(framework, 300, [5], story="hero", level=55)
    people = ask_everybody(framework, company, [5, 1], "full")

    given = [person.answers for person in people if person.answers]
    named = Counter(str(answers["nomination"]) for answers in given if "nomination" in answers)
    assert named.most_common(1)[0][1] > 0.6 * named.total()
    assert mean(values(framework, people, {"front_line"}, {"HER1"})) < 40


def test_the_command_writes_closed_synthetic_campaigns_and_prints_their_ids():
    ids = simulate(organisations=2, people=40, waves=2, seed=11)

    campaigns = Campaign.objects.filter(pk__in=ids).order_by("pk")
    assert [campaign.pk for campaign in campaigns] == ids
    assert list(campaigns.values_list("state", "wave")) == [("closed", 1), ("closed", 2)] * 2
    assert list(Organisation.objects.values_list("is_synthetic", flat=True)) == [True, True]
    for campaign in campaigns:
        answered = campaign.invitations.filter(has_answered=True)
        assert answered.count() == Response.objects.filter(campaign=campaign).count()


def test_no_reporting_cell_of_a_simulated_campaign_is_smaller_than_five():
    (pk,) = simulate(people=60, seed=2)

    cells = Counter(Invitation.objects.filter(campaign=pk).values_list("cell_unit", "cell_role", "cell_contact_level"))
    assert min(cells.values()) >= 5


def test_a_framework_without_roles_is_simulated_too(tmp_path):
    publish_edition(path=write_own_framework(tmp_path), at=AT)

    (pk,) = simulate(people=30, seed=1, edition="two-scales:1.0")

    responses = Response.objects.filter(campaign=pk)
    assert responses.count() > 10
    assert {key for response in responses for key in response.answers} == {"C1", "C2", "S1", "S2"}


def test_the_same_seed_twice_gives_two_organisations_that_do_not_collide():
    first = simulate(people=20, seed=4)
    second = simulate(people=20, seed=4)

    assert len({*first, *second}) == 2
    assert Organisation.objects.values("slug").distinct().count() == 2


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"people": 3}, "15 people are needed"),
        ({"edition": "nope"}, "There is no edition “nope”"),
        ({"form": "huge"}, "has no form “huge”"),
    ],
)
def test_what_cannot_be_simulated_is_named(options, reason):
    with pytest.raises(CommandError, match=reason):
        simulate(**options)

    assert Organisation.objects.count() == 0


def test_the_release_is_made_when_asked_for():
    (pk,) = simulate(people=40, seed=2, release=True)

    assert Campaign.objects.get(pk=pk).state == Campaign.State.RELEASED


def test_close_campaign_closes_once_and_says_why_it_cannot():
    campaign = Campaign.objects.get(pk=simulate(people=20, seed=9)[0])
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.OPEN)

    call_command("close_campaign", str(campaign.pk), stdout=StringIO())
    call_command("close_campaign", str(campaign.pk), stdout=StringIO())

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.DRAFT)
    with pytest.raises(CommandError, match="never opened"):
        call_command("close_campaign", str(campaign.pk))


def test_only_made_up_organisations_are_erased():
    real = make_organisation()
    simulate(people=20, seed=9)
    made_up = Organisation.objects.get(is_synthetic=True)

    erase_synthetic_organisation(organisation=made_up)

    with pytest.raises(NotSynthetic):
        erase_synthetic_organisation(organisation=real)
    assert list(Organisation.objects.all()) == [real]
    assert Response.objects.count() == 0
