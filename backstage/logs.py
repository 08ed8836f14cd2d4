"""How log lines look: the address of a personal or open link is a secret and never stands in one."""

import logging
import re

LINK = re.compile(r"/(a|join)/[^\s/?'\"]+")


class Formatter(logging.Formatter):
    """Formats as usual, tracebacks included, and then hides what follows /a/ and /join/."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(r"/\1/…", super().format(record))


class NotHealth(logging.Filter):
    """Leaves out Django's line for each /healthz that is not well: whoever asks for it has been told."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.name == "django.request" and "/healthz" in str(record.args))
