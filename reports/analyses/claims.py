"""What leaders claim on the ladders beside what staff live, made of shown figures only."""

from __future__ import annotations

from reports.analyses.figures import Table
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.results import Analysis

NO_CLAIMS = N_("Too few leaders answered the ladders, or too few staff the questions beside them.")


def claimed_lived(survey: Survey, table: Table) -> Analysis | None:
    """Return claimed minus what staff live in each dimension, -100 to 100; None where there are no ladders.

    Without role groups everybody's life is meant. Different questions stand behind the two, so the difference is
    indicative and has no verdict. The figures need no audit of their own: both are shown already.
    """
    if not any(dimension.ladder for dimension in survey.counted_dimensions):
        return None
    staff = "side:staff" if survey.framework.role_groups else "all"
    rows = []
    for dimension in survey.counted_dimensions:
        claimed = table.figures["claimed"]["all"].get(dimension.key)
        lived = table.figures["lived"].get(staff, {}).get(dimension.key)
        if claimed is None or lived is None or claimed.score is None or lived.score is None:
            continue
        rows.append(
            {
                "subject": dimension.key,
                "claimed": claimed.score,
                "lived": lived.score,
                "difference": claimed.score - lived.score,
            }
        )
    return Analysis("claimed_lived", rows=tuple(rows)) if rows else Analysis("claimed_lived", absence=NO_CLAIMS)
