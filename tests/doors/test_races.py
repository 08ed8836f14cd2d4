"""Two at once, once more, and cut off in the middle: each act happens once or not at all, without an error page."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from assessments.codes import code_hash
from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation, PeopleList
from assessments.models.responses import Response
from assessments.operations import answering, codes, withdrawing
from assessments.operations.asking import ask_for_link
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.operations.closing import close_due_campaigns
from backstage.models import AuditEvent, Job, OutgoingMail
from backstage.work import run_job
from organisations.models import Organisation, User
from reports import pdf
from reports.models import Release, Report
from reports.operations import releases
from reports.operations import reports as report_operations
from tests.doors.world import make_campaign, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment in threads of their own; return what each gave, or the error it ended with."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def posting(user: User | None, address: str, data: dict[str, Any] | None = None) -> Callable[[], int]:
    """Return an act that posts and gives the status; the sign-in is done before the race."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return lambda: client.post(address, data or {}).status_code


@pytest.fixture
def world(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return make_world()


def invited(campaign: Campaign, unit: Any, count: int) -> list[str]:
    """Return the secrets of so many people on the campaign's list, all in one cell."""
    tokens = [f"{number:02}-a-secret-of-somebody-in-a-race" for number in range(count)]
    for token in tokens:
        person = Invitation.objects.create(campaign=campaign, unit=unit, role="front_line")
        AccessLink.objects.create(invitation=person, token_hash=token_hash(token))
    return tokens


def started(tokens: Iterable[str]) -> list[Any]:
    drafts = []
    for token in tokens:
        draft = answering.enter(token=token, at=timezone.now())
        answering.save_answers(draft=draft, answers={"LC1": 3}, save_id="a" * 16, at=timezone.now())
        drafts.append(draft)
    return drafts


def sent_with_code(token: str) -> str:
    """Send what somebody has answered; return their withdrawal code."""
    return answering.submit_draft(draft=started([token])[0], at=timezone.now()).withdrawal_code


def test_four_who_open_at_once_open_once(world):
    statuses = at_once(*[posting(world.owner, f"/c/{world.draft.pk}/open/") for _time in range(4)])

    world.draft.refresh_from_db()
    assert statuses == [302] * 4
    assert world.draft.state == "open"
    assert AuditEvent.objects.filter(act="campaign_opened", subject=f"campaign:{world.draft.pk}").count() == 1


def test_four_who_close_at_once_close_once_and_ask_for_one_release(world):
    statuses = at_once(*[posting(world.owner, f"/c/{world.running.pk}/close/") for _time in range(4)])

    assert statuses == [302] * 4
    assert AuditEvent.objects.filter(act="campaign_closed", subject=f"campaign:{world.running.pk}").count() == 1
    assert Job.objects.filter(task="reports.make_release").count() == 1


def test_who_sends_joins_or_asks_for_links_while_it_closes_is_in_or_out_and_never_between(world):
    campaign = make_campaign(world.organisation, "Race", timezone.now(), takes_open_link=True)
    tokens = invited(campaign, world.unit, 6)
    open_campaign(campaign=campaign, at=timezone.now())
    drafts = started(tokens)
    from assessments.open_links import open_link_token  # noqa: PLC0415

    link = open_link_token(campaign.pk)
    sends = [lambda draft=draft: answering.submit_draft(draft=draft, at=timezone.now()) for draft in drafts]
    joins = [
        lambda: answering.join_campaign(token=link, unit=world.unit, role="front_line", at=timezone.now())
        for _time in range(3)
    ]
    links = [posting(world.owner, f"/c/{campaign.pk}/links/") for _time in range(2)]
    closes = [lambda: close_campaign(campaign=Campaign.objects.get(pk=campaign.pk), at=timezone.now())]

    results = at_once(*sends, *joins, *closes, *links)

    sent = [result for result in results[:6] if isinstance(result, answering.Sent)]
    refused = [result for result in results[:9] if isinstance(result, Exception)]
    joined = [result for result in results[6:9] if isinstance(result, str)]
    assert {type(error) for error in refused} <= {answering.CampaignClosed}
    assert results[9] is None
    assert set(results[10:]) <= {200, 302}
    assert Response.objects.filter(campaign=campaign).count() == len(sent)
    assert Invitation.objects.filter(campaign=campaign, has_answered=True).count() == len(sent)
    assert Invitation.objects.filter(campaign=campaign).count() == 6 + len(joined)
    assert AccessLink.objects.filter(token_hash__in=[token_hash(token) for token in joined]).count() == len(joined)
    assert Draft.objects.filter(invitation__campaign=campaign).count() == 0


def test_a_questionnaire_sent_by_four_devices_at_once_counts_once(world):
    tokens = invited(world.running, world.unit, 1)
    started(tokens)
    body = {"link": tokens[0]}

    statuses = at_once(*[posting(None, "/a/send/", body) for _time in range(4)])

    # Who finds the draft gone is led to the page that says "sent".
    assert set(statuses) <= {200, 302}
    assert Response.objects.filter(campaign=world.running).count() == 1


def test_four_who_ask_for_a_release_or_a_report_at_once_share_it(world):
    ask = {"wave": str(world.release.pk), "cut": "board", "language": "en"}
    campaign = world.released

    jobs = at_once(*[lambda: releases.request_release(campaign=campaign, at=timezone.now()).pk for _time in range(4)])
    statuses = at_once(*[posting(world.owner, "/o/northlake/report/", ask) for _time in range(4)])

    assert len(set(jobs)) == 1
    assert statuses == [302] * 4
    assert Report.objects.filter(job__state="queued").count() == 1


def test_two_lists_uploaded_at_once_leave_one_to_look_at(world):
    discard = PeopleList.objects.all().delete
    discard()
    address = f"/c/{world.draft.pk}/people/"
    lists = [f"unit,role\nBranch North,{role}\n".encode() for role in ("front_line", "manager")]

    statuses = at_once(
        *[posting(world.owner, address, {"file": SimpleUploadedFile("a.csv", data)}) for data in lists],
        *[posting(world.owner, address, {"text": data.decode()}) for data in lists],
    )

    assert statuses == [302] * 4
    assert PeopleList.objects.get(campaign=world.draft).rows[0]["unit"] == "Branch North"


def test_a_list_that_is_taken_over_twice_at_once_adds_its_people_once(world):
    before = world.draft.invitations.count()

    statuses = at_once(*[posting(world.owner, f"/c/{world.draft.pk}/people/check/") for _time in range(4)])

    assert statuses == [302] * 4
    assert world.draft.invitations.count() == before + 1


def test_one_name_chosen_by_four_founders_at_once_gives_four_organisations(world):
    fields = {"name": "Twins", "sector": "bank", "country": "Kenya"}

    statuses = at_once(*[posting(user, "/organisations/new/", fields) for user in list(world.users.values())[:4]])

    assert statuses == [302] * 4
    assert len(set(Organisation.objects.filter(name="Twins").values_list("slug", flat=True))) == 4


def test_one_address_granted_a_right_and_signing_up_at_once_has_one_account(world):
    right = {"email": "new@example.org", "kind": "leader"}
    account = {"email": "New@example.org", "password1": "correct horse battery"}

    statuses = at_once(
        posting(world.owner, "/o/northlake/people/", right),
        posting(world.users["elsewhere"], "/o/elsewhere/people/", right),
        posting(None, "/accounts/signup/", account),
        posting(None, "/accounts/signup/", account),
    )

    assert set(statuses) <= {200, 302}
    assert User.objects.filter(email__iexact="new@example.org").count() == 1


def test_a_worker_killed_while_releasing_leaves_nothing_and_the_next_one_finishes(world, monkeypatch):
    close_campaign(campaign=world.running, at=timezone.now())
    job = Job.objects.get(task="reports.make_release")

    def killed(*arguments: Any) -> None:
        # What kill -9 leaves behind: a running row whose lease nobody renews.
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("reports.operations.releases.build_results", killed)
        with pytest.raises(SystemExit):
            run_job(job_id=str(job.pk), act=releases.make_release)
    Job.objects.filter(pk=job.pk).update(
        state="running", owner="somebody dead", lease_until=timezone.now() - timedelta(seconds=60)
    )
    nothing_yet = Release.objects.filter(campaign=world.running).count()

    at_once(*[lambda: run_job(job_id=str(job.pk), act=releases.make_release) for _time in range(3)])

    job.refresh_from_db()
    assert nothing_yet == 0
    assert (job.state, Release.objects.filter(campaign=world.running).count()) == ("done", 1)


def test_a_report_cancelled_while_it_is_set_leaves_no_file(world, monkeypatch):
    report = report_operations.request_report(release=world.release, cut="brief", language="en", at=timezone.now())
    owner = Client()
    owner.force_login(world.owner)
    print_report = pdf.print_report

    def cancelled_meanwhile(*arguments: Any, **named: Any) -> Any:
        owner.post(f"/reports/{report.pk}/cancel/")
        return print_report(*arguments, **named)

    monkeypatch.setattr(pdf, "print_report", cancelled_meanwhile)

    done = run_job(job_id=str(report.job_id), act=report_operations.build_report)

    report.refresh_from_db()
    assert done is False
    assert (Job.objects.get(pk=str(report.job_id)).state, bool(report.file)) == ("cancelled", False)
    assert Counter(owner.get(f"/reports/{report.pk}/download/").status_code for _time in range(2)) == {302: 2}


def test_a_report_tried_again_by_four_at_once_is_queued_once(world):
    report = report_operations.request_report(release=world.release, cut="brief", language="en", at=timezone.now())
    report_operations.cancel_report(report=report, at=timezone.now())

    statuses = at_once(*[posting(world.owner, f"/reports/{report.pk}/retry/") for _time in range(4)])

    assert statuses == [302] * 4
    assert Job.objects.filter(state="queued", task="reports.build_report").count() == 1


def test_an_upload_of_two_hundred_megabytes_is_refused_in_a_sentence_and_leaves_nothing(world, tmp_path):
    class Endless(io.RawIOBase):
        """Two hundred megabytes that never stand in memory."""

        name = "people.csv"

        def __init__(self) -> None:
            self.left = 200 * 1024 * 1024

        def read(self, size: int = -1) -> bytes:
            taken = min(self.left, size if size > 0 else 1024 * 1024)
            self.left -= taken
            return b"x" * taken

    head = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\nunit,role\r\n"
    )
    tail = b"\r\n--B--\r\n"
    body = io.BytesIO(head)
    middle, end = Endless(), io.BytesIO(tail)

    class Body(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return body.read(size) or middle.read(size) or end.read(size)

    client = Client(raise_request_exception=False)
    client.force_login(world.owner)
    length = len(head) + middle.left + len(tail)

    answer = client.generic(
        "POST",
        f"/c/{world.draft.pk}/people/",
        CONTENT_TYPE="multipart/form-data; boundary=B",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Body()},  # type: ignore[arg-type]  # its types know texts only
    )

    assert answer.status_code == 422
    assert "This file is larger than 10" in answer.text
    assert PeopleList.objects.get(campaign=world.draft).rows[0]["name"] == "Bea"
    assert world.draft.invitations.count() == 1


