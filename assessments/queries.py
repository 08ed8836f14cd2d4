"""What owners read about their campaigns: counts and rates, never who has answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language

from assessments.cells import Cell
from assessments.group_preview import Preview, preview_of_list, preview_of_sizes
from assessments.group_words import group_titles
from assessments.groups import LEVELS, Declaration, Place
from assessments.models import SMALLEST_GROUP, Campaign, Invitation, PeopleList
from assessments.models.responses import Response
from assessments.people_files import Line
from assessments.people_lists import Known, person_key
from backstage.models import AuditEvent, Job
from organisations.models import Organisation, Unit
from pillars.models import Edition

ASKED_FOR_LINK = "link_asked_for"

MOST_SAID = 90
"""Percent. Above it a rate would say of nearly everybody that they have answered."""


@dataclass(frozen=True)
class UnitRate:
    """How many of a unit answered, in whole percent; `is_capped` where it is more than is said."""

    unit: str
    invited: int
    percent: int
    is_capped: bool


@dataclass(frozen=True)
class Counted:
    """How many had answered an open campaign at the first look of `day`."""

    day: date
    total: int
    unasked: int
    """Those of them who came in by an open way."""
    by_unit: dict[int, int]
    listed_by_unit: dict[int, int]
    """By the unit on the list, and only of those who are on it."""


@dataclass(frozen=True)
class StagedList:
    """An uploaded list that waits for its owner."""

    lines: list[Line]
    creates_units: bool


@dataclass(frozen=True)
class OpeningCheck:
    """Head-counts of the list before the opening."""

    people: int
    units: int
    small_units: int
    has_leaders: bool
    leaders: int

    @property
    def has_few_leaders(self) -> bool:
        """Gaps between leaders and staff are hardly readable below nine leaders."""
        return self.has_leaders and self.leaders < 9


def has_open_ways(campaign: Campaign) -> bool:
    """Say whether people may come, or came, in unasked: by an open link, a unit's link or a shared tablet.

    One person can then answer more than once, and nobody knows how many were asked.
    """
    return (
        campaign.takes_open_link
        or campaign.unit_links.exists()
        or campaign.kiosks.exists()
        or campaign.invitations.filter(came_by_open_link=True).exists()
    )


def people_in_total(campaign: Campaign) -> int | None:
    """Return how many people a campaign asks: those on the list and of files, or as many as its owner typed.

    None where anybody may come in and nobody has said how many there are.
    """
    if has_open_ways(campaign):
        return sum(campaign.unit_sizes.values()) if campaign.unit_sizes else None
    return campaign.invitations.count() + campaign.imported


def places_now(organisation: Organisation) -> list[Place]:
    """Return the organisation's units as they are now."""
    rows = Unit.objects.filter(organisation=organisation).order_by("name", "pk").values_list("pk", "name", "parent")
    return [Place(*row) for row in rows]


def as_it_would_open(campaign: Campaign) -> Declaration:
    """Return what a campaign declares, with its units as they are now and the rule for few people applied.

    Answers of a file keep the units that the file gives them: whoever made it could read them one by one.
    """
    listed = campaign.invitations.filter(came_by_open_link=False).exclude(contact_level="")
    levels = LEVELS if campaign.imported else listed.values_list("contact_level", flat=True).distinct().order_by()
    people = None if campaign.imported else people_in_total(campaign)
    return campaign.declared.frozen(places_now(campaign.organisation), people, levels)


def group_preview(campaign: Campaign) -> Preview:
    """Return what will be readable of the groups that a campaign declares, by the people it asks as things are."""
    declared = as_it_would_open(campaign)
    framework = campaign.edition.framework(get_language() or "")
    titles = {"all": campaign.organisation.name, **group_titles()}
    k = max(campaign.k, SMALLEST_GROUP)
    listed = _listed(campaign)
    if has_open_ways(campaign) and (campaign.unit_sizes or not listed):
        sizes = {int(unit): people for unit, people in campaign.unit_sizes.items()}
        return preview_of_sizes(declared, framework, titles, sizes, k)
    return preview_of_list(declared, framework, titles, listed, k)


