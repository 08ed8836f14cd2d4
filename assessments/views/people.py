"""The owner's pages about who is asked: the list, what an upload would do, the personal links."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments import queries, uploads
from assessments.access.campaigns import campaign_to_run
from assessments.forms.people import PeopleListForm
from assessments.models import Campaign
from assessments.operations import people as operations
from assessments.people_files import Line, written_list
from assessments.people_lists import CheckedList, check_list, shortened
from organisations.access import signed_in

PEOPLE_ON_A_PAGE = 50
LONGEST_ID = 18
"""Digits of a row's id; more is none, and Python refuses to read thousands of them as a number."""
TAKES_PEOPLE = {Campaign.State.DRAFT, Campaign.State.OPEN}


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is on the list, and take an uploaded list as far as its preview."""
    at = timezone.now()
    campaign = campaign_to_run(request.user, pk, at)
    posted = request.method == "POST" and campaign.state in TAKES_PEOPLE
    form = PeopleListForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        was_too_large=uploads.was_too_large(request),
        limit=settings.UPLOAD_LIMIT,
    )
    problems: list[str] = []
    if posted and form.is_valid():
        creates_units = form.cleaned_data["creates_units"]
        checked = check_list(form.lines, queries.known_to(campaign), creates_units=creates_units)
        if not checked.problems:
            operations.stage_list(campaign=campaign, lines=form.lines, creates_units=creates_units, at=at)
            return redirect("people_check", pk=campaign.pk)
        problems = shortened(checked.problems)
        form.add_error(None, _problem_count(len(checked.problems)))
    listed = Paginator(queries.people_of(campaign), PEOPLE_ON_A_PAGE)
    return render(
        request,
        "assessments/campaigns/people.html",
        {
            "campaign": campaign,
            "organisation": campaign.organisation,
            "form": form,
            "problems": problems,
            "page": listed.get_page(request.GET.get("page")),
            "role_titles": queries.role_titles(campaign),
            "takes_people": campaign.state in TAKES_PEOPLE,
            "can_remove": campaign.state == Campaign.State.DRAFT,
        },
        status=422 if posted else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def people_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the uploaded list would do, and do it."""
    at = timezone.now()
    campaign = campaign_to_run(request.user, pk, at)
    staged = queries.staged_list(campaign)
    if staged is None:
        return redirect("people", pk=campaign.pk)
    # Checked again each time: units and people may have changed since the upload.
    checked = check_list(staged.lines, queries.known_to(campaign), creates_units=staged.creates_units)
    if request.method == "POST" and not checked.problems:
        try:
            operations.take_over_list(campaign=campaign, rows=checked.rows, at=at, actor=signed_in(request.user))
        except operations.TakesNoMorePeople:
            messages.error(request, _("This campaign is closed. Nobody was added."))
        except operations.ListGone:
            messages.info(request, _("This list was taken over already. Nobody was added twice."))
        else:
            messages.success(request, _done(checked))
        return redirect("people", pk=campaign.pk)
    return render(
        request,
        "assessments/campaigns/people_check.html",
        {
            "campaign": campaign,
            "organisation": campaign.organisation,
            "checked": checked,
            "problems": shortened(checked.problems),
            "first_rows": _first_rows(staged.lines),
        },
    )


@login_required
@require_POST
def people_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one person, or everybody, off the list of a campaign that is not open yet."""
    at = timezone.now()
    campaign = campaign_to_run(request.user, pk, at)
    listed = queries.people_of(campaign)
    chosen = request.POST.get("person", "")
    if chosen != "all":
        is_id = chosen.isascii() and chosen.isdigit() and len(chosen) <= LONGEST_ID
        listed = listed.filter(pk=get_object_or_404(listed, pk=chosen if is_id else 0).pk)
    try:
        operations.remove_people(campaign=campaign, invitations=listed, at=at, actor=signed_in(request.user))
    except operations.AlreadyAsked:
        messages.error(request, _("This campaign has been opened. Nobody can be taken off its list any more."))
    return redirect("people", pk=campaign.pk)


@login_required
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, pk: int) -> HttpResponse:
    """Make personal links and hand them out as one file, once."""
    at = timezone.now()
    campaign = campaign_to_run(request.user, pk, at)
    count = queries.people_of(campaign).count()
    if request.method == "POST" and count and campaign.is_open(at):
        try:
            minted = operations.mint_links(
                campaign=campaign,
                invitations=queries.people_of(campaign),
                base_url=request.build_absolute_uri("/"),
                at=at,
                actor=signed_in(request.user),
            )
        except operations.NotOpen:  # closed a moment ago
            return redirect("links", pk=campaign.pk)
        text = written_list(
            ["name", "email", "staff_number", "unit", "link"],
            ([person.name, person.email, person.staff_number, person.unit.name, url] for person, url in minted),
        )
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="links-campaign-{campaign.pk}.csv"'
        response["Cache-Control"] = "no-store"
        return response
    return render(
        request,
        "assessments/campaigns/links.html",
        {
            "campaign": campaign,
            "organisation": campaign.organisation,
            "count": count,
            "is_open": campaign.is_open(at),
        },
    )


def _first_rows(lines: list[Line]) -> list[dict[str, str]]:
    return [line.cells for line in lines[:5]]


def _problem_count(count: int) -> str:
    return ngettext(
        "Nothing was taken over: %(count)d line of the list is wrong. It is named below.",
        "Nothing was taken over: %(count)d things in the list are wrong. They are named below.",
        count,
    ) % {"count": count}


def _done(checked: CheckedList) -> str:
    added = ngettext("%(count)d person was added.", "%(count)d people were added.", checked.added)
    if not checked.updated:
        return added % {"count": checked.added}
    updated = ngettext(
        "%(count)d person was brought up to date.", "%(count)d people were brought up to date.", checked.updated
    )
    return " ".join([added % {"count": checked.added}, updated % {"count": checked.updated}])
