"""Open ways in: links and codes computed from a server secret, so that their owner can read them again.

The database keeps only hashes. Whoever changes the secret key ends all of them.
"""

from __future__ import annotations

import base64
from typing import Literal

from django.utils.crypto import salted_hmac

from assessments.codes import ALPHABET, code_hash, grouped
from assessments.links import token_hash
from assessments.models import Campaign, Kiosk, UnitLink

Way = Literal["open", "unit", "kiosk"]

CODE_LETTERS = 8
CODE_PURPOSE = "campaign"


def open_link_token(campaign_id: int, turn: int = 0) -> str:
    """Return the token of a campaign's open link: 192 bits of an HMAC under the server's secret key."""
    return way_token("open", campaign_id, turn)


def way_token(way: Way, number: int, turn: int = 0) -> str:
    """Return the token of a way in: that of a campaign, of a unit's link or of a shared tablet."""
    return base64.urlsafe_b64encode(_digest(way, "link", number, turn)[:24]).decode()


def way_code(way: Way, number: int, turn: int = 0) -> str:
    """Return the code that is typed instead of the token: eight letters in two groups, about 40 bits."""
    rest = int.from_bytes(_digest(way, "code", number, turn))
    letters = []
    for _ in range(CODE_LETTERS):
        rest, place = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[place])
    return grouped("".join(letters))


def hashes(way: Way, number: int, turn: int = 0) -> tuple[str, str]:
    """Return the hashes under which a way's token and code are kept."""
    return token_hash(way_token(way, number, turn)), code_hash(way_code(way, number, turn), CODE_PURPOSE)


def link_and_code(row: Campaign | UnitLink | Kiosk) -> tuple[str, str]:
    """Return the token and the code that open this way, each empty where the row's hash is another's.

    That is so when it was switched off, and after the server's secret key was changed. Before a campaign
    opens, its open link is told already, so that posters can be printed.
    """
    if isinstance(row, Campaign):
        if not row.takes_open_link:
            return "", ""
        way: Way = "open"
        turn, kept = row.open_link_turn, (row.open_link_hash, row.open_code_hash)
        if row.state == Campaign.State.DRAFT:
            kept = hashes(way, row.pk, turn)
    else:
        way = "kiosk" if isinstance(row, Kiosk) else "unit"
        turn, kept = 0, (row.token_hash, row.code_hash)
    known = hashes(way, row.pk, turn)
    token = way_token(way, row.pk, turn) if known[0] == kept[0] else ""
    return token, way_code(way, row.pk, turn) if token and known[1] == kept[1] else ""


def _digest(way: Way, kind: str, number: int, turn: int) -> bytes:
    value = f"{number}.{turn}" if turn else str(number)
    return salted_hmac(f"assessments.{way}_{kind}", value, algorithm="sha256").digest()
