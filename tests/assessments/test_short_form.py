"""The short form for some roles: who is asked what, and how the results are worked out and told."""

import pytest

from assessments.access.answering import questionnaire_of
from assessments.models import Invitation
from assessments.models.responses import Response
from assessments.operations.campaigns import NothingShorter, close_campaign, open_campaign
from assessments.operations.simulations import Sketch, simulate_organisation
from assessments.questionnaire import questionnaire_for
from pillars.scoring import routed_items
from reports.analyses.respondents import Respondent, Survey
from reports.changes import are_comparable
from reports.charts.phrases import ways_asked
from reports.overview import method_facts
from reports.releases import build_results
from reports.results import Results
from tests.assessments.owner_rows import AT, LATER, edition, invite, make_campaign, make_organisation

pytestmark = pytest.mark.django_db


def asked(framework, form, role):
    return {key for key in questionnaire_for(framework, form, role).question_by_key if key in framework.item_by_key}


def test_only_staff_can_get_the_short_form_and_only_beside_a_longer_one():
    organisation = make_organisation()

    assert [role.key for role in edition().framework().roles_to_shorten] == ["front_line", "agent", "back_office"]
    for fields in (
        {"short_roles": ["manager"]},
        {"short_roles": ["nobody"]},
        {"form": "short", "short_roles": ["agent"]},
    ):
        with pytest.raises(NothingShorter):
            make_campaign(organisation, **fields)


def test_each_role_gets_its_form():
    campaign = make_campaign(short_roles=["agent"])

    assert {role: campaign.form_for(role) for role in ("agent", "front_line", "manager", "")} == {
        "agent": "short",
        "front_line": "full",
        "manager": "full",
        "": "full",
    }


def test_an_agent_is_asked_the_short_form_and_everybody_else_the_full_one():
    campaign = make_campaign(short_roles=["agent"])
    agents, staff = invite(campaign, 6, role="agent"), invite(campaign, 6)
    open_campaign(campaign=campaign, at=AT)
    framework = edition().framework()

    seen = {
        person.role: {key for key in questionnaire_of(person).question_by_key if key in framework.item_by_key}
        for person in Invitation.objects.filter(pk__in=[agents[0].pk, staff[0].pk])
    }

    assert seen == {"agent": asked(framework, "short", "agent"), "front_line": asked(framework, "full", "front_line")}
    assert len(seen["agent"]) < len(asked(framework, "full", "agent"))


def test_the_form_follows_the_role_that_the_answers_are_stored_with():
    """One agent among the front line is stored with it; the short form would say which answers are the agent's."""
    campaign = make_campaign(short_roles=["agent"])
    invite(campaign, 8)
    agent = invite(campaign, 1, role="agent")[0]
    open_campaign(campaign=campaign, at=AT)

    agent.refresh_from_db()

    assert agent.cell_role == "front_line"
    assert set(questionnaire_of(agent).question_by_key) == set(
        questionnaire_for(edition().framework(), "full", "front_line").question_by_key
    )


def test_what_counts_as_asked_follows_the_form():
    framework = edition().framework()
    forms = {"agent": "short"}

    assert routed_items(framework, "agent", "full", forms) == routed_items(framework, "agent", "short")
    assert routed_items(framework, "front_line", "full", forms) == routed_items(framework, "front_line", "full")
    both = routed_items(framework, "staff", "full", forms)
    assert both == routed_items(framework, "staff", "full") & routed_items(framework, "agent", "short")


def survey(people, **fields):
    numbered = [Respondent(number, role, None, answers) for number, (role, answers) in enumerate(people)]
    return Survey(edition().framework(), "full", 5, numbered, [], **fields)


def test_somebody_with_the_short_form_has_a_score_from_its_questions_alone():
    answers = {"LC1": 4}  # one of the two questions about leadership in the short form, and of four in the full one

    kept = survey([("agent", answers)], other_forms={"agent": "short"}).scores["score"]["leadership"]
    held_against = survey([("agent", answers)]).scores["score"]["leadership"]

    assert (list(kept), held_against) == ([0], {})


def test_all_who_answered_got_the_short_form_is_a_pulse():
    few = survey([("agent", {"LC1": 3})], other_forms={"agent": "short"})
    mixed = survey([("agent", {"LC1": 3}), ("manager", {"LC1": 3})], other_forms={"agent": "short"})

    assert (few.form_of_answers, mixed.form_of_answers) == ("short", "full")


def released(short_roles):
    sketch = Sketch("Short and long", people=120, waves=1, seed=7)
    campaign = simulate_organisation(sketch=sketch, edition=edition(), at=LATER, short_roles=short_roles)[0]
    return campaign, build_results(campaign)


def test_results_say_who_got_the_short_form_on_the_screen_and_in_the_report():
    campaign, results = released(["agent"])
    told = dict(method_facts(results))

    assert results.short_roles == ("Agents",)
    assert not results.is_pulse
    assert results.overall.level is not None
    assert "Some got the short questionnaire: Agents." in told["How people were asked"]
    assert Results.from_document(results.to_document()) == results
    short = routed_items(edition().framework(), "agent", "short")
    answered = [set(row.answers) for row in Response.objects.filter(campaign=campaign, role="agent")]
    items = set(edition().framework().item_by_key)
    assert answered
    assert all(keys & items <= short for keys in answered)


def test_waves_with_and_without_the_short_form_are_not_compared():
    _campaign, short = released(["agent"])
    _other, full = released([])

    assert ways_asked(full) == ()
    assert are_comparable(full, full)
    assert not are_comparable(short, full)


def test_a_release_from_before_reads_as_one_where_nobody_got_the_short_form():
    _campaign, results = released([])
    document = {key: value for key, value in results.to_document().items() if key not in {"short_roles", "may_repeat"}}

    assert Results.from_document(document) == results


def came_in(campaign, count, unit):
    people = invite(campaign, count, unit=unit, came_by_open_link=True, has_answered=True)
    rows = [
        Response(campaign=campaign, unit_id=person.unit_id, role="front_line", answers={"LC1": 3}) for person in people
    ]
    Response.objects.bulk_create(rows)


@pytest.mark.parametrize(
    ("sizes", "invited"),
    [({}, None), ({"Branches": 20}, None), ({"Branches": 20, "Contact centre": 10}, 30), ({"Branches": 6}, None)],
)
def test_results_of_an_open_way_say_so_and_count_people_as_the_owner_did(sizes, invited):
    campaign = make_campaign(takes_open_link=True)
    units = {unit.name: unit.pk for unit in campaign.organisation.units.all()}
    open_campaign(campaign=campaign, at=AT)
    came_in(campaign, 7, "Branches")
    came_in(campaign, 2, "Contact centre")
    campaign.unit_sizes = {str(units[name]): size for name, size in sizes.items()}
    campaign.save(update_fields=["unit_sizes"])
    close_campaign(campaign=campaign, at=LATER)

    results = build_results(campaign)

    assert (results.invited, results.answered, results.may_repeat) == (invited, 9, True)
    assert "one person may have answered twice" in dict(method_facts(results))["How people were asked"]


def test_more_answers_than_people_give_no_share():
    campaign = make_campaign(takes_open_link=True)
    branches = campaign.organisation.units.get(name="Branches")
    open_campaign(campaign=campaign, at=AT)
    came_in(campaign, 7, "Branches")
    campaign.unit_sizes = {str(branches.pk): 6}
    campaign.save(update_fields=["unit_sizes"])

    assert build_results(campaign).invited is None
