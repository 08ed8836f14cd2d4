"""The owner's page of open ways in: the open link, links of units, shared tablets, posters, and head-counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import queries
from assessments.access.campaigns import campaign_to_run
from assessments.forms.ways import MOST_UNITS, UnitSizesForm, UnitWayForm
from assessments.models import Campaign, Kiosk, UnitLink
from assessments.open_links import link_and_code
from assessments.operations import kiosks
from assessments.operations import ways as operations
from assessments.poster_words import poster_for
from assessments.posters import print_posters
from organisations.access import signed_in
from organisations.queries import unit_tree

Made = TypeVar("Made")

OPEN_LINK_ACTS = {
    "on": operations.switch_open_link_on,
    "off": operations.switch_open_link_off,
    "replace": operations.replace_open_link,
}


@login_required
@require_GET
def ways(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every open way into a campaign, with what can be done about it."""
    return _page(request, campaign_to_run(request.user, pk, timezone.now()))


@login_required
@require_POST
def ways_open_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch the open link on or off, or make another one."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    act = OPEN_LINK_ACTS.get(request.POST.get("act", ""))
    if act is None:
        return redirect("ways", pk=found.pk)
    try:
        act(campaign=found, at=at, actor=signed_in(request.user))
    except operations.TakesNoWays:
        return redirect("campaign", pk=found.pk)
    return redirect(f"{reverse('ways', args=[found.pk])}#open-link")


@login_required
@require_POST
def unit_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a link that is fixed to one unit."""
    found, made = _added(request, pk, "link_form", operations.add_unit_link)
    return made if isinstance(made, HttpResponse) else redirect(f"{reverse('ways', args=[found.pk])}#unit-links")


@login_required
@require_POST
def unit_link_remove(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """End one unit's link."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    row = get_object_or_404(found.unit_links.select_related("campaign"), pk=link)
    try:
        operations.remove_unit_link(link=row, at=at, actor=signed_in(request.user))
    except operations.TakesNoWays:
        return redirect("campaign", pk=found.pk)
    return redirect(f"{reverse('ways', args=[found.pk])}#unit-links")


@never_cache
@login_required
@require_POST
def kiosk_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a shared tablet and tell its PIN, this once."""
    found, made = _added(request, pk, "kiosk_form", kiosks.add_kiosk)
    return made if isinstance(made, HttpResponse) else _told_once(request, found, *made)


@never_cache
@login_required
@require_POST
def kiosk_pin(request: HttpRequest, pk: int, kiosk: int) -> HttpResponse:
    """Give a shared tablet another PIN and tell it, this once."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    row = get_object_or_404(found.kiosks.select_related("campaign", "unit"), pk=kiosk)
    return _told_once(request, found, row, kiosks.replace_pin(kiosk=row, at=at, actor=signed_in(request.user)))