def _listed(campaign: Campaign) -> dict[Cell, int]:
    """Return how many people of each unit, role and contact level are on the list or came from a file."""
    invited = campaign.invitations.filter(came_by_open_link=False)
    counts: Counter[Cell] = Counter()
    counts.update(Cell(*one) for one in invited.values_list("unit", "role", "contact_level"))
    if campaign.imported:
        answered = Response.objects.filter(campaign=campaign)
        counts.update(Cell(*one) for one in answered.values_list("unit", "role", "contact_level"))
    return dict(counts)


def languages_of(campaign: Campaign) -> list[str]:
    """Return the languages a campaign's questionnaire can be answered in, the campaign's own first.

    These are the languages of this server in which the edition is written or translated.
    """
    offered = [code for code, _name in settings.LANGUAGES if is_written_in(campaign.edition, code)]
    own = campaign.language or campaign.edition.framework().language
    return sorted(offered or [settings.LANGUAGES[0][0]], key=lambda code: _main_part(code) != _main_part(own))


def is_written_in(edition: Edition, language: str) -> bool:
    """Say whether an edition is written in this language or translated into it."""
    return _main_part(language) in map(_main_part, edition.languages())


def could_be_shorter(campaign: Campaign, role: str = "") -> bool:
    """Say whether the short form would suit people who share a device, and they do not get it: of `role`, or any."""
    roles = [known.key for known in campaign.edition.framework().roles_to_shorten if role in {"", known.key}]
    short = campaign.edition.framework().pulse_form
    return any(campaign.form_for(known) != short for known in roles)


def language_for(campaign: Campaign, wished: str = "") -> str:
    """Return the wished language where the campaign has it, else the campaign's own."""
    offered = languages_of(campaign)
    return wished if wished in offered else offered[0]


def _main_part(code: str) -> str:
    return code.lower().partition("-")[0]


def campaigns_of(organisation: Organisation) -> QuerySet[Campaign]:
    """Return the organisation's campaigns, newest first, each with `invited_count` and `answered_count`.

    Responses from a file count as both; people who came by the open link were never invited by name, so
    they count as invited once they have answered.
    """
    campaigns = organisation.campaigns.select_related("organisation", "edition")
    # Said again here: a query that counts forgets the order of the model.
    return with_counts(campaigns).order_by("-created_at", "-pk")


