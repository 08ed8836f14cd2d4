"""Takes over a CSV of answers that were given elsewhere."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from assessments import queries
from assessments.models import Campaign
from assessments.operations import campaigns, imports
from assessments.people_lists import shortened
from assessments.response_files import CheckedResponses, check_responses
from organisations.models import Organisation, Unit
from pillars.models import Edition
from pillars.queries import edition_named, editions

FORMAT = """\
The file is a CSV in UTF-8 with one line for each person. Its first line names the columns:
  unit            name or code of a unit; the organisation itself where it is empty or missing
  role            key or title of a role, where the edition has roles
  contact_level   daily, weekly, monthly or never; may be missing
  further ones    kept as attributes; they stand before the first item, or are named with --attribute
  item keys       a point of the item's own scale, dk (can't see this), na (doesn't apply), or empty
  task keys       picks separated by |, tokens as option:number separated by |, or text
All or nothing: with one wrong cell nothing is stored, every wrong cell is named, and the exit code is 1."""


class Command(BaseCommand):
    help = "Stores the responses of a CSV file in a campaign that is not closed yet."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=FORMAT, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", nargs="?", type=int, help="id of the campaign; left out with --create")
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--create-units", action="store_true", help="create units that do not exist yet")
        parser.add_argument("--attribute", action="append", default=[], help="a column that is no item (repeatable)")
        parser.add_argument("--close", action="store_true", help="open the campaign if needed and close it afterwards")
        parser.add_argument(
            "--create",
            action="store_true",
            help="create the campaign, its units and, where it does not exist, the organisation; "
            "the last line printed is the id of the campaign",
        )
        parser.add_argument("--organisation", default="", help="with --create: the organisation's name")
        parser.add_argument("--edition", default="", help="with --create: slug:version, or slug for the newest")
        parser.add_argument("--title", default="", help="with --create: the campaign's title")
        parser.add_argument(
            "--form", default="", help="with --create: key of the edition's form; its first if left out"
        )
        parser.add_argument("--sector", default="other", choices=Organisation.Sector.values, help="with --create")
        parser.add_argument("--country", default="", help="with --create")

    def handle(self, *, campaign: int | None, file: Path, close: bool, create: bool, **options: Any) -> None:
        if create == (campaign is not None):
            raise CommandError("Name either the id of a campaign, or --create with --organisation, --edition, --title.")
        text = self._read(file)
        # One transaction: a campaign, its units and its responses are there together or not at all.
        with transaction.atomic():
            if campaign is None:
                found = self._created(**options)
            else:
                existing = Campaign.objects.select_related("organisation", "edition").filter(pk=campaign).first()
                if existing is None:
                    raise CommandError(f"There is no campaign {campaign}.")
                found = existing
            checked = self._checked(text, found, create or options["create_units"], options["attribute"])
            try:
                imports.import_responses(campaign=found, rows=checked.rows, at=timezone.now())
            except imports.TakesNoMoreResponses:
                raise CommandError(f"Campaign {found.pk} is closed and takes no more answers.") from None
            if found.state == Campaign.State.DRAFT and (create or close):
                self._open(found)
            if close:
                campaigns.close_campaign(campaign=found, at=timezone.now())
        self.stdout.write(f"{len(checked.rows):,} responses were stored in “{found}”.")
        if checked.attributes:
            self.stdout.write(f"Kept as attributes: {', '.join(checked.attributes)}.")
        if checked.new_units:
            self.stdout.write(f"Units created: {', '.join(checked.new_units)}.")
        self.stdout.write(str(found.pk))

    def _open(self, campaign: Campaign) -> None:
        try:
            campaigns.open_campaign(campaign=campaign, at=timezone.now())
        except campaigns.LastDayOver:
            raise CommandError(
                f"Nothing was stored: the last day of campaign {campaign.pk} has passed, so it cannot be opened. "
                "Set up a new campaign, or leave out --close."
            ) from None

    def _read(self, file: Path) -> str:
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise CommandError(f"{file} could not be read: {error.strerror}.") from None
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8 (byte {error.start}). Save it as CSV in UTF-8.") from None
        if "\0" in text:
            raise CommandError(f"{file} is no text file. Save it as CSV in UTF-8.")
        return text

    def _checked(self, text: str, campaign: Campaign, creates_units: bool, attributes: list[str]) -> CheckedResponses:
        root = Unit.objects.filter(organisation=campaign.organisation, parent=None).order_by("pk").first()
        checked = check_responses(
            text,
            campaign.edition.framework(),
            queries.unit_names(campaign.organisation),
            root.pk if root else None,
            creates_units=creates_units,
            attributes=attributes,
        )
        if checked.problems:
            count = len(checked.problems)
            found = "1 problem" if count == 1 else f"{count:,} problems"
            raise CommandError(f"Nothing was stored: {found}.\n" + "\n".join(shortened(checked.problems)))
        return checked

    def _created(
        self, *, organisation: str, edition: str, title: str, form: str, sector: str, country: str, **_: Any
    ) -> Campaign:
        missing = [
            f"--{name}"
            for name, value in [("organisation", organisation), ("edition", edition), ("title", title)]
            if not value.strip()
        ]
        if missing:
            raise CommandError(f"--create also needs {', '.join(missing)}.")
        for name, value, longest in [
            ("organisation", organisation, 120),
            ("title", title, 120),
            ("country", country, 80),
        ]:
            if len(value) > longest or not value.isprintable():
                raise CommandError(
                    f"Nothing was stored: --{name} is one line of at most {longest} characters, without control signs."
                )
        found = self._edition(edition)
        owner = Organisation.objects.filter(name=organisation).order_by("pk").first()
        if owner is None:
            owner = Organisation.objects.create(
                name=organisation, slug=free_slug(organisation), sector=sector, country=country
            )
            Unit.objects.create(organisation=owner, name=organisation)
        try:
            return campaigns.create_campaign(
                organisation=owner,
                edition=found,
                title=title,
                form=form or found.framework().forms[0].key,
                at=timezone.now(),
            )
        except campaigns.TitleTaken:
            raise CommandError(f"“{organisation}” has a campaign “{title}” already. Choose another --title.") from None
        except campaigns.UnknownForm:
            forms = ", ".join(known.key for known in found.framework().forms)
            raise CommandError(f"{found} has no form “{form}”. Its forms are {forms}.") from None

    def _edition(self, name: str) -> Edition:
        found = edition_named(name)
        if found is None:
            known = ", ".join(f"{edition.slug}:{edition.version}" for edition in editions())
            raise CommandError(f"There is no edition “{name}”. Published are: {known or 'none'}.")
        return found


def free_slug(name: str) -> str:
    """Return an address for an organisation that no other has."""
    base = slugify(name)[:120] or "organisation"
    slug, number = base, 1
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
