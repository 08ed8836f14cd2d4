"""A respondent's doors: one link, no account.

Pages that show read the link from a cookie. Requests that change something carry the link in their
body or in a header and use no cookie at all, so that a foreign site has nothing to ride on; they are
exempt from Django's CSRF check, which compares cookies and would refuse them.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from assessments.access import answering as access
from assessments.models import Invitation
from assessments.operations import answering as operations
from assessments.operations import codes
from assessments.picture import picture_of
from assessments.questionnaire import Page
from assessments.rendering import (
    Place,
    languages_named,
    rendered_check,
    rendered_parts,
    rendered_start,
    rendered_thanks,
)
from assessments.views.answering_refusals import NoLinkOnThisDevice, respondent_page
from assessments.views.link_cookie import with_arriving_link, with_link, with_link_before, without_link
from assessments.views.receipts import cell_words
from assessments.views.shared_device import is_shared, with_shared_choice, without_shared_choice
from assessments.views.tablet import is_tablet


@respondent_page
@require_safe
def exchange(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address bar and into a cookie that only these pages receive."""
    held = access.token_from_cookie(request)
    if held:
        return _with_another_link(request, token, held)
    if codes.lacks_key(token=token):
        return with_arriving_link(redirect("answering"), token)
    return with_link(redirect("answering"), token)


@respondent_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the start page, or how far this person is."""
    token = access.token_from_cookie(request)
    if not token:
        return _without_cookie(request)
    if (held := request.COOKIES.get(access.LINK_COOKIE, "")) and held != token:
        return _with_another_link(request, token, held)
    link = access.link_of(token)
    invitation = link.invitation
    _refuse_unless_open(invitation)
    draft = access.opened_draft(link, token)
    if draft is None:
        if not invitation.campaign.is_open(timezone.now()):
            raise operations.CampaignClosed  # late answers are for those who began in time
        return HttpResponse(_start_page(request, invitation, token))
    questionnaire = access.questionnaire_of(invitation, draft.order)
    html = rendered_parts(
        invitation.campaign, questionnaire, token=token, answers=draft.answers, is_shared=is_shared(request)
    )
    return HttpResponse(html)


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start the draft and go to its first page."""
    draft = operations.enter(token=access.token_from_body(request), at=timezone.now())
    first = access.questionnaire_of(draft.invitation, draft.order).first_open_page(draft.answers)
    return with_shared_choice(request, redirect_to(first))


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def afresh(request: HttpRequest) -> HttpResponse:
    """Delete what another link started and begin again with this one."""
    operations.start_afresh(token=access.token_from_body(request), at=timezone.now())
    return redirect("answering")


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Go on in another language, on the page where the visitor is."""
    access.link_of(access.token_from_body(request))
    home_address = reverse("answering")
    goes_to = request.POST.get("next", "")
    if not (goes_to.startswith(home_address) and url_has_allowed_host_and_scheme(goes_to, allowed_hosts=None)):
        goes_to = home_address
    return with_language(HttpResponseRedirect(goes_to), request.POST.get("language", ""))


@respondent_page
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Show every question with this person's own answer, before anything is sent."""
    token = access.token_from_cookie(request)
    draft = draft_of(token)
    html = rendered_check(
        access.questionnaire_of(draft.invitation, draft.order),
        organisation=draft.campaign.organisation.name,
        token=token,
        k=draft.campaign.k,
        answers=draft.answers,
        languages=languages_named(access.languages_of(draft.campaign)),
    )
    return HttpResponse(html)


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the answers and thank for them, with a picture that exists on this page only."""
    token = access.token_from_body(request)
    draft = draft_of(token)
    framework = access.framework_of(draft.campaign)
    sent_now = operations.submit_draft(draft=draft, at=timezone.now(), language=framework.language)
    thanks = rendered_thanks(
        draft.campaign,
        token=token,
        picture=picture_of(framework, draft.invitation.role, sent_now.answers),
        withdrawal_code=sent_now.withdrawal_code,
    )
    response = HttpResponse(thanks)
    return without_link(response) if is_shared(request) else response


@respondent_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Thank again, without the picture: nobody can make it a second time."""
    token = access.token_from_cookie(request)
    if not token:
        raise NoLinkOnThisDevice
    link = access.link_of(token)
    if not link.invitation.has_answered:
        return redirect("answering")
    return render(request, "assessments/answering/sent.html", {"campaign": link.invitation.campaign, "token": token})


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Make this browser forget the link."""
    access.link_of(access.token_from_body(request))
    return without_shared_choice(without_link(render(request, "assessments/answering/left.html")))


def draft_of(token: str) -> access.OpenDraft:
    """Return the opened draft of a link, for somebody who may go on answering."""
    if not token:
        raise NoLinkOnThisDevice
    link = access.link_of(token)
    _refuse_unless_open(link.invitation)
    draft = access.opened_draft(link, token)
    if draft is None:
        raise operations.NothingStarted
    return draft


def _with_another_link(request: HttpRequest, token: str, held: str) -> HttpResponse:
    """Let this browser change from the link it held to another, with the key and the copy if both are one person's."""
    codes.carry_key(token=token, held=held)
    response = with_link(redirect("answering"), token)
    if not is_shared(request) and codes.are_of_one_person(token, held):
        with_link_before(response, held)
    return response


def _refuse_unless_open(invitation: Invitation) -> None:
    standing = access.standing_of(invitation, timezone.now())
    if standing == "sent":
        raise operations.AlreadySent
    if standing not in {"open", "grace"}:
        raise operations.CampaignClosed


def _start_page(request: HttpRequest, invitation: Invitation, token: str) -> str:
    return rendered_start(
        invitation.campaign,
        token=token,
        minutes=access.questionnaire_of(invitation).minutes,
        place=Place(**cell_words(invitation)),
        is_reviewed=access.framework_of(invitation.campaign).reviewed,
        is_tablet=is_tablet(request),
    )


def with_language(response: HttpResponse, code: str) -> HttpResponse:
    """Remember the language, if it is one of the site's, as Django's own switch does."""
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


def address_of(page: Page, *, goes_to_check: bool) -> str:
    address = reverse("answering_part", args=[page.part_key, page.number])
    return f"{address}?then=check" if goes_to_check else address


def redirect_to(page: Page | None) -> HttpResponseRedirect:
    """Go to a page of questions, or to the check page where there is none left."""
    if page is None:
        return HttpResponseRedirect(reverse("answering_check"))
    return HttpResponseRedirect(reverse("answering_part", args=[page.part_key, page.number]))


def _without_cookie(request: HttpRequest) -> HttpResponse:
    """Ask once more before giving up.

    A browser that comes from another site, such as a web mailer, keeps a strict cookie back even on the
    redirect that follows the link. A page of our own that goes on by itself counts as this site.
    """
    if "again" in request.GET:
        raise NoLinkOnThisDevice
    address = f"{reverse('answering')}?{urlencode({'again': 1})}"
    return render(request, "assessments/answering/opening.html", {"address": address})
