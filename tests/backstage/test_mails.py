"""A queued mail is made when it is sent, sent once, keeps its Message-ID, and leaves no text behind."""

import smtplib
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends import locmem

from backstage import mails, operations
from backstage.mails import Message
from backstage.models import Job, OutgoingMail
from backstage.work import run_job

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def made(monkeypatch) -> list[str]:
    """Return the names for which a mail was made so far, as the only maker of this test notes them."""
    names: list[str] = []

    def make(*, name: str, at: datetime) -> Message | None:
        names.append(name)
        if name == "gone":
            return None
        if name == "poison":
            raise ValueError("nothing can be made of this")
        return Message(f"{name}@example.org", "Five minutes", f"Your link: number {len(names)}")

    monkeypatch.setattr(mails, "_MAKERS", {"test.link": make})
    return names


def queue(*names: str) -> None:
    for name in names:
        operations.queue_mail(kind="test.link", arguments={"name": name}, about="campaign:7", at=AT)


def run_outbox() -> None:
    run_job(job_id=str(Job.objects.get(task="backstage.send_mails").pk), act=operations.send_mails)


def everything_stored() -> str:
    return repr(list(OutgoingMail.objects.values())) + repr(list(Job.objects.values()))


def test_queue_mail_sends_every_mail_by_one_job():
    queue("ann", "bo")

    run_outbox()

    assert [message.to for message in mail.outbox] == [["ann@example.org"], ["bo@example.org"]]
    assert list(OutgoingMail.objects.filter(sent_at=None)) == []
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [
        row.message_id for row in OutgoingMail.objects.order_by("pk")
    ]


def test_text_and_address_stand_nowhere_before_or_after(made):
    queue("ann")
    before = (everything_stored(), list(made))

    run_outbox()

    assert before[1] == []
    for stored in (before[0], everything_stored()):
        assert "Your link" not in stored
        assert "ann@example.org" not in stored


def test_an_address_that_is_refused_is_named_and_the_others_are_sent(monkeypatch):
    send = EmailMessage.send

    def server(message: EmailMessage) -> int:
        if message.to == ["ann@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"ann@example.org": (550, b"No such mailbox")})
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", server)
    queue("ann", "bo")

    run_outbox()

    refused, sent = OutgoingMail.objects.order_by("pk")
    assert (refused.refused, refused.sent_at) == ("No such mailbox", None)
    assert sent.sent_at is not None
    assert Job.objects.get().state == "done"


def test_while_no_server_answers_nothing_is_made_and_the_mail_waits(monkeypatch, caplog, made):
    def away(backend: locmem.EmailBackend) -> bool:
        raise ConnectionRefusedError

    monkeypatch.setattr(locmem.EmailBackend, "open", away)
    queue("ann", "bo")

    run_outbox()

    assert OutgoingMail.objects.filter(sent_at=None, refused="").count() == 2
    assert Job.objects.get().state == "queued"
    assert made == []


def test_a_repeat_after_a_kill_is_made_afresh_under_the_same_message_id(monkeypatch):
    send = EmailMessage.send

    def kill(message: EmailMessage) -> int:
        send(message)
        raise KeyboardInterrupt  # the process ends between the server's yes and the row's

    queue("ann")
    monkeypatch.setattr(EmailMessage, "send", kill)
    with pytest.raises(KeyboardInterrupt):
        run_outbox()
    monkeypatch.setattr(EmailMessage, "send", send)
    run_outbox()

    first, second = mail.outbox
    assert first.extra_headers == second.extra_headers
    assert first.body != second.body


def test_a_mail_that_is_not_wanted_any_more_is_dropped():
    queue("gone", "ann")

    run_outbox()

    assert [message.to for message in mail.outbox] == [["ann@example.org"]]
    assert [row.arguments for row in OutgoingMail.objects.all()] == [{"name": "ann"}]


def test_a_mail_that_cannot_be_made_holds_up_no_other(caplog):
    queue("poison", "ann")

    run_outbox()

    assert [message.to for message in mail.outbox] == [["ann@example.org"]]
    assert OutgoingMail.objects.get(sent_at=None).arguments == {"name": "poison"}
    assert Job.objects.get().state == "queued"


@pytest.mark.parametrize(("code", "refused", "state"), [(554, "Looks like spam", "done"), (451, "", "queued")])
def test_what_a_server_refuses_for_good_is_not_tried_again(monkeypatch, caplog, code, refused, state):
    def server(message: EmailMessage) -> int:
        raise smtplib.SMTPDataError(code, b"Looks like spam")

    monkeypatch.setattr(EmailMessage, "send", server)
    queue("ann")

    run_outbox()

    assert (OutgoingMail.objects.get().refused, Job.objects.get().state) == (refused, state)
    assert "spam" not in caplog.text


def test_forget_mails_takes_sent_and_unsent_ones():
    queue("ann")
    run_outbox()
    queue("bo")
    operations.queue_mail(kind="test.link", arguments={"name": "cy"}, about="campaign:70", at=AT)

    operations.forget_mails(about="campaign:7")

    assert [row.arguments["name"] for row in OutgoingMail.objects.all()] == ["cy"]
