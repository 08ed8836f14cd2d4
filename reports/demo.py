"""The demo: three organisations with a story each, twelve peers, people who can sign in, a campaign to answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from assessments.models import Campaign
from assessments.open_links import open_link_token
from assessments.operations.people import mint_links
from assessments.operations.simulations import (
    Sketch,
    erase_synthetic_organisation,
    simulate_organisation,
    simulate_running_campaign,
)
from assessments.queries import people_of
from organisations.models import Membership, Organisation, User
from pillars.queries import edition_named
from reports.models import Report
from reports.operations.releases import release_campaign

DOMAIN = "demo.concentric.example"
OWNER, LEADER, CONSULTANT = f"owner@{DOMAIN}", f"leader@{DOMAIN}", f"consultant@{DOMAIN}"
WAVES = 2
SECTOR = Organisation.Sector

STORIES = (
    Sketch("Mwezi Microfinance Bank", 220, WAVES, 101, SECTOR.MICROFINANCE, "Kenya", "leader_gap", 48),
    Sketch("Seguros Orquídea", 90, WAVES, 102, SECTOR.INSURANCE, "Colombia", "symbolic", 32),
    Sketch("Nodi Mobile Money", 380, WAVES, 103, SECTOR.MOBILE_MONEY, "Bangladesh", "hero", 62),
)
PEERS = (
    Sketch("Acacia Savings", 60, 1, 201, SECTOR.MICROFINANCE, "Ghana", "none", 36),
    Sketch("Bluestone Microcredit", 90, 1, 202, SECTOR.MICROFINANCE, "Peru", "none", 57),
    Sketch("Cedar Rural Finance", 45, 1, 203, SECTOR.MICROFINANCE, "Nepal", "none", 48),
    Sketch("Delta Village Banks", 110, 1, 204, SECTOR.MICROFINANCE, "Senegal", "none", 64),
    Sketch("Estuary Small Loans", 70, 1, 205, SECTOR.MICROFINANCE, "Philippines", "none", 41),
    Sketch("Foothill Insurance", 80, 1, 206, SECTOR.INSURANCE, "Georgia", "none", 38),
    Sketch("Granary Mutual", 55, 1, 207, SECTOR.INSURANCE, "Mexico", "none", 58),
    Sketch("Harbour Crop Cover", 40, 1, 208, SECTOR.INSURANCE, "Ghana", "none", 50),
    Sketch("Isthmus Wallet", 120, 1, 209, SECTOR.MOBILE_MONEY, "Peru", "none", 66),
    Sketch("Juniper Pay", 100, 1, 210, SECTOR.MOBILE_MONEY, "Philippines", "none", 45),
    Sketch("Kestrel Bank", 120, 1, 211, SECTOR.BANK, "Georgia", "none", 54),
    Sketch("Lantern Cooperative", 65, 1, 212, SECTOR.COOPERATIVE, "Nepal", "none", 61),
)
PURPOSE = (
    "We want to know what it is like to serve our customers here, from everybody. "
    "What you tell us decides what we change first."
)


class NoEdition(Exception):
    """The framework that the demo is about is not published here."""


@dataclass(frozen=True)
class SignIns:
    """What a visitor needs to look around. Holds secrets: shown once, kept in one file."""

    password: str
    personal_link: str
    open_link: str
    organisation: str


def is_loaded() -> bool:
    """Say whether the demo is here, whole: its people are made last."""
    return User.objects.filter(email=CONSULTANT).exists()


def remove() -> None:
    """Delete the demo's people and organisations; nothing else is touched."""
    User.objects.filter(email__in=[OWNER, LEADER, CONSULTANT]).delete()
    names = [sketch.name for sketch in (*STORIES, *PEERS)]
    for organisation in Organisation.objects.filter(name__in=names, is_synthetic=True):
        for report in Report.objects.filter(release__campaign__organisation=organisation).exclude(file=""):
            report.file.delete(save=False)
        erase_synthetic_organisation(organisation=organisation)


def load(*, at: datetime, base_url: str, say: Callable[[str], object]) -> SignIns:
    """Load the demo and return its sign-ins. What an interrupted load left behind is removed first.

    :raises NoEdition: when the framework is not published
    """
    edition = edition_named("concentric")
    if edition is None:
        raise NoEdition
    remove()
    organisations: list[Organisation] = []
    newest: list[Campaign] = []
    for sketch in (*STORIES, *PEERS):
        say(f"{sketch.name}, {sketch.country}…")
        # One transaction for each organisation, so that a site in use is never held up for long.
        with transaction.atomic():
            campaigns = simulate_organisation(sketch=sketch, edition=edition, at=at)
            for campaign in campaigns:
                release_campaign(campaign=campaign, at=campaign.closed_at or at)
        organisations.append(campaigns[0].organisation)
        newest.append(campaigns[-1])
    with transaction.atomic():
        campaign = _running_campaign(newest[0], at)
        personal = _personal_link(campaign, base_url, at)
        password = _people(organisations)
    return SignIns(
        password=password,
        personal_link=personal,
        open_link=f"{base_url}/join/{open_link_token(campaign.pk)}/",
        organisation=organisations[0].slug,
    )


def _running_campaign(before: Campaign, at: datetime) -> Campaign:
    closes_at = (at + timedelta(days=60)).replace(hour=23, minute=59, second=59, microsecond=0)
    return simulate_running_campaign(
        before=before,
        title=f"{closes_at:%B %Y}",
        purpose=PURPOSE,
        share=0.4,
        seed=301,
        at=at,
        closes_at=closes_at,
    )


def _personal_link(campaign: Campaign, base_url: str, at: datetime) -> str:
    """Return a link for somebody of the front line who has not answered yet."""
    waiting = people_of(campaign).filter(role="front_line", has_answered=False)[:1]
    (_, url), *_rest = mint_links(campaign=campaign, invitations=waiting, base_url=base_url, at=at)
    return url


def _people(organisations: list[Organisation]) -> str:
    """Make the people who can sign in, with one new password for all three, and return it."""
    password = secrets.token_urlsafe(9)
    own = organisations[: len(STORIES)]
    for email, kind, where in (
        (OWNER, Membership.Kind.OWNER, own),
        (LEADER, Membership.Kind.LEADER, own[:1]),
        (CONSULTANT, Membership.Kind.CONSULTANT, organisations),
    ):
        user = User.objects.create_user(email, password, name=f"Demo {kind}")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Membership.objects.bulk_create(
            Membership(user=user, organisation=organisation, kind=kind) for organisation in where
        )
    return password
