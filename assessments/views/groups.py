"""The owner's page "Groups and privacy": what results may be told by, and what will be readable of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import queries
from assessments.access.campaigns import campaign_to_run
from assessments.forms.groups import PAIR_TITLES, GroupsForm, TogetherForm
from assessments.models import Campaign
from assessments.operations import groups as operations
from organisations.access import signed_in

MOST_ROWS = 300
"""Groups on one page; with more of them nobody reads to the end."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what will be readable, and keep what the owner ticks; once the campaign is open, show what was declared."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    if found.state != Campaign.State.DRAFT:
        return _page(request, found)
    form = GroupsForm.of(found.declared, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, found, form, status=422 if form.is_bound else 200)
    try:
        operations.declare_groups(
            campaign=found,
            units=form.cleaned_data["units"],
            roles=form.cleaned_data["roles"],
            contact=form.cleaned_data["contact"],
            pairs=form.pairs_chosen,
            at=at,
            actor=signed_in(request.user),
        )
    except operations.GroupsAreFixed:  # opened a moment ago
        found.refresh_from_db()
        return _page(request, found, status=409)
    return redirect("groups", pk=found.pk)


@login_required
@require_POST
def groups_together(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell about some units together, or about units that were put together each by itself again."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    form = TogetherForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problem=_stale(), status=422)
    units, actor = form.cleaned_data["units"], signed_in(request.user)
    try:
        if request.POST.get("act") == "undo":
            operations.split_units(campaign=found, unit=units[0], at=at, actor=actor)
        else:
            operations.merge_units(campaign=found, units=units, at=at, actor=actor)
    except operations.DoNotFit:
        return _page(request, found, problem=_stale(), status=422)
    except operations.GroupsAreFixed:
        found.refresh_from_db()
        return _page(request, found, status=409)
    return redirect("groups", pk=found.pk)


def _stale() -> str:
    return _("These units cannot be put together: they changed meanwhile. Nothing was changed; here is how it is now.")


def _page(
    request: HttpRequest, campaign: Campaign, form: GroupsForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    is_draft = campaign.state == Campaign.State.DRAFT
    declared = queries.as_it_would_open(campaign) if is_draft else campaign.declared
    context: dict[str, Any] = {
        "campaign": campaign,
        "organisation": campaign.organisation,
        "declared": declared,
        "pairs": [PAIR_TITLES[pair] for pair in declared.crossed],
        "problem": problem,
        "form": (form or GroupsForm.of(campaign.declared)) if is_draft else None,
    }
    if is_draft:
        preview = queries.group_preview(campaign)
        context |= {
            "preview": preview,
            "rows": preview.rows[:MOST_ROWS],
            "left_out": max(0, len(preview.rows) - MOST_ROWS),
            "has_open_ways": queries.has_open_ways(campaign),
            "units_readable": preview.readable("unit"),
        }
    return render(request, "assessments/campaigns/groups.html", context, status=status)
