"""Choosing a language: at once from the browser's wish, by a menu on every page, and without losing the place."""

import datetime
import re

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

pytestmark = pytest.mark.django_db


def language_of(page: str) -> str:
    found = re.search(r'<html lang="([^"]+)" dir="(ltr|rtl)"', page)
    assert found is not None
    return " ".join(found.groups())


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("fr-CI,fr;q=0.9,en;q=0.5", "fr ltr"),
        ("ar", "ar rtl"),
        ("es-MX", "es ltr"),
        ("sw,fr;q=0.5", "fr ltr"),
        ("sw", "en ltr"),
        ("", "en ltr"),
    ],
)
@pytest.mark.parametrize("page", ["/", "/about/", "/accounts/login/", "/no-such-page/"])
def test_a_browser_sees_its_own_language_at_once(client, page, wish, expected):
    assert language_of(client.get(page, HTTP_ACCEPT_LANGUAGE=wish).text) == expected


def test_caches_keep_languages_apart(client):
    vary = client.get("/about/")["Vary"]
    assert "Accept-Language" in vary
    assert "Cookie" in vary


def test_the_chosen_language_wins_over_the_browser_s_and_keeps_the_place(client):
    answer = client.post("/language/setlang/", {"language": "fr", "next": "/about/?a=1"}, HTTP_ACCEPT_LANGUAGE="es")
    assert answer["Location"] == "/about/?a=1"
    assert language_of(client.get("/about/", HTTP_ACCEPT_LANGUAGE="es").text) == "fr ltr"
    assert client.cookies["django_language"]["samesite"] == "Lax"


def test_choosing_a_language_never_leads_elsewhere(client):
    answer = client.post("/language/setlang/", {"language": "fr", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_a_language_nobody_has_changes_nothing(client):
    client.post("/language/setlang/", {"language": "xx", "next": "/"})
    assert language_of(client.get("/about/").text) == "en ltr"


def test_every_page_offers_each_language_by_its_own_name(client):
    page = client.get("/about/", HTTP_ACCEPT_LANGUAGE="fr").text
    offered = re.findall(r'name="language" value="(\w+)" lang="\w+" aria-pressed="(\w+)">([^<]+)</button>', page)
    assert offered == [
        ("en", "false", "English"),
        ("ar", "false", "العربيّة"),
        ("es", "false", "Español"),
        ("fr", "true", "Français"),
    ]
    assert '<input type="hidden" name="next" value="/about/">' in page


NOT_READ = "unreviewed"


def test_readers_are_told_while_no_native_speaker_has_read_a_translation(client, settings):
    settings.LANGUAGES_UNREVIEWED = ["fr"]
    assert NOT_READ in client.get("/about/", HTTP_ACCEPT_LANGUAGE="fr").text
    assert NOT_READ not in client.get("/about/", HTTP_ACCEPT_LANGUAGE="es").text
    assert NOT_READ not in client.get("/about/").text


class Unread:
    reviewed = False


def test_a_framework_nobody_has_read_is_said_too(settings):
    settings.LANGUAGES_UNREVIEWED = []
    with translation.override("fr"):
        assert NOT_READ in render_to_string("components/unreviewed.html", {"framework": Unread()})
        assert NOT_READ not in render_to_string("components/unreviewed.html", {"framework": None})


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [("en", "3 May 2026", "1,234.5"), ("fr", "3 mai 2026", "1\xa0234,5"), ("es", "3 de mayo de 2026", "1\xa0234,5")],
)
def test_dates_and_numbers_look_as_the_language_writes_them(language, day, number):
    with translation.override(language):
        written = Template("{{ day|date }}|{{ number }}").render(
            Context({"day": datetime.date(2026, 5, 3), "number": 1234.5})
        )
    assert written == f"{day}|{number}"
