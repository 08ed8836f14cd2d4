"""Finds, reads and checks framework files; says file, line and reason when one is wrong."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pillars.building import build
from pillars.checks import check
from pillars.schema import Framework
from pillars.tables import Problem, has_control_character
from pillars.toml_lines import line_of, lines_by_path
from pillars.translation import texts_of, translated

FOLDER = Path(__file__).parent / "frameworks"
LOCK = FOLDER / "published.lock"
LARGEST_FILE = 2 * 1024 * 1024
MOST_REPORTED = 50

_built: dict[tuple[str, str], Framework] = {}


class FrameworkError(Exception):
    """A framework file that cannot be used. `lines` names file, line and reason of each problem."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class FrameworkFile:
    """A file that was read and checked: the parsed document and the texts of its translations, by language."""

    document: dict[str, Any]
    translations: dict[str, dict[str, Any]]
    framework: Framework

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.document)


def shipped_files() -> list[Path]:
    """Return the editions that come with the product: frameworks/<slug>/<version>.toml, without translations."""
    return sorted(path for path in FOLDER.glob("*/*.toml") if not _language_of(path))


def read_framework(path: Path) -> FrameworkFile:
    """Read one edition with the translations beside it.

    :raises FrameworkError: with a line for each problem, when it cannot be read or breaks a rule
    """
    text, document = _parse(path)
    framework, problems = build(document)
    if not problems:
        problems = check(framework, document)
    if problems:
        raise FrameworkError(_described(path, text, problems))
    translations = {
        language: _read_translation(other, document)
        for other in sorted(path.parent.glob(f"{path.stem}.*.toml"))
        if (language := _language_of(other))
    }
    return FrameworkFile(document, translations, framework)


def framework_of(
    fingerprint: str, document: Mapping[str, Any], translations: Mapping[str, Any], language: str
) -> Framework:
    """Build the frozen values of a published document; the same fingerprint and language are built once.

    A language without a translation gives the document's own.
    """
    if language not in translations:
        if (fingerprint, "") not in _built:
            _built[fingerprint, ""], _ = build(document)
        return _built[fingerprint, ""]
    translation = translations[language]
    key = fingerprint, f"{language} {translation['fingerprint']}"
    if key not in _built:
        whole = {**document, "language": language}
        framework, _ = build(translated(whole, translation["texts"]))
        _built[key] = replace(framework, reviewed=translation["reviewed"])
    return _built[key]


def fingerprint_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the document as JSON with sorted keys; comments and spacing do not count."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _parse(path: Path) -> tuple[str, dict[str, Any]]:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FrameworkError([f"{path.name}: this is a device, not a file."])
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FrameworkError(
                [f"{path.name}: larger than {LARGEST_FILE // 1024 // 1024} MB. A framework is a text file."]
            )
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
        json.dumps(document)
    except FileNotFoundError:
        raise FrameworkError([f"{path.name}: there is no such file."]) from None
    except IsADirectoryError:
        raise FrameworkError([f"{path.name}: this is a folder; name the .toml file in it."]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FrameworkError([f"{path.name}: cannot be read as UTF-8 text ({error.__class__.__name__})."]) from None
    except tomllib.TOMLDecodeError as error:
        raise FrameworkError([f"{path.name}: not valid TOML: {error}."]) from None
    except (TypeError, ValueError, RecursionError):
        raise FrameworkError([f"{path.name}: dates and deeply nested values are not used in a framework."]) from None
    return text, document


def _read_translation(path: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    text, values = _parse(path)
    texts = values.get("texts")
    if not isinstance(texts, dict) or not all(isinstance(entry, str) for entry in texts.values()):
        raise FrameworkError([f'{path.name}: needs one table [texts] of "path" = "text" lines.'])
    known = texts_of(document)
    unknown = [Problem(("texts", key), f'"{key}" names no text of the edition.') for key in texts if key not in known]
    unknown += [
        Problem(("texts", key), f'"{key}" holds a control character.')
        for key, entry in texts.items()
        if has_control_character(entry)
    ]
    if unknown:
        raise FrameworkError(_described(path, text, unknown))
    return {"texts": texts, "reviewed": values.get("reviewed") is True, "fingerprint": fingerprint_of(texts)}


def _described(path: Path, text: str, problems: list[Problem]) -> list[str]:
    lines = lines_by_path(text)
    found = sorted({(line_of(problem.path, lines), problem.reason) for problem in problems})
    described = [f"{path.name}, line {line}: {reason}" for line, reason in found[:MOST_REPORTED]]
    if len(found) > MOST_REPORTED:
        described.append(f"{path.name}: and {len(found) - MOST_REPORTED} more problems.")
    return described


def _language_of(path: Path) -> str:
    """Return "fr" for 1.0.fr.toml and nothing for 1.0.toml."""
    last = path.stem.rpartition(".")[2]
    return last if last.isalpha() else ""
