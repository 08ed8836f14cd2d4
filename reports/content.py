"""A report's content: which sections a cut has, with every word and number that will be printed.

`reports.pdf` prints a `ReportContent` and computes nothing. Its canonical JSON has the hash that stands on the
last page, so that two copies of a report can be compared whatever printed them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports import appendix, closing, findings, sections
from reports.blocks import Fact, Section
from reports.charts import build
from reports.charts.spec import Chart
from reports.results import Results
from reports.writer import Writer, participation

Cut = Literal["brief", "board", "full"]


@dataclass(frozen=True)
class Cover:
    eyebrow: str
    title: str
    finding: str
    facts: tuple[Fact, ...]
    mark: str
    """Who may read it, and that the data are made up where they are."""
    chart: Chart | None


@dataclass(frozen=True)
class Frame:
    """What stands on every page and in the file's own properties."""

    title: str
    running_head: str
    foot: str
    contents: str
    product: str
    mark: str
    hidden: str


@dataclass(frozen=True)
class ReportContent:
    cut: Cut
    language: str
    organisation: str
    is_synthetic: bool
    edition: str
    release_number: int
    released_on: str
    """ISO 8601 date; also the date inside the file, so that the same content always makes the same file."""
    k: int
    frame: Frame
    cover: Cover
    sections: tuple[Section, ...]

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the content as canonical JSON."""
        return content_hash(self.to_document())


def content_hash(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of sorted JSON without spaces: one hash for one content."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def build_content(
    results: Results,
    previous: Results | None = None,
    *,
    cut: Cut,
    language: str,
    release_number: int,
    released_at: datetime,
) -> ReportContent:
    """Return what the report of a release says in `language`; `previous` is the wave before, if there was one."""
    with translation.override(language):
        writer = Writer(results, previous, release_number, date_format(released_at))
        chosen = {"brief": _brief, "board": _board, "full": _full}[cut](writer)
        return ReportContent(
            cut=cut,
            language=language,
            organisation=results.organisation,
            is_synthetic=results.is_synthetic,
            edition=f"{results.framework} {results.edition}",
            release_number=release_number,
            released_on=released_at.date().isoformat(),
            k=results.k,
            frame=_frame(results, writer),
            cover=_cover(results, writer),
            sections=tuple(section for section in chosen if section is not None),
        )


def _brief(writer: Writer) -> list[Section | None]:
    return [sections.answer(writer, most=3), closing.brief_profile(writer), closing.brief_next(writer)]


def _board(writer: Writer, *, gaps: int = 16) -> list[Section | None]:
    return [
        sections.answer(writer, most=3),
        sections.how_to_read(writer),
        sections.level_ladder(writer),
        *(sections.profile(writer, instrument) for instrument in writer.instruments),
        sections.beside_the_index(writer),
        sections.leaders_and_staff(writer, most=gaps),
        sections.agreement(writer),
        sections.units(writer),
        sections.crossings(writer),
        closing.analyses(writer),
        closing.priorities(writer),
        closing.method(writer),
    ]


def _full(writer: Writer) -> list[Section | None]:
    board = _board(writer, gaps=99)
    return [*board[:-1], *appendix.answers(writer), *appendix.tables(writer), board[-1]]


def _frame(results: Results, writer: Writer) -> Frame:
    title = _("Customer-centricity report, %(organisation)s") % {"organisation": results.organisation}
    foot = _("Release %(number)s of %(date)s · %(edition)s") % {
        "number": writer.release_number,
        "date": writer.released_on,
        "edition": f"{results.framework} {results.edition}",
    }
    return Frame(
        title=title,
        running_head=f"{results.organisation} · {results.campaign}",
        foot=foot,
        contents=_("Contents"),
        product="Concentric",
        mark=_("Made-up data") if results.is_synthetic else "",
        hidden=_("hidden"),
    )


def _cover(results: Results, writer: Writer) -> Cover:
    level = findings.level_finding(results)
    facts = [
        Fact(results.campaign, _("Wave %(number)s") % {"number": results.wave}),
        Fact(participation(results), _("Answered")),
        Fact(writer.released_on, _("Released")),
        Fact(f"{results.framework} {results.edition}", _("Questionnaire")),
    ]
    mark = _("Confidential")
    if results.is_synthetic:
        mark += " · " + _("Made-up data")
    return Cover(
        eyebrow=_("How customer-centric is the organisation?"),
        title=results.organisation,
        finding=level.heading,
        facts=tuple(facts),
        mark=mark,
        chart=build.scale_strip(results),
    )
