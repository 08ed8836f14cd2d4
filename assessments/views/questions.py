"""The pages of questions and what their script asks: show, save, compare with another device."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import answering as access
from assessments.forms.answering import Given, changes_of, field_name, fields_of, given_for, given_on
from assessments.operations import answering as operations
from assessments.questionnaire import Page, Question, Questionnaire
from assessments.rendering import Replaced, languages_named, rendered_page, words_shown
from assessments.views.answering import address_of, draft_of, redirect_to, with_language
from assessments.views.answering_refusals import json_refusal, respondent_page

MOST_KNOWN = 1000
"""Questions in one request of `sync`."""


# Exempt from CSRF: the secret is in the body (see `assessments.views.answering`).
@csrf_exempt
@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, part_key: str, number: int) -> HttpResponse:
    """Show one page of questions; keep what was answered and go where the button says."""
    is_post = request.method == "POST"
    token = access.token_from_body(request) if is_post else access.token_from_cookie(request)
    draft = draft_of(token)
    questionnaire = access.questionnaire_of(draft.invitation, draft.order)
    page = questionnaire.page(part_key, number)
    if page is None:
        return redirect("answering")
    if not is_post:
        return _page_shown(draft, token, questionnaire, page, goes_to_check=request.GET.get("then") == "check")
    return _posted(draft, token, questionnaire, page, _with_restored(request.POST))


# Exempt from CSRF: the secret is in the body or a header (see `assessments.views.answering`).
@csrf_exempt
@respondent_page
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep one answer for a page's script, which repeats the request with the same id until it hears back."""
    draft = draft_of(access.token_from_body(request))
    questionnaire = access.questionnaire_of(draft.invitation, draft.order)
    posted = request.POST
    question = questionnaire.field_by_key.get(posted.get("question", ""))
    save_id = posted.get("id", "")
    if question is None or not (save_id.isalnum() and save_id.isascii() and 8 <= len(save_id) <= 40):
        return json_refusal("invalid", _("This answer belongs to no question here. Load the page again."), 400)
    if question.is_scale and field_name(question) not in posted:
        return json_refusal("invalid", _("There is no answer in this request, so nothing was saved."), 400)
    given = given_for(question, posted)
    if given.errors:
        return json_refusal("invalid", " ".join(given.errors), 400)
    overwritten = {}
    if not given.is_kept:
        took = posted.get("took", "")
        overwritten = operations.save_answers(
            draft=draft,
            answers={question.key: given.answer},
            save_id=save_id,
            at=timezone.now(),
            bases={question.key: posted["base"]} if posted.get("base") else None,
            took=int(took) if took.isascii() and took.isdecimal() and len(took) < 6 else None,
        )
    answer: dict[str, Any] = {"saved": True, "version": save_id}
    if question.key in overwritten:
        other = _replaced(question, overwritten[question.key])
        answer["conflict"] = {"version": other.version, "fields": other.fields, "words": other.words}
    return JsonResponse(answer)


# Exempt from CSRF: the secret is in the body or a header (see `assessments.views.answering`).
@csrf_exempt
@respondent_page
@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Tell a page's script which answers another device has stored or cleared since it looked last."""
    draft = draft_of(access.token_from_body(request))
    known = _json_object(request.POST.get("known", ""))
    if known is None or len(known) > MOST_KNOWN:
        return json_refusal("invalid", _("This answer belongs to no question here. Load the page again."), 400)
    questionnaire = access.questionnaire_of(draft.invitation, draft.order)
    changed = {}
    for key, version in known.items():
        question = questionnaire.field_by_key.get(key)
        stored = draft.answers.version(key)
        if question is not None and stored != version:
            answer = draft.answers.get(key)
            words = words_shown(question, answer)
            changed[key] = {"version": stored, "fields": fields_of(question, answer), "words": words}
    return JsonResponse({"changed": changed, "standing": access.standing_of(draft.invitation, timezone.now())})


def _posted(
    draft: access.OpenDraft, token: str, questionnaire: Questionnaire, page: Page, posted: QueryDict
) -> HttpResponse:
    """Keep what a page says, and go on; or show it again where something has to be looked at."""
    goes_to_check = posted.get("then") == "check"
    given = given_on(page, posted)
    if any(said.errors for said in given):
        shown = {said.question.key: said for said in given}
        return _page_shown(draft, token, questionnaire, page, goes_to_check=goes_to_check, given=shown)
    if changes := changes_of(given, draft.answers, posted):
        bases = {key: base for key in changes if (base := posted.get(f"base-{key}")) is not None}
        overwritten = operations.save_answers(
            draft=draft, answers=changes, save_id=secrets.token_hex(8), at=timezone.now(), bases=bases
        )
        if overwritten:
            replaced = {key: _replaced(questionnaire.field_by_key[key], other) for key, other in overwritten.items()}
            saved = draft_of(token)
            return _page_shown(saved, token, questionnaire, page, goes_to_check=goes_to_check, replaced=replaced)
    address = address_of(page, goes_to_check=goes_to_check)
    if "language" in posted:
        return with_language(HttpResponseRedirect(address), posted.get("language", ""))
    if "restore" in posted:
        return HttpResponseRedirect(f"{address}#q-{posted.get('restore')}")
    return _next_after(questionnaire, page, goes_back="back" in posted, goes_to_check=goes_to_check)


def _page_shown(
    draft: access.OpenDraft,
    token: str,
    questionnaire: Questionnaire,
    page: Page,
    *,
    goes_to_check: bool,
    given: dict[str, Given] | None = None,
    replaced: dict[str, Replaced] | None = None,
) -> HttpResponse:
    html = rendered_page(
        questionnaire,
        page,
        organisation=draft.campaign.organisation.name,
        token=token,
        answers=draft.answers,
        versions={question.key: draft.answers.version(question.key) for question in page.fields},
        languages=languages_named(access.languages_of(draft.campaign)),
        goes_to_check=goes_to_check,
        given=given,
        replaced=replaced,
    )
    return HttpResponse(html, status=400 if given else 200)


def _replaced(question: Question, other: operations.Overwritten) -> Replaced:
    return Replaced(other.version, fields_of(question, other.answer), words_shown(question, other.answer))


def _with_restored(posted: QueryDict) -> QueryDict:
    """Return what was posted, with the other device's answer in the fields where its button was pressed."""
    key = posted.get("restore", "")
    name = f"other-q-{key}"
    others = [field for field in posted if field == name or (key and field.startswith(f"{name}."))]
    if not others:
        return posted
    changed = posted.copy()
    for field in [field for field in posted if field == f"q-{key}" or field.startswith(f"q-{key}.")]:
        del changed[field]
    for field in others:
        changed.setlist(field.removeprefix("other-"), posted.getlist(field))
    # This person looked at both, so what stands there is what this is based on.
    changed.pop(f"was-{key}", None)
    return changed


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # brackets within brackets, thousands deep
        return None
    return found if isinstance(found, dict) else None


def _next_after(
    questionnaire: Questionnaire, page: Page, *, goes_back: bool, goes_to_check: bool
) -> HttpResponseRedirect:
    if goes_to_check:
        return HttpResponseRedirect(reverse("answering_check"))
    before, after = questionnaire.neighbours(page)
    if goes_back:
        return redirect_to(before) if before else HttpResponseRedirect(reverse("answering"))
    return redirect_to(after)
