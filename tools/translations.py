"""Keeps the translations of the interface: `.venv/bin/python -m tools.translations COMMAND`.

    extract         brings every locale/*/LC_MESSAGES/django.po up to the texts of the code and templates
    compile         writes the .mo files that run
    missing [LANG]  lists every text that is untranslated, doubtful or has broken placeholders; fails if there is one
    add LANG        starts a language: makes its folder and file, with every text still to do

A language is its folder: `add`, translate, `compile`, and it is in the menu. When a native speaker has read the
texts, `X-Reviewed: yes` in the header of the .po file takes the notice away. Needs Babel, and no gettext.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileParser, generate_po
from django.utils.translation.template import templatize

from config.languages import SOURCE, headers_of
from pillars.files import shipped_files
from pillars.translation import texts_of

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
CODE = ("config", "backstage", "organisations", "pillars", "assessments", "reports")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NAMED = re.compile(r"%\(\w+\)[a-z]")
PERCENT = re.compile(r"%(?:\(\w+\))?[#0\- +]*\d*(?:\.\d+)?[a-zA-Z%]|%")
BRACED = re.compile(r"\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")


@dataclass(frozen=True)
class Gap:
    """One text a language lacks, and why it counts as lacking."""

    language: str
    where: str
    text: str
    reason: str

    def __str__(self) -> str:
        text = self.text if len(self.text) <= 100 else f"{self.text[:99]}…"
        return f"{self.language}: {self.where}: {text!r}: {self.reason}"


@dataclass
class Counts:
    """How many plural forms a language has, and the rule that chooses one."""

    number: int
    rule: str

    @classmethod
    def of(cls, code: str, header: str) -> Counts:
        """Take them from the header of a .po file, else from what Babel knows, else one and many."""
        if match := re.match(r"nplurals=(\d+);\s*plural=(.+?);?$", header):
            return cls(int(match[1]), match[2].strip())
        try:
            known = get_plural(code.replace("-", "_"))
        except (KeyError, ValueError, UnknownLocaleError):
            return cls(2, "(n != 1)")
        return cls(known.num_plurals, known.plural_expr)


@dataclass
class Header:
    """What the head of a .po file says; nothing in it changes by itself."""

    code: str
    counts: Counts
    reviewed: str = "no"
    others: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[tuple[str, str]]:
        return [
            ("Language", self.code),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"nplurals={self.counts.number}; plural={self.counts.rule};"),
            ("X-Reviewed", self.reviewed),
            *self.others.items(),
        ]


class Texts(Catalog):
    """A catalogue whose header is ours: Babel's own holds dates and versions that change with every run."""

    def __init__(self, header: Header) -> None:
        super().__init__(header_comment=f"# Concentric, {header.code}", fuzzy=False)
        self.header = header
        self._num_plurals = header.counts.number  # type: ignore[assignment]
        self._plural_expr = header.counts.rule  # type: ignore[assignment]

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return self.header.lines()

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        """Ignore what the parser found: `Header` was read before."""


def code_of(path: Path) -> str:
    """Return the language of locale/pt_BR/LC_MESSAGES/django.po: pt-br."""
    return path.parent.parent.name.replace("_", "-").lower()


def files_of(locale: Path, language: str = "") -> list[Path]:
    """Return the .po files, or that of one language."""
    paths = sorted(locale.glob("*/LC_MESSAGES/django.po"))
    return [path for path in paths if not language or code_of(path) == language]


def header_in(path: Path) -> Header:
    """Read a .po file's header; a file that is not there yet gets what Babel knows of the language."""
    found = headers_of(path) if path.is_file() else {}
    code = code_of(path)
    named = {name: found[name.lower()] for name in ("X-Name", "X-Direction") if name.lower() in found}
    return Header(code, Counts.of(code, found.get("plural-forms", "")), found.get("x-reviewed", "no"), named)


def read(path: Path) -> Texts:
    """Read a .po file."""
    texts = Texts(header_in(path))
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            PoFileParser(texts, ignore_obsolete=True, abort_invalid=True).parse(file)
    return texts


