"""The respondent's pages without any script: from the link to the thank-you page."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from assessments import limiter
from assessments.access import answering as access
from assessments.links import token_hash
from assessments.models import Campaign, Draft, Invitation
from assessments.models.responses import Response
from assessments.operations import answering as operations
from organisations.models import Unit
from pillars.models import Edition
from tests.assessments.answering_world import FRAMEWORK, make_campaign, make_invitation, make_link

pytestmark = pytest.mark.django_db

STRANGE = "This link does not open a questionnaire."


@pytest.fixture(autouse=True)
def _small_framework(monkeypatch):
    monkeypatch.setattr(Edition, "framework", lambda self, language="": FRAMEWORK)
    cache.clear()


@pytest.fixture
def token():
    return make_link(make_invitation(make_campaign(purpose="We want to know.")))


@pytest.fixture
def browser(token):
    """A browser that opened the link. It would refuse a form that relied on a session's CSRF cookie."""
    client = Client(enforce_csrf_checks=True)
    client.get(f"/a/{token}/")
    return client


@pytest.fixture
def started(browser, token):
    browser.post("/a/start/", {"link": token})
    return browser


def stored(token):
    draft = access.opened_draft(access.link_of(token), token)
    assert draft is not None
    return draft.answers


def test_the_link_goes_into_a_strict_cookie_and_out_of_the_address(client, token):
    response = client.get(f"/a/{token}/")

    cookie = response.cookies[access.LINK_COOKIE]
    assert (response.status_code, response["Location"]) == (302, "/a/")
    assert (cookie.value, cookie["path"]) == (token, "/a/")
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store")


def test_the_start_page_says_who_sees_what_and_what_is_stored(browser):
    page = browser.get("/a/").content.decode()

    assert "We want to know." in page
    assert "about 2 minutes" in page
    assert "Results are shown only for groups of 5 or more people." in page
    assert "kept and shown to nobody yet; if it ever is, then only for groups of 10 or more" in page
    assert "Branch North · front line" in page
    assert "Ada" not in page
    assert Draft.objects.count() == 0


def test_the_whole_path_without_scripts_stores_the_answers(started, token):
    def answer(address, **fields):
        return started.post(address, {"link": token, **fields})["Location"]

    assert answer("/a/part/lead/1/", **{"q-LC1": "3", "q-LC2": "dk"}) == "/a/part/work/1/"
    assert answer("/a/part/work/1/", **{"q-OP1": "0"}) == "/a/part/work/2/"
    assert answer("/a/part/work/2/", **{"q-OP2": "4"}) == "/a/part/last/1/"
    assert answer("/a/part/last/1/", **{"q-WISH": ["R1", "R3"]}) == "/a/part/last/2/"
    assert answer("/a/part/last/2/", **{"q-SAY": "Thank you for asking"}) == "/a/check/"
    check = started.get("/a/check/").content.decode()
    thanks = started.post("/a/send/", {"link": token})

    response = Response.objects.get()
    assert "only with a code that is shown once, and only until the questionnaire closes" in check
    assert "Thank you for asking" in check
    assert response.answers == {
        "LC1": 3,
        "LC2": "dk",
        "OP1": 0,
        "OP2": 4,
        "WISH": ["R1", "R3"],
        "SAY": "Thank you for asking",
    }
    assert (thanks.status_code, "Your answers were sent." in thanks.content.decode()) == (200, True)
    assert Invitation.objects.get().has_answered


def test_the_thank_you_page_shows_where_each_pillar_stands_and_only_once(started, token):
    started.post("/a/part/lead/1/", {"link": token, "q-LC1": "3", "q-LC2": "3"})
    started.post("/a/part/work/1/", {"link": token, "q-OP1": "0"})
    started.post("/a/part/work/2/", {"link": token, "q-OP2": "1"})

    first = started.post("/a/send/", {"link": token}).content.decode()
    second = started.post("/a/send/", {"link": token})

    assert re.findall(r'class="lab">(\w+)<.*?dot at-(\d+)', first) == [("Leadership", "75"), ("Operations", "10")]
    assert "in the fourth fifth" in first
    assert (second.status_code, "Your answers were sent." in second.content.decode()) == (200, True)
    assert "dot at-" not in second.content.decode()
    assert Response.objects.count() == 1


