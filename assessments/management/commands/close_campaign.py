"""Closes an open campaign."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.models import Campaign
from assessments.operations.campaigns import NotOpenYet, close_campaign


class Command(BaseCommand):
    help = (
        "Closes an open campaign: no more answers, drafts deleted, responses in random order, results asked for. "
        "Closing twice is once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", type=int, help="id of the campaign")

    def handle(self, *, campaign: int, **_: Any) -> None:
        found = Campaign.objects.filter(pk=campaign).first()
        if found is None:
            raise CommandError(f"There is no campaign {campaign}.")
        try:
            close_campaign(campaign=found, at=timezone.now())
        except NotOpenYet:
            raise CommandError(f"Campaign {campaign} was never opened, so there is nothing to close.") from None
        self.stdout.write(f"“{found}” is closed.")
