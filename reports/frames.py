"""Comparisons as pandas tables, for files and for whoever goes on computing with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from reports.portfolio import INDEX, Compared, Comparison

if TYPE_CHECKING:
    import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet compute a cell."""


def comparison_frame(compared: Comparison) -> pd.DataFrame:
    """Return one row for each organisation: who it is, then score, bounds and answers of each subject.

    Scores are unrounded; what has no released figure is missing. The index column is the order shown.
    """
    import pandas as pd  # noqa: PLC0415  takes most of a second, and only files need it

    subjects = [(INDEX, _("Overall"))]
    if compared.lens:
        subjects += [(dimension.key, dimension.title) for dimension in compared.lens.dimensions]
    return pd.DataFrame([_values(row, subjects) for row in compared.rows])


def _values(row: Compared, subjects: list[tuple[str, str]]) -> dict[str, object]:
    values: dict[str, object] = {
        _("Rank"): inert(row.rank),
        _("Organisation"): inert(row.name),
        _("Sector"): inert(row.sector),
        _("Country"): inert(row.country),
        _("Made-up data"): _("yes") if row.is_synthetic else _("no"),
        _("Wave"): row.wave,
        _("Answers"): row.answers,
        _("Change of the overall score since the wave before"): row.change.difference if row.change else None,
    }
    for key, title in subjects:
        figure = row.figures.get(key)
        values |= {
            inert(title): figure.score if figure else None,
            inert(_("%(topic)s, lower bound") % {"topic": title}): figure.low if figure else None,
            inert(_("%(topic)s, upper bound") % {"topic": title}): figure.high if figure else None,
        }
    return values


def comparison_file(compared: Comparison) -> str:
    """Return the comparison as CSV text whose cells no spreadsheet computes."""
    return str(comparison_frame(compared).to_csv(index=False, float_format="%.4f"))


def inert(text: str) -> str:
    """Return `text` such that a spreadsheet shows it as it is, with an apostrophe before what it would compute."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
