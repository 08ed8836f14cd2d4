"""A queued mail is sent once, keeps its Message-ID, and its text is forgotten."""

import smtplib
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from backstage import operations
from backstage.models import Job, OutgoingMail
from backstage.work import run_job

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def queue_two() -> None:
    for name in ("ann", "bo"):
        operations.queue_mail(to=f"{name}@example.org", subject="Five minutes", body="Your link: …", at=AT)


def run_outbox() -> None:
    run_job(job_id=str(Job.objects.get(task="backstage.send_mails").pk), act=operations.send_mails)


def test_queue_mail_sends_every_mail_by_one_job():
    queue_two()

    run_outbox()

    assert [message.to for message in mail.outbox] == [["ann@example.org"], ["bo@example.org"]]
    assert list(OutgoingMail.objects.filter(sent_at=None)) == []
    assert {row.body for row in OutgoingMail.objects.all()} == {""}
    assert mail.outbox[0].extra_headers["Message-ID"] == OutgoingMail.objects.get(to="ann@example.org").message_id


def test_an_address_that_is_refused_is_named_and_the_others_are_sent(monkeypatch):
    send = EmailMessage.send

    def server(message: EmailMessage) -> int:
        if message.to == ["ann@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"ann@example.org": (550, b"No such mailbox")})
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", server)
    queue_two()

    run_outbox()

    refused, sent = OutgoingMail.objects.order_by("pk")
    assert (refused.refused, refused.sent_at) == ("No such mailbox", None)
    assert sent.sent_at is not None
    assert Job.objects.get().state == "done"


def test_a_server_that_is_away_leaves_the_mail_waiting(monkeypatch, caplog):
    def away(message: EmailMessage) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", away)
    queue_two()

    run_outbox()

    assert OutgoingMail.objects.filter(sent_at=None, refused="").count() == 2
    assert Job.objects.get().state == "queued"
