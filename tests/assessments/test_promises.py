"""What respondents are promised: kept at the opening, shown with a fingerprint, changed only to be stricter."""

import hashlib
import html
import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Invitation, PromiseBroken
from assessments.operations import promises
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.operations.closing import close_with_grace
from backstage.models import AuditEvent
from pillars.models import Edition
from tests.assessments.owner_rows import AT, LATER, answer, invite, make_campaign, make_member

pytestmark = pytest.mark.django_db

TOKEN = "the-secret-of-somebody-on-the-list"


@pytest.fixture
def campaign():
    made = make_campaign(grace_hours=24)
    people = invite(made, 25)
    AccessLink.objects.create(invitation=people[0], token_hash=token_hash(TOKEN))
    open_campaign(campaign=made, at=AT)
    return made


@pytest.fixture
def device():
    client = Client()
    client.get(f"/a/{TOKEN}/")
    return client


def promised(campaign):
    campaign.refresh_from_db()
    return [entry["settings"]["smallest_group"] for entry in campaign.promises]


def test_opening_keeps_the_settings_with_a_fingerprint_that_anybody_can_work_out(campaign):
    entry = Campaign.objects.get().promises[0]

    text = json.dumps(entry["settings"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry["fingerprint"] == hashlib.sha256(text.encode()).hexdigest()
    assert entry["since"] == "2026-06-01T09:00:00+00:00"
    kept = entry["settings"]
    assert (kept["smallest_group"], kept["comments_from"], kept["late_answers_hours"]) == (5, 10, 24)
    assert kept["questionnaire_fingerprint"] == campaign.edition.fingerprint


def test_the_same_settings_have_the_same_fingerprint_and_others_another(campaign):
    same = promises.settings_of(Campaign.objects.get())
    fingerprint = campaign.promises[0]["fingerprint"]

    assert promises.fingerprint_of(same) == fingerprint
    assert promises.fingerprint_of({**same, "smallest_group": 4}) != fingerprint


def test_the_smallest_group_is_raised_also_after_answers_and_the_history_stays(campaign):
    answer(campaign.invitations.first())

    promises.change_promises(campaign=campaign, k=12, at=LATER)

    assert (campaign.k, campaign.comments_from, promised(campaign)) == (12, 12, [5, 12])
    assert AuditEvent.objects.get(act="promises_changed").details == {"title": "Spring", "smallest_group": 12}


@pytest.mark.parametrize("k", [4, 0, -1])
def test_loosening_is_refused(campaign, k):
    with pytest.raises(promises.WouldLoosen):
        promises.change_promises(campaign=campaign, k=k, at=LATER)


def test_what_was_raised_is_not_lowered_again_before_or_after_the_opening(campaign):
    promises.change_promises(campaign=campaign, k=10, at=LATER)
    draft = make_campaign(campaign.organisation, "Autumn", k=8)

    for held in (campaign, draft):
        with pytest.raises(promises.WouldLoosen):
            promises.change_promises(campaign=held, k=7, at=LATER)
    assert (promised(campaign), draft.k) == ([5, 10], 8)


def test_the_same_number_changes_nothing_and_absurd_ones_are_refused(campaign):
    promises.change_promises(campaign=campaign, k=5, at=LATER)
    with pytest.raises(promises.TooLarge):
        promises.change_promises(campaign=campaign, k=101, at=LATER)

    assert promised(campaign) == [5]


def test_after_the_close_nothing_is_changed(campaign):
    close_campaign(campaign=campaign, at=LATER)

    with pytest.raises(promises.AlreadyClosed):
        promises.change_promises(campaign=campaign, k=10, at=LATER)


def test_no_other_operation_loosens(campaign):
    promises.change_promises(campaign=campaign, k=10, at=LATER)
    stale = Campaign.objects.get()
    short = Edition.objects.create(
        slug="other", version="1.0", title="Other", document={}, fingerprint="0" * 64, published_at=AT
    )

    looser: tuple[dict[str, Any], ...] = (
        {"k": 5},
        {"promises": []},
        {"k": 5, "promises": stale.promises[:1]},
        {"edition": short},
        {"edition_id": short.pk},
        {"form": "short"},
    )
    for fields in looser:
        with pytest.raises(PromiseBroken):
            Campaign.objects.filter(pk=campaign.pk).update(**fields)
        changed = Campaign.objects.get()
        for name, value in fields.items():
            setattr(changed, name, value)
        with pytest.raises(PromiseBroken):
            changed.save()
        with pytest.raises(PromiseBroken), transaction.atomic():
            Campaign.objects.bulk_update([changed], [name.removesuffix("_id") for name in fields])

    close_with_grace(campaign=campaign, hours=24, at=LATER)
    close_campaign(campaign=campaign, at=LATER)
    assert (Campaign.objects.get().k, promised(campaign)) == (10, [5, 10])


def test_a_row_read_before_the_change_cannot_write_it_back(campaign):
    stale = Campaign.objects.get()
    promises.change_promises(campaign=campaign, k=10, at=LATER)

    with pytest.raises(PromiseBroken):
        stale.save()


def test_the_owner_sees_the_promise_and_raises_it(client, campaign):
    client.force_login(make_member(campaign.organisation))
    page = client.get(f"/c/{campaign.pk}/")

    raised = client.post(f"/c/{campaign.pk}/promises/", {"k": "8"})
    refused = client.post(f"/c/{campaign.pk}/promises/", {"k": "6"})

    assert "Results only for groups of 5 or more" in page.text
    assert (raised.status_code, refused.status_code) == (302, 422)
    assert "Groups of 8 were promised. This can only be raised." in refused.text
    assert promised(campaign) == [5, 8]
    assert client.get(f"/c/{campaign.pk}/promises/").status_code == 405


def test_the_owners_browser_is_given_the_token_to_raise_it_with(campaign):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_member(campaign.organisation))
    page = browser.get(f"/c/{campaign.pk}/").text
    form = page[page.index(f'action="/c/{campaign.pk}/promises/"') :]
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.partition("</form>")[0])

    raised = browser.post(f"/c/{campaign.pk}/promises/", {"k": "8", "csrfmiddlewaretoken": token})

    assert raised.status_code == 302
    assert promised(campaign) == [5, 8]