def messages_of(root: Path) -> list[Message]:
    """Return every text of the code and the templates below `root`, in the order of the files."""
    found: dict[object, Message] = {}
    for path in _sources(root):
        for message in _messages_in(path, str(path.relative_to(root)).replace(os.sep, "/")):
            key = (message.context, strings_of(message.id)[0])
            if key in found:
                known = found[key]
                if message.pluralizable and not known.pluralizable:
                    known.id = message.id
                known.locations = list(dict.fromkeys([*known.locations, *message.locations]))
                known.flags |= message.flags
            else:
                found[key] = message
    return list(found.values())


def _sources(root: Path) -> Iterator[Path]:
    yield from sorted(path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"})
    for app in CODE:
        yield from sorted(path for path in (root / app).rglob("*.py") if "migrations" not in path.parts)


def _messages_in(path: Path, name: str) -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django makes calls of gettext out of tags; what is left of the page is no Python indentation.
        source = "\n".join(line.strip() for line in templatize(source, origin=name).split("\n"))
    for _, function, texts, comments in extract_python(
        io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
    ):
        # Babel's own annotation has the last three of these in the wrong order.
        message = _message(str(function), strings_of(texts), list(comments or ()), name)
        if message:
            yield message


def _message(function: str, given: list[str], comments: list[str], name: str) -> Message | None:
    spec = KEYWORDS[function] or (1,)
    context = None
    wanted: list[str] = []
    for place in spec:
        position = place[0] if isinstance(place, tuple) else int(place or 1)
        text = given[position - 1] if position <= len(given) else ""
        if not text:
            return None
        if isinstance(place, tuple):
            context = text
        else:
            wanted.append(text)
    identity = tuple(wanted) if len(wanted) > 1 else wanted[0]
    return Message(identity, locations=[(name, 0)], auto_comments=comments, context=context)


def strings_of(value: object) -> list[str]:
    """Return the strings of one text or of its forms; what is no string becomes an empty one."""
    if isinstance(value, list | tuple):
        return [part if isinstance(part, str) else "" for part in value]
    return [value] if isinstance(value, str) else []


def extract(root: Path, locale: Path) -> None:
    """Bring every .po file below `locale` up to the texts below `root`; translations of texts that stay are kept."""
    messages = messages_of(root)
    for path in files_of(locale):
        known = read(path)
        fresh = Texts(known.header)
        for message in messages:
            old = known.get(message.id, message.context)
            string = old.string if old is not None and old.pluralizable == message.pluralizable else None
            empty = ("",) * known.header.counts.number if message.pluralizable else ""
            fresh.add(
                message.id,
                string or empty,
                locations=message.locations,
                flags=message.flags | ({"fuzzy"} if old is not None and old.fuzzy else set()),
                auto_comments=message.auto_comments,
                user_comments=old.user_comments if old is not None else (),
                context=message.context,
            )
        write(fresh, path)


def write(texts: Texts, path: Path) -> None:
    """Write a .po file: file names without lines, no dates, one line for each text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(generate_po(texts, include_lineno=False, width=0)), encoding="utf-8")


def compiled(path: Path) -> bytes:
    """Return the .mo file of a .po file, without what is not whole."""
    texts = read(path)
    for message in list(texts)[1:]:
        if not all(strings_of(message.string) or [""]):
            texts.delete(message.id, message.context)
    buffer = io.BytesIO()
    write_mo(buffer, texts)
    return buffer.getvalue()


def compile_all(locale: Path) -> None:
    """Write each .mo file beside its .po file."""
    for path in files_of(locale):
        path.with_suffix(".mo").write_bytes(compiled(path))


def missing(root: Path, locale: Path, language: str = "") -> list[Gap]:
    """Return every text of the interface and of the shipped frameworks that a language lacks."""
    gaps: list[Gap] = []
    messages = messages_of(root)
    for path in files_of(locale, language):
        code = code_of(path)
        texts = read(path)
        for message in messages:
            entry = texts.get(message.id, message.context)
            gaps += _gaps_of(code, message, entry, texts.header.counts.number)
        gaps += _gaps_of_content(code)
    return gaps


def _gaps_of(code: str, message: Message, entry: Message | None, forms: int) -> Iterator[Gap]:
    where = message.locations[0][0]
    source = strings_of(message.id)
    strings = strings_of(entry.string) if entry is not None else []
    if entry is None or not any(strings):
        yield Gap(code, where, source[0], "untranslated")
    elif entry.pluralizable != message.pluralizable:
        yield Gap(code, where, source[0], "has become one of one and many; run extract and translate it again")
    elif entry.fuzzy:
        yield Gap(code, where, source[0], "marked as doubtful (fuzzy)")
    elif message.pluralizable and (len(strings) != forms or not all(strings)):
        yield Gap(code, where, source[0], f"needs {forms} plural forms, has {sum(map(bool, strings))}")
    else:
        for string in strings:
            if reason := broken(source, string):
                yield Gap(code, where, source[0], reason)


def broken(source: list[str], string: str) -> str:
    """Return what a translation lost or added that the program fills in, or nothing.

    `source` is the text, or the text for one and the text for many. A plural form may write its number as a word,
    or leave it to the form of the noun, so one placeholder may be missing there.
    """
    whole = source[-1]
    formatted = bool(NAMED.search(whole)) or "%%" in whole or "%s" in whole or "%d" in whole
    for pattern in (*((PERCENT,) if formatted else ()), BRACED):
        wanted, has = set(pattern.findall(whole)), set(pattern.findall(string))
        if len(source) == 1 and set(pattern.findall(whole)) != has:
            return f"placeholders {sorted(has)} instead of {sorted(wanted)}"
        if has - wanted or len(wanted - has) > 1:
            return f"placeholders {sorted(has)} instead of {sorted(wanted)}"
    if set(TAG.findall(whole)) != set(TAG.findall(string)):
        return f"tags {sorted(set(TAG.findall(string)))} instead of {sorted(set(TAG.findall(whole)))}"
    if (whole[:1].isspace(), whole[-1:].isspace()) != (string[:1].isspace(), string[-1:].isspace()):
        return "spaces at the start or the end differ"
    return ""


def _gaps_of_content(code: str) -> Iterator[Gap]:
    for path in shipped_files():
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        known = texts_of(document)
        other = path.with_suffix(f".{code}.toml")
        texts = tomllib.loads(other.read_text(encoding="utf-8"))["texts"] if other.is_file() else {}
        where = f"{other.parent.name}/{other.name}"
        for key, text in known.items():
            if not texts.get(key):
                yield Gap(code, where, f"{key}: {text}", "untranslated")
            elif reason := broken([text], texts[key]):
                yield Gap(code, where, f"{key}: {text}", reason)
        yield from (Gap(code, where, key, "names no text of the edition") for key in texts if key not in known)


def add(locale: Path, language: str) -> Path:
    """Start a language with an empty file."""
    name, _, country = language.replace("_", "-").partition("-")
    path = locale / (f"{name.lower()}_{country.upper()}" if country else name.lower()) / "LC_MESSAGES" / "django.po"
    if not path.exists():
        write(Texts(header_in(path)), path)
    return path


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.translations", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract", help="bring the .po files up to the code and templates")
    commands.add_parser("compile", help="write the .mo files")
    commands.add_parser("missing", help="list what is not translated").add_argument("language", nargs="?", default="")
    commands.add_parser("add", help="start a language").add_argument("language")
    given = parser.parse_args(arguments)
    if given.command == "missing":
        gaps = missing(ROOT, LOCALE, given.language)
        sys.stdout.writelines(f"{gap}\n" for gap in gaps)
        sys.stdout.write(f"{len(gaps)} texts are missing.\n")
        return 1 if gaps else 0
    if given.command == "add":
        if given.language == SOURCE:
            parser.error("English is what the texts are written in.")
        add(LOCALE, given.language)
    if given.command in {"add", "extract"}:
        extract(ROOT, LOCALE)
    else:
        compile_all(LOCALE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
