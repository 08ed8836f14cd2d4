"""Wrong, huge, hostile and repeated input over HTTP: a sentence and nothing half-written."""

from __future__ import annotations

import pytest

from assessments.models import Invitation
from assessments.open_links import open_link_token
from assessments.operations.campaigns import open_campaign
from organisations.models import Organisation, Unit
from organisations.queries import unit_tree
from tests.doors.world import World, make_campaign, make_world

HUGE = "9" * 5000
HOSTILE_TEXTS = {
    "script": "<script>alert(1)</script>",
    "quotes": "\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7|add:'7' }}{% debug %}",
    "rtl": "\u202eبنك الشمال\u2066",
    "emoji": "🏦👩‍👩‍👧‍👦",
    "nul": "A\x00B",
    "long": "x" * 10_000,
    "formula": '=HYPERLINK("http://evil.example","x")',
    "newline": "A\r\nSet-Cookie: a=b",
    "typst": '#read("/etc/passwd") $x$ *b* _i_ @ref <l> \\',
}


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return make_world()


@pytest.fixture
def owner(client, world):
    client.force_login(world.owner)
    return client


@pytest.mark.parametrize("person", ["²", "٣", HUGE, "9" * 19, "-1", "1,000", "", "all ", "\x00"])
def test_a_person_that_no_list_has_cannot_be_removed(owner, world, person):
    answer = owner.post(f"/c/{world.draft.pk}/people/remove/", {"person": person})

    assert (answer.status_code, world.draft.invitations.count()) == (404, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "word", ["people", "home", "no-such-view", "\\\\evil.example", "/\\evil.example", "//evil.example"]
)
def test_the_way_back_from_an_appearance_is_an_address_of_this_site(client, word):
    answer = client.post("/theme/", {"theme": "dark", "next": word})

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("door", ["/language/setlang/", "/accounts/login/", "/accounts/signup/", "/accounts/logout/"])
def test_no_choice_and_no_sign_in_leads_to_another_site(client, world, door, address):
    fields = {"language": "en", "login": "owner@example.org", "email": "new@example.org", "next": address}
    fields |= {"password": "correct horse battery", "password1": "correct horse battery"}

    answer = client.post(door, fields)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]


def test_an_open_link_lets_nobody_into_another_campaign(client, world):
    elsewhere = Organisation.objects.get(slug="elsewhere")
    other = make_campaign(elsewhere, "Theirs", world.running.opened_at, takes_open_link=True)
    open_campaign(campaign=other, at=world.running.opened_at)
    foreign_unit = Unit.objects.get(organisation=elsewhere)

    answer = client.post(
        f"/join/{world.open_link}/",
        {"link": open_link_token(other.pk), "unit": foreign_unit.pk, "role": "front_line"},
    )

    assert answer.status_code == 404
    assert not Invitation.objects.filter(campaign=world.running, unit=foreign_unit).exists()


@pytest.mark.parametrize("unit", [HUGE, "²", "1_0", "1e3", "-1", "' OR 1=1 --"])
def test_a_unit_that_is_none_is_refused_in_words(client, world, unit):
    answer = client.post(f"/join/{world.open_link}/", {"link": world.open_link, "unit": unit, "role": "\x00"})

    assert answer.status_code == 400
    assert "Choose a place from the list." in answer.text
    assert world.running.invitations.count() == 1


