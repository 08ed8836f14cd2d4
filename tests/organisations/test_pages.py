"""The pages of organisations: who gets in, what they change, and what strangers see."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations import operations
from organisations.models import Membership, Organisation, Unit, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make_organisation(name="Northlake"):
    owner = User.objects.filter(email="owner@example.org").first() or User.objects.create_user("owner@example.org")
    return operations.found_organisation(founder=owner, name=name, sector="bank", country="Ghana", at=NOW)


def sign_in(client, email):
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    client.force_login(user)
    return user


def add_right(organisation, email, kind):
    owner = User.objects.get(email="owner@example.org")
    return operations.grant_right(organisation=organisation, email=email, kind=kind, granted_by=owner, at=NOW)


def pages_of(organisation):
    root = organisation.units.get(parent=None)
    right = organisation.memberships.first()
    return {
        "units": reverse("organisation_units", args=[organisation.slug]),
        "paste": reverse("organisation_paste_units", args=[organisation.slug]),
        "unit": reverse("organisation_unit", args=[organisation.slug, root.pk]),
        "delete": reverse("organisation_delete_unit", args=[organisation.slug, root.pk]),
        "people": reverse("organisation_people", args=[organisation.slug]),
        "end": reverse("organisation_end_right", args=[organisation.slug, right.pk]),
    }


def test_home_shows_strangers_what_it_is(client):
    answer = client.get("/")

    assert answer.status_code == 200
    assert "organisations/landing.html" in [template.name for template in answer.templates]


def test_home_of_somebody_new_says_what_comes_next(client):
    sign_in(client, "new@example.org")

    answer = client.get("/")

    assert reverse("new_organisation") in answer.text
    assert "No organisation yet" in answer.text


@pytest.mark.parametrize("count", [1, 3])
def test_home_lists_organisations_in_a_fixed_number_of_queries(client, django_assert_num_queries, count):
    for number in range(count):
        make_organisation(f"Bank {number}")
    sign_in(client, "owner@example.org")

    # Session, account, memberships with their organisations, and whether the portfolio is shown.
    with django_assert_num_queries(4):
        answer = client.get("/")

    assert re.findall(r'href="(/o/bank-\d/)"', answer.text) == [f"/o/bank-{n}/" for n in range(count)]


def test_new_organisation_makes_its_founder_the_owner_and_leads_to_the_units(client):
    user = sign_in(client, "new@example.org")

    answer = client.post("/organisations/new/", {"name": "Lumen Pay", "sector": "mobile_money", "country": ""})

    assert answer["Location"] == "/o/lumen-pay/units/"
    assert list(Membership.objects.values_list("user", "kind")) == [(user.pk, "owner")]


def test_new_organisation_without_a_name_says_so_above_the_heading(client):
    sign_in(client, "new@example.org")

    answer = client.post("/organisations/new/", {"name": "", "sector": "bank"})

    assert "<title>Error: Add an organisation" in answer.text
    assert answer.text.index("error-summary") < answer.text.index("<h1>")
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("page", ["units", "paste", "unit", "delete", "people", "end"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_no_page_of_an_organisation(client, page, method):
    address = pages_of(make_organisation())[page]
    sign_in(client, "stranger@example.org")

    answer = getattr(client, method)(address)

    assert answer.status_code == (405 if method == "get" and page in {"delete", "end"} else 404)


@pytest.mark.parametrize("page", ["units", "paste", "unit", "delete", "people", "end"])
def test_signed_out_visitors_are_asked_to_sign_in(client, page):
    address = pages_of(make_organisation())[page]

    answer = client.post(address)

    assert answer["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize(
    ("kind", "page", "status"),
    [
        ("owner", "units", 200),
        ("consultant", "units", 200),
        ("leader", "units", 404),
        ("owner", "people", 200),
        ("consultant", "people", 404),
        ("leader", "people", 404),
    ],
)
def test_only_those_who_set_up_reach_units_and_only_owners_people(client, kind, page, status):
    organisation = make_organisation()
    add_right(organisation, "person@example.org", kind)
    sign_in(client, "person@example.org")

    assert client.get(pages_of(organisation)[page]).status_code == status


def test_units_and_rights_of_another_organisation_are_not_found(client):
    mine, other = make_organisation("Mine"), make_organisation("Other")
    foreign_unit, foreign_right = other.units.get(), other.memberships.get()
    sign_in(client, "owner@example.org")

    statuses = [
        client.get(reverse("organisation_unit", args=[mine.slug, foreign_unit.pk])).status_code,
        client.post(reverse("organisation_delete_unit", args=[mine.slug, foreign_unit.pk])).status_code,
        client.post(reverse("organisation_end_right", args=[mine.slug, foreign_right.pk])).status_code,
    ]

    assert statuses == [404, 404, 404]


def test_changes_need_a_token():
    organisation = make_organisation()
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, "owner@example.org")

    answers = [strict.post(address) for address in pages_of(organisation).values()]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert "This page was open too long" in answers[0].text


def test_adding_a_unit_puts_it_beneath_the_chosen_one(client):
    organisation = make_organisation()
    root = organisation.units.get()
    sign_in(client, "owner@example.org")

    client.post(pages_of(organisation)["units"], {"name": "North", "code": "N1", "parent": root.pk})

    assert list(Unit.objects.filter(parent=root).values_list("name", "code")) == [("North", "N1")]


def test_adding_a_unit_beneath_a_foreign_one_is_refused(client):
    mine, other = make_organisation("Mine"), make_organisation("Other")
    sign_in(client, "owner@example.org")

    answer = client.post(pages_of(mine)["units"], {"name": "North", "parent": other.units.get().pk})

    assert answer.status_code == 200
    assert not Unit.objects.filter(name="North").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_units_are_shown_in_a_fixed_number_of_queries(client, django_assert_num_queries, count):
    organisation = make_organisation()
    root = organisation.units.get()
    for number in range(count):
        operations.add_unit(parent=root, name=f"Branch {number}")
    sign_in(client, "owner@example.org")
    address = pages_of(organisation)["units"]

    # Session, account, organisation, units, and whether the portfolio is shown.
    with django_assert_num_queries(5):
        answer = client.get(address)

    assert re.findall(r"<span>(Branch \d)</span>", answer.text) == [f"Branch {n}" for n in range(count)]


def test_pasting_a_list_that_cannot_be_used_names_the_line_and_adds_nothing(client):
    organisation = make_organisation()
    sign_in(client, "owner@example.org")

    answer = client.post(pages_of(organisation)["paste"], {"units": "North\n> Tamale"})

    assert "Nothing was added. Line 2: a name is missing" in answer.text
    assert Unit.objects.count() == 1


def test_deleting_a_unit_with_units_beneath_says_why_it_stays(client):
    organisation = make_organisation()
    north = operations.add_unit(parent=organisation.units.get(), name="North")
    operations.add_unit(parent=north, name="Tamale")
    sign_in(client, "owner@example.org")

    answer = client.post(reverse("organisation_delete_unit", args=[organisation.slug, north.pk]), follow=True)

    assert "North was not deleted: it has units beneath it." in answer.text


def test_adding_a_person_says_the_same_whether_or_not_they_had_an_account(client):
    organisation = make_organisation()
    User.objects.create_user("known@example.org", PASSWORD)
    sign_in(client, "owner@example.org")
    address = pages_of(organisation)["people"]

    sentences = [
        re.findall(r'role="status">\s*<p[^>]*>([^<]*)<', client.post(address, data, follow=True).text)[0]
        for data in ({"email": "known@example.org", "kind": "leader"}, {"email": "fresh@example.org", "kind": "leader"})
    ]

    assert sentences[0].replace("known", "fresh") == sentences[1]


def test_somebody_added_chooses_a_password_through_the_mail_and_gets_in(client):
    organisation = make_organisation()
    add_right(organisation, "leader@example.org", "owner")

    client.post("/accounts/password/reset/", {"email": "leader@example.org"})
    link = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))[0]
    form_page = client.get(link, follow=True)
    client.post(form_page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": "leader@example.org", "password": PASSWORD})

    assert client.get(pages_of(organisation)["units"]).status_code == 200


def test_ending_a_right_refuses_the_next_page(client):
    organisation = make_organisation()
    right = add_right(organisation, "two@example.org", "owner")
    sign_in(client, "owner@example.org")

    client.post(reverse("organisation_end_right", args=[organisation.slug, right.pk]))
    sign_in(client, "two@example.org")

    assert client.get(pages_of(organisation)["people"]).status_code == 404


def test_a_consultants_last_day_is_kept_to_its_end(client):
    organisation = make_organisation()
    sign_in(client, "owner@example.org")
    day = timezone.localdate()

    client.post(
        pages_of(organisation)["people"],
        {"email": "c@example.org", "kind": "consultant", "last_day": day.isoformat()},
    )

    ends_at = Membership.objects.get(kind="consultant").ends_at
    assert timezone.localtime(ends_at).strftime("%Y-%m-%d %H:%M") == f"{day:%Y-%m-%d} 23:59"


def test_account_keeps_the_name(client):
    sign_in(client, "owner@example.org")

    client.post("/account/", {"name": "Ama Mensah"})

    assert User.objects.get().name == "Ama Mensah"
