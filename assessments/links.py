"""Tokens of links: made here, kept by the database only as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return 192 random bits as 32 characters that are safe in an address."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """Return what is stored of a token: SHA-256 in hex. The token is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
