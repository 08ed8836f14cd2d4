"""Every address of the product by every kind of visitor by GET and POST. An address that is not listed here fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments.open_links import way_token
from tests.doors.world import TOKEN, World, make_world

Arguments = Callable[[World], dict[str, Any]]

VISITORS = ("nobody", "stranger", "leader", "consultant", "owner", "ended", "elsewhere")
ANYBODY = frozenset(VISITORS)
SIGNED_IN = ANYBODY - {"nobody"}
READERS = frozenset({"leader", "consultant", "owner"})
RUNNERS = frozenset({"consultant", "owner"})
OWNERS = frozenset({"owner"})


@dataclass(frozen=True)
class Door:
    """Who may come in, and how: `reads` by GET, `changes` by POST; nobody else learns that it is there."""

    who: frozenset[str]
    arguments: Arguments = lambda world: {}
    reads: bool = True
    changes: bool = True


def slug(world: World) -> dict[str, Any]:
    return {"slug": world.organisation.slug}


def draft(world: World) -> dict[str, Any]:
    return {"pk": world.draft.pk}


def running(world: World) -> dict[str, Any]:
    return {"pk": world.running.pk}


def report(world: World) -> dict[str, Any]:
    return {"pk": world.report.pk}


def unit(world: World) -> dict[str, Any]:
    return {**slug(world), "pk": world.unit.pk}


def unit_link(world: World) -> dict[str, Any]:
    return {**running(world), "link": world.unit_link.pk}


def kiosk(world: World) -> dict[str, Any]:
    return {**running(world), "kiosk": world.kiosk.pk}


def right(world: World) -> dict[str, Any]:
    return {**slug(world), "pk": world.users["leader"].memberships.get().pk}


DOORS: dict[str, Door] = {
    "home": Door(ANYBODY, changes=False),
    "about": Door(ANYBODY, changes=False),
    "framework": Door(ANYBODY, lambda world: {"slug": "concentric", "version": "1.0"}, changes=False),
    "healthz": Door(ANYBODY, changes=False),
    "answering_worker": Door(ANYBODY, changes=False),
    "answering_frame": Door(ANYBODY, changes=False),
    "answering_ask": Door(ANYBODY),
    "answering_withdraw": Door(ANYBODY),
    "theme": Door(ANYBODY, reads=False),
    "set_language": Door(ANYBODY),
    "account": Door(SIGNED_IN),
    "new_organisation": Door(SIGNED_IN),
    "organisation": Door(READERS, slug, changes=False),
    "organisation_units": Door(RUNNERS, slug),
    "organisation_paste_units": Door(RUNNERS, slug),
    "organisation_unit": Door(RUNNERS, unit),
    "organisation_delete_unit": Door(RUNNERS, unit, reads=False),
    "organisation_people": Door(OWNERS, slug),
    "organisation_end_right": Door(OWNERS, right, reads=False),
    "campaign_new": Door(RUNNERS, slug),
    "campaign": Door(RUNNERS, running, changes=False),
    "campaign_open": Door(RUNNERS, draft),
    "campaign_close": Door(RUNNERS, running),
    "groups": Door(RUNNERS, draft),
    "groups_together": Door(RUNNERS, draft, reads=False),
    "campaign_promises": Door(RUNNERS, running, reads=False),
    "ways": Door(RUNNERS, running, changes=False),
    "ways_open_link": Door(RUNNERS, running, reads=False),
    "unit_links": Door(RUNNERS, running, reads=False),
    "unit_link_remove": Door(RUNNERS, unit_link, reads=False),
    "kiosk_add": Door(RUNNERS, running, reads=False),
    "kiosk_pin": Door(RUNNERS, kiosk, reads=False),
    "kiosk_remove": Door(RUNNERS, kiosk, reads=False),
    "unit_sizes": Door(RUNNERS, running),
    "poster": Door(RUNNERS, lambda world: {**running(world), "way": "all"}, changes=False),
    "people": Door(RUNNERS, draft),
    "people_check": Door(RUNNERS, draft),
    "people_remove": Door(RUNNERS, draft, reads=False),
    "links": Door(RUNNERS, running),
    "results": Door(READERS, slug, changes=False),
    "results_dimension": Door(READERS, lambda world: {**slug(world), "subject": "leadership"}, changes=False),
    "results_working": Door(READERS, lambda world: {**slug(world), "subject": "index"}, changes=False),
    "results_workbook": Door(READERS, slug, changes=False),
    "results_explore": Door(READERS, slug, changes=False),
    "ask_report": Door(READERS, slug),
    "report": Door(READERS, report, changes=False),
    "report_state": Door(READERS, report, changes=False),
    "report_download": Door(READERS, report, changes=False),
    "report_cancel": Door(READERS, report, reads=False),
    "report_retry": Door(READERS, report, reads=False),
    "portfolio": Door(SIGNED_IN, changes=False),
    "portfolio_explore": Door(SIGNED_IN, changes=False),
    "portfolio_file": Door(SIGNED_IN, changes=False),
}

# Here a secret decides, whoever is signed in. These take no cookie for a change, so they need no token against
# foreign sites; test_no_secret_no_change shows that they do nothing without the secret.
BY_SECRET: dict[str, Arguments] = {
    "answering": lambda world: {},
    "answering_start": lambda world: {},
    "answering_afresh": lambda world: {},
    "answering_part": lambda world: {"part_key": "leadership", "number": 1},
    "answering_save": lambda world: {},
    "answering_sync": lambda world: {},
    "answering_language": lambda world: {},
    "answering_check": lambda world: {},
    "answering_send": lambda world: {},
    "answering_sent": lambda world: {},
    "answering_leave": lambda world: {},
    "answering_whole": lambda world: {},
    "answering_device": lambda world: {},
    "answering_code": lambda world: {},
    "answering_resume": lambda world: {},
    "answering_receipt": lambda world: {},
    "answering_link": lambda world: {"token": "opens-nothing-at-all-000000000000"},
    "answering_join": lambda world: {"token": "opens-nothing-at-all-000000000000"},
    "kiosk": lambda world: {"token": "opens-nothing-at-all-000000000000"},
    "kiosk_home": lambda world: {},
    "kiosk_start": lambda world: {},
    "kiosk_leave": lambda world: {},
}

# One page that everybody reads. What is typed there is the secret, so it takes no token either.
BY_CODE = {"code"}

# Pages of the library for accounts: a person's own, or for everybody; no organisation stands behind them.
ACCOUNT_PAGES: dict[str, dict[str, str]] = {
    "account_login": {},
    "account_logout": {},
    "account_inactive": {},
    "account_signup": {},
    "account_reauthenticate": {},
    "account_email": {},
    "account_email_verification_sent": {},
    "account_change_password": {},
    "account_set_password": {},
    "account_reset_password": {},
    "account_confirm_login_code": {},
    "account_confirm_email": {"key": "no-such-key"},
    "account_reset_password_from_key_done": {},
    "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    "account_reset_password_done": {},
}


def names_of(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


def client_of(world: World, visitor: str, *, checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=checks)
    if visitor != "nobody":
        client.force_login(world.users[visitor])
    return client


def read(client: Client, address: str) -> tuple[Any, str]:
    """Return the answer to a GET and its text; a file is read to its end, which closes it."""
    answer: Any = client.get(address)
    is_text = (
        not answer.streaming and answer.charset.lower() == "utf-8" and "text" in answer.get("Content-Type", "text")
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = content.decode("utf-8" if is_text else "latin-1")
    return answer, text


def is_sent_to_sign_in(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next="))


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return make_world()


def test_every_address_is_listed():
    assert sorted(names_of(get_resolver())) == sorted([*DOORS, *BY_SECRET, *BY_CODE, *ACCOUNT_PAGES])


@pytest.mark.parametrize("visitor", VISITORS)
def test_who_may_read_reads_and_nobody_else_learns_that_it_is_there(world, visitor):
    client = client_of(world, visitor)
    wrong = {}

    for name, door in DOORS.items():
        answer, _text = read(client, reverse(name, kwargs=door.arguments(world)))
        if name == "healthz":
            right = answer.status_code in {200, 503}
        elif not door.reads and (visitor in door.who or visitor != "nobody"):
            # A visitor from outside may learn that an address takes no GET, as it is the same for every id.
            right = answer.status_code in {404, 405}
        elif visitor in door.who:
            right = answer.status_code in {200, 302} and not is_sent_to_sign_in(answer)
        elif visitor == "nobody":
            right = is_sent_to_sign_in(answer)
        else:
            right = answer.status_code == 404
        if not right:
            wrong[name] = answer.status_code

    assert wrong == {}


@pytest.mark.parametrize("visitor", VISITORS)
def test_who_may_not_change_changes_nothing(world, visitor):
    client = client_of(world, visitor)
    wrong = {}

    for name, door in DOORS.items():
        if visitor in door.who and door.changes:
            continue
        answer = client.post(reverse(name, kwargs=door.arguments(world)), {"person": "all", "title": "x"})
        if visitor in door.who:
            right = answer.status_code == 405
        elif visitor == "nobody":
            right = is_sent_to_sign_in(answer)
        else:
            right = answer.status_code in ({404} if door.changes else {404, 405})
        if not right:
            wrong[name] = answer.status_code

    assert wrong == {}


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.changes])
def test_who_may_change_is_answered_in_words(world, name):
    door = DOORS[name]
    visitor = "owner" if "owner" in door.who else "stranger"

    answer = client_of(world, visitor).post(
        reverse(name, kwargs=door.arguments(world)), {"next": "/about/", "person": "all"}
    )

    assert answer.status_code in {200, 302, 400, 409, 422}


def test_a_change_without_the_token_is_refused(world):
    client = client_of(world, "owner", checks=True)
    changing = {name: door.arguments(world) for name, door in DOORS.items() if door.changes} | ACCOUNT_PAGES

    answers = {name: client.post(reverse(name, kwargs=kwargs)).status_code for name, kwargs in changing.items()}

    assert {name: status for name, status in answers.items() if status not in {403, 405}} == {}


@pytest.mark.parametrize("visitor", ["nobody", "owner"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_secret_no_change(world, visitor, method):
    client = client_of(world, visitor, checks=True)
    # A cookie alone must change nothing, whoever brings it.
    client.cookies["concentric_link"] = TOKEN if method == "post" else "opens-nothing-at-all"

    answers = {
        name: getattr(client, method)(reverse(name, kwargs=arguments(world))).status_code
        for name, arguments in BY_SECRET.items()
    }

    # 403 is the check against foreign sites, at the addresses that take no change at all.
    assert {name: status for name, status in answers.items() if status not in {403, 404, 405}} == {}
    assert world.running.invitations.filter(has_answered=True).count() == 0


@pytest.mark.parametrize("visitor", VISITORS)
def test_everybody_may_type_a_code_and_a_wrong_one_opens_nothing(world, visitor):
    client = client_of(world, visitor, checks=True)

    answers = [client.get("/c/"), client.post("/c/"), client.post("/c/", {"code": "2345-6789"})]

    assert [answer.status_code for answer in answers] == [200, 400, 404]
    assert "concentric_link" not in client.cookies


@pytest.mark.parametrize("visitor", ["nobody", "stranger"])
def test_pages_of_accounts_answer_everybody(world, visitor):
    wrong = {}

    for name, kwargs in ACCOUNT_PAGES.items():
        for method in ("get", "post"):
            answer = getattr(client_of(world, visitor), method)(reverse(name, kwargs=kwargs))
            if answer.status_code >= 500:
                wrong[name, method] = answer.status_code

    assert wrong == {}


@pytest.mark.parametrize("visitor", ["owner", "consultant"])
def test_no_number_in_an_attribute_is_written_for_readers(world, visitor):
    """Ids are above 1,000 here: "1,000" in an address, a value or a length would reach no row."""
    client = client_of(world, visitor)
    client.cookies["concentric_link"] = TOKEN
    kiosk_token = way_token("kiosk", world.kiosk.pk)
    addresses = [
        reverse(name, kwargs=door.arguments(world))
        for name, door in DOORS.items()
        if door.reads and visitor in door.who
    ]
    addresses += [
        f"/join/{world.open_link}/",
        f"/kiosk/{kiosk_token}/",
        "/c/",
        "/a/",
        f"/c/{world.draft.pk}/",
        f"/c/{world.released.pk}/",
    ]

    found = {
        address: hits
        for address in addresses
        if (hits := re.findall(r'\s[\w-]+="[^"]*?\d,\d{3}[^"]*"', read(client, address)[1]))
    }

    assert found == {}
