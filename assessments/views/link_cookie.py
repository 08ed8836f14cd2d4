"""The cookie of the respondent's pages: it holds the link's secret, for these pages only.

A browser keeps a strict cookie back when another site, such as a web mailer, leads to a link. To overwrite it then
would lose the key that this device holds for the draft. So a link that needs a key and comes without a cookie is
kept beside it, as "arriving", until the next page of our own has seen both.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from assessments.access.answering import ARRIVING_COOKIE, BEFORE_COOKIE, LINK_COOKIE

BEFORE_SECONDS = 60


def with_link(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser keep a link until it is closed, or until its person removes it."""
    _set(response, LINK_COOKIE, token)
    _delete(response, ARRIVING_COOKIE)
    # Whoever opens a link within that minute takes over no copy of the person before.
    _delete(response, BEFORE_COOKIE)
    return response


def with_arriving_link(response: HttpResponse, token: str) -> HttpResponse:
    """Let this browser use a link without forgetting the one that it may hold already."""
    _set(response, ARRIVING_COOKIE, token)
    return response


def with_link_before(response: HttpResponse, held: str) -> HttpResponse:
    """Tell the next page's script the same person's older link, so that what was kept under it is not lost.

    It holds no more than that page does: a script there reads the newer link in any case.
    """
    _set(response, BEFORE_COOKIE, held, httponly=False, max_age=BEFORE_SECONDS)
    return response


def without_link(response: HttpResponse) -> HttpResponse:
    """Make this browser forget its link."""
    _delete(response, LINK_COOKIE)
    _delete(response, ARRIVING_COOKIE)
    _delete(response, BEFORE_COOKIE)
    return response


def _set(response: HttpResponse, name: str, token: str, *, httponly: bool = True, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        token,
        path=reverse("answering"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=httponly,
        max_age=max_age,
        samesite="Strict",
    )


def _delete(response: HttpResponse, name: str) -> None:
    response.delete_cookie(name, path=reverse("answering"), samesite="Strict")