def test_after_sending_every_address_leads_to_the_thank_you_page(started, token):
    started.post("/a/part/lead/1/", {"link": token, "q-LC1": "3"})
    started.post("/a/send/", {"link": token})

    pages = [started.get(address) for address in ["/a/", "/a/part/lead/1/", "/a/check/", "/a/sent/"]]
    changed = started.post("/a/part/lead/1/", {"link": token, "q-LC1": "1"})

    assert ["Your answers were sent." in page.content.decode() for page in [*pages, changed]] == [True] * 5
    assert Response.objects.get().answers == {"LC1": 3}


def test_going_back_saves_and_the_answer_is_there_again(started, token):
    back = started.post("/a/part/work/1/", {"link": token, "q-OP1": "2", "back": "1"})

    page = started.get("/a/part/work/1/").content.decode()
    assert back["Location"] == "/a/part/lead/1/"
    assert re.search(r'name="q-OP1" value="2" checked', page)
    assert stored(token) == {"OP1": 2}


def test_nothing_is_required(started, token):
    response = started.post("/a/part/lead/1/", {"link": token})

    assert response["Location"] == "/a/part/work/1/"
    assert stored(token) == {}


def test_changing_an_answer_leads_back_to_the_check(started, token):
    page = started.get("/a/part/lead/1/?then=check").content.decode()

    response = started.post("/a/part/lead/1/", {"link": token, "q-LC1": "3", "then": "check"})

    assert 'name="then" value="check"' in page
    assert response["Location"] == "/a/check/"


def test_coming_back_shows_the_parts_with_their_state(started, token):
    started.post("/a/part/lead/1/", {"link": token, "q-LC1": "3", "q-LC2": "2"})
    started.post("/a/part/work/1/", {"link": token, "q-OP1": "3"})

    page = started.get("/a/").content.decode()

    assert re.findall(r'class="state \w+">([^<]+)<', page) == ["Completed", "In progress", "Not started"]
    assert 'href="/a/part/work/2/">Continue' in page


def test_an_agent_never_sees_leaders_or_back_office_questions():
    token = make_link(make_invitation(make_campaign(), "agent"))
    agent = Client()
    agent.get(f"/a/{token}/")
    agent.post("/a/start/", {"link": token})

    addresses = ["/a/part/lead/1/", "/a/part/work/1/", "/a/part/work/2/", "/a/part/last/1/", "/a/check/"]
    pages = "".join(agent.get(address).content.decode() for address in addresses)

    assert "At the company?" in pages
    assert "Who carries the customer?" not in pages
    assert "back office hear" not in pages
    assert agent.post("/a/save/", {"link": token, "question": "LC5", "id": "a" * 24, "q-LC5": "3"}).status_code == 400
    assert stored(token) == {}


@pytest.mark.parametrize("value", ["5", "-1", "x", "1.0", "dk ", "\x00", "none", "9" * 500])
def test_a_value_off_the_scale_is_refused_and_nothing_of_the_page_is_kept(started, token, value):
    response = started.post("/a/part/lead/1/", {"link": token, "q-LC1": value, "q-LC2": "3"})

    page = response.content.decode()
    assert response.status_code == 400
    assert "This answer is not one of the choices" in page
    assert "<title>Error:" in " ".join(page.split())
    assert re.search(r'name="q-LC2" value="3" checked', page)
    assert stored(token) == {}


def test_too_many_picks_are_said_in_words_and_stay_ticked(started, token):
    response = started.post("/a/part/last/1/", {"link": token, "q-WISH": ["R1", "R2", "R3"]})

    page = response.content.decode()
    assert response.status_code == 400
    assert "You picked 3, and this question takes up to 2." in page
    assert page.count('name="q-WISH"') == 3
    assert page.count(" checked") == 3
    assert stored(token) == {}


def test_a_comment_that_is_too_long_is_refused_and_stays_on_the_page(started, token):
    response = started.post("/a/part/last/2/", {"link": token, "q-SAY": "x" * 1001})

    assert response.status_code == 400
    assert "longer than 1000 characters" in response.content.decode()
    assert "x" * 1001 in response.content.decode()
    assert stored(token) == {}


