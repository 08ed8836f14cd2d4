"""A respondent's doors: one link, no account.

Pages that show read the link from a cookie. Requests that change something carry the link in their
body or in a header and use no cookie at all, so that a foreign site has nothing to ride on; they are
exempt from Django's CSRF check, which compares cookies and would refuse them.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import answering as access
from assessments.forms.answering import JoinForm, PageForm, answer_words
from assessments.models import ContactLevel, Invitation
from assessments.operations import answering as operations
from assessments.picture import picture_of
from assessments.questionnaire import Page, Questionnaire
from assessments.views.answering_refusals import NoLinkOnThisDevice, json_refusal, respondent_page


@respondent_page
@require_safe
def exchange(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address bar and into a cookie that only these pages receive."""
    access.link_of(token)
    return _with_cookie(redirect("answering"), token)


@respondent_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the start page, or how far this person is."""
    token = access.token_from_cookie(request)
    if not token:
        return _without_cookie(request)
    link = access.link_of(token)
    invitation = link.invitation
    _refuse_unless_open(invitation)
    draft = access.opened_draft(link, token)
    if draft is None:
        return render(request, "assessments/answering/start.html", _start_context(invitation, token))
    questionnaire = access.questionnaire_of(invitation, draft.order)
    context = {
        "campaign": invitation.campaign,
        "token": token,
        "sections": [(section, section.state(draft.answers)) for section in questionnaire.sections],
        "next_page": questionnaire.first_open_page(draft.answers),
    }
    return render(request, "assessments/answering/parts.html", context)


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start the draft and go to its first page."""
    draft = operations.enter(token=access.token_from_body(request), at=timezone.now())
    return _redirect_to(access.questionnaire_of(draft.invitation, draft.order).first_open_page(draft.answers))


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
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, part_key: str, number: int) -> HttpResponse:
    """Show one page of questions; keep what was answered and go where the button says."""
    is_post = request.method == "POST"
    token = access.token_from_body(request) if is_post else access.token_from_cookie(request)
    draft = _draft_of(token)
    questionnaire = access.questionnaire_of(draft.invitation, draft.order)
    page = questionnaire.page(part_key, number)
    if page is None:
        return redirect("answering")
    form = PageForm(page, draft.answers, request.POST if is_post else None)
    goes_to_check = (request.POST if is_post else request.GET).get("then") == "check"
    if is_post and form.is_valid():
        if changes := form.changes():
            operations.save_answers(draft=draft, answers=changes, save_id=secrets.token_hex(8), at=timezone.now())
        return _next_after(questionnaire, page, goes_back="back" in request.POST, goes_to_check=goes_to_check)
    context = {
        "campaign": draft.campaign,
        "token": token,
        "form": form,
        "page": page,
        "section": questionnaire.section(part_key),
        "steps": _steps(questionnaire, page),
        "goes_to_check": goes_to_check,
    }
    return render(request, "assessments/answering/part.html", context, status=400 if form.errors else 200)


# Exempt from CSRF: the secret is in the body or a header (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep one answer for a page's script, which repeats the request with the same id until it hears back."""
    draft = _draft_of(access.token_from_body(request))
    questionnaire = access.questionnaire_of(draft.invitation, draft.order)
    question = questionnaire.question_by_key.get(request.POST.get("question", ""))
    save_id = request.POST.get("id", "")
    if question is None or not (save_id.isalnum() and save_id.isascii() and 8 <= len(save_id) <= 40):
        return json_refusal(_("This answer belongs to no question here. Load the page again."), 400)
    if question.is_scale and f"q-{question.key}" not in request.POST:
        return json_refusal(_("There is no answer in this request, so nothing was saved."), 400)
    form = PageForm(Page("", 1, (question,)), draft.answers, request.POST)
    if not form.is_valid():
        return json_refusal(" ".join(form.failed_rows()[0].errors), 400)
    if changes := form.changes():
        operations.save_answers(draft=draft, answers=changes, save_id=save_id, at=timezone.now())
    return JsonResponse({"saved": True})


@respondent_page
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Show every question with this person's own answer, before anything is sent."""
    token = access.token_from_cookie(request)
    draft = _draft_of(token)
    questionnaire = access.questionnaire_of(draft.invitation, draft.order)
    context = {
        "campaign": draft.campaign,
        "token": token,
        "sections": _answers_by_section(questionnaire, draft),
        "unanswered": sum(key not in draft.answers for key in questionnaire.question_by_key),
        "first_open": questionnaire.first_open_page(draft.answers),
        "has_answers": bool(questionnaire.answers_to_send(draft.answers)),
    }
    return render(request, "assessments/answering/check.html", context)


