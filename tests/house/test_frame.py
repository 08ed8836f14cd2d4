"""The frame around every page: appearance, language, sections, error pages, and accounts."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from config import errors
from organisations import operations
from organisations.models import User
from tests.organisations.test_pages import NOW

ACCOUNT_PAGES = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
OWN_ACCOUNT_PAGES = ["account", "account_email", "account_change_password", "account_logout"]

ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "410.html", "413.html", "500.html"]


def make_user():
    return User.objects.create_user("owner@example.org", "correct horse battery")


@pytest.mark.django_db
@pytest.mark.parametrize(("chosen", "expected"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"')])
def test_chosen_appearance_is_kept_and_printed(client, chosen, expected):
    answer = client.post(reverse("theme"), {"theme": chosen, "next": "/about/"})

    assert answer["Location"] == "/about/"
    assert expected in client.get("/about/").text


@pytest.mark.django_db
def test_appearance_follows_the_system_by_default_and_again(client):
    before = client.get("/about/").text
    client.post(reverse("theme"), {"theme": "dark"})

    client.post(reverse("theme"), {"theme": ""})

    assert "data-theme" not in before
    assert "data-theme" not in client.get("/about/").text


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_choosing_an_appearance_never_leads_elsewhere(client, elsewhere):
    assert client.post(reverse("theme"), {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_appearance_cannot_be_changed_by_a_link(client):
    assert client.get(reverse("theme")).status_code == 405


@pytest.mark.django_db
def test_nav_shows_each_only_the_sections_they_may_see(client):
    user = make_user()
    organisation = operations.found_organisation(founder=user, name="A", sector="bank", country="", at=NOW)
    signed_out = client.get("/about/").text
    client.force_login(user)
    owner = client.get("/about/").text

    operations.grant_right(organisation=organisation, email=user.email, kind="consultant", granted_by=user, at=NOW)
    consultant = client.get("/about/")

    assert ("Sign in" in signed_out, "Organisations" in signed_out) == (True, False)
    assert ("Sign in" in owner, "Organisations" in owner, "Portfolio" in owner) == (False, True, False)
    assert consultant.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_pages_stand_in_the_frame(client, name):
    answer = client.get(reverse(name))

    assert answer.text.count("<h1>") == 1
    assert 'class="bar"' in answer.text
    assert "placeholder" not in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("name", OWN_ACCOUNT_PAGES)
def test_pages_of_ones_own_account_stand_in_the_frame(client, name):
    client.force_login(make_user())

    answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


@pytest.mark.django_db
def test_sign_in_tells_browsers_what_to_fill_in(client):
    page = client.get(reverse("account_login")).text

    assert 'autocomplete="email"' in page
    assert 'autocomplete="current-password"' in page


@pytest.mark.django_db
def test_refused_sign_in_does_not_tell_whether_there_is_an_account(client):
    make_user()

    sentences = [
        client.post(reverse("account_login"), {"login": email, "password": "wrong wrong"}).context["form"].errors
        for email in ("owner@example.org", "nobody@example.org")
    ]

    assert sentences[0] == sentences[1]
    assert sentences[0]["__all__"] == ["The address and the password do not belong together. Check both and try again."]


@pytest.mark.django_db
def test_signup_can_be_closed(client, settings):
    settings.OPEN_SIGNUP = False

    refused = client.post(reverse("account_signup"), {"email": "a@example.org", "password1": "correct horse battery"})

    assert "Accounts are opened by invitation" in refused.text
    assert not User.objects.exists()
    assert reverse("account_signup") not in client.get("/").text


@pytest.mark.django_db
def test_signup_opens_an_account(client):
    client.post(reverse("account_signup"), {"email": "a@example.org", "password1": "correct horse battery"})

    assert list(User.objects.values_list("email", flat=True)) == ["a@example.org"]


@pytest.mark.django_db
def test_nothing_at_an_address_says_so_and_leads_on(client):
    answer = client.get("/nothing-here/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "410.html", "413.html", "500.html"]
)
def test_error_pages_need_nothing_and_say_what_is_safe(name):
    page = render_to_string(name)

    assert page.count("<h1>") == 1
    assert any(word in page for word in ("Nothing", "nothing", "safe", "kept"))
    assert 'href="/"' in page


@pytest.mark.parametrize(("exception", "status"), [(RequestDataTooBig(), 413), (ValueError(), 400)])
@pytest.mark.django_db
def test_unreadable_requests_are_told_apart(exception, status, client):
    request = RequestFactory().post("/")
    request.user = make_user()

    assert errors.bad_request(request, exception).status_code == status


@pytest.mark.django_db
def test_a_form_field_that_is_too_large_is_answered_with_the_page_for_it(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(make_user())

    answer = client.post("/organisations/new/", {"name": "x" * 2000})

    assert answer.status_code == 413
    assert "What you sent is too large" in answer.text
