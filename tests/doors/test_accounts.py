"""Accounts and sessions: forgotten passwords, repeated sign-ups, guessing, accounts and rights that have ended."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from organisations.models import Membership, Organisation, Unit, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def user():
    return User.objects.create_user("owner@example.org", PASSWORD)


def sign_in(password: str = PASSWORD, email: str = "owner@example.org", following: str = ""):
    return Client().post("/accounts/login/", {"login": email, "password": password, "next": following})


def test_signing_up_twice_leaves_one_account_and_says_so(client):
    fields = {"email": "twice@example.org", "password1": PASSWORD}

    first = client.post("/accounts/signup/", fields)
    second = Client().post("/accounts/signup/", {**fields, "email": "TWICE@example.org"})

    assert first.status_code == 302
    assert second.status_code in {200, 302}
    assert User.objects.filter(email__iexact="twice@example.org").count() == 1


@pytest.mark.parametrize("known", [True, False])
def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client, user, known):
    answer = client.post("/accounts/password/reset/", {"email": "owner@example.org" if known else "no@example.org"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")


def test_a_reset_link_works_once_ends_other_sessions_and_leaves_the_address_bar(client, user):
    elsewhere = Client()
    elsewhere.force_login(user)
    client.post("/accounts/password/reset/", {"email": "owner@example.org"})
    link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    assert link is not None

    page = client.get(link[0], follow=True)
    changed = client.post(
        page.redirect_chain[-1][0], {"password1": "another horse battery", "password2": "another horse battery"}
    )
    again = Client().get(link[0], follow=True)

    assert page.redirect_chain[-1][0].endswith("-set-password/")
    assert changed.status_code == 302
    assert 'name="password1"' not in again.text
    assert elsewhere.get("/account/").status_code == 302
    assert sign_in().status_code == 200
    assert sign_in("another horse battery").status_code == 302


def test_guessing_a_password_is_slowed_down_and_said_in_words(user):
    answers = [sign_in("wrong horse battery") for _try in range(12)]

    right = sign_in()

    assert {answer.status_code for answer in answers} <= {200, 429}
    assert "Too many tries" in answers[-1].text
    assert right.status_code in {200, 429}


def test_an_account_that_is_switched_off_gets_in_nowhere_at_once(client, user):
    client.force_login(user)
    before = client.get("/account/").status_code
    User.objects.filter(pk=user.pk).update(is_active=False)

    answers = [client.get("/account/").status_code, sign_in().headers.get("Location")]

    assert before == 200
    assert answers[0] == 302
    assert answers[1] in {None, "/accounts/inactive/"}


@pytest.mark.parametrize("how", ["deleted", "ended", "organisation deleted", "user deleted"])
def test_a_right_that_is_gone_is_gone_at_the_next_page(client, user, how):
    organisation = Organisation.objects.create(name="Northlake", slug="northlake")
    Unit.objects.create(organisation=organisation, name="Northlake")
    right = Membership.objects.create(user=user, organisation=organisation, kind="owner")
    client.force_login(user)
    before = client.get("/o/northlake/").status_code

    if how == "deleted":
        right.delete()
    elif how == "ended":
        Membership.objects.filter(pk=right.pk).update(ends_at=timezone.now())
    elif how == "organisation deleted":
        organisation.delete()
    else:
        user.delete()

    assert before == 200
    assert client.get("/o/northlake/").status_code == (302 if how == "user deleted" else 404)


@pytest.mark.parametrize(
    "following", ["/o/none/", "//evil.example", "https://evil.example/", "\r\nSet-Cookie: a=b", "x" * 5000]
)
def test_sign_in_goes_on_inside_this_site(user, following):
    answer = sign_in(following=following)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")
    assert "\n" not in answer["Location"]
