"""Campaigns, the people invited, their links, and sealed drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.groups import Declaration
from organisations.models import Organisation, Unit
from pillars.models import Edition

SMALLEST_GROUP = 5
"""The floor of k, and its default: no figure about fewer people, with no exception."""


SMALLEST_COMMENT_GROUP = 10
"""Comments are shown only for groups in which this many people answered, or k if that is more."""


class ContactLevel(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    NEVER = "never", _("Never")


class PromiseBroken(Exception):
    """Something tried to make a campaign's settings looser than its respondents were promised."""


class CampaignRows(models.QuerySet["Campaign"]):
    """Campaigns; an update that would break a promise is refused whichever operation tries it."""

    def update(self, **fields: Any) -> int:
        if PROMISED.intersection(fields):
            for campaign in self:
                campaign.refuse_to_loosen(fields)
        return super().update(**fields)


PROMISED = frozenset({"k", "promises", "edition", "edition_id", "form", "short_roles", "groups", "unit_tree"})
"""Fields that a promise rests on once a campaign has opened."""


class Campaign(models.Model):
    """One edition asked in one organisation between two dates; a wave in a series."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        RELEASED = "released", _("Released")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="campaigns")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(_("form"), max_length=40, default="full")
    title = models.CharField(_("title"), max_length=120)
    wave = models.PositiveSmallIntegerField(_("wave"), default=1)
    purpose = models.TextField(_("why you ask, in two sentences"), max_length=600, blank=True)
    nominees = models.JSONField(default=list, blank=True)
    """Up to ten roles, typed in by the owner, one of which can be nominated. Empty: nobody is asked to nominate."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(_("last day"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    k = models.PositiveSmallIntegerField(_("smallest group shown"), default=SMALLEST_GROUP)
    takes_open_link = models.BooleanField(_("one open link for everybody"), default=False)
    spread_items = models.JSONField(default=dict)
    """Ladders that leaders draw beyond their role, and how often each was drawn; never by whom."""
    open_link_hash = models.CharField(max_length=64, blank=True, db_index=True)
    imported = models.PositiveIntegerField(default=0)
    """How many responses came from a file. Nothing invited those people, so they count as invited and answered."""
    grace_hours = models.PositiveSmallIntegerField(_("late answers"), default=0)
    """How long after the close those who began before it may go on, such as a phone without network."""
    short_roles = models.JSONField(default=list)
    """Roles that get the edition's short form where the others get `form`."""
    language = models.CharField(_("language"), max_length=10, blank=True)
    """What posters and shared tablets speak before somebody chooses; empty for the edition's own language."""
    open_link_turn = models.PositiveSmallIntegerField(default=0)
    """Counts how often the open link and its code were replaced; both are computed from it."""
    open_code_hash = models.CharField(max_length=64, blank=True, db_index=True)
    """Finds the campaign by the code that is typed instead of opening the open link."""
    unit_sizes = models.JSONField(default=dict)
    """With an open way in: how many people each unit has, by its number, as the owner typed it."""
    promises = models.JSONField(default=list)
    """What respondents were promised, oldest first: one object with "fingerprint" and "settings" for each change."""
    groups = models.JSONField(default=dict)
    """Which groups may ever be reported; `declared` reads it."""
    unit_tree = models.JSONField(default=list)
    """The units as they were when the campaign opened: number, name and number of the unit above, by name."""
    tallies = models.JSONField(default=dict)
    """Counts that are not kept with any response, such as how many answered in which language."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignRows.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "title"], name="one_campaign_for_each_title"),
            models.CheckConstraint(
                condition=models.Q(k__gte=SMALLEST_GROUP), name="groups_are_never_smaller_than_five"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row. What is stored decides about promises, not what this object remembers of them.

        :raises PromiseBroken: when it would loosen what respondents were promised
        """
        names = PROMISED if update_fields is None else PROMISED.intersection(update_fields := list(update_fields))
        stored = Campaign.objects.filter(pk=self.pk).first() if self.pk and names else None
        if stored is not None:
            stored.refuse_to_loosen({name: getattr(self, name) for name in names})
        super().save(*args, update_fields=update_fields, **kwargs)

    def refuse_to_loosen(self, fields: dict[str, Any]) -> None:
        """Refuse values for fields of this stored row that promise less than it does.

        :raises PromiseBroken: when one of them does
        """
        if not self.promises:
            return
        k, promises = fields.get("k", self.k), fields.get("promises", self.promises)
        promised = self.promises[-1]["settings"]["smallest_group"]
        edition = fields.get("edition_id", fields.get("edition", self.edition_id))
        if not isinstance(k, int) or k < promised:
            raise PromiseBroken(f"Groups of {promised} were promised.")
        if not isinstance(promises, list) or promises[: len(self.promises)] != self.promises:
            raise PromiseBroken("What was promised is only added to.")
        if getattr(edition, "pk", edition) != self.edition_id or fields.get("form", self.form) != self.form:
            raise PromiseBroken("The questionnaire stays as it was promised.")
        if fields.get("short_roles", self.short_roles) != self.short_roles:
            raise PromiseBroken("The questionnaire stays as it was promised.")
        if any(fields.get(name, getattr(self, name)) != getattr(self, name) for name in ("groups", "unit_tree")):
            raise PromiseBroken("Groups are declared before the opening.")

    @property
    def declared(self) -> Declaration:
        """Which groups may ever be reported, with their units once the campaign has opened."""
        return Declaration.read(self.groups, self.unit_tree)

    @property
    def comments_from(self) -> int:
        """How many people a group needs before its comments are shown."""
        return max(self.k, SMALLEST_COMMENT_GROUP)

    @property
    def other_forms(self) -> dict[str, str]:
        """Return the form of each role that gets another one than the rest."""
        if not self.short_roles:
            return {}
        return dict.fromkeys(self.short_roles, self.edition.framework().pulse_form or self.form)

    def form_for(self, role: str) -> str:
        """Return the form that `role` gets: the role of the cell that somebody answers in."""
        return self.other_forms.get(role, self.form)

    def is_open(self, at: datetime) -> bool:
        """Say whether people may begin at `at`."""
        return self.state == self.State.OPEN and (self.closes_at is None or at < self.closes_at)

    @property
    def ends_at(self) -> datetime | None:
        """When the last answers are taken: the close plus the grace time."""
        return self.closes_at + timedelta(hours=self.grace_hours) if self.closes_at else None

    def phase(self, at: datetime) -> str:
        """Return the state as people speak of it: while it is open also "late" or "over", after its last day."""
        if self.state != self.State.OPEN or self.is_open(at):
            return self.state
        return "late" if self.takes_answers(at) else "over"

    def takes_answers(self, at: datetime) -> bool:
        """Say whether somebody who began in time may go on and send at `at`."""
        return self.state == self.State.OPEN and (self.ends_at is None or at < self.ends_at)


