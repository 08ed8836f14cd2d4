"""Which languages there are: one for each folder of `locale/` with a compiled translation. No code names them.

The header of a translation says what the code cannot know: whether a native speaker has read it, and, for a
language Django does not know, its own name and direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf.locale import LANG_INFO

SOURCE = "en"


@dataclass(frozen=True)
class Language:
    """One language of the interface, by its own name."""

    code: str
    name: str
    is_rtl: bool
    reviewed: bool


def languages_in(folder: Path) -> list[Language]:
    """Return the languages people can choose: the one the texts are written in, then one for each translation."""
    found = [
        _language(path.parent.parent.name.replace("_", "-").lower(), headers_of(path))
        for path in sorted(folder.glob("*/LC_MESSAGES/django.po"))
        if path.with_suffix(".mo").is_file()
    ]
    return [Language(SOURCE, "English", is_rtl=False, reviewed=True), *found]


def headers_of(path: Path) -> dict[str, str]:
    """Return the header of a .po file; the rest of the file is not read."""
    headers = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith('"') and ": " in line:
                name, _, value = line.strip()[1:-1].removesuffix("\\n").partition(": ")
                headers[name.lower()] = value
            elif headers or line.startswith("#:"):
                break
    return headers


def known_to_django(language: Language) -> dict[str, object]:
    """Return what Django wants to know of a language it has no own entry for."""
    return {"bidi": language.is_rtl, "code": language.code, "name": language.name, "name_local": language.name}


def _language(code: str, headers: dict[str, str]) -> Language:
    info = LANG_INFO.get(code, {})
    if "fallback" in info:
        info = LANG_INFO[info["fallback"][0]]
    name = headers.get("x-name") or str(info.get("name_local", code))
    direction = headers.get("x-direction") or ("rtl" if info.get("bidi") else "ltr")
    return Language(code, name[:1].upper() + name[1:], direction == "rtl", headers.get("x-reviewed") == "yes")