# Exempt from CSRF: the secret is in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the answers and thank for them, with a picture that exists on this page only."""
    token = access.token_from_body(request)
    draft = _draft_of(token)
    sent_answers = operations.submit_draft(draft=draft, at=timezone.now())
    picture = picture_of(access.framework_of(draft.campaign), draft.invitation.role, sent_answers)
    context = {"campaign": draft.campaign, "token": token, "picture": picture}
    return render(request, "assessments/answering/sent.html", context)


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
    return _without_link(render(request, "assessments/answering/left.html"))


# Exempt from CSRF: the open link's secret is in the address and in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for unit and role, then go on as with any other link."""
    is_post = request.method == "POST"
    campaign = access.campaign_of_open_link(token)
    # Two different links would let units of one organisation into a campaign of another.
    if is_post and not secrets.compare_digest(access.token_from_body(request).encode(), token.encode()):
        raise access.LinkUnknown
    if not campaign.is_open(timezone.now()):
        raise operations.CampaignClosed
    form = JoinForm(campaign, access.framework_of(campaign), request.POST if is_post else None)
    if is_post and form.is_valid():
        personal = operations.join_campaign(
            token=token, unit=form.cleaned_data["unit"], role=form.cleaned_data.get("role", ""), at=timezone.now()
        )
        return _with_cookie(redirect("answering"), personal)
    context = {"campaign": campaign, "token": token, "form": form}
    return render(request, "assessments/answering/join.html", context, status=400 if form.errors else 200)


def _draft_of(token: str) -> access.OpenDraft:
    """Return the opened draft of a link, for somebody who may go on answering."""
    if not token:
        raise NoLinkOnThisDevice
    link = access.link_of(token)
    _refuse_unless_open(link.invitation)
    draft = access.opened_draft(link, token)
    if draft is None:
        raise operations.NothingStarted
    return draft


def _refuse_unless_open(invitation: Invitation) -> None:
    standing = access.standing_of(invitation, timezone.now())
    if standing == "sent":
        raise operations.AlreadySent
    if standing not in {"open", "grace"}:
        raise operations.CampaignClosed


def _start_context(invitation: Invitation, token: str) -> dict[str, Any]:
    campaign = invitation.campaign
    cell = access.cell_of(invitation)
    framework = access.framework_of(campaign)
    role = framework.role_by_key.get(cell.role)
    contact = dict(ContactLevel.choices).get(cell.contact_level)
    return {
        "campaign": campaign,
        "framework": framework,
        "token": token,
        "minutes": access.questionnaire_of(invitation).minutes,
        "cell_unit": cell.unit.name,
        "cell_role": role.title if role else "",
        "cell_contact": contact or "",
    }


def _answers_by_section(questionnaire: Questionnaire, draft: access.OpenDraft) -> list[dict[str, Any]]:
    return [
        {
            "section": section,
            "rows": [
                {"page": page, "question": question, "words": answer_words(question, draft.answers.get(question.key))}
                for page in section.pages
                for question in page.questions
            ],
        }
        for section in questionnaire.sections
    ]


def _steps(questionnaire: Questionnaire, page: Page) -> dict[str, Any]:
    """Return where a page stands among the parts."""
    keys = [section.key for section in questionnaire.sections]
    at = keys.index(page.part_key)
    return {
        "part": at + 1,
        "parts": len(keys),
        "states": ["done" if n < at else "now" if n == at else "to-come" for n in range(len(keys))],
        "pages": len(questionnaire.sections[at].pages),
        "is_first": questionnaire.pages[0] == page,
        "is_last": questionnaire.pages[-1] == page,
    }


def _next_after(
    questionnaire: Questionnaire, page: Page, *, goes_back: bool, goes_to_check: bool
) -> HttpResponseRedirect:
    if goes_to_check:
        return HttpResponseRedirect(reverse("answering_check"))
    before, after = questionnaire.neighbours(page)
    if goes_back:
        return _redirect_to(before) if before else HttpResponseRedirect(reverse("answering"))
    return _redirect_to(after)


def _redirect_to(page: Page | None) -> HttpResponseRedirect:
    """Go to a page of questions, or to the check page where there is none left."""
    if page is None:
        return HttpResponseRedirect(reverse("answering_check"))
    return HttpResponseRedirect(reverse("answering_part", args=[page.part_key, page.number]))


def _with_cookie(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        access.LINK_COOKIE,
        token,
        path=reverse("answering"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _without_link(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(access.LINK_COOKIE, path=reverse("answering"), samesite="Strict")
    return response


def _without_cookie(request: HttpRequest) -> HttpResponse:
    """Ask once more before giving up.

    A browser that comes from another site, such as a web mailer, keeps a strict cookie back even on the
    redirect that follows the link. A page of our own that goes on by itself counts as this site.
    """
    if "again" in request.GET:
        raise NoLinkOnThisDevice
    address = f"{reverse('answering')}?{urlencode({'again': 1})}"
    return render(request, "assessments/answering/opening.html", {"address": address})
