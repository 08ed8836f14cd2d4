"""Prints a report's content as a PDF, with Typst and the shipped fonts alone. It computes no figure.

The same content makes the same bytes on every machine: no system font is looked at, and the date inside the
file is the release's. Files are tagged, and are made to the standards PDF/A-2a and PDF/UA-1.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from backstage import typefaces
from reports.blocks import Exhibit
from reports.charts import theme
from reports.charts import typst as drawings
from reports.charts.spec import Chart, HeatChart, RowChart, StackChart, StripChart
from reports.content import ReportContent, content_hash

TEMPLATES = Path(__file__).resolve().parent / "typst"
PAGE_WIDTH = 447.0
"""Width of the text in points, as in the template."""
_ONE_AT_A_TIME = threading.Lock()
"""A compiler keeps what it learned from one report to the next, and serves one thread at a time."""


@dataclass(frozen=True)
class PrintedReport:
    pdf: bytes
    pages: int
    is_certified: bool
    """False where the file could only be made without the standards for archiving and screen readers."""
    remarks: tuple[str, ...]
    """What was changed so that it could be printed, as sentences."""


class PrintingFailed(Exception):
    """Typst refused the report, also without any standard."""


def render_pdf(content: ReportContent) -> bytes:
    """Return the report as a PDF file.

    :raises PrintingFailed: when it cannot be set
    """
    return print_report(content).pdf


def print_report(content: ReportContent) -> PrintedReport:
    """Return the PDF with its number of pages and what had to be changed for print.

    :raises PrintingFailed: when it cannot be set, also without the standards
    """
    printable, replaced = typefaces.printable(_sheet(content))
    remarks = [_replaced_sentence(replaced)] if replaced else []
    sheet = json.dumps(printable, ensure_ascii=False)
    released = datetime.combine(date.fromisoformat(content.released_on), datetime.min.time(), tzinfo=UTC)
    try:
        pdf = _compile(sheet, released, certified=True)
        is_certified = True
    except typst.TypstError as first:
        try:
            pdf = _compile(sheet, released, certified=False)
        except typst.TypstError as second:
            raise PrintingFailed(str(second)) from first
        is_certified = False
        remarks.append(_("The file is not certified for archiving and screen readers: %(reason)s") % {"reason": first})
    return PrintedReport(pdf, _pages(pdf), is_certified, tuple(remarks))


def _compile(sheet: str, released: datetime, *, certified: bool) -> bytes:
    with _ONE_AT_A_TIME:
        pdf = _compiler().compile(
            sys_inputs={"content": sheet},
            format="pdf",
            timestamp=int(released.timestamp()),
            pdf_standards=["a-2a", "ua-1"] if certified else None,
        )
    if not isinstance(pdf, bytes):
        raise PrintingFailed("Typst gave no single file.")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(typefaces.FOLDER)])
    return typst.Compiler(
        input=str(TEMPLATES / "report.typ"), root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True
    )


def _pages(pdf: bytes) -> int:
    """Return the number of pages: the root of the page tree carries the largest count."""
    return max((int(count) for count in re.findall(rb"/Type\s*/Pages.{0,400}?/Count (\d+)", pdf, re.DOTALL)), default=0)


def _sheet(content: ReportContent) -> dict[str, Any]:
    """Return what the template reads: the content, with every chart as shapes."""
    document = content.to_document()
    released = date.fromisoformat(content.released_on)
    is_rtl = bool(get_language_info(content.language).get("bidi"))
    sheet = {
        **document,
        "hash": content_hash(document),
        "theme": dict(theme.TOKENS),
        "lang": content.language.split("-")[0],
        "region": "gb" if content.language == "en" else None,
        "date": {"year": released.year, "month": released.month, "day": released.day},
    }
    chart = content.cover.chart
    sheet["cover"]["drawing"] = _drawn(chart, is_rtl=is_rtl)[0] if isinstance(chart, StripChart) else None
    sheet["cover"].pop("chart")
    sheet["cover"]["shade"] = theme.shade(chart.level, len(chart.levels)) if isinstance(chart, StripChart) else 3
    for section, printed in zip(content.sections, sheet["sections"], strict=True):
        for block, printed_block in zip(section.blocks, printed["blocks"], strict=True):
            if isinstance(block, Exhibit):
                is_heat = isinstance(block.chart, HeatChart)
                printed_block["heat"] = (
                    drawings.heat_document(block.chart, PAGE_WIDTH) if isinstance(block.chart, HeatChart) else None
                )
                printed_block["drawings"] = [] if is_heat else _drawn(block.chart, is_rtl=is_rtl)
                printed_block["hidden"] = content.frame.hidden
                printed_block.pop("chart")
    return sheet


def _drawn(chart: Chart, *, is_rtl: bool) -> list[dict[str, Any]]:
    if isinstance(chart, RowChart):
        drawn = drawings.row_drawings(chart, PAGE_WIDTH)
    elif isinstance(chart, StackChart):
        drawn = drawings.stack_drawings(chart, PAGE_WIDTH)
    elif isinstance(chart, StripChart):
        drawn = (drawings.strip_drawing(chart, PAGE_WIDTH),)
    else:
        drawn = ()
    return [(drawings.mirrored(one) if is_rtl else one).to_document() for one in drawn]


def _replaced_sentence(replaced: frozenset[str]) -> str:
    names = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(replaced)[:20])
    return _("Characters that no shipped font has were replaced: %(characters)s.") % {"characters": names}
