"""The owner's pages: an organisation's campaigns, setting one up, opening and closing it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import queries
from assessments.access.campaigns import RUNS_CAMPAIGNS, campaign_to_run, organisation_to_run
from assessments.forms.campaigns import CampaignForm, CloseForm, SmallestGroupForm
from assessments.models import SMALLEST_GROUP, Campaign
from assessments.open_links import link_and_code
from assessments.operations import campaigns as operations
from assessments.operations import closing, counting, promises
from assessments.views.receipts import shown
from organisations.access import EVERYONE_WITH_RESULTS, OWNER, kinds_held, organisation_for, signed_in
from organisations.models import Organisation
from pillars.queries import editions


@login_required
@require_GET
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what goes on in an organisation: its campaigns, and the ways to units, rights and results."""
    at = timezone.now()
    found = organisation_for(request.user, slug, at, *EVERYONE_WITH_RESULTS)
    kinds = kinds_held(request.user, found, at)
    return render(
        request,
        "assessments/campaigns/organisation.html",
        {
            "organisation": found,
            "campaigns": [
                (row, row.phase(at)) for row in counting.with_counts_of_today(queries.campaigns_of(found), at)
            ],
            "runs_campaigns": bool(kinds & set(RUNS_CAMPAIGNS)),
            "is_owner": OWNER in kinds,
            "has_results": found.campaigns.filter(state=Campaign.State.RELEASED).exists(),
            "results_url": _results_url(found),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Set up a campaign."""
    at = timezone.now()
    found = organisation_to_run(request.user, slug, at)
    spoken = {"language": request.LANGUAGE_CODE}
    form = CampaignForm(request.POST or None, initial=spoken, editions=editions(), today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            campaign = operations.create_campaign(
                organisation=found,
                edition=form.edition,
                title=form.cleaned_data["title"],
                form=form.form_key,
                closes_at=form.closes_at,
                purpose=form.cleaned_data["purpose"],
                takes_open_link=form.takes_open_link,
                nominees=form.cleaned_data["nominees"],
                short_roles=form.roles_shortened,
                language=form.language_chosen,
                grace_hours=form.grace_hours,
                at=at,
                actor=signed_in(request.user),
            )
        except operations.TitleTaken:
            form.add_error("title", _("There is a campaign of this title already. Choose another title."))
        else:
            return redirect("campaign", pk=campaign.pk)
    return render(request, "assessments/campaigns/new.html", {"organisation": found, "form": form})


@login_required
@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a campaign stands and its next step."""
    at = timezone.now()
    return _campaign_page(request, campaign_to_run(request.user, pk, at), at)


@login_required
@require_POST
def campaign_promises(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise the smallest group that results are shown for."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    form = _smallest_group_form(found, request.POST)
    if not form.is_valid():
        return _campaign_page(request, found, at, form)
    try:
        promises.change_promises(campaign=found, k=form.cleaned_data["k"], at=at, actor=signed_in(request.user))
    except promises.WouldLoosen:  # somebody else raised it a moment ago
        found.refresh_from_db()
        form.add_error("k", _("It was raised a moment ago, and it is never lowered."))
        return _campaign_page(request, found, at, form)
    except promises.AlreadyClosed:
        return redirect("campaign", pk=found.pk)
    return redirect("campaign", pk=found.pk)


def _smallest_group_form(campaign: Campaign, data: Any = None) -> SmallestGroupForm:
    least = max(campaign.k, SMALLEST_GROUP)
    return SmallestGroupForm(
        data,
        least=least,
        most=max(least, promises.LARGEST_SMALLEST_GROUP),
        is_promised=campaign.state != Campaign.State.DRAFT,
    )


def _campaign_page(
    request: HttpRequest, campaign: Campaign, at: datetime, form: SmallestGroupForm | None = None
) -> HttpResponse:
    """Show a campaign, with what is wrong with a form that was just posted."""
    rows = queries.with_counts(Campaign.objects.select_related("organisation", "edition").filter(pk=campaign.pk))
    [found] = counting.with_counts_of_today(rows, at)
    is_running = found.state == Campaign.State.OPEN
    open_link, open_code = _open_link(request, found)
    takes_changes = found.state in {Campaign.State.DRAFT, Campaign.State.OPEN}
    return render(
        request,
        "assessments/campaigns/campaign.html",
        {
            "campaign": found,
            "organisation": found.organisation,
            "phase": found.phase(at),
            "promises": [shown(entry) for entry in promises.promises_of(found)],
            "smallest_group_form": (form or _smallest_group_form(found)) if takes_changes else None,
            "asked_for_links": queries.asked_for_links(found),
            "rates": queries.unit_rates(found, counting.counted_today(campaign=found, at=at)) if is_running else [],
            "open_link": open_link,
            "open_code": open_code,
            "code_address": request.build_absolute_uri(reverse("code")).partition("://")[2].rstrip("/"),
            "has_open_ways": queries.has_open_ways(found),
            "unit_links": found.unit_links.count(),
            "tablets": found.kiosks.count(),
            "counted": sum(found.unit_sizes.values()),
            "short_roles": queries.short_role_titles(found),
            "results_url": _results_url(found.organisation),
            "release_job": queries.release_job(found),
            "form_title": queries.form_title(found),
        },
        status=422 if form else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def campaign_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what opening does, and open."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    if found.state != Campaign.State.DRAFT:
        return redirect("campaign", pk=found.pk)
    obstacle = ""
    if request.method == "POST":
        try:
            operations.open_campaign(campaign=found, at=at, actor=signed_in(request.user))
        except operations.NoPeople:
            obstacle = _("Nobody is on the list yet. Add people or a link for everybody first, then open.")
        except operations.LastDayOver:
            obstacle = _("The last day of this campaign has passed. Set up a new campaign with a later day.")
        except operations.AlreadyOpen:
            return redirect("campaign", pk=found.pk)
        else:
            return redirect("campaign", pk=found.pk)
    return render(
        request,
        "assessments/campaigns/open.html",
        {
            "campaign": found,
            "organisation": found.organisation,
            "obstacle": obstacle,
            "check": queries.opening_check(found),
            "unit_links": found.unit_links.count(),
            "tablets": found.kiosks.count(),
            "short_roles": queries.short_role_titles(found),
        },
        status=409 if obstacle else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what closing does, and close."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    if found.state != Campaign.State.OPEN:
        return redirect("campaign", pk=found.pk)
    form = CloseForm(request.POST if "late" in request.POST else None, initial={"hours": found.grace_hours or 24})
    if request.method == "POST" and "late" not in request.POST:
        operations.close_campaign(campaign=found, at=at, actor=signed_in(request.user))
        return redirect("campaign", pk=found.pk)
    if form.is_valid():
        with suppress(closing.OverAlready):  # closed a moment ago
            closing.close_with_grace(
                campaign=found, hours=form.cleaned_data["hours"], at=at, actor=signed_in(request.user)
            )
        return redirect("campaign", pk=found.pk)
    [counted] = counting.with_counts_of_today(queries.with_counts(Campaign.objects.filter(pk=found.pk)), at)
    return render(
        request,
        "assessments/campaigns/close.html",
        {
            "campaign": counted,
            "organisation": found.organisation,
            "phase": found.phase(at),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _open_link(request: HttpRequest, campaign: Campaign) -> tuple[str, str]:
    """Return the address of the open link and its code, each empty when it opens nothing (any more)."""
    token, code = link_and_code(campaign)
    return (request.build_absolute_uri(reverse("answering_join", args=[token])) if token else "", code)


def _results_url(organisation: Organisation) -> str:
    """Return the address of the results pages. They belong to an app that this one does not know."""
    return f"/o/{organisation.slug}/results/"
