"""What reaches a log holds no link."""

import logging
import sys

import pytest

from backstage.logs import Formatter, NotHealth


def record(message: str, *arguments: object, name: str = "django.request", exc_info=None) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, message, arguments, exc_info)


@pytest.mark.parametrize("kind", ["a", "join"])
def test_the_address_of_a_link_is_hidden(kind):
    line = Formatter().format(record("Not Found: %s", f"/{kind}/s3cret-t0ken/"))

    assert line == f"Not Found: /{kind}/…/"


def test_the_address_of_a_link_is_hidden_in_a_traceback():
    try:
        raise ValueError("https://concentric.example/a/s3cret?x=1")
    except ValueError:
        line = Formatter().format(record("Internal Server Error: %s", "/a/s3cret/", exc_info=sys.exc_info()))

    assert "s3cret" not in line
    assert line.endswith("ValueError: https://concentric.example/a/…?x=1")


def test_other_addresses_stay():
    assert Formatter().format(record("Not Found: %s", "/o/acme/results/")) == "Not Found: /o/acme/results/"


def test_only_djangos_line_about_health_is_left_out():
    assert not NotHealth().filter(record("%s: %s", "Service Unavailable", "/healthz"))
    assert NotHealth().filter(record("%s: %s", "Not Found", "/"))
    assert NotHealth().filter(record("The database does not answer.", name="backstage.views"))