def test_four_who_close_with_grace_at_once_set_one_last_day(world):
    statuses = at_once(
        *[posting(world.owner, f"/c/{world.running.pk}/close/", {"late": "1", "hours": "24"}) for _time in range(4)]
    )

    assert statuses == [302] * 4
    assert AuditEvent.objects.filter(act="campaign_closing").count() == 1


def test_four_schedulers_close_a_campaign_that_is_over_once(world):
    at = timezone.now() + timedelta(days=2)
    Campaign.objects.filter(pk=world.running.pk).update(closes_at=at - timedelta(hours=1))

    closed = at_once(*[lambda: close_due_campaigns(at=at) for _time in range(4)])

    assert [one for one in closed if isinstance(one, Exception)] == []
    assert AuditEvent.objects.filter(act="campaign_closed", subject=f"campaign:{world.running.pk}").count() == 1
    assert Job.objects.filter(task="reports.make_release").count() == 1


def test_a_code_used_by_four_at_once_takes_its_response_back_once(world):
    token = invited(world.running, world.unit, 1)[0]
    code = sent_with_code(token)

    results = at_once(
        *[lambda: withdrawing.take_back(code=code, token=token, at=timezone.now()) for _time in range(2)],
        *[lambda: withdrawing.delete_response(code=code, at=timezone.now()) for _time in range(2)],
    )

    assert sum(result is None for result in results) == 1
    assert {type(result) for result in results if result is not None} == {withdrawing.CodeUnknown}
    assert Response.objects.filter(campaign=world.running).count() == 0
    taken_back = results[:2].count(None)
    assert Draft.objects.count() == taken_back
    assert Invitation.objects.filter(has_answered=True).count() == 1 - taken_back


