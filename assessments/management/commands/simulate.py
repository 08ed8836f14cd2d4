"""Makes up organisations with closed campaigns."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments.operations.simulations import Sketch, simulate_organisation
from assessments.simulation import STORIES
from organisations.models import Organisation
from pillars.queries import edition_named, editions

PLACES = ("Kenya", "Colombia", "Bangladesh", "Ghana", "Peru", "Philippines", "Senegal", "Georgia", "Mexico", "Nepal")
NAMES = ("Acacia", "Bluestone", "Cedar", "Delta", "Estuary", "Foothill", "Granary", "Harbour", "Isthmus", "Juniper")
MOST_ORGANISATIONS = 1000
MOST_WAVES = 20
MOST_PEOPLE = 100_000
LARGEST_SEED = 999_999_999
KINDS = {
    Organisation.Sector.BANK: "Bank",
    Organisation.Sector.MICROFINANCE: "Microfinance",
    Organisation.Sector.INSURANCE: "Insurance",
    Organisation.Sector.MOBILE_MONEY: "Mobile Money",
    Organisation.Sector.COOPERATIVE: "Cooperative",
}


class Command(BaseCommand):
    help = (
        "Makes up organisations whose people have answered, for demonstrations and load: closed campaigns, marked as "
        "synthetic. The same seed gives the same answers. Prints the campaigns' ids, one on each line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisations", type=int, default=1)
        parser.add_argument("--people", type=int, default=100, help="people invited in each organisation, from 15")
        parser.add_argument("--waves", type=int, default=1, help="campaigns of each organisation, half a year apart")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--edition", default="concentric", help="slug:version, or slug for the newest")
        parser.add_argument("--form", default="", help="key of the edition's form; its first if left out")
        parser.add_argument("--story", choices=STORIES, default="none", help="what is planted in the answers")
        parser.add_argument("--release", action="store_true", help="also make each campaign's release")

    def handle(
        self, *, organisations: int, people: int, waves: int, seed: int, story: Any, release: bool, **options: Any
    ) -> None:
        if organisations < 1 or waves < 1 or people < 15:
            raise CommandError("At least 1 organisation, 1 wave and 15 people are needed.")
        if organisations > MOST_ORGANISATIONS or waves > MOST_WAVES or people > MOST_PEOPLE:
            raise CommandError(
                f"At most {MOST_ORGANISATIONS:,} organisations with {MOST_WAVES} waves and {MOST_PEOPLE:,} people "
                "are made up at once. Nothing was made up."
            )
        if not 0 <= seed <= LARGEST_SEED:
            raise CommandError(f"--seed is a number from 0 to {LARGEST_SEED:,}.")
        edition = edition_named(options["edition"])
        if edition is None:
            known = ", ".join(f"{found.slug}:{found.version}" for found in editions())
            raise CommandError(f"There is no edition “{options['edition']}”. Published are: {known or 'none'}.")
        forms = [form.key for form in edition.framework().forms]
        if options["form"] and options["form"] not in forms:
            raise CommandError(f"{edition} has no form “{options['form']}”. Its forms are {', '.join(forms)}.")
        at = timezone.now()
        campaigns = []
        # One transaction for all: two hundred small ones would each wait for the disk.
        with transaction.atomic():
            for number in range(organisations):
                sector = list(KINDS)[number % len(KINDS)]
                sketch = Sketch(
                    name=f"{NAMES[number % len(NAMES)]} {KINDS[sector]} {seed}-{number + 1}",
                    people=people,
                    waves=waves,
                    seed=seed * 100_003 + number,
                    sector=sector,
                    country=PLACES[number % len(PLACES)],
                    story=story,
                )
                campaigns += simulate_organisation(sketch=sketch, edition=edition, at=at, form=options["form"])
        for campaign in campaigns:
            if release:
                call_command("release", str(campaign.pk), stdout=self.stderr)
            self.stdout.write(str(campaign.pk))
