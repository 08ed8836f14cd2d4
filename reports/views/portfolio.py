"""Several organisations side by side, for those who were granted to see them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from reports import access
from reports.charts import web
from reports.charts.profiles import profile_rows
from reports.frames import comparison_file
from reports.portfolio import MOST_PINS, Choice, comparison
from reports.portfolio_page import choice_of, page_context


@login_required
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show organisations by dimensions, with filters, order and pins from the address."""
    choice = choice_of(request.GET)
    compared = comparison(access.portfolio_of(request.user, timezone.now()), choice)
    pinned = compared.pinned(choice.pins)
    profile = None
    if pinned and compared.framework and compared.lens:
        profile = profile_rows(compared.framework, compared.lens, [(row.name, row.figures) for row in pinned])
    context: dict[str, Any] = {
        **page_context(compared, choice, {key: str(title) for key, title in Organisation.Sector.choices}),
        "profile": web.printed(profile),
        "has_too_many_pins": len(choice.pins) > MOST_PINS,
        "explore_url": f"{reverse('portfolio_explore')}?{request.GET.urlencode()}",
        "file_url": f"{reverse('portfolio_file')}?{request.GET.urlencode()}",
    }
    return render(request, "reports/portfolio/portfolio.html", context)


@login_required
@require_safe
def portfolio_file(request: HttpRequest) -> HttpResponse:
    """Hand out what the portfolio shows as CSV."""
    choice: Choice = choice_of(request.GET)
    compared = comparison(access.portfolio_of(request.user, timezone.now()), choice)
    return HttpResponse(
        # The mark lets spreadsheets read names outside ASCII.
        "\ufeff" + comparison_file(compared),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="comparison.csv"'},
    )
