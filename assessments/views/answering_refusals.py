"""What a respondent reads when something cannot be done, in one place: each refusal with its page and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from assessments import limiter
from assessments.access import answering as access
from assessments.models import Campaign
from assessments.operations import answering as operations
from assessments.views.tablet import with_next_person

LARGEST_BODY = 64 * 1024
"""Bytes of one page of answers: a long comment in any script, many times over."""

View = Callable[..., HttpResponse]


class BodyTooLarge(Exception):
    """More was posted than a page of answers can hold."""


class NoLinkOnThisDevice(Exception):
    """The browser sent no cookie: it blocks them, or the link was removed."""


def respondent_page(view: View) -> View:
    """Keep a page out of caches, referrers and logs, and tell in words what went wrong."""

    @sensitive_post_parameters()
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            length = request.headers.get("Content-Length", "")
            if length.isdecimal() and int(length) > LARGEST_BODY:
                raise BodyTooLarge
            response = view(request, *args, **kwargs)
        except tuple(_ANSWERS_TO) as error:
            response = _ANSWERS_TO[type(error)](request)
        response = with_next_person(request, response)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        # Django logs the address of every refused request, and this address may be a link.
        setattr(response, "_has_been_logged", True)  # noqa: B010  private to Django, absent from its types
        return response

    return guarded


def _asks_for_json(request: HttpRequest) -> bool:
    """Say whether a page's script asked, which reads reasons and sentences instead of pages."""
    return request.path in {reverse("answering_save"), reverse("answering_sync")}


def _refused(
    request: HttpRequest,
    status: int,
    reason: str,
    heading: str,
    message: str,
    *,
    offers_link: bool = False,
    token: str = "",
) -> HttpResponse:
    """Answer a page with a page and a script with a reason and a sentence.

    `token` is for the script on the page: with it, answers that wait on the device can be shown.
    """
    if _asks_for_json(request):
        return json_refusal(reason, message, status)
    context = {"heading": heading, "message": message, "reason": reason, "offers_link": offers_link, "token": token}
    return render(request, "assessments/answering/refused.html", context, status=status)


def json_refusal(reason: str, message: str, status: int) -> JsonResponse:
    """`reason` is one word for a script to decide by; `message` is for people."""
    return JsonResponse({"saved": False, "reason": reason, "message": message}, status=status)


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """Say that this network address has tried too much that opens nothing."""
    message = _("Too much was tried here that opens nothing. Wait ten minutes. A link that is right still opens.")
    return _refused(request, 429, "wait", _("Wait a little"), message)


def _unknown(request: HttpRequest) -> HttpResponse:
    if limiter.too_many_failures(limiter.address_of(request)):
        return too_many_tries(request)
    message = _(
        "This link does not open a questionnaire. It may have been cut off: copy it whole, or ask for a new one."
    )
    return _refused(request, 404, "unknown", _("Nothing to open"), message, offers_link=True)


def _no_link(request: HttpRequest) -> HttpResponse:
    message = _(
        "This device does not know your link. Nothing you saved is lost: open the link in your invitation again. "
        "If you have just done that, allow cookies for this site."
    )
    return _refused(request, 404, "unknown", _("Open your link again"), message)


def _closed(request: HttpRequest) -> HttpResponse:
    """Say when it closed. Only somebody with a link that opens gets here."""
    campaign = _campaign_of(request)
    heading, message = _closed_words(campaign)
    return _refused(request, 403, "closed", heading, message, token=_token_of(request) if campaign else "")


def closed_way(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Say to whoever holds an open way in, and so no link of their own, when it closed."""
    heading, message = _closed_words(campaign, begins_only=True)
    return _refused(request, 403, "closed", heading, message)


def _closed_words(campaign: Campaign | None, *, begins_only: bool = False) -> tuple[str, str]:
    at = timezone.now()
    over = [day for day in (campaign.closes_at, campaign.closed_at) if day and day <= at] if campaign else []
    if campaign is None or not over:
        return _("Not open"), _(
            "This questionnaire is not open, so nothing can be answered or sent now. Ask the person who invited you."
        )
    day = date_format(timezone.localtime(min(over)), "DATE_FORMAT")
    if campaign.takes_answers(at):
        return _("Closed"), _(
            "This questionnaire closed on %(day)s. Who had begun before can still finish; nobody can begin any more."
        ) % {"day": day}
    if begins_only:
        return _("Closed"), _("This questionnaire closed on %(day)s, so nobody can begin any more.") % {"day": day}
    return _("Closed"), _(
        "This questionnaire closed on %(day)s, so nothing can be answered or sent any more. If you had begun, your "
        "answers were not sent, and they are deleted here. What your phone has kept stays there until you delete it."
    ) % {"day": day}


def _campaign_of(request: HttpRequest) -> Campaign | None:
    """Return the campaign of the link that this request carries."""
    try:
        return access.link_of(_token_of(request)).invitation.campaign
    except access.LinkUnknown:
        return None


def _token_of(request: HttpRequest) -> str:
    return access.token_from_body(request) if request.method == "POST" else access.token_from_cookie(request)


def _already_sent(request: HttpRequest) -> HttpResponse:
    if _asks_for_json(request):
        return json_refusal("sent", _("Your answers were sent before, so they can no longer be changed."), 409)
    token = access.token_from_body(request) if request.method == "POST" else access.token_from_cookie(request)
    context = {"campaign": access.link_of(token).invitation.campaign, "token": token}
    return render(request, "assessments/answering/sent.html", context)


def _started_elsewhere(request: HttpRequest) -> HttpResponse:
    if _asks_for_json(request):
        return json_refusal("elsewhere", _("You went on with another link. Load the page again."), 409)
    token = access.token_from_body(request) if request.method == "POST" else access.token_from_cookie(request)
    context = {"campaign": access.link_of(token).invitation.campaign, "token": token}
    return render(request, "assessments/answering/elsewhere.html", context, status=409)


def _nothing_started(request: HttpRequest) -> HttpResponse:
    if _asks_for_json(request):
        return json_refusal("nothing", _("There is no questionnaire in progress. Open your link again."), 409)
    return HttpResponseRedirect(reverse("answering"))


def _nothing_answered(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("answering_check"))


def _too_often(request: HttpRequest) -> HttpResponse:
    message = _("This questionnaire was saved too often, so this change was not kept. What was saved before is safe.")
    return _refused(request, 429, "too_often", _("This change was not saved"), message)


def _too_large(request: HttpRequest) -> HttpResponse:
    message = _("This is more text than a page of answers can hold, so nothing was saved. Go back and shorten it.")
    return _refused(request, 413, "too_large", _("Nothing was saved"), message)


_ANSWERS_TO: dict[type[Exception], Callable[[HttpRequest], HttpResponse]] = {
    operations.LinkUnknown: _unknown,
    NoLinkOnThisDevice: _no_link,
    operations.CampaignClosed: _closed,
    operations.AlreadySent: _already_sent,
    operations.StartedWithAnotherLink: _started_elsewhere,
    operations.NothingStarted: _nothing_started,
    operations.NothingAnswered: _nothing_answered,
    operations.TooManySaves: _too_often,
    BodyTooLarge: _too_large,
}