def test_limits_are_written_for_browsers_not_for_readers(started):
    page = started.get("/a/part/last/2/").content.decode()

    assert 'maxlength="1000"' in page
    assert "Up to 1,000 characters." in page


def test_tokens_may_not_sum_to_more_than_there_are():
    token = make_link(make_invitation(make_campaign(), "executive"))
    executive = Client()
    executive.get(f"/a/{token}/")
    executive.post("/a/start/", {"link": token})

    page = executive.get("/a/part/last/1/").content.decode()
    refused = executive.post("/a/part/last/1/", {"link": token, "q-WHY.cost": "9", "q-WHY.trust": "2"})
    kept = executive.post("/a/part/last/1/", {"link": token, "q-WHY.cost": "8", "q-WHY.trust": "2", "q-WHY.growth": ""})

    assert page.count('type="number"') == 3
    assert refused.status_code == 400
    assert "You gave out 11, and there are 10." in refused.content.decode()
    assert kept.status_code == 302
    assert stored(token) == {"WHY": {"cost": 8, "trust": 2}}


def test_a_manager_nominates_one_of_the_typed_in_roles():
    token = make_link(make_invitation(make_campaign(nominees=["Head of cards"]), "manager"))
    manager = Client()
    manager.get(f"/a/{token}/")
    manager.post("/a/start/", {"link": token})

    page = manager.get("/a/part/last/1/").content.decode()
    manager.post("/a/part/last/1/", {"link": token, "q-HER": "Head of cards"})

    assert "No single role" in page
    assert stored(token) == {"HER": "Head of cards"}


def test_the_script_saves_one_answer_with_the_link_in_a_header(started, token):
    fields = {"question": "LC1", "id": "a" * 24, "q-LC1": "2"}

    response = Client().post("/a/save/", fields, headers={"X-Concentric-Link": token})

    assert (response.status_code, response.json()) == (200, {"saved": True, "version": "a" * 24})
    assert stored(token) == {"LC1": 2}


@pytest.mark.parametrize(
    "fields",
    [
        {"question": "LC1", "id": "a" * 24, "q-LC1": "7"},
        {"question": "NO", "id": "a" * 24, "q-NO": "1"},
        {"question": "LC1", "id": "short", "q-LC1": "1"},
        {"question": "LC1", "id": "a.b" * 8, "q-LC1": "1"},
        {"question": "LC1", "id": "a" * 24, "LC1": "2"},
        {},
    ],
)
def test_the_script_is_told_in_a_sentence_what_cannot_be_saved(started, token, fields):
    response = started.post("/a/save/", {"link": token, **fields})

    assert response.status_code == 400
    assert response.json()["message"].endswith(".")
    assert stored(token) == {}