class Invitation(models.Model):
    """A person on the list, or somebody who came through the open link.

    `unit`, `role` and `contact_level` are what the list says and decide what is asked. The three
    `cell_` fields are the finest combination that at least k invited people share; only they travel
    with the response.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    contact_level = models.CharField(max_length=10, choices=ContactLevel, blank=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    staff_number = models.CharField(max_length=60, blank=True)
    came_by_open_link = models.BooleanField(default=False)
    cell_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    cell_role = models.CharField(max_length=40, blank=True)
    cell_contact_level = models.CharField(max_length=10, blank=True)
    has_answered = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or self.email or self.staff_number or f"invitation {self.pk}"


class AccessLink(models.Model):
    """One secret that opens one invitation. Only its hash is kept; `wrapped_key` opens the draft with the secret."""

    class Kind(models.TextChoices):
        LINK = "link", "link"
        CODE = "code", "code"

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.LINK)
    """A link's token is long and random; a code is short enough to type, so its hash is keyed and its wrapping slow."""
    token_hash = models.CharField(max_length=64, unique=True)
    wrapped_key = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"link of {self.invitation_id}"


class Draft(models.Model):
    """Unfinished answers: one flat JSON value, each answer sealed on its own under a key no row holds."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="draft")
    answers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"draft of {self.invitation_id}"


class UnitLink(models.Model):
    """An open way in that is fixed to one unit, such as for a poster in a branch: anybody there may use it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="unit_links")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    """The role of everybody who comes in here; empty means that each person is asked."""
    token_hash = models.CharField(max_length=64, db_index=True, blank=True)
    code_hash = models.CharField(max_length=64, db_index=True, blank=True)

    def __str__(self) -> str:
        return f"link for unit {self.unit_id}"


class Kiosk(models.Model):
    """A shared tablet that lets one person after the other answer, each with a clean start."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="kiosks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    """The role of everybody who answers here; empty means that each person is asked."""
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, db_index=True, blank=True)
    """Finds the tablet's page by a code that is typed instead of its address."""
    pin_hash = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"kiosk {self.pk}"


class PeopleList(models.Model):
    """An uploaded list of people that its owner has not taken over yet; at most one for each campaign."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="people_list")
    rows = models.JSONField(default=list)
    """One object for each line, with the columns of `assessments.people_files.COLUMNS` and "line"."""
    creates_units = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"list for {self.campaign_id}"