@login_required
@require_POST
def kiosk_remove(request: HttpRequest, pk: int, kiosk: int) -> HttpResponse:
    """End a shared tablet."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    row = get_object_or_404(found.kiosks.select_related("campaign"), pk=kiosk)
    try:
        kiosks.remove_kiosk(kiosk=row, at=at, actor=signed_in(request.user))
    except operations.TakesNoWays:
        return redirect("campaign", pk=found.pk)
    return redirect(f"{reverse('ways', args=[found.pk])}#kiosks")


@login_required
@require_http_methods(["GET", "POST"])
def unit_sizes(request: HttpRequest, pk: int) -> HttpResponse:
    """Take how many people each unit has."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    tree = unit_tree(found.organisation)
    form = UnitSizesForm(request.POST or None, tree=tree, sizes=found.unit_sizes)
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_unit_sizes(campaign=found, sizes=form.sizes, at=at, actor=signed_in(request.user))
        except operations.TakesNoWays:
            return redirect("campaign", pk=found.pk)
        return redirect(f"{reverse('ways', args=[found.pk])}#sizes")
    context = {
        "campaign": found,
        "organisation": found.organisation,
        "form": form,
        "left_out": max(0, len(list(tree.flat())) - MOST_UNITS),
    }
    return render(request, "assessments/campaigns/unit_sizes.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_GET
def poster(request: HttpRequest, pk: int, way: str) -> FileResponse:
    """Give one way in, or all of them, as a PDF to print."""
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    language = queries.language_for(found, request.GET.get("language", ""))
    pages = [
        made
        for row in _rows(found, way)
        if (made := poster_for(row, language=language, base_url=request.build_absolute_uri("/"))) is not None
    ]
    if not pages:
        raise Http404
    name = f"poster-{slugify(found.title) or found.pk}-{way}-{language}.pdf"
    return FileResponse(BytesIO(print_posters(pages, at)), as_attachment=True, filename=name)


def _rows(campaign: Campaign, way: str) -> list[Campaign | UnitLink | Kiosk]:
    """Return what "open", "all", "unit-5" or "kiosk-5" stands for."""
    links = campaign.unit_links.select_related("unit", "campaign__organisation", "campaign__edition")
    tablets = campaign.kiosks.select_related("unit", "campaign__organisation", "campaign__edition")
    kind, _dash, number = way.partition("-")
    if way == "open":
        return [campaign]
    if way == "all":
        return [campaign, *links.order_by("unit__name", "pk"), *tablets.order_by("unit__name", "pk")]
    if kind in {"unit", "kiosk"} and number.isdecimal() and len(number) < 19:
        return [*(links if kind == "unit" else tablets).filter(pk=int(number))]
    return []


def _added(request: HttpRequest, pk: int, name: str, add: Callable[..., Made]) -> tuple[Campaign, Made | HttpResponse]:
    """Return the campaign with the way in that was added, or with the page that says why there is none.

    `name` is the form's, `add` takes the campaign, a unit and a role.
    """
    at = timezone.now()
    found = campaign_to_run(request.user, pk, at)
    form = _unit_form(found, name, request.POST)
    if form.is_valid():
        try:
            return found, add(
                campaign=found, unit=form.unit_chosen, role=form.role_chosen, at=at, actor=signed_in(request.user)
            )
        except operations.TakesNoWays:
            return found, redirect("campaign", pk=found.pk)
        except operations.TooManyWays:
            form.add_error(
                "unit", _("There are as many as one assessment may have. Remove one that is not used any more.")
            )
    return found, _page(request, found, {name: form})


def _page(
    request: HttpRequest, campaign: Campaign, posted: Mapping[str, UnitWayForm] = MappingProxyType({})
) -> HttpResponse:
    """Show the page, with what is wrong with a form that was just posted."""
    if campaign.state not in {Campaign.State.DRAFT, Campaign.State.OPEN}:
        return redirect("campaign", pk=campaign.pk)
    titles = queries.role_titles(campaign)
    language = translation.get_language() or ""
    context = {
        "campaign": campaign,
        "organisation": campaign.organisation,
        "is_open": campaign.is_open(timezone.now()),
        "open_link": _told(request, campaign, titles),
        "unit_links": [
            _told(request, row, titles)
            for row in campaign.unit_links.select_related("unit").order_by("unit__name", "pk")
        ],
        "kiosks": [
            _told(request, row, titles) for row in campaign.kiosks.select_related("unit").order_by("unit__name", "pk")
        ],
        "code_address": _plain_address(request.build_absolute_uri(reverse("code"))),
        "languages": queries.languages_of(campaign),
        "language": language,
        **{name: posted.get(name) or _unit_form(campaign, name) for name in ("link_form", "kiosk_form")},
        "form": next(iter(posted.values()), None),
        "counted": sum(campaign.unit_sizes.values()),
        "counted_units": len(campaign.unit_sizes),
        "recommends_short": queries.could_be_shorter(campaign),
    }
    return render(request, "assessments/campaigns/ways.html", context, status=400 if posted else 200)


def _told(request: HttpRequest, row: Campaign | UnitLink | Kiosk, titles: dict[str, str]) -> dict[str, Any]:
    token, code = link_and_code(row)
    name = "kiosk" if isinstance(row, Kiosk) else "answering_join"
    return {
        "row": row,
        "slug": str(row.pk),
        "code": code,
        "address": request.build_absolute_uri(reverse(name, args=[token])) if token else "",
        "role": "" if isinstance(row, Campaign) else titles.get(row.role, ""),
    }


def _told_once(request: HttpRequest, campaign: Campaign, kiosk: Kiosk, pin: str) -> HttpResponse:
    context = {
        "campaign": campaign,
        "organisation": campaign.organisation,
        "kiosk": kiosk,
        "pin": f"{pin[:3]} {pin[3:]}",
        "told": _told(request, kiosk, queries.role_titles(campaign)),
        "code_address": _plain_address(request.build_absolute_uri(reverse("code"))),
        "recommends_short": queries.could_be_shorter(campaign, kiosk.role),
    }
    return render(request, "assessments/campaigns/kiosk.html", context)


def _unit_form(campaign: Campaign, name: str, data: Any = None) -> UnitWayForm:
    roles = campaign.edition.framework(translation.get_language() or "").roles
    return UnitWayForm(data, prefix=name.removesuffix("_form"), tree=unit_tree(campaign.organisation), roles=roles)


def _plain_address(address: str) -> str:
    """Return an address as people type it."""
    return address.partition("://")[2].rstrip("/")
