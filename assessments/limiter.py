"""Slows down guessing of links. Only failures count, and a link that opens is never asked here.

A branch office or a mobile carrier may share one address among many people, so a limit on requests
would lock out honest ones.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network, ip_address

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
    return _too_many("failed-link", _network_of(address), MOST_FAILURES)


def too_many_requests(address: str) -> bool:
    """Count one request for a new link and say whether this address has asked too often within ten minutes."""
    return _too_many("asked-for-link", _network_of(address), MOST_REQUESTS)


def too_many_pins(tablet: str) -> bool:
    """Count one PIN for a tablet and say whether there were too many within ten minutes."""
    return _too_many("pin", tablet, MOST_PINS)


def forget_pins(tablet: str) -> None:
    """Begin to count PINs for a tablet from nothing again."""
    cache.delete_many(_places("pin", tablet, MOST_PINS))


def _too_many(kind: str, name: str, most: int) -> bool:
    """Take one of `most` places, each of which is free again after ten minutes; say whether none was left.

    Only one of many requests at once gets a place. A number that is counted up would not do: the cache in the
    database reads and writes it in two steps, and lets it last longer each time.
    """
    places = _places(kind, name, most)
    taken = cache.get_many(places)
    return not any(cache.add(place, 1, WINDOW_SECONDS) for place in places if place not in taken)


def _places(kind: str, name: str, most: int) -> list[str]:
    hashed = salted_hmac("concentric.links", name, algorithm="sha256").hexdigest()[:32]
    return [f"{kind}:{hashed}:{number}" for number in range(most)]


def _network_of(address: str) -> str:
    """Return what one visitor cannot change at will: of an IPv6 address the network, which a household gets whole."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return address
    return str(known.ipv4_mapped or IPv6Network((known.packed[:8] + bytes(8), 64)))
