#!/usr/bin/env python3
"""Django's command line for Concentric."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError, ProgrammingError


def main() -> None:
    """Run a command; what an operator can mend is said in a sentence, with the traceback on --traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        _end(f"The settings are wrong: {error}")
    except (OperationalError, ProgrammingError) as error:
        reason = str(error).strip().partition("\n")[0]
        _end(f"The database cannot be used: {reason}. Check DATABASE_URL, then run: manage.py migrate")


def _end(sentence: str) -> None:
    if "--traceback" in sys.argv:
        raise  # noqa: PLE0704  called while an error is being handled
    sys.exit(sentence)


if __name__ == "__main__":
    main()
