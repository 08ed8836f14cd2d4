"""Open ways in: codes that are typed, links fixed to a unit, switching off and replacing, head-counts of units."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import queries
from assessments.access.answering import LINK_COOKIE, LinkUnknown, link_of, opened_draft
from assessments.access.ways import way_in_of
from assessments.links import token_hash
from assessments.models import Invitation
from assessments.open_links import link_and_code, open_link_token, way_code, way_token
from assessments.operations import answering, codes, kiosks, ways
from assessments.operations.campaigns import NoPeople, close_campaign, open_campaign
from organisations.models import Unit
from tests.assessments.owner_rows import AT, LATER, answer, invite, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_failures_counted():
    cache.clear()


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def owner(organisation):
    client = Client()
    client.force_login(make_member(organisation))
    return client


def opened(organisation, **fields):
    campaign = make_campaign(organisation, takes_open_link=True, **fields)
    open_campaign(campaign=campaign, at=AT)
    return campaign


def unit(organisation, name="Branches"):
    return Unit.objects.get(organisation=organisation, name=name)


def test_the_first_open_link_of_a_campaign_is_the_same_as_ever():
    assert open_link_token(7) == way_token("open", 7, 0)
    assert len({way_token("open", 7), way_token("open", 7, 1), way_token("unit", 7), way_token("kiosk", 7)}) == 4


def test_codes_have_eight_letters_nobody_mixes_up_and_differ_for_each_way():
    made = {way_code(way, number) for way in ("open", "unit", "kiosk") for number in range(300)}

    assert len(made) == 900
    assert all(len(code) == 9 and code[4] == "-" for code in made)
    assert not set("".join(made)) & set("01IOL")


@pytest.mark.parametrize("typed", ["{code}", "{lower}", " {bare} ", "{spaced}"])
def test_a_typed_code_leads_to_the_campaign_in_any_case_and_spacing(client, organisation, typed):
    campaign = opened(organisation)
    code = link_and_code(campaign)[1]
    forms = {"code": code, "lower": code.lower(), "bare": code.replace("-", ""), "spaced": " ".join(code)}

    answer = client.post("/c/", {"code": typed.format(**forms)})

    assert (answer.status_code, answer["Location"]) == (302, f"/join/{open_link_token(campaign.pk)}/")
    assert client.get(answer["Location"]).status_code == 200


def test_a_resume_code_goes_on_with_the_questionnaire_on_this_device(client, organisation):
    campaign = opened(organisation)
    token = answering.join_campaign(token=open_link_token(campaign.pk), unit=unit(organisation), role="agent", at=AT)
    draft = answering.enter(token=token, at=AT)
    answering.save_answers(draft=draft, answers={"LC1": 3}, save_id="a" * 24, at=AT)
    code = codes.make_resume_code(draft=draft, at=AT)

    answer = client.post("/c/", {"code": code.lower()})

    held = client.cookies[LINK_COOKIE].value
    assert (answer.status_code, answer["Location"]) == (302, "/a/")
    assert held != token
    resumed = opened_draft(link_of(held), held)
    assert resumed is not None
    assert resumed.answers == {"LC1": 3}


def test_unknown_switched_off_and_replaced_codes_look_alike(client, organisation):
    campaign = opened(organisation)
    replaced = link_and_code(campaign)[1]
    ways.replace_open_link(campaign=campaign, at=AT)
    campaign.refresh_from_db()
    switched_off = link_and_code(campaign)[1]
    ways.switch_open_link_off(campaign=campaign, at=AT)

    pages = [
        client.post("/c/", {"code": code}) for code in (replaced, switched_off, "2222-2222", "2222-2222-2222", "x")
    ]

    assert [page.status_code for page in pages] == [404] * 5
    told = {page.content.decode().split("<form")[0] for page in pages}
    assert len(told) == 1


def test_codes_that_open_nothing_count_as_failures_and_one_that_opens_is_never_refused(client, organisation):
    campaign = opened(organisation)
    statuses = [client.post("/c/", {"code": f"2222-22{n:02}"}).status_code for n in range(22, 54)]

    right = client.post("/c/", {"code": link_and_code(campaign)[1]})

    assert (statuses.count(404), statuses.count(429)) == (30, 2)
    assert right.status_code == 302


def test_a_replaced_link_stops_and_who_came_by_it_goes_on(organisation):
    campaign = opened(organisation)
    old = open_link_token(campaign.pk)
    personal = answering.join_campaign(token=old, unit=unit(organisation), role="agent", at=AT)

    ways.replace_open_link(campaign=campaign, at=AT)

    campaign.refresh_from_db()
    new, code = link_and_code(campaign)
    with pytest.raises(LinkUnknown):
        way_in_of(old)
    assert new != old
    assert code
    assert way_in_of(new).campaign == campaign
    assert answering.enter(token=personal, at=AT).campaign == campaign


def test_a_link_switched_off_and_on_again_is_another_one(organisation):
    campaign = opened(organisation)
    old = link_and_code(campaign)

    ways.switch_open_link_off(campaign=campaign, at=AT)
    campaign.refresh_from_db()
    off = link_and_code(campaign)
    ways.switch_open_link_on(campaign=campaign, at=AT)
    campaign.refresh_from_db()

    assert off == ("", "")
    assert not set(old) & set(link_and_code(campaign))
    assert [entry["settings"]["open_link"] for entry in campaign.promises] == [True, False, True]


def test_a_draft_tells_its_open_link_before_it_opens_and_keeps_it(organisation):
    campaign = make_campaign(organisation, takes_open_link=True)
    before = link_and_code(campaign)
    with pytest.raises(LinkUnknown):
        way_in_of(before[0])

    open_campaign(campaign=campaign, at=AT)

    assert link_and_code(campaign) == before
    assert way_in_of(before[0]).campaign == campaign


def test_a_link_fixed_to_a_unit_asks_for_the_role_alone_and_takes_no_other_unit(client, organisation):
    campaign = make_campaign(organisation)
    link = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    open_campaign(campaign=campaign, at=AT)
    token = link_and_code(link)[0]
    other = unit(organisation, "Contact centre")

    page = client.get(f"/join/{token}/").content.decode()
    joined = client.post(f"/join/{token}/?unit={other.pk}", {"link": token, "unit": other.pk, "role": "agent"})

    person = Invitation.objects.get()
    assert 'name="unit"' not in page
    assert "Branches" in page
    assert joined["Location"] == "/a/"
    assert (person.unit, person.role, person.came_by_open_link) == (link.unit, "agent", True)


def test_a_link_fixed_to_unit_and_role_asks_nothing(client, organisation):
    campaign = make_campaign(organisation)
    link = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="agent", at=AT)
    open_campaign(campaign=campaign, at=AT)
    token, code = link_and_code(link)

    found = client.post("/c/", {"code": code})
    client.post(found["Location"], {"link": token, "role": "executive"})

    assert Invitation.objects.get().role == "agent"


def test_a_removed_unit_link_opens_nothing_and_another_one_is_another_one(client, organisation):
    campaign = opened(organisation)
    link = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    old = link_and_code(link)

    ways.remove_unit_link(link=link, at=AT)
    again = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)

    assert client.get(f"/join/{old[0]}/").status_code == 404
    assert not set(old) & set(link_and_code(again))


def test_a_way_in_is_enough_to_open_and_nothing_is_not(organisation):
    campaign = make_campaign(organisation)
    with pytest.raises(NoPeople):
        open_campaign(campaign=campaign, at=AT)

    ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    open_campaign(campaign=campaign, at=AT)

    assert campaign.state == "open"


def test_a_closed_campaign_takes_no_more_ways(organisation):
    campaign = opened(organisation)
    close_campaign(campaign=campaign, at=LATER)

    for change in (ways.switch_open_link_on, ways.switch_open_link_off, ways.replace_open_link):
        with pytest.raises(ways.TakesNoWays):
            change(campaign=campaign, at=LATER)
    with pytest.raises(ways.TakesNoWays):
        ways.set_unit_sizes(campaign=campaign, sizes={}, at=LATER)


def test_another_server_key_ends_every_way_and_the_owner_is_told(owner, organisation, settings):
    campaign = opened(organisation)
    link = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    settings.SECRET_KEY = "another key of this server, long enough"

    campaign.refresh_from_db()

    assert link_and_code(campaign) == link_and_code(link) == ("", "")


def test_shares_follow_the_number_of_people_that_the_owner_typed(organisation):
    campaign = opened(organisation)
    for _ in range(4):
        answering.join_campaign(token=open_link_token(campaign.pk), unit=unit(organisation), role="agent", at=AT)
    for person in campaign.invitations.all()[:3]:
        answer(person)
    assert queries.unit_rates(campaign) == []

    sizes = {unit(organisation).pk: 12, unit(organisation, "Contact centre").pk: 8}
    ways.set_unit_sizes(campaign=campaign, sizes=sizes, at=AT)

    campaign.refresh_from_db()
    assert [(rate.unit, rate.invited, rate.percent) for rate in queries.unit_rates(campaign)] == [
        ("Branches", 12, 25),
        ("Contact centre", 8, 0),
    ]


def test_a_small_unit_is_hidden_with_the_smallest_shown_one_whatever_was_typed(organisation):
    campaign = opened(organisation)
    sizes = {unit(organisation).pk: 12, unit(organisation, "Contact centre").pk: 3}

    ways.set_unit_sizes(campaign=campaign, sizes=sizes, at=AT)

    campaign.refresh_from_db()
    assert queries.unit_rates(campaign) == []


def test_numbers_typed_do_not_count_where_everybody_is_on_the_list(organisation):
    campaign = make_campaign(organisation)
    invite(campaign, 6)
    open_campaign(campaign=campaign, at=AT)

    ways.set_unit_sizes(campaign=campaign, sizes={unit(organisation).pk: 600}, at=AT)

    campaign.refresh_from_db()
    assert [(rate.unit, rate.invited) for rate in queries.unit_rates(campaign)] == [("Branches", 6)]


def test_a_number_typed_never_tells_whether_one_of_a_few_listed_people_has_answered(organisation):
    campaign = make_campaign(organisation)
    invite(campaign, 2)
    open_campaign(campaign=campaign, at=AT)
    ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    answer(campaign.invitations.first())

    ways.set_unit_sizes(campaign=campaign, sizes={unit(organisation).pk: 10}, at=AT)

    campaign.refresh_from_db()
    assert queries.unit_rates(campaign) == []


def test_any_open_way_is_kept_with_what_was_promised_and_a_second_one_says_nothing_new(organisation):
    campaign = make_campaign(organisation)
    invite(campaign, 6)
    open_campaign(campaign=campaign, at=AT)

    for role in ("", "agent"):
        ways.add_unit_link(campaign=campaign, unit=unit(organisation), role=role, at=AT)
    kiosks.add_kiosk(campaign=campaign, unit=unit(organisation), role="", at=AT)

    campaign.refresh_from_db()
    assert [entry["settings"]["open_link"] for entry in campaign.promises] == [False, True]


# -- the owner's pages ---------------------------------------------------------------------------


def test_the_owner_adds_replaces_and_removes_on_one_page(owner, organisation):
    campaign = make_campaign(organisation)
    page = reverse("ways", args=[campaign.pk])
    act = reverse("ways_open_link", args=[campaign.pk])
    place = unit(organisation)

    empty = owner.get(page).content.decode()
    owner.post(act, {"act": "on"})
    owner.post(reverse("unit_links", args=[campaign.pk]), {"link-unit": place.pk, "link-role": "front_line"})
    campaign.refresh_from_db()
    link = campaign.unit_links.get()
    full = owner.get(page).content.decode()
    owner.post(act, {"act": "replace"})
    owner.post(reverse("unit_link_remove", args=[campaign.pk, link.pk]))
    owner.post(act, {"act": "off"})

    campaign.refresh_from_db()
    assert "No unit has a link of its own yet." in empty
    assert "There is no shared tablet yet." in empty
    assert way_code("open", campaign.pk) in full
    assert way_code("unit", link.pk) in full
    assert (campaign.takes_open_link, campaign.open_link_turn, campaign.unit_links.count()) == (False, 2, 0)


def test_a_unit_of_another_organisation_gets_no_link(owner, organisation):
    campaign = make_campaign(organisation)
    foreign = make_organisation("Elsewhere", "elsewhere").units.first()

    answers = [owner.post(reverse("unit_links", args=[campaign.pk]), {"link-unit": unit}) for unit in (foreign.pk, "")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert campaign.unit_links.count() == 0
    assert "Choose a unit from the list." in answers[0].content.decode()


def test_numbers_of_people_are_checked_and_kept_by_unit(owner, organisation):
    campaign = opened(organisation)
    place = unit(organisation)
    address = reverse("unit_sizes", args=[campaign.pk])

    wrong = owner.post(address, {f"unit-{place.pk}": "-3"})
    right = owner.post(address, {f"unit-{place.pk}": "25"})

    campaign.refresh_from_db()
    assert wrong.status_code == 400
    assert "Type a whole number from 1 to 1,000,000" in wrong.content.decode()
    assert right.status_code == 302
    assert campaign.unit_sizes == {str(place.pk): 25}
    assert "0–4 of 25 people have answered" in owner.get(f"/c/{campaign.pk}/").content.decode()


def test_the_page_of_ways_asks_the_database_as_often_for_three_links_as_for_one(
    owner, organisation, django_assert_num_queries
):
    campaign = opened(organisation)
    ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    page = reverse("ways", args=[campaign.pk])
    with django_assert_num_queries(8) as first:
        owner.get(page)
    for name in ("Branches", "Contact centre"):
        ways.add_unit_link(campaign=campaign, unit=unit(organisation, name), role="agent", at=AT)

    with django_assert_num_queries(len(first)):
        owner.get(page)


def test_links_are_kept_as_hashes_only(organisation):
    campaign = opened(organisation)
    link = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)

    token, code = link_and_code(link)

    assert link.token_hash == token_hash(token)
    assert code.replace("-", "") not in link.code_hash.upper()


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(hours=1), "Who had begun before can still finish; nobody can begin any more."),
        (timedelta(days=9), "so nobody can begin any more."),
    ],
)
def test_whoever_types_a_code_after_the_last_day_reads_when_it_was(client, organisation, monkeypatch, after, words):
    campaign = opened(organisation, closes_at=LATER, grace_hours=24)
    code = link_and_code(campaign)[1]
    monkeypatch.setattr(timezone, "now", lambda: LATER + after)

    page = client.post("/c/", {"code": code}, follow=True)

    assert page.status_code == 403
    assert "This questionnaire closed on 20 June 2026" in page.content.decode()
    assert words in page.content.decode()


def test_a_closed_assessment_keeps_its_ways_in_since_its_results_go_by_them(owner, organisation):
    campaign = opened(organisation)
    link = ways.add_unit_link(campaign=campaign, unit=unit(organisation), role="", at=AT)
    close_campaign(campaign=campaign, at=AT)

    answered = owner.post(reverse("unit_link_remove", args=[campaign.pk, link.pk]))

    assert (answered.status_code, campaign.unit_links.count()) == (302, 1)
