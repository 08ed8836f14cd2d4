"""Names that people see: at least one character of them is visible."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BLANK_LETTERS = frozenset(
    "\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}\N{HANGUL FILLER}"
    "\N{HALFWIDTH HANGUL FILLER}\N{BRAILLE PATTERN BLANK}"
)
"""Letters and symbols by their category that print nothing."""


def is_visible(name: str) -> bool:
    """Say whether anything of a name can be seen: a letter, a number or a sign, not only spaces and marks."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in BLANK_LETTERS for one in name)


def refuse_invisible(name: str) -> None:
    """Refuse a name that would be blank on every page, for a form's field.

    :raises ValidationError: when nothing of it can be seen
    """
    if not is_visible(name):
        raise ValidationError(_("Nothing of this can be seen: it has only spaces and invisible characters."))
