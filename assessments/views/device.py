"""What a respondent's device needs to go on without a network: its worker, an empty frame, the blank questionnaire.

None of it holds an answer or a secret. `docs/decisions/0007-answering-offline.md` says how the device uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from assessments.access import answering as access
from assessments.questionnaire import Section
from assessments.rendering import BlankPage, blank_pages
from assessments.views.answering import draft_of
from assessments.views.answering_refusals import respondent_page
from assessments.views.shared_device import with_shared_choice
from backstage.static_storage import for_browsers

WORKER = settings.BASE_DIR / "static" / "js" / "answering-worker.js"


@dataclass(frozen=True)
class PlacedPage:
    """A blank page with the title that a browser's tab shows."""

    page: BlankPage
    heading: str


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker; from here, because a worker may only answer for addresses below its own."""
    return HttpResponse(_worker_text(), content_type="text/javascript; charset=utf-8")


@respondent_page
@require_safe
def frame(request: HttpRequest) -> HttpResponse:
    """Return the page that stands in for every other one while there is no network."""
    with _language_of(request.GET.get("language", "")):
        return render(request, "assessments/answering/frame.html")


# Exempt from CSRF: the secret is in the body (see views/answering.py).
@csrf_exempt
@respondent_page
@require_POST
def whole(request: HttpRequest) -> HttpResponse:
    """Return every page of the questionnaire blank; with `part` only that part and the next, to spare data."""
    draft = draft_of(access.token_from_body(request))
    with _language_of(request.POST.get("language", "")):
        questionnaire = access.questionnaire_of(draft.invitation, draft.order)
        part = request.POST.get("part", "")
        sections = _part_and_next(questionnaire.sections, part)
        places = {section.key: number for number, section in enumerate(questionnaire.sections, start=1)}
        wanted = {section.key for section in sections}
        pages = [
            PlacedPage(page, _heading(page, places[page.part_key], len(places)))
            for page in blank_pages(questionnaire)
            if page.part_key in wanted
        ]
        context = {
            "campaign": draft.campaign,
            "sections": questionnaire.sections,
            "pages": pages,
            "partial": part if len(wanted) < len(places) else "",
        }
        return render(request, "assessments/answering/whole.html", context)


# Exempt from CSRF: the secret is in the body (see views/answering.py).
@csrf_exempt
@respondent_page
@require_POST
def device(request: HttpRequest) -> HttpResponse:
    """Note in this browser that others use the device."""
    access.link_of(access.token_from_body(request))
    return with_shared_choice(request, redirect("answering"))


def _heading(page: BlankPage, part: int, parts: int) -> str:
    return _("%(title)s, part %(part)s of %(parts)s") % {"title": page.title, "part": part, "parts": parts}


def _part_and_next(sections: tuple[Section, ...], key: str) -> tuple[Section, ...]:
    """Return one part and the one after it; all of them when there is no such part."""
    at = next((number for number, section in enumerate(sections) if section.key == key), None)
    return sections if at is None else sections[at : at + 2]


def _language_of(code: str) -> translation.override:
    """Return a block in this language, or in the visitor's own where the site does not speak it."""
    spoken = {known for known, _name in settings.LANGUAGES}
    return translation.override(code if code in spoken else translation.get_language())


def _worker_text() -> str:
    return WORKER.read_text() if settings.DEBUG else _read_once()


@lru_cache(1)
def _read_once() -> str:
    return for_browsers(WORKER.read_text())
