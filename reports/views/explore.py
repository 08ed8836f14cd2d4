"""Charts to zoom, point at and filter. These pages alone load the drawing library and relax the style policy for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import access, exploring, overview
from reports.plotly_file import ADDRESS
from reports.portfolio import comparison, lenses_of
from reports.portfolio_page import address_of, choice_of
from reports.views.results import asked_for

EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of nothing. Plotly adds an empty style element and fills it through the browser's interface for rules,
so this one allowance does; any style element with a text of its own is still refused."""

View = TypeVar("View", bound=Callable[..., HttpResponse])


def for_drawing(view: View) -> View:
    """Let a page be styled by the drawing library, and make pictures to save from blobs of its own."""
    return cast("View", csp_update({"style-src": [EMPTY_STYLE], "img-src": ["blob:"]})(view))


@login_required
@require_safe
@for_drawing
def results_explore(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw one wave's units and roles on the dimensions of a lens."""
    organisation = access.organisation_with_results(request.user, slug, timezone.now())
    shown = asked_for(request, organisation)
    lenses = overview.lenses(shown.results) if shown else ()
    if shown is None or not lenses:
        raise Http404
    lens = next((one for one in lenses if one.instrument == request.GET.get("lens")), lenses[0])
    query = shown.wave.query
    drawings = exploring.drawings_of(shown.results, lens.instrument)
    context = {
        **_frame(drawings),
        "organisation": organisation,
        "shown": shown,
        "facts": overview.facts(shown.results),
        "lens": lens,
        "lens_links": [(one.title, f"?{query}&lens={one.instrument}", one.instrument) for one in lenses],
        "back": f"{reverse('results', args=[slug])}?{query}&lens={lens.instrument}",
    }
    return render(request, "reports/explore/results.html", context)


@login_required
@require_safe
@for_drawing
def portfolio_explore(request: HttpRequest) -> HttpResponse:
    """Draw the organisations that the portfolio shows for the same address, and two dimensions against each other."""
    choice = choice_of(request.GET)
    compared = comparison(access.portfolio_of(request.user, timezone.now()), choice)
    page = min(choice.page, compared.pages)
    axes = exploring.axes_of(compared, request.GET.get("x", ""), request.GET.get("y", ""))
    drawings = exploring.drawings_between(compared, compared.on_page(page), choice.pins, axes)
    context = {
        **_frame(drawings),
        "compared": compared,
        "count": len(compared.on_page(page)),
        "most": exploring.MOST_PROFILES,
        "has_pins": bool(compared.pinned(choice.pins)),
        "axes": axes,
        "kept": [(name, value) for name, values in request.GET.lists() if name not in "xy" for value in values],
        "lens_links": [
            (lens.title, address_of(choice, lens=lens.key, page=page), lens.key)
            for lens in (lenses_of(compared.framework) if compared.framework else ())
        ],
        "back": f"{reverse('portfolio')}{address_of(choice, page=choice.page)}",
    }
    return render(request, "reports/explore/portfolio.html", context)


def _frame(drawings: list[exploring.Drawing]) -> dict[str, Any]:
    """Return what both pages draw: the charts, their figures by key, and the library."""
    return {
        "charts": [drawing.chart for drawing in drawings],
        "figures": {drawing.chart.key: drawing.figure for drawing in drawings},
        "library": ADDRESS,
    }
