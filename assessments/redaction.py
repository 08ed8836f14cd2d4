"""Keeps links out of logs: whoever can read a log must not be able to open a questionnaire or an account."""

from __future__ import annotations

import logging
import re

# Mail programs double slashes and change case; such a link opens nothing, and still tells its secret.
SECRET = re.compile(
    r"(/(?:a|join|kiosk)/+|/accounts/(?:confirm-email|password/reset/key)/+|concentric_(?:link|arriving|before|kiosk)['\"]?\s*[=:,]\s*['\"]?)"
    r"[\w~.%+=:-]{12,}",
    re.IGNORECASE,
)


class HidingFormatter(logging.Formatter):
    """Formats a record and replaces the secret part of every link in it, in its message and in its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def without_secrets(text: str) -> str:
    """Return a text in which the secret part of every link is replaced."""
    return SECRET.sub(r"\1(hidden)", text)