def test_cookies_alone_change_nothing(started, token):
    answers = [
        started.post(address, {"question": "LC1", "id": "a" * 24, "q-LC1": "2"})
        for address in ["/a/save/", "/a/part/lead/1/", "/a/send/", "/a/start/", "/a/afresh/", "/a/leave/"]
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert stored(token) == {}


def test_more_than_a_page_can_hold_is_refused_with_a_sentence(started, token):
    large = {"link": token, "q-SAY": "x" * 70_000}

    page = started.post("/a/part/last/2/", large)
    script = started.post("/a/save/", {**large, "question": "SAY", "id": "a" * 24})

    assert (page.status_code, script.status_code) == (413, 413)
    assert "nothing was saved" in page.content.decode()
    assert stored(token) == {}


def test_strangers_all_get_one_page(client, token):
    campaign = Campaign.objects.get()
    withdrawn = make_link(make_invitation(campaign))
    access.link_of(withdrawn).delete()

    pages = [client.get(f"/a/{secret}/") for secret in ["nothing", "x" * 32, withdrawn]]
    pages.append(client.get("/join/nothing/"))
    pages.append(client.post("/a/start/", {"link": "x" * 32}))

    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert STRANGE in pages[0].content.decode()


def test_the_limiter_counts_failures_and_never_blocks_a_link_that_opens(client, token, monkeypatch):
    monkeypatch.setattr(limiter, "MOST_FAILURES", 3)

    guesses = [client.get(f"/a/{'x' * 32}/").status_code for _ in range(5)]

    assert guesses == [404, 404, 404, 429, 429]
    assert client.get(f"/a/{token}/").status_code == 302
    assert client.get("/a/").status_code == 200


def test_a_closed_campaign_refuses_in_words(started, token):
    Campaign.objects.update(closes_at=timezone.now())

    page = started.get("/a/part/lead/1/")
    saved = started.post("/a/save/", {"link": token, "question": "LC1", "id": "a" * 24, "q-LC1": "2"})
    sent = started.post("/a/send/", {"link": token})

    assert (page.status_code, saved.status_code, sent.status_code) == (403, 403, 403)
    assert "This questionnaire closed on " in saved.json()["message"]
    assert Response.objects.count() == 0
    assert stored(token) == {}


def test_another_link_may_start_afresh(started, token):
    started.post("/a/part/lead/1/", {"link": token, "q-LC1": "3"})
    second = make_link(Invitation.objects.get())
    other = Client(enforce_csrf_checks=True)
    other.get(f"/a/{second}/")

    offered = other.get("/a/")
    after = other.post("/a/afresh/", {"link": second})

    assert (offered.status_code, "You started with another link" in offered.content.decode()) == (409, True)
    assert after["Location"] == "/a/"
    assert stored(second) == {}


def test_a_browser_without_the_cookie_is_sent_round_once_and_then_told(client):
    first = client.get("/a/")
    second = client.get("/a/?again=1")

    assert 'content="0; url=/a/?again=1"' in first.content.decode()
    assert (second.status_code, "open the link in your invitation again" in second.content.decode()) == (404, True)


def test_leaving_removes_the_link_from_the_device(started, token):
    response = started.post("/a/leave/", {"link": token})

    assert response.cookies[access.LINK_COOKIE]["max-age"] == 0
    assert "is removed" in response.content.decode()


def test_the_open_link_asks_unit_and_role_first():
    make_campaign(takes_open_link=True, open_link_hash=token_hash("open-link-secret"))
    visitor = Client(enforce_csrf_checks=True)
    unit = Unit.objects.get()

    asked = visitor.get("/join/open-link-secret/").content.decode()
    refused = visitor.post("/join/open-link-secret/", {"link": "open-link-secret", "unit": unit.pk})
    joined = visitor.post("/join/open-link-secret/", {"link": "open-link-secret", "unit": unit.pk, "role": "agent"})
    start = visitor.get("/a/").content.decode()

    assert "I serve customers every day" in asked
    assert (refused.status_code, "Choose what describes your work best." in refused.content.decode()) == (400, True)
    assert joined["Location"] == "/a/"
    assert "Northlake Savings · agents" in start
    assert Invitation.objects.get().came_by_open_link


def test_a_unit_of_another_organisation_cannot_be_joined():
    campaign = make_campaign(takes_open_link=True, open_link_hash=token_hash("open-link-secret"))
    foreign = Unit.objects.create(
        organisation=type(campaign.organisation).objects.create(name="Other", slug="other"), name="Other"
    )

    refused = Client().post(
        "/join/open-link-secret/", {"link": "open-link-secret", "unit": foreign.pk, "role": "agent"}
    )

    assert refused.status_code == 400
    assert Invitation.objects.count() == 0


def test_refused_links_are_not_logged(client, caplog):
    client.get(f"/a/{'x' * 32}/")

    assert "xxxx" not in caplog.text


def test_pages_hold_no_inline_script_or_style(started):
    addresses = ["/a/", "/a/part/lead/1/", "/a/check/"]

    pages = "".join(started.get(address).content.decode() for address in addresses)

    assert re.findall(r"\sstyle=|<style|\son\w+=|<script(?! src=)", pages) == []


def test_two_starts_share_one_draft(browser, token):
    first = browser.post("/a/start/", {"link": token})
    second = browser.post("/a/start/", {"link": token})

    assert (first["Location"], second["Location"]) == ("/a/part/lead/1/", "/a/part/lead/1/")
    assert Draft.objects.count() == 1
    assert operations.enter(token=token, at=timezone.now()).answers == {}
