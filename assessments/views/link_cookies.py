"""The cookies of respondents: which link this browser opened, and whether it is a shared tablet."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from assessments.access.answering import LINK_COOKIE

SHARED_COOKIE = "concentric_shared"
"""Tells the pages of the questionnaire that other people use this device too. `respondent.html` reads it."""
AT_A_KIOSK = "kiosk"


def with_link(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser hold a link, and send it to the pages of the questionnaire alone."""
    _set(response, LINK_COOKIE, token)
    return response


def without_link(response: HttpResponse) -> HttpResponse:
    """Make this browser forget the link."""
    response.delete_cookie(LINK_COOKIE, path=reverse("answering"), samesite="Strict")
    return response


def at_a_kiosk(response: HttpResponse) -> HttpResponse:
    """Let the pages of the questionnaire behave as on a shared tablet: nothing is kept, and the next person follows."""
    _set(response, SHARED_COOKIE, AT_A_KIOSK)
    return response


def no_longer_shared(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(SHARED_COOKIE, path=reverse("answering"), samesite="Strict")
    return response


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        path=reverse("answering"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
