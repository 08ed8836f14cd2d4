"""Releases as rows: numbered, fingerprinted, made by a job, asked for when a campaign closes."""

import hashlib
import json
import uuid
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Campaign
from assessments.models.responses import Response
from assessments.signals import campaign_closed
from backstage.models import AuditEvent, Job
from backstage.work import run_job
from pillars.models import Edition
from reports.models import Release, ReleasedScore
from reports.operations.releases import (
    MAKE_RELEASE,
    AnswersChanged,
    CampaignNotClosed,
    NothingNew,
    TellsTooMuch,
    canonical,
    compute_release,
    make_release,
    release_campaign,
    request_missing_releases,
    request_release,
    store_release,
)
from reports.queries import latest_release, releases_of
from reports.releases import survey_of
from reports.results import HIDDEN
from tests.pillars.frameworks import item, one_dimension
from tests.reports.closed_campaigns import AT, answer, closed_campaign, unit_of

pytestmark = pytest.mark.django_db

CARE = one_dimension(item("A"))


@pytest.fixture
def campaign(monkeypatch) -> Campaign:
    monkeypatch.setattr(Edition, "framework", lambda self, language="": CARE)
    found = closed_campaign()
    answer(found, [{"A": value} for value in range(40, 52)])
    return found


def rename(campaign: Campaign, name: str) -> None:
    """Change something that a release says and that nobody's answer is part of."""
    campaign.organisation.name = name
    campaign.organisation.save()


def test_a_release_is_frozen_with_number_fingerprint_and_rows(campaign):
    release = release_campaign(campaign=campaign, at=AT)

    campaign.refresh_from_db()
    release = Release.objects.get(pk=release.pk)
    plain = json.dumps(release.document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert (release.number, release.released_at, campaign.state) == (1, AT, "released")
    assert release.fingerprint == hashlib.sha256(plain.encode()).hexdigest()
    assert release.results().figure("all", "care").score == 45.5
    row = ReleasedScore.objects.get(release=release, group="all", subject="care")
    assert (row.score, row.n, row.level) == (45.5, 12, 3)
    assert AuditEvent.objects.get().act == "campaign_released"


def test_a_second_release_takes_the_next_number_and_leaves_the_first_as_it_was(campaign):
    first = release_campaign(campaign=campaign, at=AT)
    before = Release.objects.get(pk=first.pk).document
    rename(campaign, "Harbour Savings")

    second = release_campaign(campaign=campaign, at=AT)

    assert (second.number, second.answers_digest) == (2, first.answers_digest)
    assert second.fingerprint != first.fingerprint
    assert Release.objects.get(pk=first.pk).document == before
    assert latest_release(campaign) == second
    assert list(releases_of(campaign.organisation)) == [second]


def test_a_release_that_would_say_the_same_again_is_not_made(campaign):
    first = release_campaign(campaign=campaign, at=AT)

    with pytest.raises(NothingNew):
        release_campaign(campaign=campaign, at=AT)
    job = request_release(campaign=campaign, at=AT)
    run_job(job_id=str(job.pk), act=make_release)

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert list(Release.objects.all()) == [first]


def digest_of(campaign):
    return survey_of(campaign, campaign.edition.framework()).digest


def test_answers_written_again_in_another_order_are_the_same(campaign):
    before = digest_of(campaign)
    rows = list(Response.objects.filter(campaign=campaign))
    Response.objects.all().delete()
    for row in reversed(rows):
        row.pk = uuid.uuid4()
        row.save(force_insert=True)

    assert digest_of(campaign) == before


@pytest.mark.parametrize("change", ["added", "removed", "changed", "moved"])
def test_other_answers_are_never_released_again(campaign, change):
    first = release_campaign(campaign=campaign, at=AT)
    rename(campaign, "Harbour Savings")
    row = Response.objects.filter(campaign=campaign).first()
    assert row
    if change == "added":
        answer(campaign, [{"A": 1}])
    elif change == "removed":
        row.delete()
    elif change == "changed":
        Response.objects.filter(pk=row.pk).update(answers={"A": 99})
    else:
        Response.objects.filter(pk=row.pk).update(unit=unit_of(campaign, "Elsewhere"))

    with pytest.raises(AnswersChanged):
        release_campaign(campaign=campaign, at=AT)
    job = request_release(campaign=campaign, at=AT)
    run_job(job_id=str(job.pk), act=make_release)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "no longer those that its results rest on" in job.error
    assert list(Release.objects.all()) == [first]


def test_a_release_that_tells_about_few_beside_the_one_before_is_not_made(campaign):
    """Stored as a bug would have: the first release shows a unit of eight of twelve, and not the whole."""
    eight = unit_of(campaign, "Eight")
    for row in Response.objects.filter(campaign=campaign)[:8]:
        Response.objects.filter(pk=row.pk).update(unit=eight)
    computed = compute_release(campaign)
    unit = f"unit:{eight.pk}"
    assert computed.results.figure("all", "care").is_shown
    assert not computed.results.figure(unit, "care").is_shown
    shown = computed.results.figure("all", "care")
    rows = {"all": {"care": HIDDEN, "index": HIDDEN}, unit: {"care": shown}}
    first = replace(computed.results, figures={"score": rows})
    store_release(campaign=campaign, computed=replace(computed, results=first), at=AT)

    with pytest.raises(TellsTooMuch):
        release_campaign(campaign=campaign, at=AT)

    assert Release.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "open"])
