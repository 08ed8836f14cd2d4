"""Slows down guessing of links, codes and PINs. Only failures count, and a link that opens is never asked here.

A branch office or a mobile carrier may share one address among many people, so a limit on requests
would lock out honest ones.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MOST_FAILURES = 30
MOST_PINS = 5
"""PINs for one tablet within the window. A PIN is short, so that the limit also holds for a right one."""
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
    return _counted("failed-link:", address) > MOST_FAILURES


def is_one_too_many(tried: str) -> bool:
    """Count one attempt at what `tried` names, and say whether there were too many within ten minutes."""
    return _counted("tried:", tried) > MOST_PINS


def forget(tried: str) -> None:
    """Begin to count attempts at what `tried` names from nothing again."""
    cache.delete(_key("tried:", tried))


def _counted(kind: str, name: str) -> int:
    """Return how often this was counted within the window, this time included."""
    key = _key(kind, name)
    if cache.add(key, 1, WINDOW_SECONDS):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two calls
        return 1


def _key(kind: str, name: str) -> str:
    return kind + salted_hmac("concentric.links", name, algorithm="sha256").hexdigest()[:32]
