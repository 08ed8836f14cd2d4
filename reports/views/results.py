"""The results of an organisation, always from a frozen release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from reports import access, headlines, overview
from reports.benchmarks import peers_of
from reports.charts import build, grids, phrases, web
from reports.explained import Explanation
from reports.explanations import confidence_of, explanations
from reports.groupings import grouping_words, groupings_of
from reports.models import Release
from reports.results import Results
from reports.subjects import advice_for, kind_words, level_texts
from reports.waves import Wave, chosen_wave, pending_of, previous_results, waves_of

SCORES, CHANGES = "scores", "changes"
ALL, WITHOUT = "all", "without"
"""Which answers count on the page: all, or those without a sign of carelessness."""


@dataclass(frozen=True)
class Shown:
    """The wave an address asks for, read and ready to be told."""

    waves: Sequence[Wave]
    wave: Wave
    release: Release
    results: Results
    is_other_wave: bool
    """The address named a wave that does not exist, so the newest is shown."""


def asked_for(request: HttpRequest, organisation: Organisation) -> Shown | None:
    """Return the wave that the address asks for, the newest where it is not there, and None before the first."""
    waves = waves_of(organisation)
    if not waves:
        return None
    asked = chosen_wave(waves, request.GET.get("wave", ""), request.GET.get("campaign", ""))
    wave = asked or waves[0]
    release = Release.objects.select_related("campaign__edition", "campaign__organisation").get(pk=wave.release_id)
    return Shown(waves, wave, release, release.results(get_language() or ""), asked is None)


@login_required
@require_safe
def overview_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show level, lenses, gaps, units and advice of one wave, or what will appear and when."""
    organisation = access.organisation_with_results(request.user, slug, timezone.now())
    pending = pending_of(organisation)
    shown = asked_for(request, organisation)
    if shown is None:
        return render(request, "reports/results/empty.html", {"organisation": organisation, "pending": pending})
    without = shown.results.without_flagged()
    answers = WITHOUT if request.GET.get("answers") == WITHOUT and without else ALL
    results = without if without and answers == WITHOUT else shown.results
    lenses = [subject.instrument for subject in overview.lenses(results)]
    lens = request.GET.get("lens", "")
    lens = lens if lens in lenses else lenses[0] if lenses else ""
    # The wave before and other organisations count all answers, so they stand beside all answers only.
    previous = None if answers == WITHOUT else _previous(shown)
    show = CHANGES if request.GET.get("show") == CHANGES and previous else SCORES
    offered = groupings_of(results)
    by = next((one for one in offered if one == request.GET.get("by")), next(iter(offered), None))
    peers = {} if answers == WITHOUT else peers_of(shown.release)
    sections: list[overview.Section | None] = [*overview.instrument_sections(results, previous=previous, peers=peers)]
    if answers == ALL:
        sections += [
            overview.gap_section(results, lens) if lens else None,
            overview.claim_section(results, lens) if lens else None,
            overview.groups_section(results, lens, by, previous, show_change=show == CHANGES) if lens and by else None,
            overview.agreement_section(results),
        ]
    context = {
        **_frame(organisation, shown),
        "pending": pending,
        "facts": overview.facts(shown.results),
        "heading": headlines.main_heading(results),
        "sentences": headlines.level_sentences(results),
        "strip": web.printed(build.scale_strip(results, peers=peers.get("index"))),
        "sections": [_printed(section, organisation, shown.wave, lens) for section in sections if section],
        "working_url": address_of_working(organisation, shown.wave, "index"),
        "workbook_url": f"{reverse('results_workbook', args=[organisation.slug])}?{shown.wave.query}",
        "explanations": _explained(explanations(results)),
        "batteries": [
            (chart.title, web.printed(chart, link=_link(organisation, shown.wave)))
            for chart in overview.battery_charts(results)
        ],
        "advice": [
            {
                "title": next((one.title for one in results.subjects if one.key == advice.subject), ""),
                "kind": kind_words(advice.kind),
                "text": advice.text,
                "because": advice.because,
            }
            for advice in results.advice
        ],
        "lens": lens,
        "lens_links": [
            (
                results.subject(f"instrument:{key}").title,
                _address(organisation, shown.wave, lens=key, show=show, by=by or ""),
                key,
            )
            for key in lenses
        ],
        "by": by,
        "by_links": [
            (grouping_words(one), _address(organisation, shown.wave, lens=lens, show=show, by=one), one)
            for one in offered
        ],
        "explore_url": f"{reverse('results_explore', args=[organisation.slug])}?{shown.wave.query}&lens={lens}",
        "show": show,
        "show_links": _show_links(organisation, shown.wave, lens, by or "") if previous else [],
        "answers": answers,
        "answer_links": _answer_links(organisation, shown.wave) if without else [],
        "flagged": headlines.flagged_sentences(results) if without else [],
        "method": overview.method_facts(results),
    }
    return render(request, "reports/results/overview.html", context)


