"""Coming back: a code for another device, and asking for a new link."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from assessments import limiter
from assessments.access import answering as access
from assessments.operations import answering, asking
from assessments.operations import codes as operations
from assessments.views.answering_refusals import NoLinkOnThisDevice, respondent_page, too_many_tries
from assessments.views.link_cookie import with_link

EVEN_SECONDS = 0.4
"""How long asking for a link takes, whoever is asked for: more than the work of a known address."""

LONGEST_NAME = 254


# Exempt from CSRF: the secret is in the body (see the top of `assessments.views.answering`).
@csrf_exempt
@respondent_page
@require_POST
def resume_code(request: HttpRequest) -> HttpResponse:
    """Make a code for another device and show it once. One that was made before stops working."""
    at = timezone.now()
    token = access.token_from_body(request)
    if not token:
        raise NoLinkOnThisDevice
    link = access.link_of(token)
    if access.standing_of(link.invitation, at) == "sent":
        raise answering.AlreadySent
    if not link.invitation.campaign.takes_answers(at):
        raise answering.CampaignClosed
    draft = access.opened_draft(link, token)
    if draft is None:
        raise answering.NothingStarted
    context = {
        "campaign": link.invitation.campaign,
        "token": token,
        "code": operations.make_resume_code(draft=draft, at=at),
        "address": f"{settings.SITE_URL.split('//', 1)[-1]}/c/",
    }
    return render(request, "assessments/answering/code.html", context)


# Exempt from CSRF: the secret, a code, is in the body.
@csrf_exempt
@respondent_page
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Go on where somebody stopped on another device."""
    try:
        token = operations.resume_with_code(code=request.POST.get("code", ""), at=timezone.now())
    except operations.CodeUnknown:
        if limiter.too_many_failures(limiter.address_of(request)):
            return too_many_tries(request)
        context = {
            "token": access.token_from_body(request),
            "code_error": _("This code opens nothing. Look at each letter again, or make a new code."),
        }
        return render(request, "assessments/answering/elsewhere.html", context, status=404)
    return with_link(redirect("answering"), token)


@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address or a number from somebody without a link. The answer is the same whoever it belongs to."""
    if request.method != "POST":
        return render(request, "assessments/answering/ask.html")
    started = time.monotonic()
    if limiter.too_many_requests(limiter.address_of(request)):
        return too_many_tries(request)
    asking.ask_for_link(who=request.POST.get("who", "")[:LONGEST_NAME], at=timezone.now())
    time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - started)))
    return render(request, "assessments/answering/asked.html")
