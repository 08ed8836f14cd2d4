"""Keeps links out of logs: whoever can read a log must not be able to open a questionnaire."""

from __future__ import annotations

import logging
import re

LINK = re.compile(r"(/(?:a|join)/)[\w~.%+=-]{12,}")


class HideLinks(logging.Filter):
    """Replaces the secret part of a link's address in every message of the handler it is set on."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = LINK.sub(r"\1(hidden)", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
