"""What people could point to when they chose a rung: claims beside their evidence. Nobody has reviewed it.

Each person's own kind of evidence holds their own claim up to a rung (`pillars.evidence`). Who was asked and said
nothing counts nowhere. A ladder is told from ten people with evidence on, as any question, and where its audit allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pillars.evidence import FEWEST_LADDERS, Claim, EvidenceGap, evidence_gap
from pillars.schema import Dimension, Framework, Item
from pillars.scoring import held_level, index_of
from pillars.statistics import mean
from reports.analyses.figures import Table
from reports.analyses.held import EVIDENCE, EVIDENCED, evidencing
from reports.analyses.printed import INDEX
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis, Overall

TOO_FEW_WITH_EVIDENCE = N_("Fewer than ten people said for any ladder what they can point to.")


def evidence(survey: Survey, table: Table, overall: Overall) -> Analysis | None:
    """Return claimed and supported rungs of each dimension, the organisation's gap, and the evidenced level.

    Rungs are means over the people with evidence, the gap claimed less supported. The organisation's gap is the mean
    over ladders and needs five. The evidenced level is that of the index over scores in which each person's ladder is
    held down to their own evidence; ladders without enough evidence stay as claimed. None where there are no ladders.
    """
    ladders = [(d, item) for d in survey.counted_dimensions for item in d.items if item.scale.kind == "ladder"]
    if not ladders:
        return None
    rows: list[Mapping[str, Any]] = []
    for dimension, item in ladders:
        if table.allows(dimension.key, EVIDENCE, item.key):
            found = _gap_of(survey, dimension, item)
            rows.append(
                {
                    "subject": dimension.key,
                    "item": item.key,
                    "claimed": found.claimed,
                    "supported": found.supported,
                    "gap": found.gap,
                    "coverage": found.coverage,
                    "n": table.told(dimension.key, EVIDENCE).get(item.key),
                }
            )
    if not rows:
        return Analysis("evidence", absence=TOO_FEW_WITH_EVIDENCE)
    values: dict[str, Any] = {"ladders": len(rows), "reviewed": False}
    if len(rows) >= FEWEST_LADDERS:
        values["gap"] = mean([row["gap"] for row in rows])
    return Analysis("evidence", values | _evidenced_level(survey.framework, table, overall), tuple(rows))


def _gap_of(survey: Survey, dimension: Dimension, item: Item) -> EvidenceGap:
    people = evidencing(survey, item)
    rungs: list[int] = (survey.columns.codes[item.key][people] + 1).tolist()
    kinds: list[int] = survey.columns.evidence[item.key][people].tolist()
    found = evidence_gap([Claim(item.key, dimension.key, rung, kind) for rung, kind in zip(rungs, kinds, strict=True)])
    assert found is not None, "evidencing() holds ten people or nobody"  # noqa: S101
    return found


def _evidenced_level(framework: Framework, table: Table, overall: Overall) -> dict[str, Any]:
    """Return the index and level with ladders held down, beside the level claimed; nothing without an index."""
    whole = table.estimate("all", INDEX)
    held = {
        dimension.key: found.score
        for dimension in framework.dimensions
        if (found := table.estimate("all", dimension.key, EVIDENCED))
    }
    if whole is None or not held or overall.level is None:
        return {}
    scores = {**table.scores("all"), **held}
    index = index_of(framework, scores)
    if index is None:
        return {}
    level, held_by = held_level(framework, index, scores)
    shown = index if whole.least >= LEAST_FOR_DETAIL else float(round(index))
    return {"index": shown, "level": level, "held_by": held_by, "claimed_level": overall.level}
