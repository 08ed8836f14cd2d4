"""What is different about the questionnaire on a shared tablet: nothing is kept, and the next person follows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.views.shared_device import SHARED_COOKIE

TABLET_COOKIE = "concentric_tablet"
"""Says to the server that this is a tablet on which one person follows the other."""


def on_a_tablet(response: HttpResponse) -> HttpResponse:
    """Let the pages of the questionnaire behave as on a shared tablet."""
    for name, is_for_scripts in ((SHARED_COOKIE, True), (TABLET_COOKIE, False)):
        response.set_cookie(
            name,
            "1",
            path=reverse("answering"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=not is_for_scripts,
            samesite="Strict",
        )
    return response


def on_an_own_device(response: HttpResponse) -> HttpResponse:
    """Let them behave as on somebody's own device again."""
    for name in (SHARED_COOKIE, TABLET_COOKIE):
        response.delete_cookie(name, path=reverse("answering"), samesite="Strict")
    return response


def is_tablet(request: HttpRequest) -> bool:
    return bool(request.COOKIES.get(TABLET_COOKIE))


def with_next_person(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add the way to the next person to a page of the questionnaire, if a shared tablet asked for it.

    Question pages are printed once for everybody, so this is put in afterwards.
    """
    if TABLET_COOKIE in request.COOKIES and response.get("Content-Type", "").startswith("text/html"):
        added = render_to_string("assessments/answering/_next_person.html").encode()
        page = response.content.replace(b"<body>", b'<body data-shared="1">', 1)
        response.content = page.replace(b"</body>", added + b"</body>", 1)
    return response
