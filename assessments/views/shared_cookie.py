"""The cookie of a shared tablet: it tells the pages of the questionnaire that other people use this device too."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

SHARED_COOKIE = "concentric_shared"
"""`respondent.html` reads it: nothing may be kept on the device, and a next person follows."""
AT_A_KIOSK = "kiosk"


def at_a_kiosk(response: HttpResponse) -> HttpResponse:
    """Let the pages of the questionnaire behave as on a shared tablet."""
    response.set_cookie(
        SHARED_COOKIE,
        AT_A_KIOSK,
        path=reverse("answering"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def no_longer_shared(response: HttpResponse) -> HttpResponse:
    """Let them behave as on somebody's own device again."""
    response.delete_cookie(SHARED_COOKIE, path=reverse("answering"), samesite="Strict")
    return response
