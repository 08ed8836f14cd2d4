"""Personal links: how a secret is made, and the only form in which it is kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 24
"""192 random bits: 32 characters in an address, far beyond guessing."""


def new_token() -> str:
    """Return a new random secret that is safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token in hex.

    A plain hash is enough, where a password would need a slow one: the token is random and long,
    so there is nothing to try out.
    """
    return hashlib.sha256(token.encode()).hexdigest()
