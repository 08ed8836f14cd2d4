"""Production mode starts only when it is safe; headers stand on every answer; no log holds a secret."""

from __future__ import annotations

import io
import logging
import os
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils.log import configure_logging

from assessments.redaction import HidingFormatter
from tests.doors.world import TOKEN, make_world
from tests.sites import ROOT

SAFE = {
    "DJANGO_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEF",
    "DJANGO_ALLOWED_HOSTS": "a.example",
}


def manage(folder, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    unset = {"DATABASE_URL", "CELERY_BROKER_URL", "REDIS_URL", "DJANGO_SECRET_KEY", "DJANGO_DEBUG"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "CONCENTRIC_DATA_DIR": str(folder), **changes}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_mode_is_fit_for_deployment(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", CONCENTRIC_MODE="production", **SAFE)

    assert (done.returncode, done.stdout + done.stderr) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"CONCENTRIC_MODE": "production", **SAFE, "DJANGO_SECRET_KEY": ""}, "Set DJANGO_SECRET_KEY"),
        ({"CONCENTRIC_MODE": "production", **SAFE, "DJANGO_SECRET_KEY": "short"}, "Set DJANGO_SECRET_KEY"),
        ({"CONCENTRIC_MODE": "production", **SAFE, "DJANGO_SECRET_KEY": "x" * 60}, "Set DJANGO_SECRET_KEY"),
        ({"CONCENTRIC_MODE": "production", **SAFE, "DJANGO_ALLOWED_HOSTS": ""}, "Set DJANGO_ALLOWED_HOSTS"),
        ({"CONCENTRIC_MODE": "production", **SAFE, "DJANGO_ALLOWED_HOSTS": "*"}, "Set DJANGO_ALLOWED_HOSTS"),
        ({"CONCENTRIC_MODE": "production", **SAFE, "DJANGO_DEBUG": "on"}, "DJANGO_DEBUG must be off"),
        ({"CONCENTRIC_MODE": "staging"}, "CONCENTRIC_MODE must be"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be an address"),
        ({"CONCENTRIC_DATA_DIR": "/proc/nowhere"}, "The data folder /proc/nowhere cannot be made"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "The database cannot be used"),
        ({}, "no such table"),
    ],
)
def test_what_is_wrong_with_an_installation_is_a_sentence(tmp_path, changes, words):
    done = manage(tmp_path, "release", "1", **changes)

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_alone_makes_the_table_in_which_guesses_are_counted(tmp_path):
    manage(tmp_path, "migrate", "--no-input", "--verbosity", "0")

    with sqlite3.connect(tmp_path / "concentric.sqlite3") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    database.close()

    assert "cache" in tables


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/static/one.css", 200),
        ("/static/none.css", 404),
        ("/nothing/", 404),
        ("/portfolio/", 302),
        ("/about", 301),
        ("/theme/", 405),
        ("/healthz", 503),
        ("/fails/", 500),
        ("/a/fails-and-is-an-address-of-a-link/", 500),
        ("/a/opens-nothing-0000000000000000/", 404),
        ("/a/part/x/none/", 404),
    ],
)
def test_every_answer_has_its_headers(settings, monkeypatch, tmp_path, address, status):
    (tmp_path / "one.css").write_text("a{}")
    settings.STATIC_ROOT = tmp_path
    settings.SECURE_HSTS_SECONDS = 60
    if status == 500:
        monkeypatch.setattr("django.core.handlers.base.get_resolver", fails)
        monkeypatch.setattr("django.urls.base.get_urlconf", lambda: None)

    answer: Any = Client(raise_request_exception=False).get(address, secure=True)
    if answer.streaming:
        b"".join(answer.streaming_content)  # reads a file to its end, which closes it

    policy = answer["Content-Security-Policy"]
    assert answer.status_code == status
    assert {name: answer.get(name) for name in HEADERS} == HEADERS
    assert answer["Strict-Transport-Security"].startswith("max-age=60")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    if address.startswith("/a/"):
        assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    else:
        assert answer["Referrer-Policy"] == "same-origin"


def fails(*arguments: object) -> None:
    raise RuntimeError("made to fail")


@pytest.mark.django_db
def test_a_wrong_host_is_refused_with_a_page(settings):
    settings.ALLOWED_HOSTS = ["concentric.example"]
    settings.SECURE_SSL_REDIRECT = True

    answers = [Client().get("/", headers={"host": "evil.example"}, secure=secure) for secure in (False, True)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("Content-Security-Policy" in answer for answer in answers)
    assert all("evil.example" not in answer.text for answer in answers)


def fails_with(token: str) -> str:
    raise KeyError(f"/a/{token}/")


SECRETS = [
    f"GET /a/{TOKEN}/",
    f"/join/{TOKEN}/?x=1",
    f"/kiosk/{TOKEN}/",
    f"{{'concentric_kiosk': '{TOKEN}'}}",
    f"//A//{TOKEN}",
    f"https://a.example/accounts/password/reset/key/1-{TOKEN}/",
    f"/accounts/confirm-email/{TOKEN}:abc:{TOKEN}/",
    f"{{'concentric_link': '{TOKEN}'}}",
    f"Cookie: concentric_link={TOKEN}; theme=dark",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_stands_in_a_log_line_or_its_traceback(text):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(HidingFormatter("{levelname} {message}", style="{"))
    logger = logging.Logger("apart")
    logger.addHandler(handler)

    try:
        try:
            raise KeyError(text)
        except KeyError as cause:
            raise ValueError(f"inner {text}") from cause
    except ValueError:
        logger.exception("Failed: %s", text)

    assert TOKEN not in out.getvalue()
    assert out.getvalue().count("(hidden)") >= 3
    assert "Traceback" in out.getvalue()


@pytest.mark.django_db
def test_a_page_that_fails_logs_its_traceback_without_the_link(settings, monkeypatch, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    make_world()
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    monkeypatch.setattr("assessments.access.answering.token_hash", fails_with)
    configure_logging(django_settings.LOGGING_CONFIG, django_settings.LOGGING)
    try:
        answer = Client(raise_request_exception=False).get(f"/a/{TOKEN}/")
    finally:
        monkeypatch.undo()
        configure_logging(django_settings.LOGGING_CONFIG, django_settings.LOGGING)

    assert answer.status_code == 500
    assert "KeyError" in out.getvalue()
    assert TOKEN not in out.getvalue() + answer.text


def test_every_handler_of_the_settings_hides_secrets():
    logs: Any = django_settings.LOGGING

    assert {handler["formatter"] for handler in logs["handlers"].values()} == {"plain"}
    assert logs["formatters"]["plain"]["()"] == "assessments.redaction.HidingFormatter"
    assert logs["loggers"]["django.server"] == {"handlers": ["console"], "propagate": False}
