"""Colour roles of charts as light colour values, for printers that cannot read the style sheet's tokens.

The same values stand in `static/css/tokens.css`, and a test compares the two. Printed pages are always light.
"""

from __future__ import annotations

from collections.abc import Mapping

TOKENS: Mapping[str, str] = {
    "paper": "#FBFAF6",
    "card": "#FFFFFF",
    "sunk": "#F3F1EA",
    "ink": "#14211F",
    "ink-2": "#4F5D5A",
    "line": "#DDD9CE",
    "line-strong": "#8A918C",
    "accent": "#3B3A9E",
    "band": "#E4E6EF",
    "hatch": "#CFCBBF",
    "l1": "#F5EBD2",
    "l2": "#E6C26C",
    "l3": "#5FAE8C",
    "l4": "#2C7C73",
    "l5": "#15465C",
    "t1": "#101B1A",
    "t2": "#101B1A",
    "t3": "#101B1A",
    "t4": "#FFFFFF",
    "t5": "#FFFFFF",
    "c1": "#3E94C2",
    "c2": "#6F2001",
    "c3": "#47704E",
    "c4": "#7E5675",
    "c5": "#B07D13",
    "d1": "#A2470A",
    "d2": "#D98B4E",
    "d3": "#F0D3B5",
    "d4": "#EEECE6",
    "d5": "#C3D6EC",
    "d6": "#6C9BD0",
    "d7": "#1E5AA0",
    "d-text": "#14211F",
    "d-text-outer": "#FFFFFF",
}
"""Token name, as in `--ink`, to its light value."""

ROLES: Mapping[str, str] = {
    "dot": "ink",
    "square": "ink",
    "ring": "ink",
    "triangle": "ink",
    "diamond": "ink",
    "tick": "ink-2",
    "faint": "line-strong",
    "interval": "ink",
    "peers": "band",
    "gap_clear": "c2",
    "gap_chance": "line-strong",
    "hidden": "hatch",
    "grid": "line",
    "text": "ink",
    "note": "ink-2",
    **{f"level:{number}": f"l{number}" for number in range(1, 6)},
    **{f"on_level:{number}": f"t{number}" for number in range(1, 6)},
    **{f"series:{number}": f"c{number}" for number in range(1, 6)},
    **{f"step:{step}": f"d{step + 4}" for step in range(-3, 4)},
    **{f"on_step:{step}": "d-text-outer" if abs(step) == 3 else "d-text" for step in range(-3, 4)},
    "card": "card",
}
"""Role in a chart description to the token that colours it. `on_level:3` is the text on `level:3`."""


def colour(role: str) -> str:
    """Return the light colour of a role as `#RRGGBB`.

    :raises KeyError: when no chart has that role
    """
    return TOKENS[ROLES[role]]


def variable(role: str) -> str:
    """Return a role's colour as a reference to the style sheet's token, for pages that may be light or dark.

    :raises KeyError: when no chart has that role
    """
    return f"var(--{ROLES[role]})"


def shade(position: int, of: int) -> int:
    """Return which of the five level colours stands for a position 1..`of`, spread evenly over the ramp."""
    return 3 if of == 1 else 1 + (8 * (position - 1) + of - 1) // (2 * (of - 1))
