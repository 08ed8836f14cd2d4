"""What every section of a report is written from: the release, the wave before, and the number of the last exhibit."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.formats import localize
from django.utils.translation import gettext as _

from reports import findings
from reports.blocks import Exhibit
from reports.changes import are_comparable
from reports.charts.spec import Chart
from reports.results import Results


@dataclass
class Writer:
    """The release being written about, and the number of the last exhibit."""

    results: Results
    previous: Results | None
    release_number: int
    released_on: str
    exhibits: int = field(default=0)

    def __post_init__(self) -> None:
        if self.previous is not None and not are_comparable(self.results, self.previous):
            self.previous = None

    @property
    def instruments(self) -> tuple[str, ...]:
        """Return the keys of the lenses that have scores to show."""
        return tuple(
            subject.instrument
            for subject in self.results.subjects
            if subject.kind == "instrument"
            and subject.is_scored
            and findings.ranked_dimensions(self.results, subject.instrument)
        )

    def title_of(self, instrument: str) -> str:
        return self.results.subject(f"instrument:{instrument}").title

    def exhibit(self, chart: Chart, title: str = "") -> Exhibit:
        self.exhibits += 1
        label = _("Exhibit %(number)s") % {"number": self.exhibits}
        source = _("Source: %(caption)s") % {"caption": chart.caption}
        return Exhibit(self.exhibits, label, title or chart.title, source, chart)


def participation(results: Results) -> str:
    """Return "214 of 287", or only the answers where nobody knows how many were asked."""
    if results.answered is None:
        return _("Fewer than %(k)s") % {"k": localize(results.k)}
    if results.invited is None:
        return str(localize(results.answered))
    words = {"answered": localize(results.answered), "invited": localize(results.invited)}
    return _("%(answered)s of %(invited)s") % words
