"""Codes that people type: how one is made, read back and found. No rows, no requests.

A code is written in capitals and digits that nobody mixes up, in groups of four. The database keeps only a
keyed hash, so that whoever reads it cannot try out codes without the server's secret.
"""

from __future__ import annotations

import secrets
import unicodedata

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L."""

GROUP = 4


def new_code(letters: int) -> str:
    """Return a random code with this many letters, in groups of four: about five bits for each letter."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(letters)))


def grouped(code: str) -> str:
    """Return a code with a hyphen after every fourth letter."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def plain(typed: str) -> str:
    """Return what somebody typed as the bare letters of a code, whatever its case and the marks between."""
    return "".join(letter for letter in own_digits(typed).upper() if letter in ALPHABET)


def own_digits(typed: str) -> str:
    """Return what somebody typed with 0 to 9 for the digits of any script, such as those of an Arabic keyboard."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in typed)


def code_hash(code: str, purpose: str) -> str:
    """Return the keyed hash under which a code is kept, in hex. The same code has another hash for another purpose."""
    return salted_hmac(f"concentric.code.{purpose}", plain(code), algorithm="sha256").hexdigest()
