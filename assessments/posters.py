"""Prints posters with Typst and the shipped fonts alone: one A4 page for each way in, in one language.

Files are tagged and made to PDF/UA-1. Texts reach the page as data, never as markup.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import segno
import typst
from django.utils.translation import get_language_info

from backstage import typefaces

TEMPLATES = Path(__file__).resolve().parent / "typst"
_ONE_AT_A_TIME = threading.Lock()
"""A compiler keeps what it learned from one poster to the next, and serves one thread at a time."""


class PrintingFailed(Exception):
    """Typst gave no file."""


@dataclass(frozen=True)
class Poster:
    """Every word on one page. `address` is what the QR code opens, `typed` what is typed instead, with the code."""

    language: str
    organisation: str
    title: str
    purpose: str
    where: str
    heading: str
    last_day: str
    """A sentence, empty where there is none yet."""
    minutes: str
    steps: tuple[str, ...]
    anonymity: str
    address: str
    typed_label: str
    typed: str
    code_label: str
    code: str
    qr_alt: str


def qr_code(address: str) -> segno.QRCode:
    """Return the QR code of an address. A quarter of it may be dirty or torn."""
    return segno.make(address, error="q", micro=False)


def print_posters(posters: Sequence[Poster], at: datetime) -> bytes:
    """Return a PDF with one page for each poster, in their order. There is at least one."""
    with _ONE_AT_A_TIME:
        pdf = _compiler().compile(
            sys_inputs={"content": sheet_of(posters)},
            format="pdf",
            timestamp=int(at.timestamp()),
            pdf_standards=["ua-1"],
        )
    if not isinstance(pdf, bytes):
        raise PrintingFailed("Typst gave no single file.")
    return pdf


def sheet_of(posters: Sequence[Poster]) -> str:
    """Return what the template reads, as JSON."""
    sheet, _replaced = typefaces.printable({"posters": [_page(poster) for poster in posters]})
    for page, poster in zip(sheet["posters"], posters, strict=True):
        # A drawing, so what the fonts lack does not matter to it.
        # A file needs a title. Names that nothing can be seen of are refused where they are typed.
        page["title"] = page["title"].strip() or page["heading"]
        page["qr"] = qr_code(poster.address).svg_inline(border=4, omitsize=True)
    return json.dumps(sheet, ensure_ascii=False)


def _page(poster: Poster) -> dict[str, object]:
    info = get_language_info(poster.language)
    language = poster.language.partition("-")[0]
    return {**asdict(poster), "language": language, "is_rtl": bool(info.get("bidi"))}


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(typefaces.FOLDER)])
    return typst.Compiler(
        input=str(TEMPLATES / "poster.typ"), root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True
    )
