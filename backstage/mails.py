"""Mails are made at the moment they are sent: the outbox keeps only which kind it is and what it is about.

An app registers a maker for each kind of mail, in its receivers, as workers find their tasks by name. What a
maker writes into the text, such as a new link, exists in the worker and in the message alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed to the mail server."""

    to: str
    subject: str
    body: str


Maker = Callable[..., Message | None]
"""Called with `at` and the arguments the mail was queued with. Gives None when there is nothing to send any more.

It is called again under the same Message-ID when its worker was killed or the server failed, so it makes a fresh
secret each time.
"""

_MAKERS: dict[str, Maker] = {}


class UnknownMail(Exception):
    """No app of this worker makes mails of this kind."""


def register_maker(kind: str, maker: Maker) -> None:
    """Let mails of this kind be made by `maker`."""
    _MAKERS[kind] = maker


def make_message(kind: str, arguments: dict[str, Any], at: datetime) -> Message | None:
    """Return the message to send now, or None when it is not wanted any more.

    :raises UnknownMail: when nobody makes mails of this kind
    """
    if kind not in _MAKERS:
        raise UnknownMail(kind)
    return _MAKERS[kind](at=at, **arguments)