@login_required
@require_safe
def dimension_page(request: HttpRequest, slug: str, subject: str) -> HttpResponse:
    """Show one dimension: what its level looks like, who sees it how, and how each question was answered."""
    organisation = access.organisation_with_results(request.user, slug, timezone.now())
    shown = asked_for(request, organisation)
    if shown is None:
        raise Http404
    results = shown.results
    found = next((one for one in results.dimensions() if one.key == subject), None)
    if found is None:
        raise Http404
    framework = shown.release.campaign.edition.framework(get_language() or "")
    previous = _previous(shown)
    pairs = build.group_rows(results, subject, kinds=("pair",), only_shown=True)
    context = {
        **_frame(organisation, shown),
        "subject": found,
        "tells_sources": any(one.source != "ours" for one in results.subjects),
        "heading": overview.dimension_heading(results, subject),
        "facts": [*overview.dimension_facts(results, subject, previous), confidence_of(results, subject)],
        "levels": level_texts(framework, results, subject),
        "claims": web.printed(build.claim_rows(results, [subject])),
        "gap": web.printed(build.single_gap(results, subject)),
        "groups": web.printed(build.group_rows(results, subject), link=_working_link(shown, organisation, subject)),
        "pairs": web.printed(pairs, link=_working_link(shown, organisation, subject)) if pairs.rows else "",
        "has_pairs": any(group.kind == "pair" for group in results.groups),
        "working_url": address_of_working(organisation, shown.wave, subject),
        "stacks": [web.printed(chart) for chart in grids.answer_stacks(results, subject)],
        "advice": advice_for(framework, results, subject),
        "neighbours": [
            (one.title, _address_of(organisation, shown.wave, one.key), one.key)
            for one in results.dimensions(found.instrument)
        ],
        "method": overview.method_facts(results),
    }
    return render(request, "reports/results/dimension.html", context)


def _frame(organisation: Organisation, shown: Shown) -> dict[str, Any]:
    """Return what both pages say about the organisation and the wave."""
    return {
        "organisation": organisation,
        "results": shown.results,
        "wave": shown.wave,
        "waves": shown.waves,
        "is_other_wave": shown.is_other_wave,
        "overview_url": _address(organisation, shown.wave),
        "report_url": f"{reverse('ask_report', args=[organisation.slug])}?{shown.wave.query}",
    }


def _printed(section: overview.Section, organisation: Organisation, wave: Wave, lens: str) -> dict[str, Any]:
    link = _link(organisation, wave)
    measure = "claimed" if section.key == "claims" else "score"
    about = lens if section.key in {"claims", "units"} else section.key
    return {
        "section": section,
        "charts": [web.printed(chart, link=link) for chart in section.charts],
        "working_url": ""
        if section.key in {"gaps", "agreement"}
        else address_of_working(organisation, wave, f"instrument:{about}", measure=measure),
    }


def _explained(found: Sequence[Explanation]) -> list[tuple[Explanation, SafeString]]:
    return [(explanation, web.printed(explanation.chart)) for explanation in found]


def _show_links(organisation: Organisation, wave: Wave, lens: str, by: str) -> list[tuple[str, str, str]]:
    """Return the two ways to read the groups' table, as (words, address, key)."""
    titles = {SCORES: _("Scores"), CHANGES: _("Change since the wave before")}
    return [(title, _address(organisation, wave, lens=lens, show=key, by=by), key) for key, title in titles.items()]


def _answer_links(organisation: Organisation, wave: Wave) -> list[tuple[str, str, str]]:
    """Return the two choices of whose answers count, as (words, address, key)."""
    return [
        (_("With all answers"), _address(organisation, wave), ALL),
        (_("Without flagged answers"), _address(organisation, wave, answers=WITHOUT), WITHOUT),
    ]


def _previous(shown: Shown) -> Results | None:
    return previous_results(shown.waves, shown.wave, shown.results, get_language() or "")


def _working_link(shown: Shown, organisation: Organisation, subject: str) -> web.Link:
    """Return the link from a group's row to how its figure was computed, where it is shown."""
    return lambda group: (
        address_of_working(organisation, shown.wave, subject, group=group)
        if phrases.is_shown(shown.results.figure(group, subject))
        else ""
    )


def address_of_working(
    organisation: Organisation, wave: Wave, subject: str, group: str = "all", measure: str = "score"
) -> str:
    """Return the address of the page that says how a figure was computed."""
    named = {key: value for key, value in (("group", group), ("measure", measure)) if value not in {"all", "score"}}
    query = f"{wave.query}&{urlencode(named)}" if named else wave.query
    return f"{reverse('results_working', args=[organisation.slug, subject])}?{query}"


def _link(organisation: Organisation, wave: Wave) -> web.Link:
    return lambda key: _address_of(organisation, wave, key)


def _address_of(organisation: Organisation, wave: Wave, subject: str) -> str:
    return f"{reverse('results_dimension', args=[organisation.slug, subject])}?{wave.query}"


def _address(organisation: Organisation, wave: Wave, **switches: str) -> str:
    extra = f"&{urlencode(switches)}" if switches else ""
    return f"{reverse('results', args=[organisation.slug])}?{wave.query}{extra}"
