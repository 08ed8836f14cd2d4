"""The choice "other people use this device": where it is kept, and what follows from it on the server's side."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

SHARED_COOKIE = "concentric_shared"
"""For scripts too: with it they keep no copy, start no worker, and remove the link when all is done."""


def with_shared_choice(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the choice in a cookie of this browser session, if the form that was posted made it."""
    if request.POST.get("shared"):
        response.set_cookie(
            SHARED_COOKIE,
            "1",
            path=reverse("answering"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=False,
            samesite="Strict",
        )
    return response


def without_shared_choice(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(SHARED_COOKIE, path=reverse("answering"), samesite="Strict")
    return response


def is_shared(request: HttpRequest) -> bool:
    return request.COOKIES.get(SHARED_COOKIE) == "1"
