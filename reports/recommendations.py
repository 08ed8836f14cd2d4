"""From a release's advice and findings to decisions and a roadmap. Ranked by the release; nothing is invented here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports import findings
from reports.blocks import Action, Phase
from reports.results import Advice, Results


@dataclass(frozen=True)
class Decision:
    text: str
    because: str


def decisions(results: Results) -> tuple[Decision, ...]:
    """Return what a board can decide now: agree on the facts, lift what holds the level, fund the first move."""
    asked = []
    gap = findings.gap_finding(results)
    if gap is not None and gap.tone == "gap" and gap.subject not in ("", "index"):
        words = {"subject": results.subject(gap.subject).title}
        asked.append(Decision(_("Agree on the facts about %(subject)s") % words, gap.heading))
    if results.overall.held_by:
        holder = results.subject(results.overall.held_by)
        asked.append(
            Decision(
                _("Name who lifts %(subject)s, and by when") % {"subject": holder.title},
                _("It holds the whole organisation at its level."),
            )
        )
    drivers = findings.drivers_finding(results)
    if drivers is not None:
        asked.append(Decision(_("Spend an hour on why this is wanted"), drivers.heading))
    for advice in sorted(results.advice, key=lambda one: one.kind != "big_move"):
        asked.append(Decision(advice.text.rstrip("."), advice.because))
    return tuple(asked)


def phases(results: Results) -> tuple[Phase, ...]:
    """Return the advice as now, next and later; a phase without actions is left out.

    Quick wins stand in the first ninety days; the first two big moves follow, the others come later, because
    an organisation that starts everything finishes little.
    """
    quick = [advice for advice in results.advice if advice.kind == "quick_win"]
    moves = [advice for advice in results.advice if advice.kind == "big_move"]
    kept = [advice for advice in results.advice if advice.kind not in ("quick_win", "big_move")]
    planned = (
        (_("Now"), _("the next 90 days"), quick),
        (_("Next"), _("within 12 months"), moves[:2]),
        (_("Later"), _("within 24 months"), [*moves[2:], *kept]),
    )
    return tuple(
        Phase(title, span, tuple(_action(results, advice) for advice in advices))
        for title, span, advices in planned
        if advices
    )


def _action(results: Results, advice: Advice) -> Action:
    """Return the advice with its reason; the topic is named first where the reason does not name it."""
    title = next((subject.title for subject in results.subjects if subject.key == advice.subject), "")
    because = advice.because
    if title and title not in because:
        because = _("%(topic)s: %(reason)s") % {"topic": title, "reason": because}
    return Action(advice.text, because, title)