ADDRESSES = [
    "/a/%00/",
    "/a/%ff%fe%fd/",
    "/a/" + "x" * 4000 + "/",
    "/join/%00/",
    "/a/part/leadership/" + HUGE[:4000] + "/",
    "/c/" + HUGE[:4000] + "/",
    "/c/" + "9" * 25 + "/",
    "/o/northlake/units/" + "9" * 25 + "/",
    "/o/" + "a" * 5000 + "/",
    "/o/northlake/results/%00/",
    "/o/northlake/results/index/",
    "/o/northlake/results/?wave=%00&campaign=%F0%9F%92%A9&lens=%00&show=%00",
    "/o/northlake/report/?wave=%00",
    "/frameworks/concentric/%00/",
    "/frameworks/concentric/../../etc/passwd/",
    "/reports/00000000-0000-0000-0000-000000000000/",
    "/reports/not-a-uuid/",
    "/portfolio/?framework=%00&lens=%00&sector=%00&country=%00&wave=%00&sort=%00&page=" + HUGE + "&pin=%00&pin=" + HUGE,
    "/portfolio/file/?framework=%00&sort=%00&pin=%C2%B2",
    "/c/{draft}/people/?page=" + HUGE,
    "/c/{draft}/people/?page=%00",
    "/accounts/confirm-email/x%00y/",
    "/accounts/password/reset/key/zzzzzzzzzzzzzzzzzzzzzzzzzzz-key/",
    "/accounts/password/reset/key/1-%00/",
    "/accounts/login/?next=https://evil.example/",
    "/accounts/login/?next=%00",
    "/%00",
    "/%ff",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_breaks_a_page(owner, world, address):
    answer = owner.get(address.replace("{draft}", str(world.draft.pk)), follow=False)

    assert answer.status_code in {200, 302, 404}


FORMS = {
    "/organisations/new/": {"name": "", "sector": "bank", "country": ""},
    "/account/": {"name": ""},
    "/o/northlake/units/": {"name": "", "code": "", "parent": "4322"},
    "/o/northlake/units/paste/": {"units": ""},
    "/o/northlake/people/": {"email": "", "kind": "leader", "last_day": ""},
    "/o/northlake/campaigns/new/": {
        "title": "",
        "questionnaire": "",
        "last_day": "",
        "purpose": "",
        "nominees": "",
        "way_in": "list",
    },
    "/c/{draft}/people/": {"text": "", "creates_units": ""},
    "/c/{draft}/people/check/": {"text": ""},
    "/o/northlake/report/": {"wave": "", "cut": "", "language": ""},
    "/accounts/login/": {"login": "", "password": "", "next": ""},
    "/accounts/signup/": {"email": "", "password1": ""},
    "/accounts/password/reset/": {"email": ""},
    "/accounts/password/change/": {"oldpassword": "", "password1": "", "password2": ""},
    "/accounts/email/": {"email": "", "action_add": ""},
}


@pytest.mark.parametrize("kind", HOSTILE_TEXTS)
def test_no_text_breaks_a_form_and_none_runs(owner, world, kind):
    text = HOSTILE_TEXTS[kind]
    broken = {}

    for address, fields in FORMS.items():
        filled = {name: value or text for name, value in fields.items()}
        answer = owner.post(address.replace("{draft}", str(world.draft.pk)), filled, follow=True)
        runs = any(piece in answer.text for piece in ("<script>alert(1)", "<img src=x"))
        if answer.status_code >= 500 or runs:
            broken[address] = answer.status_code

    assert broken == {}


def paste(owner, text):
    return owner.post("/o/northlake/units/paste/", {"units": text})


def test_a_tree_of_units_has_a_floor(owner, world):
    stairs = "\n".join(" " * depth + f"Unit {depth}" for depth in range(1200))

    answer = paste(owner, stairs)

    assert answer.status_code == 200
    assert "deeper than" in answer.text
    assert world.organisation.units.count() == 2


def test_a_tree_grown_step_by_step_has_the_same_floor(owner, world):
    for step in range(14):
        parent = world.organisation.units.order_by("-pk").first()
        refused = owner.post("/o/northlake/units/", {"name": f"Below {step}", "code": "", "parent": parent.pk})

    answer = owner.get("/o/northlake/units/")

    depths = [node.depth for node in unit_tree(world.organisation).flat()]
    assert answer.status_code == 200
    assert "The tree is too deep there." in refused.text
    assert max(depths) == 10


def test_every_name_of_a_path_has_its_length(owner, world):
    answer = paste(owner, f"{'x' * 121} > Inner")

    assert "longer than 120 characters" in answer.text
    assert world.organisation.units.count() == 2


def test_behind_a_proxy_the_limiter_counts_each_visitor_apart(client, world, settings, monkeypatch):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setattr("assessments.limiter.MOST_FAILURES", 2)

    def tried(address: str, time: int) -> int:
        # What a visitor writes before the proxy's own entry counts for nothing.
        told = f"10.0.0.{time}, {address}"
        return int(client.get("/a/opens-nothing-00000000/", headers={"x-forwarded-for": told}).status_code)

    guesser = [tried("203.0.113.7", time) for time in range(4)]
    other = tried("203.0.113.8", 5)

    assert (guesser, other) == ([404, 404, 429, 429], 404)