def test_a_campaign_that_is_not_closed_is_not_released(campaign, state):
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    campaign.refresh_from_db()

    with pytest.raises(CampaignNotClosed):
        release_campaign(campaign=campaign, at=AT)

    with pytest.raises(CampaignNotClosed):
        request_release(campaign=campaign, at=AT)
    assert not Release.objects.exists()
    assert not Job.objects.exists()


def test_closing_a_campaign_asks_for_its_release_once(campaign):
    campaign_closed.send(Campaign, campaign_id=campaign.pk)
    campaign_closed.send(Campaign, campaign_id=campaign.pk)

    job = Job.objects.get()
    assert (job.task, job.key) == (MAKE_RELEASE, f"release:{campaign.pk}")
    assert job.arguments == {"campaign_id": campaign.pk}


def test_the_job_writes_the_release_together_with_done(campaign):
    job = request_release(campaign=campaign, at=AT)

    assert run_job(job_id=str(job.pk), act=make_release)

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert Release.objects.get(campaign=campaign).number == 1
    assert not run_job(job_id=str(job.pk), act=make_release)


def test_a_job_whose_campaign_is_gone_is_parked_with_a_sentence(campaign):
    job = request_release(campaign=campaign, at=AT)
    campaign.delete()

    run_job(job_id=str(job.pk), act=make_release)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "no longer exists" in job.error


def test_the_fingerprint_does_not_depend_on_the_order_of_keys():
    assert canonical({"b": 1.5, "a": ["é"]}) == '{"a":["é"],"b":1.5}'


# -- the commands ----------------------------------------------------------------------------------


def test_release_prints_number_and_fingerprint(campaign):
    printed = StringIO()

    call_command("release", str(campaign.pk), stdout=printed)

    release = Release.objects.get(campaign=campaign)
    assert printed.getvalue() == f"First, release 1: {release.fingerprint}\n"


def test_release_says_when_there_is_nothing_new(campaign):
    release_campaign(campaign=campaign, at=AT)
    printed = StringIO()

    call_command("release", str(campaign.pk), stdout=printed)

    assert printed.getvalue().startswith("There is nothing new: the answers are those of First, release 1,")
    assert Release.objects.count() == 1


@pytest.mark.parametrize(("state", "reason"), [("draft", "was never opened"), ("open", "still takes answers")])
def test_release_refuses_a_campaign_that_is_not_closed(campaign, state, reason):
    Campaign.objects.filter(pk=campaign.pk).update(state=state)

    with pytest.raises(CommandError, match=reason) as refused:
        call_command("release", str(campaign.pk))

    assert refused.value.returncode == 1


def test_release_says_that_a_campaign_does_not_exist():
    with pytest.raises(CommandError, match="There is no campaign 4711"):
        call_command("release", "4711")


def test_a_close_that_could_not_ask_for_its_release_any_more_gets_it_within_a_minute(campaign):
    assert request_missing_releases(at=AT) == 1

    again = request_missing_releases(at=AT)

    job = Job.objects.get()
    assert again == 0
    assert (job.task, job.arguments) == (MAKE_RELEASE, {"campaign_id": campaign.pk})


def test_a_release_that_failed_is_not_asked_for_by_itself(campaign):
    request_release(campaign=campaign, at=AT)
    Job.objects.update(state="failed")

    assert request_missing_releases(at=AT) == 0
