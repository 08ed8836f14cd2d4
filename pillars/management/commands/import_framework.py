"""Publishes somebody's own framework file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pillars.files import FrameworkError, read_framework
from pillars.operations import EditionChanged, publish_edition


class Command(BaseCommand):
    help = (
        "Checks a framework file (TOML, docs/framework.md) and publishes it as an edition that campaigns can use. "
        "With --check nothing is published. Exit code 1 when the file is wrong: each problem with its line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the framework file, such as my-framework/1.0.toml")
        parser.add_argument("--check", action="store_true", help="only say whether the file is right")

    def handle(self, *, file: Path, check: bool, **_: Any) -> None:
        try:
            if check:
                read_framework(file)
                self.stdout.write(f"{file.name} is right.")
                return
            edition, is_new = publish_edition(path=file, at=timezone.now())
        except FrameworkError as error:
            count = len(error.lines)
            problems = "1 problem" if count == 1 else f"{count} problems"
            raise CommandError(f"Nothing was published: {problems}.\n" + "\n".join(error.lines)) from None
        except EditionChanged as error:
            raise CommandError(f"Nothing was published: {error}") from None
        framework = edition.framework()
        state = "is published" if is_new else "was published before and is unchanged"
        self.stdout.write(
            f"{edition.title} {edition.version} {state}: {len(framework.instruments)} instruments, "
            f"{len(framework.dimensions)} dimensions, {len(framework.items)} items."
        )
        self.stdout.write(f"{edition.slug}:{edition.version}")
