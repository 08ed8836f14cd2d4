"""A small framework and a campaign to answer it in, for tests of links, drafts and the questionnaire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Invitation
from organisations.models import Organisation, Unit
from pillars.models import Edition
from pillars.schema import Dimension, Form, Framework, Instrument, Item, MaturityLevel, Part, Role, Scale, Task

OPENED = datetime(2026, 6, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)

OFTEN = Scale("F5", "points", 0, 4, ("never", "seldom", "half", "mostly", "always"), "In the last three months …", 10)
LEAN = Scale(
    "D5", "pair", 0, 4, ("exactly the left", "closer to left", "in between", "closer to right", "exactly the right")
)
RUNGS = Scale("L5", "ladder", 1, 5, seconds=22)

LC1 = Item("LC1", "How often do leaders mention a customer?", OFTEN)
LC2 = Item(
    "LC2", "How often does the customer win?", OFTEN, ("front_line", "agent"), wording={"agent": "At the company?"}
)
LC5 = Item("LC5", "Who carries the customer?", RUNGS, ("manager", "executive"), rungs=("A", "B", "C", "D", "E"))
OP1 = Item("OP1", "How often is one visit enough?", OFTEN)
OP2 = Item("OP2", "", LEAN, left="Each department alone", right="Departments together")
BO1 = Item("BO1", "How often does the back office hear of it?", OFTEN, ("back_office",))

FRAMEWORK = Framework(
    slug="small",
    version="1.0",
    title="Small",
    language="en",
    levels=(MaturityLevel("inward", "Inward", 0), MaturityLevel("lived", "Lived", 80)),
    instruments=(
        Instrument(
            "pillars",
            "Pillars",
            (
                Dimension("leadership", "Leadership", (LC1, LC2, LC5)),
                Dimension("operations", "Operations", (OP1, OP2, BO1)),
            ),
            weight=1,
        ),
    ),
    roles=(
        Role("front_line", "front line", "I serve customers every day"),
        Role("agent", "agents", "I am an agent"),
        Role("back_office", "back office", "I work behind the scenes"),
        Role("manager", "managers", "I lead people"),
        Role("executive", "executives", "I sit on the board"),
    ),
    forms=(Form("full", "Full", 40),),
    tasks=(
        Task(
            "WISH",
            "pick",
            "Which two do you wish for?",
            ("front_line",),
            20,
            2,
            (("R1", "Skills"), ("R2", "Tools"), ("R3", "Time")),
        ),
        Task("HER", "nominate", "Which role would hurt most?", ("manager",), 15),
        Task(
            "WHY",
            "tokens",
            "Why invest?",
            ("executive",),
            45,
            10,
            (("cost", "Cost"), ("trust", "Trust"), ("growth", "Growth")),
        ),
        Task("SAY", "comment", "What else?", (), 25, 50),
    ),
    parts=(
        Part("lead", "Leading", (("LC1", "LC2", "LC5"),), intro="About leaders."),
        Part("work", "Working", (("OP1", "BO1"), ("OP2",))),
        Part("last", "Last questions", (("WISH", "HER", "WHY"), ("SAY",))),
    ),
)


def make_campaign(**fields: Any) -> Campaign:
    organisation = Organisation.objects.create(name="Northlake Savings", slug="northlake")
    Unit.objects.create(organisation=organisation, name="Northlake Savings")
    edition = Edition.objects.create(
        slug="small", version="1.0", title="Small", document={}, fingerprint="0" * 64, published_at=OPENED
    )
    values = {"title": "Spring", "state": Campaign.State.OPEN, "opened_at": OPENED, **fields}
    return Campaign.objects.create(organisation=organisation, edition=edition, **values)


def make_invitation(campaign: Campaign, role: str = "front_line") -> Invitation:
    root = Unit.objects.get(organisation=campaign.organisation, parent=None)
    branch, _made = Unit.objects.get_or_create(organisation=campaign.organisation, parent=root, name="Branch North")
    return Invitation.objects.create(
        campaign=campaign,
        unit=branch,
        role=role,
        contact_level="daily",
        name="Ada Example",
        cell_unit=branch,
        cell_role=role,
    )


def make_link(invitation: Invitation) -> str:
    """Return the secret of a new link for this person."""
    token = new_token()
    AccessLink.objects.create(invitation=invitation, token_hash=token_hash(token))
    return token