def test_the_receipt_says_what_is_stored_and_shows_the_fingerprint_and_its_text(campaign, device):
    page = device.get("/a/receipt/").text

    text = html.unescape(re.findall(r"<pre[^>]*>([^<]*)</pre>", page)[0])
    shown = "".join(re.findall(r"<span>([0-9a-f]{8})</span>", page))
    assert hashlib.sha256(text.encode()).hexdigest() == shown == campaign.promises[0]["fingerprint"]
    assert "Branches · Front line" in page
    assert "only for groups of 5 or more people" in page
    assert "Who began before it can finish for 24 hours more" in page
    assert "cannot be found by your name or your account" in page


def test_the_receipt_shows_the_history_newest_first(campaign, device):
    promises.change_promises(campaign=campaign, k=9, at=LATER)

    page = device.get("/a/receipt/").text

    assert page.index("groups of 9 or more") < page.index("groups of 5 or more</p>")
    assert page.count("<pre") == 2


def test_the_receipt_stays_after_sending_and_after_the_close(campaign, device):
    before = device.get("/a/receipt/").text
    Invitation.objects.update(has_answered=True)
    sent = device.get("/a/receipt/").text
    close_campaign(campaign=campaign, at=LATER)
    closed = device.get("/a/receipt/")

    assert ("Your answers will be counted as:" in before, "/a/withdraw/" in before) == (True, False)
    assert ("Your answers are counted as:" in sent, "/a/withdraw/" in sent) == (True, True)
    assert (closed.status_code, "Branches · Front line" in closed.text) == (200, True)


def test_the_receipt_is_for_people_with_a_link(campaign):
    assert Client().get("/a/receipt/").status_code == 404


def test_the_pages_of_a_respondent_lead_to_the_receipt(campaign, device):
    for address in ("/a/", "/a/withdraw/"):
        assert 'href="/a/receipt/"' in device.get(address).text
