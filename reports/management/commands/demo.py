"""`manage.py demo`: something to look at, at once."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports import demo

SITE = "{site}"
"""Stands in the file for the address, which may be another one at the next start."""


class Command(BaseCommand):
    help = (
        "Loads the demo: three organisations with two waves each, twelve peers, people who can sign in and a campaign "
        "to answer. All of it is made up and marked as such. Loading twice changes nothing. Writes the addresses and "
        "sign-ins to demo.txt in the data folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove the demo and load it anew")
        parser.add_argument("--remove", action="store_true", help="remove the demo and leave it at that")

    def handle(self, *, reset: bool, remove: bool, **_: Any) -> None:
        file = Path(settings.DATA_DIR) / "demo.txt"
        if remove:
            demo.remove()
            file.unlink(missing_ok=True)
            self.stdout.write("The demo was removed. Nothing else was touched.")
            return
        if demo.is_loaded() and not reset:
            self.stdout.write("The demo is loaded already. demo --reset loads it anew.")
            if file.is_file():
                self.stdout.write(file.read_text(encoding="utf-8").replace(SITE, settings.SITE_URL))
            return
        try:
            sign_ins = demo.load(at=timezone.now(), base_url=SITE, say=self.stdout.write)
        except demo.NoEdition:
            raise CommandError("The framework “concentric” is not published here. Run migrate first.") from None
        text = _text(sign_ins)
        self.stdout.write(text.replace(SITE, settings.SITE_URL))
        try:
            _write(file, text)
        except OSError as error:
            raise CommandError(
                f"The demo is loaded, but {file} could not be written ({error.strerror}). Keep the lines above."
            ) from None


def _text(sign_ins: demo.SignIns) -> str:
    return f"""
Demo (made-up organisations and people)
  Password for all three: {sign_ins.password}
    {demo.OWNER:<38} sets up assessments of three organisations
    {demo.LEADER:<38} reads the results of the first one
    {demo.CONSULTANT:<38} compares fifteen organisations
  Sign in:            {SITE}/accounts/login/
  Results:            {SITE}/o/{sign_ins.organisation}/results/
  Answer yourself:    {sign_ins.personal_link}
  Open link:          {sign_ins.open_link}
"""


def _write(file: Path, text: str) -> None:
    """Write the file so that only this machine's user can read it: it holds a password and a link."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        target.write(text)
