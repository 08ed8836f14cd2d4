"""The mails about accounts, in the product's words."""

import pytest
from django.core import mail
from django.test import Client

from organisations.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "ada@example.org"


def test_a_new_account_is_told_how_to_confirm_its_address(client: Client):
    client.post("/accounts/signup/", {"email": ADDRESS, "password1": "a long enough sentence"})

    (sent,) = mail.outbox
    assert sent.subject == "Concentric: Confirm your e-mail address"
    assert "Somebody opened an account with this e-mail address." in sent.body
    assert "http://testserver/accounts/confirm-email/" in sent.body
    assert "!" not in sent.body


def test_a_new_password_is_offered_by_a_link_that_works_once(client: Client):
    User.objects.create_user(email=ADDRESS, password="a long enough sentence")

    client.post("/accounts/password/reset/", {"email": ADDRESS})

    (sent,) = mail.outbox
    assert sent.subject == "Concentric: Choose a new password"
    assert "http://testserver/accounts/password/reset/key/" in sent.body
    assert "The link works once." in sent.body
    assert sent.body.rstrip().endswith("Concentric, testserver")


def test_an_address_without_an_account_is_told_so_by_mail_alone(client: Client):
    page = client.post("/accounts/password/reset/", {"email": ADDRESS}, follow=True)

    (sent,) = mail.outbox
    assert sent.subject == "Concentric: No account with this address"
    assert "There is no account with this address here." in sent.body
    assert "no account" not in page.content.decode().split("<main", 1)[1].split("</main>", 1)[0].lower()
