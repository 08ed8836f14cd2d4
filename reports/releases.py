"""Closes the loop: a closed campaign's responses in, one `Results` out. The only reader of responses.

Computes outside any transaction and writes nothing; `reports.operations.releases` stores what it returns.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from django.db.models import Count, TextField
from django.db.models.functions import Cast

from assessments.groups import Declaration, joined_groups
from assessments.models import Campaign, Invitation
from assessments.models.responses import Response
from assessments.queries import has_open_ways
from pillars.schema import Framework, Item
from pillars.scoring import (
    held_level,
    index_of,
    instrument_weights,
    level_number,
    pools,
    stratum_of,
)
from pillars.statistics import consensus_of
from pillars.vectors import NOT_HERE, UNSEEN, moments
from reports.advice import advice
from reports.analyses.agreement import (
    consensus_by_dimension,
    silo_dispersion,
)
from reports.analyses.carrying import consistency, unit_reliability
from reports.analyses.claims import claimed_lived
from reports.analyses.confidence import Grade, confidence, grades
from reports.analyses.depth import definition_lens, shift_positions, symbolic_substantive
from reports.analyses.evidence import evidence
from reports.analyses.figures import Table, figure_table
from reports.analyses.gaps import message_decay, perception_gaps
from reports.analyses.offers import UNSURE
from reports.analyses.printed import INDEX
from reports.analyses.respondents import Invited, Survey
from reports.analyses.sight import counted_people, line_of_sight
from reports.analyses.tasks import drivers, hero, qualities, resources, values_balance
from reports.analyses.variants import variants_of
from reports.groups import crowds_of, declaration_of
from reports.reading import Reading, Stored
from reports.results import (
    UNWEIGHTED,
    WITHOUT_FLAGGED,
    Analysis,
    Figure,
    Group,
    ItemResult,
    Level,
    Overall,
    Quality,
    Results,
)
from reports.wording import item_labels, item_text, subjects_of

LEAST_K = 5
ROWS_AT_ONCE = 1000


def build_results(campaign: Campaign, framework: Framework | None = None, survey: Survey | None = None) -> Results:
    """Return the results of a campaign, with everything that may not be shown already taken out.

    `framework` is the campaign's edition and `survey` its answers unless given.
    """
    framework = framework or campaign.edition.framework()
    survey = survey or survey_of(campaign, framework)
    form = next((form for form in framework.forms if form.key == survey.form_of_answers), None)
    is_pulse = bool(form and form.is_pulse)
    table = figure_table(survey, is_pulse=is_pulse)
    table = replace(table, variants=variants_of(survey, table, is_pulse=is_pulse))
    graded = grades(survey, table)
    spread = drivers(survey)
    overall = _overall(survey, table, graded[INDEX], is_pulse=is_pulse)
    organisation = campaign.organisation
    return Results(
        organisation=organisation.name,
        sector=organisation.sector,
        country=organisation.country,
        is_synthetic=organisation.is_synthetic,
        campaign=campaign.title,
        wave=campaign.wave,
        form=survey.form_of_answers,
        is_pulse=is_pulse,
        framework=framework.title,
        framework_slug=framework.slug,
        edition=framework.version,
        edition_fingerprint=campaign.edition.fingerprint,
        closed_at=campaign.closed_at.isoformat() if campaign.closed_at else "",
        k=survey.k,
        invited=sum(row.people for row in survey.invited) if survey.invited else _people_counted(campaign, survey),
        answered=None if 0 < len(survey.people) < survey.k else len(survey.people),
        short_roles=tuple(
            role.title for role in framework.roles if campaign.form_for(role.key) != campaign.form and not is_pulse
        ),
        may_repeat=has_open_ways(campaign),
        levels=tuple(
            Level(number, level.key, level.title, level.starts_at, level.meaning)
            for number, level in enumerate(framework.levels, start=1)
        ),
        subjects=subjects_of(framework),
        groups=_groups(survey, table),
        figures=table.figures,
        overall=overall,
        gaps=perception_gaps(survey, table),
        items=tuple(_item_results(survey, table)),
        analyses=_analyses(survey, table, spread, overall),
        advice=advice(framework, table.figures["score"]["all"], graded, spread),
        weights=_weights(survey),
        not_searched=table.spent,
        variants=table.variants,
        quality=_quality(survey, table, graded[INDEX], is_pulse=is_pulse),
        pools=_pools(survey, table),
    )


# -- reading -------------------------------------------------------------------------------------


def survey_of(campaign: Campaign, framework: Framework) -> Survey:
    """Return everybody who answered a campaign, with the groups they belong to."""
    declared = declaration_of(campaign, Response.objects.filter(campaign=campaign).count())
    reading = answers_of(campaign, framework, declared)
    invited, joined = _invited(campaign, framework, declared)
    crowds = crowds_of(campaign, framework, declared, joined)
    roles = {crowd.key: crowd.parent for crowd in crowds if crowd.kind in {"side", "role"}}
    units = {crowd.key: crowd.parent for crowd in crowds if crowd.kind == "unit"}
    k = max(campaign.k, LEAST_K)
    return Survey(
        framework,
        campaign.form,
        k,
        reading.people(),
        crowds,
        invited,
        joined,
        (roles, units),
        dict(campaign.other_forms),
        reading.digest(),
    )


def answers_of(campaign: Campaign, framework: Framework, declared: Declaration) -> Reading:
    """Return all answers to a campaign; no more than some of them are held whole at a time."""
    rows = Response.objects.filter(campaign=campaign)
    fields = ("role", "unit_id", "contact_level", "is_fast", "time_band")
    texts = {f"{name}_text": Cast(name, TextField()) for name in ("attributes", "answers")}
    found = rows.annotate(**texts).values_list(*fields, *texts).iterator(chunk_size=ROWS_AT_ONCE)
    reading = Reading(framework, declared.by_unit, frozenset(declared.levels if declared.by_contact else ()))
    while some := [Stored(*row) for row in itertools.islice(found, ROWS_AT_ONCE)]:
        reading.take(some)
    return reading


def _people_counted(campaign: Campaign, survey: Survey) -> int | None:
    """Return how many people there are where anybody could come in, as the campaign's owner counted them.

    None where a unit that answered was not counted, or where more answered than there are: then the count is
    wrong or answers repeat, and a share would mislead. It never narrows an interval.
    """
    sizes = {int(unit): people for unit, people in campaign.unit_sizes.items()}
    if campaign.imported or not sizes.keys() >= _units_to_count(campaign):
        return None
    total = sum(sizes.values())
    return total if len(survey.people) <= total else None


def _units_to_count(campaign: Campaign) -> set[int]:
    """Return the units whose people must have been counted: those of people who answered, or all where none is kept.

    The list tells them, and who came in says where: the unit stored with an answer may be one above.
    """
    declared = campaign.declared
    if declared.tree and not declared.by_unit:
        above = {place.parent for place in declared.tree}
        return {place.number for place in declared.tree if place.number not in above}
    return set(campaign.invitations.filter(has_answered=True).values_list("unit_id", flat=True).distinct())


def _invited(
    campaign: Campaign, framework: Framework, declared: Declaration
) -> tuple[list[Invited] | None, frozenset[str]]:
    """Return how many were invited by stratum and unit (None where anybody could come), and the joined role groups.

    Role groups are joined where somebody's reporting cell names another group than the list does and
    nobody else's cell names theirs: four executives stored as managers are leaders from then on.
    """
    fields = ("role", "cell_role", "unit_id", "cell_unit_id", "cell_contact_level")
    rows = Invitation.objects.filter(campaign=campaign).values_list(*fields).annotate(people=Count("pk")).order_by()
    people: Counter[tuple[str, int, str]] = Counter()
    listed: set[str] = set()
    stored: set[str] = set()
    # People of an imported file were invited by nobody.
    open_ways = has_open_ways(campaign) or bool(campaign.imported)
    for role, cell_role, unit, cell_unit, level, count in rows:
        kept = stratum_of(framework, cell_role or role)
        listed.add(stratum_of(framework, role))
        stored.add(kept)
        people[kept, cell_unit or unit, _level(declared, level)] += count
    joined = joined_groups(framework, listed, stored)
    if open_ways or not people:
        return None, joined
    side_of = {group.key: f"side:{group.side}" for group in framework.role_groups if group.key in joined}
    found = [Invited(side_of.get(key, key), unit, count, level) for (key, unit, level), count in people.items()]
    return found, joined


def _level(declared: Declaration, level: str) -> str:
    """Return the contact level where it is reported: what is not told apart is one for every audit."""
    return level if declared.by_contact and level in declared.levels else ""


# -- telling -------------------------------------------------------------------------------------


def _groups(survey: Survey, table: Table) -> tuple[Group, ...]:
    """Return every group with how many answered, where that number may stand beside the others."""
    return tuple(
        Group(
            crowd.key,
            crowd.kind,
            crowd.title,
            crowd.parent,
            len(survey.members(crowd)) if crowd.key in table.answered else None,
        )
        for crowd in survey.crowds
    )


def _overall(survey: Survey, table: Table, grade: Grade, *, is_pulse: bool) -> Overall:
    framework = survey.framework
    whole = table.estimate("all", INDEX)
    figure = table.figures["score"]["all"].get(INDEX)
    if is_pulse or whole is None or figure is None or figure.score is None:
        return Overall(
            confidence="" if is_pulse else grade.letter, confidence_reasons=() if is_pulse else grade.reasons
        )
    plain = table.variants.get(UNWEIGHTED, {}).get("all", {}).get(INDEX)
    return replace(
        _headline(framework, figure, table.scores("all"), grade),
        unweighted_index=plain.score if plain else None,
        unweighted_level=plain.level if plain else None,
    )


def _headline(framework: Framework, figure: Figure, scores: Mapping[str, float | None], grade: Grade) -> Overall:
    """Return the level that an index gives beside these scores of dimensions."""
    index = figure.score or 0.0
    level, held_by = held_level(framework, index, scores)
    equal = index_of(framework, scores, equal=True)
    reached = [level_number(framework, edge) for edge in (figure.low or 0.0, figure.high or 0.0)]
    low, high = (min(number, level) if held_by else number for number in reached)
    return Overall(
        level=level,
        level_of_index=level_number(framework, index),
        held_by=held_by,
        equal_weights_index=equal if equal is None or not figure.indicative else float(round(equal)),
        equal_weights_level=None if equal is None else level_number(framework, equal),
        between=(low, high) if low != high else None,
        confidence=grade.letter,
        confidence_reasons=grade.reasons,
    )


def _quality(survey: Survey, table: Table, grade: Grade, *, is_pulse: bool) -> Quality:
    """Return how many answers are flagged, where that may be told, and the headline without them."""
    flagged = int(np.count_nonzero(survey.flagged)) if table.tells_flagged else None
    figure = table.variants.get(WITHOUT_FLAGGED, {}).get("all", {}).get(INDEX)
    if figure is None or is_pulse:
        return Quality(flagged)
    return Quality(flagged, _headline(survey.framework, figure, table.scores("all", WITHOUT_FLAGGED), grade))


def _weights(survey: Survey) -> Mapping[str, float]:
    """Return the share of each role group (or side, where pooled) in the whole, and of each instrument in the index.

    A single dimension can differ, where fewer people of a role group have a score in it.
    """
    framework = survey.framework
    counts = survey.count_by_stratum()
    shares = pools(framework.role_groups, counts, survey.k) if framework.role_groups else []
    used = {pool.key: pool.weight for pool in shares}
    return used | {f"instrument:{key}": weight for key, weight in instrument_weights(framework).items()}


def _pools(survey: Survey, table: Table) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Return of which groups' means each dimension of the whole is made, where all of these stand beside it.

    Then the shares say nothing more: they are what makes the sum come out.
    """
    groups = {crowd.key for crowd in survey.crowds}
    side_of = {group.key: f"side:{group.side}" for group in survey.framework.role_groups}
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (measure, group, subject), whole in table.estimates.items():
        if group != "all" or subject not in survey.framework.dimension_by_key:
            continue
        shares = {
            f"role:{pool.key}" if f"role:{pool.key}" in groups else side_of.get(pool.key, pool.key): pool.weight
            for pool in whole.pools
        }
        means = [(share, table.estimate(key, subject, measure)) for key, share in shares.items() if key != "all"]
        reached = [share * one.score for share, one in means if one]
        if reached and len(reached) == len(shares) and abs(math.fsum(reached) - whole.score) < 1e-9:
            found.setdefault(measure, {})[subject] = shares
    return found


