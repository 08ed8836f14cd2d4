"""The doors for people without a link of their own: a typed code, an open link.

Like a respondent's other doors they carry their secret in the body and use no cookie for a change, so they are
exempt from Django's CSRF check by name.
"""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from assessments import limiter
from assessments.access import answering as access
from assessments.access.ways import CodeUnknown, address_of_code, way_in_of
from assessments.codes import plain
from assessments.forms.joining import CodeForm, JoinForm
from assessments.operations import answering as operations
from assessments.operations import codes
from assessments.views.answering_refusals import closed_way, respondent_page, too_many_tries
from assessments.views.link_cookie import with_link
from assessments.views.tablet import on_an_own_device


# Exempt from CSRF: the code is the secret, and it is in the body.
@csrf_exempt
@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take a typed code to what it opens: a campaign, a shared tablet, or a questionnaire one goes on with."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request, "assessments/answering/type_code.html", {"form": form}, status=400 if form.errors else 200
        )
    typed = form.cleaned_data["code"]
    try:
        if len(plain(typed)) == codes.CODE_LETTERS:
            personal = codes.resume_with_code(code=typed, at=timezone.now())
            return on_an_own_device(with_link(redirect("answering"), personal))
        way, token = address_of_code(typed)
    except (CodeUnknown, codes.CodeUnknown):
        if limiter.too_many_failures(limiter.address_of(request)):
            return too_many_tries(request)
        form.add_error("code", _("This code opens nothing. Look at each letter again, or ask for a new code."))
        return render(request, "assessments/answering/type_code.html", {"form": form}, status=404)
    return redirect("kiosk" if way == "kiosk" else "answering_join", token=token)


# Exempt from CSRF: the open link's secret is in the address and in the body (see the top of this file).
@csrf_exempt
@respondent_page
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for unit and role where the link does not fix them, then go on as with any other link."""
    is_post = request.method == "POST"
    way = way_in_of(token)
    # Two different links would let units of one organisation into a campaign of another.
    if is_post and not secrets.compare_digest(access.token_from_body(request).encode(), token.encode()):
        raise access.LinkUnknown
    if not way.campaign.is_open(timezone.now()):
        return closed_way(request, way.campaign)
    form = JoinForm(way, access.framework_of(way.campaign), request.POST if is_post else None)
    if is_post and form.is_valid():
        personal = operations.join_campaign(
            token=token,
            unit=way.unit or form.cleaned_data["unit"],
            role=way.role or form.cleaned_data.get("role", ""),
            at=timezone.now(),
        )
        return on_an_own_device(with_link(redirect("answering"), personal))
    context = {"campaign": way.campaign, "way": way, "token": token, "form": form}
    return render(request, "assessments/answering/join.html", context, status=400 if form.errors else 200)
