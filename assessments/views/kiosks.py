"""The doors of a shared tablet: its PIN, a clean start for each person, and the way out.

What unlocks the tablet stands in a cookie that only these pages receive and no script or page shows: whoever reads it
could let in as many people as they like from anywhere. Changes carry in their body what is derived from it, so that a
foreign site has nothing to ride on; they are exempt from Django's CSRF check by name.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import queries
from assessments.access import answering as answering_access
from assessments.access import ways as access
from assessments.forms.joining import KioskForm, PinForm
from assessments.models import Kiosk
from assessments.operations import kiosks as operations
from assessments.views.answering_refusals import closed_way, respondent_page
from assessments.views.link_cookie import with_link, without_link
from assessments.views.tablet import on_a_tablet, on_an_own_device


# Exempt from CSRF: the tablet's secret is in the address, and the PIN in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the PIN and unlock this tablet."""
    found = access.kiosk_of(token)
    asked = _ask_pin(request, found, reverse("kiosk", args=[token]))
    return asked or _unlocked(redirect("kiosk_home"), found)


@respondent_page
@require_safe
def kiosk_home(request: HttpRequest) -> HttpResponse:
    """Show the next person a clean start, in the campaign's language unless they have just chosen another."""
    found = _kiosk_of(request)
    if found is None:
        return _locked(request)
    wished = request.GET.get("language", "")
    form = KioskForm(_roles_to_ask(found))
    return _clean(_home(request, found, form, wished), queries.language_for(found.campaign, wished))


# Exempt from CSRF: the body shows that it comes from this tablet (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def kiosk_start(request: HttpRequest) -> HttpResponse:
    """Let the next person in, with an invitation of their own and nothing of the one before."""
    found = _kiosk_of(request)
    if found is None:
        return _locked(request)
    wished = request.POST.get("language", "")
    language = queries.language_for(found.campaign, wished)
    with translation.override(language):
        form = KioskForm(_roles_to_ask(found), request.POST)
        if not form.is_valid():
            return _home(request, found, form, wished, status=400)
    personal = operations.admit(kiosk=found, role=form.cleaned_data.get("role", ""), at=timezone.now())
    return on_a_tablet(with_link(_in_language(redirect("answering"), language), personal))


# Exempt from CSRF: the body shows that it comes from this tablet (see the top of this file).
@csrf_exempt
@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_leave(request: HttpRequest) -> HttpResponse:
    """Ask for the PIN once more, and make this tablet an ordinary one again."""
    found = _kiosk_of(request)
    if found is None:
        return _locked(request)
    asked = _ask_pin(request, found, reverse("kiosk_leave"), form_key=_form_key(request))
    if asked:
        return asked
    message = _("This tablet is an ordinary one again. To use it for answers, open its address and type the PIN.")
    response = _said(request, 200, _("The tablet was taken out of use"), message)
    response.delete_cookie(access.KIOSK_COOKIE, path=reverse("kiosk_home"), samesite="Strict")
    return on_an_own_device(without_link(response))


def _ask_pin(request: HttpRequest, kiosk: Kiosk, action: str, form_key: str = "") -> HttpResponse | None:
    """Return the page that asks for the PIN, or None once the right one was typed. With `form_key` it is to leave."""
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            operations.check_pin(kiosk=kiosk, pin=form.cleaned_data["pin"])
        except operations.TooManyPins:
            return _too_many_pins(request)
        except operations.PinWrong:
            form.add_error("pin", _("This is not the PIN. It was shown once when the tablet was set up."))
        else:
            return None
    context = {"campaign": kiosk.campaign, "kiosk": kiosk, "form": form, "key": form_key, "action": action}
    return render(request, "assessments/answering/kiosk_pin.html", context, status=400 if form.errors else 200)


def _home(request: HttpRequest, kiosk: Kiosk, form: KioskForm, wished: str, status: int = 200) -> HttpResponse:
    language = queries.language_for(kiosk.campaign, wished)
    if not kiosk.campaign.is_open(timezone.now()):
        return closed_way(request, kiosk.campaign)
    with translation.override(language):
        context: dict[str, Any] = {
            "campaign": kiosk.campaign,
            "kiosk": kiosk,
            "form": form,
            "key": _form_key(request),
            "language": language,
            "languages": queries.languages_of(kiosk.campaign),
            "is_touched": bool(wished) or bool(form.errors),
            "role": queries.role_titles(kiosk.campaign).get(kiosk.role, ""),
        }
        return render(request, "assessments/answering/kiosk.html", context, status=status)


def _kiosk_of(request: HttpRequest) -> Kiosk | None:
    """Return the tablet that asks, or None when it is locked or the form is not one of its own pages'."""
    key = request.COOKIES.get(access.KIOSK_COOKIE, "")
    try:
        if request.method == "POST":
            return access.kiosk_asking(key, request.POST.get(access.KIOSK_FIELD, ""))
        return access.unlocked_kiosk(key)
    except access.KioskLocked:
        return None


def _form_key(request: HttpRequest) -> str:
    return access.form_key_of(request.COOKIES.get(access.KIOSK_COOKIE, ""))


def _roles_to_ask(kiosk: Kiosk) -> tuple[Any, ...]:
    return () if kiosk.role else answering_access.framework_of(kiosk.campaign).roles


def _unlocked(response: HttpResponse, kiosk: Kiosk) -> HttpResponse:
    response.set_cookie(
        access.KIOSK_COOKIE,
        access.key_for(kiosk),
        max_age=access.UNLOCKED_FOR,
        path=reverse("kiosk_home"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _clean(response: HttpResponse, language: str) -> HttpResponse:
    """Take away what the person before left on this tablet: their link and their language."""
    return _in_language(without_link(response), language)


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def _said(request: HttpRequest, status: int, heading: str, message: str) -> HttpResponse:
    """Answer with a page of one sentence."""
    context = {"heading": heading, "message": message}
    return render(request, "assessments/answering/refused.html", context, status=status)


def _locked(request: HttpRequest) -> HttpResponse:
    message = _(
        "This tablet is locked. Whoever looks after it opens its address again and types the PIN. "
        "Answers that were sent are safe."
    )
    return _said(request, 403, _("Ask for the PIN"), message)


def _too_many_pins(request: HttpRequest) -> HttpResponse:
    message = _(
        "Too many wrong PINs were typed here. Wait ten minutes. The owner of the questionnaire can make a new PIN."
    )
    return _said(request, 429, _("Wait a little"), message)