def with_counts(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Add `invited_count` and `answered_count` to campaigns."""
    listed = Q(invitations__came_by_open_link=False) | Q(invitations__has_answered=True)
    return campaigns.annotate(
        invited_count=Count("invitations", filter=listed) + F("imported"),
        answered_count=Count("invitations", filter=Q(invitations__has_answered=True)) + F("imported"),
    )


def unit_rates(campaign: Campaign, counted: Counted | None = None) -> list[UnitRate]:
    """Return the rates of units in which at least k people are invited, by name; as they were counted, or as they are.

    A unit's people are those of the unit itself: on the list or, where anybody may come in, as many as the
    owner typed; a unit without a number is left out there. When those left over are fewer than k but some,
    the smallest unit shown is left out too, so that the total gives nothing away about them. A number that is
    typed never shows the few who are on the list of a unit: that would say whether one of them has answered.
    """
    people = campaign.invitations.all()
    sizes = {int(unit): size for unit, size in campaign.unit_sizes.items()} if has_open_ways(campaign) else {}
    if not sizes:
        people = people.filter(came_by_open_link=False)
    counts = (
        people.values("unit", "unit__name")
        .annotate(
            listed=Count("pk", filter=Q(came_by_open_link=False)), answered=Count("pk", filter=Q(has_answered=True))
        )
        .order_by("unit__name")
    )
    found = {row["unit"]: (row["unit__name"], row["listed"], row["answered"]) for row in counts}
    if counted:
        then = counted.by_unit if sizes else counted.listed_by_unit
        found = {unit: (name, listed, then.get(unit, 0)) for unit, (name, listed, _now) in found.items()}
    if sizes:
        names = dict(Unit.objects.filter(pk__in=sizes, organisation=campaign.organisation_id).values_list("pk", "name"))
        few = {unit for unit, (_name, listed, _answered) in found.items() if 0 < listed < campaign.k}
        found = {
            unit: (name, sizes[unit], min(sizes[unit], found.get(unit, ("", 0, 0))[2]))
            for unit, name in names.items()
            if unit not in few
        }
    rows = sorted(found.values())
    shown = [row for row in rows if row[1] >= campaign.k]
    left_over = sum(row[1] for row in rows) - sum(row[1] for row in shown)
    if shown and 0 < left_over < campaign.k:
        shown.remove(min(shown, key=lambda row: row[1]))
    return [
        UnitRate(name, invited, min(MOST_SAID, 100 * answered // invited), 100 * answered > MOST_SAID * invited)
        for name, invited, answered in shown
    ]


def people_of(campaign: Campaign) -> QuerySet[Invitation]:
    """Return the people on the list in the order of their units and names."""
    listed = campaign.invitations.filter(came_by_open_link=False).select_related("unit")
    return listed.order_by("unit__name", "name", "email", "staff_number", "pk")


def unit_names(organisation: Organisation) -> dict[str, int]:
    """Return the ids of units by each name they are known by, in lower case: name and code."""
    names: dict[str, int] = {}
    for unit in Unit.objects.filter(organisation=organisation):
        names[" ".join(unit.name.lower().split())] = unit.pk
        if unit.code:
            names.setdefault(unit.code.lower(), unit.pk)
    return names


def known_to(campaign: Campaign) -> Known:
    """Return what a list of people for this campaign is checked against."""
    invited = campaign.invitations.filter(came_by_open_link=False).values_list(
        "pk", "unit", "role", "staff_number", "email"
    )
    by_key: dict[str, tuple[int, int, str]] = {}
    for pk, unit, role, staff_number, email in invited:
        by_key.setdefault(person_key(staff_number, email), (pk, unit, role))
    by_key.pop("", None)
    units = Unit.objects.filter(organisation_id=campaign.organisation_id)
    return Known(
        units=unit_names(campaign.organisation),
        unit_names=list(units.values_list("name", flat=True)),
        roles=campaign.edition.framework(get_language() or "").roles,
        own_roles=campaign.edition.framework().roles,
        invited=by_key,
        is_open=campaign.state == Campaign.State.OPEN,
    )


def release_job(campaign: Campaign) -> Job | None:
    """Return the newest job that makes this campaign's results, if one was ever asked for."""
    jobs = Job.objects.filter(task="reports.make_release", arguments__campaign_id=campaign.pk)
    return jobs.order_by("-created_at").first()


def staged_list(campaign: Campaign) -> StagedList | None:
    """Return the list that was uploaded and not taken over, if there is one."""
    row = PeopleList.objects.filter(campaign=campaign).first()
    if row is None:
        return None
    lines = [
        Line(int(cells["line"]), {name: text for name, text in cells.items() if name != "line"}) for cells in row.rows
    ]
    return StagedList(lines, row.creates_units)


def role_titles(campaign: Campaign) -> dict[str, str]:
    """Return the titles of the campaign's roles by key, in the reader's language."""
    return {role.key: role.title for role in campaign.edition.framework(get_language() or "").roles}


def short_role_titles(campaign: Campaign) -> list[str]:
    """Return the titles of the roles that get the short form, in the reader's language."""
    titles = role_titles(campaign)
    return [titles.get(role, role) for role in campaign.short_roles]


def form_title(campaign: Campaign) -> str:
    """Return the title of the form people fill in, in the reader's language."""
    forms = campaign.edition.framework(get_language() or "").forms
    return next((form.title for form in forms if form.key == campaign.form), campaign.form)


def opening_check(campaign: Campaign) -> OpeningCheck:
    """Return what an owner should know before opening."""
    framework = campaign.edition.framework()
    listed = campaign.invitations.filter(came_by_open_link=False)
    by_role = {row["role"]: row["n"] for row in listed.values("role").annotate(n=Count("pk")).order_by("role")}
    by_unit = [row["n"] for row in listed.values("unit").annotate(n=Count("pk")).order_by("unit")]
    leaders = [role for group in framework.role_groups if group.side == "leaders" for role in group.roles]
    return OpeningCheck(
        people=sum(by_role.values()),
        units=len(by_unit),
        small_units=sum(n < campaign.k for n in by_unit),
        has_leaders=bool(leaders),
        leaders=sum(by_role.get(role, 0) for role in leaders),
    )


def asked_for_links(campaign: Campaign) -> int:
    """Return how often somebody without an e-mail address on the list has asked for a new link; never who."""
    return AuditEvent.objects.filter(act=ASKED_FOR_LINK, subject=f"campaign:{campaign.pk}").count()
