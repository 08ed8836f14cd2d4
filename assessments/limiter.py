"""Slows down guessing of links. Only failures count, and a link that opens is never asked here.

A branch office or a mobile carrier may share one address among many people, so a limit on requests
would lock out honest ones.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MOST_FAILURES = 30
MOST_REQUESTS = 10
MOST_PINS = 5
"""PINs for one tablet within ten minutes. A PIN is short, so this limit also holds for a right one."""
WINDOW_SECONDS = 600


def address_of(request: HttpRequest) -> str:
    """Return the visitor's network address as the trusted proxies in front tell it, else that of the connection."""
    proxies = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    told = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < proxies <= len(told) and told[-proxies].strip():
        return told[-proxies].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def too_many_failures(address: str) -> bool:
    """Count one failure for a network address and say whether it has had too many within ten minutes.

    The address is kept as a keyed hash, for ten minutes.
    """
    return _too_many("failed-link", address, MOST_FAILURES)


def too_many_requests(address: str) -> bool:
    """Count one request for a new link and say whether this address has asked too often within ten minutes."""
    return _too_many("asked-for-link", address, MOST_REQUESTS)


def _too_many(kind: str, address: str, most: int) -> bool:
    key = _key(kind, address)
    if cache.add(key, 1, WINDOW_SECONDS):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two calls
        return False


def too_many_pins(tablet: str) -> bool:
    """Count one PIN for a tablet and say whether there were too many within ten minutes."""
    return _too_many("pin", tablet, MOST_PINS)


def forget_pins(tablet: str) -> None:
    """Begin to count PINs for a tablet from nothing again."""
    cache.delete(_key("pin", tablet))


def _key(kind: str, name: str) -> str:
    return f"{kind}:" + salted_hmac("concentric.links", name, algorithm="sha256").hexdigest()[:32]
