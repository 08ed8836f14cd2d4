"""What the server hands to a respondent's device: the blank questionnaire, a frame, a worker, a choice."""

import gzip
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assessments.models import Campaign
from assessments.operations import answering as operations
from assessments.questionnaire import questionnaire_for
from pillars.files import FOLDER, read_framework
from pillars.models import Edition
from tests.assessments.answering_world import FRAMEWORK, make_campaign, make_invitation, make_link

pytestmark = pytest.mark.django_db

MOST_KILOBYTES = 60


@pytest.fixture
def campaign(monkeypatch):
    monkeypatch.setattr(Edition, "framework", lambda self, language="": FRAMEWORK)
    return make_campaign(opened_at=timezone.now() - timedelta(days=1), nominees=["Teller"])


@pytest.fixture
def token(campaign):
    return make_link(make_invitation(campaign, "manager"))


@pytest.fixture
def started(token):
    operations.enter(token=token, at=timezone.now())
    return token


def whole(token, **fields):
    return Client().post("/a/whole/", {"link": token, **fields})


def pages_in(response):
    return re.findall(r'<template data-page="part/([\w-]+)/(\d+)/"', response.content.decode())


def test_the_whole_questionnaire_holds_every_page_once_in_order(started):
    expected = [
        (page.part_key, str(page.number))
        for page in questionnaire_for(FRAMEWORK, "full", "manager", nominees=["Teller"]).pages
    ]

    assert pages_in(whole(started)) == expected


def test_the_whole_questionnaire_holds_no_answer_no_version_and_no_secret(started):
    Client().post("/a/save/", {"link": started, "question": "LC1", "q-LC1": "3", "id": "feedfacefeedface", "took": "4"})

    text = whole(started).content.decode()

    assert started not in text
    assert "feedfacefeedface" not in text
    assert " checked" not in text
    assert set(re.findall(r'data-version="(.*?)"', text)) == {""}


def test_with_a_part_only_that_part_and_the_next_are_sent(started):
    response = whole(started, part="lead")

    assert {part for part, _number in pages_in(response)} == {"lead", "work"}
    assert 'data-partial="lead"' in response.content.decode()
    assert 'data-partial=""' in whole(started, part="no-such-part").content.decode()


def test_the_whole_product_questionnaire_stays_small(campaign, monkeypatch):
    framework = read_framework(FOLDER / "concentric" / "1.0.toml").framework
    monkeypatch.setattr(Edition, "framework", lambda self, language="": framework)
    for role in ("front_line", "manager", "executive"):
        token = make_link(make_invitation(campaign, role))
        operations.enter(token=token, at=timezone.now())

        assert len(gzip.compress(whole(token).content)) <= MOST_KILOBYTES * 1024


@pytest.mark.parametrize("link", ["", "opens-nothing-at-all-000000000000"])
def test_without_the_secret_there_is_no_questionnaire(campaign, link):
    assert whole(link).status_code == 404


def test_before_the_start_and_after_the_close_there_is_none(token, campaign):
    assert whole(token).status_code == 302
    operations.enter(token=token, at=timezone.now())
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    assert whole(token).status_code == 403


def test_the_frame_is_the_same_for_everybody_and_the_worker_may_answer_for_all_pages(client, started):
    client.cookies["concentric_link"] = started
    frame, worker = client.get("/a/frame/?language=en"), client.get("/a/worker.js")

    assert frame.content == Client().get("/a/frame/").content
    assert b"data-frame" in frame.content
    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    assert b'addEventListener("fetch"' in worker.content


def test_the_choice_of_a_shared_device_is_kept_for_this_browser_session(client, token):
    started = client.post("/a/start/", {"link": token, "shared": "1"})
    chosen = Client().post("/a/device/", {"link": token, "shared": "1"})

    for response in (started, chosen):
        cookie = response.cookies["concentric_shared"]
        assert (cookie.value, cookie["path"], cookie["samesite"]) == ("1", "/a/", "Strict")
        assert not cookie["max-age"]
        assert not cookie["httponly"]
    assert "concentric_shared" not in Client().post("/a/start/", {"link": token}).cookies


def test_on_a_shared_device_sending_removes_the_link_without_any_script(client, started):
    client.cookies["concentric_link"] = started
    client.cookies["concentric_shared"] = "1"
    client.post("/a/save/", {"link": started, "question": "LC1", "q-LC1": "3", "id": "feedfacefeedface"})

    client.post("/a/send/", {"link": started})

    assert client.cookies["concentric_link"].value == ""


def test_after_the_close_the_page_lets_its_script_find_what_the_device_kept(client, started, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=timezone.now() - timedelta(days=2))
    client.cookies["concentric_link"] = started

    page = client.get("/a/").content.decode()

    assert 'data-refused="closed"' in page
    assert f'<input type="hidden" name="link" value="{started}">' in page
    client.cookies["concentric_link"] = "opens-nothing-at-all-000000000000"
    assert 'name="link"' not in client.get("/a/").content.decode()
