"""Taking back what was sent: one page, one code, until the close."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import limiter
from assessments.access import answering as access
from assessments.operations import withdrawing as operations
from assessments.views.answering_refusals import respondent_page, too_many_tries
from assessments.views.link_cookie import with_link

PAGE = "assessments/answering/withdraw.html"


@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Delete sent answers, or bring them back to change where the link is at hand too."""
    if request.method == "POST":
        return _act(request)
    return render(request, PAGE, _context(access.token_from_cookie(request)))


def _context(token: str) -> dict[str, Any]:
    """Return what the page says about the link at hand; nothing where there is none, or one that opens nothing."""
    if not token:
        return {"token": ""}
    try:
        campaign = access.link_of(token).invitation.campaign
    except access.LinkUnknown:
        return {"token": ""}
    return {"token": token, "campaign": campaign, "is_over": not campaign.is_open(timezone.now())}


def _act(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    code, token = request.POST.get("code", ""), access.token_from_body(request)
    try:
        if "change" in request.POST and token:
            operations.take_back(code=code, token=token, at=at)
            return with_link(redirect("answering"), token)
        operations.delete_response(code=code, at=at)
    except operations.CodeUnknown:
        if limiter.too_many_failures(limiter.address_of(request)):
            return too_many_tries(request)
        error = _("This code finds no answers. Look at each letter again.")
        return render(request, PAGE, {**_context(token), "code_error": error}, status=422)
    except operations.WithdrawalOver as over:
        return render(request, PAGE, {"campaign": over.campaign, "token": token, "is_over": True}, status=409)
    return render(request, "assessments/answering/withdrawn.html", {"token": token})