def test_taking_back_while_it_closes_is_before_or_after_and_never_between(world):
    tokens = invited(world.running, world.unit, 5)
    codes_of = {token: sent_with_code(token) for token in tokens}
    acts = [
        lambda token=token, code=code: withdrawing.take_back(code=code, token=token, at=timezone.now())
        for token, code in codes_of.items()
    ]

    results = at_once(
        *acts, lambda: close_campaign(campaign=Campaign.objects.get(pk=world.running.pk), at=timezone.now())
    )

    taken_back = results[:5].count(None)
    assert results[5] is None
    assert {type(result) for result in results[:5] if result is not None} <= {withdrawing.CodeUnknown}
    assert Response.objects.filter(campaign=world.running).count() == 5 - taken_back
    assert Invitation.objects.filter(campaign=world.running, has_answered=True).count() == 5 - taken_back
    assert Draft.objects.count() == 0
    assert set(Response.objects.values_list("withdrawal_hash", flat=True)) <= {""}


def test_four_codes_made_at_once_leave_one_and_a_code_used_while_it_is_sent_opens_nothing_after(world):
    token = invited(world.running, world.unit, 1)[0]
    draft = started([token])[0]

    made = at_once(*[lambda: codes.make_resume_code(draft=draft, at=timezone.now()) for _time in range(4)])

    assert {type(one) for one in made} == {str}
    assert AccessLink.objects.filter(kind=AccessLink.Kind.CODE).count() == 1
    code = next(one for one in made if AccessLink.objects.filter(token_hash=code_hash(one, "resume")).exists())
    results = at_once(
        lambda: answering.submit_draft(draft=draft, at=timezone.now()),
        *[lambda: codes.resume_with_code(code=code, at=timezone.now()) for _time in range(3)],
    )
    assert {type(one) for one in results[1:]} <= {str, codes.CodeUnknown}
    assert set(AccessLink.objects.filter(invitation=draft.invitation).values_list("wrapped_key", flat=True)) == {""}
    assert Response.objects.filter(campaign=world.running).count() == 1


def test_a_new_link_that_is_asked_for_while_the_campaign_closes_leaves_no_mail_behind(world):
    for number in range(4):
        campaign = make_campaign(world.organisation, f"Close {number}", timezone.now())
        unit = campaign.organisation.units.get(parent=None)
        Invitation.objects.create(campaign=campaign, unit=unit, email=f"{number}@example.org")
        open_campaign(campaign=campaign, at=timezone.now())

        results = at_once(
            partial(ask_for_link, who=f"{number}@example.org", at=timezone.now()),
            partial(close_campaign, campaign=campaign, at=timezone.now()),
        )

        assert results == [None, None]
        assert OutgoingMail.objects.count() == 0
