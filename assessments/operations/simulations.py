"""Writes made-up organisations with closed campaigns. They are marked as synthetic for ever."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify

from assessments.cells import Cell, reporting_cells, shape_of
from assessments.models import Campaign, Invitation
from assessments.models.responses import Response
from assessments.operations.campaigns import create_campaign, open_campaign
from assessments.operations.cells import places_of
from assessments.operations.groups import keep_fixed
from assessments.queries import places_now
from assessments.simulation import (
    NOMINEES,
    Company,
    SimulatedPerson,
    SimulatedUnit,
    Story,
    a_wave_later,
    ask_everybody,
    found_company,
    invented_name,
)
from organisations.models import Organisation, Unit
from pillars.models import Edition

ROWS_AT_ONCE = 500
BETWEEN_WAVES = timedelta(days=182)
OPEN_FOR = timedelta(days=21)


class NotSynthetic(Exception):
    """The organisation is a real one."""


@dataclass(frozen=True)
class Sketch:
    """What is told about an organisation that is to be made up."""

    name: str
    people: int
    waves: int
    seed: int
    sector: str = Organisation.Sector.OTHER
    country: str = ""
    story: Story = "none"
    level: float | None = None


@transaction.atomic
def simulate_organisation(
    *, sketch: Sketch, edition: Edition, at: datetime, form: str = "", short_roles: Sequence[str] = ()
) -> list[Campaign]:
    """Return the closed campaigns, oldest first, of a new organisation made from the sketch.

    The newest was closed a day before `at`. No signal is sent, so that nobody releases them unasked.
    """
    framework = edition.framework()
    form = form or framework.forms[0].key
    organisation = Organisation.objects.create(
        name=sketch.name,
        slug=_free_slug(sketch.name),
        sector=sketch.sector,
        country=sketch.country,
        is_synthetic=True,
        shares_benchmark=True,
    )
    company = found_company(framework, sketch.people, [sketch.seed], story=sketch.story, level=sketch.level)
    units = _units(organisation, company)
    campaigns = []
    for wave in range(1, sketch.waves + 1):
        if wave > 1:
            company = a_wave_later(company, [sketch.seed, wave, 1])
        closed_at = at - timedelta(days=1) - (sketch.waves - wave) * BETWEEN_WAVES
        campaign = create_campaign(
            organisation=organisation,
            edition=edition,
            title=f"{closed_at:%B %Y}",
            form=form,
            short_roles=short_roles,
            purpose="These answers are made up.",
            nominees=NOMINEES if any(task.kind == "nominate" for task in framework.tasks) else (),
            closes_at=closed_at,
            at=closed_at - OPEN_FOR,
        )
        people = ask_everybody(framework, company, [sketch.seed, wave, 2], form, campaign.other_forms)
        own = [Cell(units[person.unit], person.role, person.contact_level) for person in people]
        levels = {cell.contact_level for cell in own}
        keep_fixed(campaign, campaign.declared.frozen(places_now(organisation), len(people), levels))
        places = places_of(campaign)
        stored = [places.cell(cell.unit, cell.role, cell.contact_level) for cell in own]
        cells = reporting_cells(stored, campaign.k, shape_of(framework, places.tree.parents()))
        _write(campaign, people, own, cells)
        campaign.state = Campaign.State.CLOSED
        campaign.opened_at, campaign.closed_at = closed_at - OPEN_FOR, closed_at
        campaign.save(update_fields=["state", "opened_at", "closed_at"])
        campaigns.append(campaign)
    return campaigns


@transaction.atomic
def simulate_running_campaign(
    *, before: Campaign, title: str, purpose: str, share: float, seed: int, at: datetime, closes_at: datetime
) -> Campaign:
    """Return the next campaign of a made-up organisation, open since a week, with about `share` of its answers.

    The people of the campaign before it are asked again, with made-up names, and there is an open link as well.
    """
    framework = before.edition.framework()
    campaign = create_campaign(
        organisation=before.organisation,
        edition=before.edition,
        title=title,
        form=before.form,
        short_roles=before.short_roles,
        purpose=purpose,
        nominees=before.nominees,
        takes_open_link=True,
        closes_at=closes_at,
        at=at - timedelta(days=8),
    )
    listed = list(before.invitations.select_related("unit").order_by("staff_number"))
    Invitation.objects.bulk_create(
        [
            Invitation(
                campaign=campaign,
                unit=person.unit,
                role=person.role,
                contact_level=person.contact_level,
                name=invented_name(number),
                staff_number=person.staff_number,
            )
            for number, person in enumerate(listed)
        ],
        batch_size=ROWS_AT_ONCE,
    )
    open_campaign(campaign=campaign, at=at - timedelta(days=7))
    people = list(campaign.invitations.order_by("staff_number"))
    units = list(dict.fromkeys(person.unit_id for person in people))
    company = Company(
        level=56,
        profile=dict.fromkeys((dimension.key for dimension in framework.dimensions), 0.0),
        units=tuple(SimulatedUnit(str(unit), "", response_rate=share) for unit in units),
        staff=tuple((units.index(person.unit_id), person.role) for person in people),
    )
    simulated = ask_everybody(framework, company, [seed], campaign.form, campaign.other_forms)
    answered = [person.pk for person, made in zip(people, simulated, strict=True) if made.answers is not None]
    Invitation.objects.filter(pk__in=answered).update(has_answered=True)
    cells = [Cell(person.cell_unit_id or 0, person.cell_role, person.cell_contact_level) for person in people]
    _write_responses(campaign, simulated, cells)
    return campaign


@transaction.atomic
def erase_synthetic_organisation(*, organisation: Organisation) -> None:
    """Delete a made-up organisation with everything about it.

    :raises NotSynthetic: when it is a real one
    """
    if not organisation.is_synthetic:
        raise NotSynthetic
    Response.objects.filter(campaign__organisation=organisation).delete()
    Invitation.objects.filter(campaign__organisation=organisation).delete()
    organisation.delete()


def _write(campaign: Campaign, people: Sequence[SimulatedPerson], own: Sequence[Cell], cells: Sequence[Cell]) -> None:
    invitations = [
        Invitation(
            campaign=campaign,
            unit_id=listed.unit,
            role=listed.role,
            contact_level=listed.contact_level,
            staff_number=f"{number:05}",
            cell_unit_id=cell.unit,
            cell_role=cell.role,
            cell_contact_level=cell.contact_level,
            has_answered=person.answers is not None,
        )
        for number, (person, listed, cell) in enumerate(zip(people, own, cells, strict=True), start=1)
    ]
    Invitation.objects.bulk_create(invitations, batch_size=ROWS_AT_ONCE)
    _write_responses(campaign, people, cells)


def _write_responses(campaign: Campaign, people: Sequence[SimulatedPerson], cells: Sequence[Cell]) -> None:
    responses = [
        Response(
            campaign=campaign,
            unit_id=cell.unit,
            role=cell.role,
            contact_level=cell.contact_level,
            answers=person.answers,
        )
        for person, cell in zip(people, cells, strict=True)
        if person.answers is not None
    ]
    secrets.SystemRandom().shuffle(responses)
    Response.objects.bulk_create(responses, batch_size=ROWS_AT_ONCE)


def _units(organisation: Organisation, company: Company) -> list[int]:
    """Create the tree; return the id of each of the company's units."""
    root = Unit.objects.create(organisation=organisation, name=organisation.name)
    above = {"": root}
    for name in dict.fromkeys(unit.parent for unit in company.units if unit.parent):
        above[name] = Unit.objects.create(organisation=organisation, parent=root, name=name)
    ids = []
    for unit in company.units:
        row = Unit.objects.create(organisation=organisation, parent=above[unit.parent], name=unit.name)
        ids.append(row.pk)
    return ids


def _free_slug(name: str) -> str:
    slug = slugify(name)[:120]
    return f"{slug}-{secrets.token_hex(3)}" if Organisation.objects.filter(slug=slug).exists() else slug