def _item_results(survey: Survey, table: Table) -> Iterable[ItemResult]:
    """Yield each item's answers of the whole organisation, from ten people up."""
    for dimension in survey.framework.dimensions:
        for item in dimension.items:
            if table.allows(dimension.key, "item", item.key):
                tells_words = table.allows(dimension.key, UNSURE, item.key)
                yield _item_result(survey, dimension.key, item, tells_words=tells_words)


def _item_result(survey: Survey, subject: str, item: Item, *, tells_words: bool) -> ItemResult:
    codes = survey.columns.codes[item.key]
    pointed = codes >= 0
    least = survey.least(survey.dimension_of[item.key])
    counted = counted_people(survey, pointed, least)
    points = np.bincount(codes[counted], minlength=len(item.scale.points())).tolist()
    sides = [side for side, on in survey.sides.items() if (counted & on).any()]
    heard = np.logical_or.reduce([survey.on(side) for side in sides])
    values = moments(survey.values[item.key].of(counted))
    width = item.scale.highest - item.scale.lowest
    sd = math.sqrt(values.variance) if values.n > 1 else None
    return ItemResult(
        key=item.key,
        text=item_text(item),
        subject=subject,
        n=values.n,
        mean=values.mean,
        sd=sd,
        native_mean=item.scale.lowest + values.mean / 100 * width,
        native_sd=None if sd is None else sd / 100 * width,
        counts=tuple(points),
        labels=item_labels(item),
        dont_know=int(np.count_nonzero((codes == UNSEEN) & heard)) if tells_words else None,
        not_applicable=int(np.count_nonzero((codes == NOT_HERE) & heard)) if tells_words else None,
        consensus=consensus_of(values),
    )


def _analyses(survey: Survey, table: Table, spread: Analysis | None, overall: Overall) -> tuple[Analysis, ...]:
    found = [
        symbolic_substantive(survey),
        consensus_by_dimension(survey, table),
        silo_dispersion(survey, table),
        message_decay(survey),
        resources(survey, table),
        hero(survey, table),
        spread,
        shift_positions(survey),
        values_balance(survey, table),
        definition_lens(survey),
        line_of_sight(survey, table),
        confidence(survey, table),
        consistency(survey, table),
        unit_reliability(survey, table),
        claimed_lived(survey, table),
        evidence(survey, table, overall),
        qualities(survey, table),
    ]
    return tuple(analysis for analysis in found if analysis)
