"""How each figure was computed: a page for one figure, a workbook for all of them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from pillars.schema import Framework
from reports import access, working_page
from reports.charts import phrases
from reports.results import Results
from reports.views.results import Shown, address_of_working, asked_for
from reports.waves import Wave, previous_results
from reports.workbook import workbook
from reports.working import recipe

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def working_page_of(request: HttpRequest, slug: str, subject: str) -> HttpResponse:
    """Show how one figure was computed: of a subject, a group (`?group=`) and a measure (`?measure=`)."""
    organisation = access.organisation_with_results(request.user, slug, timezone.now())
    shown = asked_for(request, organisation)
    measures = working_page.measure_titles()
    group = request.GET.get("group", "all")
    measure = request.GET.get("measure", "score")
    if shown is None or measure not in measures or not _is_known(shown.results, group, subject):
        raise Http404
    results, wave = shown.results, shown.wave
    framework = _framework(shown)
    found = recipe(results, framework, group, subject, measure)
    told = working_page.told(results, framework, found, _issued(shown)) if found else None
    context = {
        "organisation": organisation,
        "results": results,
        "wave": wave,
        "waves": shown.waves,
        "is_other_wave": shown.is_other_wave,
        "subject": results.subject(subject),
        "group": results.group(group),
        "absence": phrases.absence(results.figure(group, subject, measure)),
        "told": told,
        "lines": [
            (line, address_of_working(organisation, wave, line.subject, line.group, measure) if line.subject else "")
            for line in (told.lines if told else ())
        ],
        "measure": measure,
        "measure_links": [
            (title, address_of_working(organisation, wave, subject, group, key), key)
            for key, title in measures.items()
            if key == measure or recipe(results, framework, group, subject, key)
        ],
        "groups": working_page.groups_with(results, subject, measure),
        "kept": [*parse_qsl(wave.query), ("measure", measure)],
        "enters": [
            (results.subject(key).title, address_of_working(organisation, wave, key, group, measure))
            for key in (working_page.enters(results, framework, found) if found else ())
        ],
        "back": _page_about(organisation, wave, results, subject),
        "workbook_url": f"{reverse('results_workbook', args=[organisation.slug])}?{wave.query}",
    }
    return render(request, "reports/results/working.html", context)


@login_required
@require_safe
def workbook_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the workbook in which every figure of a release is computed again."""
    organisation = access.organisation_with_results(request.user, slug, timezone.now())
    shown = asked_for(request, organisation)
    if shown is None:
        raise Http404
    previous = previous_results(shown.waves, shown.wave, shown.results, get_language() or "")
    content = workbook(shown.results, _framework(shown), _issued(shown, is_iso=True), previous=previous)
    name = f"{organisation.slug}-{shown.wave.number}-{shown.release.number}.xlsx"
    return HttpResponse(
        content, content_type=WORKBOOK, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _is_known(results: Results, group: str, subject: str) -> bool:
    return any(one.key == group for one in results.groups) and any(one.key == subject for one in results.subjects)


def _framework(shown: Shown) -> Framework:
    return shown.release.campaign.edition.framework(get_language() or "")


def _issued(shown: Shown, *, is_iso: bool = False) -> working_page.Issued:
    """Return which release this is; in a file with a date that every program reads."""
    released = shown.release.released_at
    date = released.date().isoformat() if is_iso else date_format(timezone.localtime(released))
    return working_page.Issued(shown.release.number, date, shown.release.fingerprint)


def _page_about(organisation: Organisation, wave: Wave, results: Results, subject: str) -> str:
    """Return the results page that a figure stands on: a dimension's own, else the overview."""
    is_dimension = any(one.key == subject for one in results.dimensions())
    address = (
        reverse("results_dimension", args=[organisation.slug, subject])
        if is_dimension
        else reverse("results", args=[organisation.slug])
    )
    return f"{address}?{wave.query}"
