"""The change since a wave that did not ask the same, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from reports.charts import phrases
from reports.charts.spec import Table
from reports.explained import topic
from reports.results import Analysis, Results


def sentences(results: Results, analysis: Analysis) -> tuple[str, ...]:
    """Return what was compared with what, why topics are missing, and who answered then and now."""
    words = {"campaign": analysis.values.get("then_title", ""), "wave": analysis.values.get("then_wave", "")}
    said = [_("Compared with “%(campaign)s” (wave %(wave)s), which did not ask the same questions.") % words]
    if not results.is_pulse:
        said.append(_("The index is not compared: it rests on all questions, and they are not the same."))
    return (*said, *_missing(results, analysis), *_mix(results, analysis))


def table(results: Results, analysis: Analysis) -> Table | None:
    """Return a row for each topic that can be compared."""
    verdicts = {"clear": _("changed"), "chance": _("no clear change")}
    rows = tuple(
        (
            topic(results, row),
            str(phrases.whole(row["then"])),
            str(phrases.whole(row["now"])),
            phrases.signed(row["difference"]),
            _("%(low)s to %(high)s") % {"low": phrases.signed(row["low"]), "high": phrases.signed(row["high"])},
            verdicts.get(str(row.get("verdict")), ""),
            _("%(same)d of %(asked)d") % {"same": row["same"], "asked": row["asked"]},
            _count(row.get("n_then")),
            _count(row.get("n_now")),
        )
        for row in analysis.rows
        if row.get("difference") is not None
    )
    columns = (
        _("Topic"),
        _("Score then"),
        _("Score now"),
        _("Difference"),
        _("95% interval"),
        _("Verdict"),
        _("Same questions"),
        _("Answers then"),
        _("Answers now"),
    )
    return Table(columns, rows) if rows else None


def method() -> str:
    return _(
        "Both scores rest on the questions that stayed the same in words, scale and roles asked, at least half of each "
        "topic. “Changed” means that the interval of the difference leaves out 0 and that it is 5 points or more."
    )


def _missing(results: Results, analysis: Analysis) -> Iterator[str]:
    absent = [row for row in analysis.rows if row.get("absence")]
    for why in dict.fromkeys(str(row["absence"]) for row in absent):
        titles = ", ".join(topic(results, row) for row in absent if row["absence"] == why)
        yield _("%(topics)s: %(why)s") % {"topics": titles, "why": _(why)}


def _mix(results: Results, analysis: Analysis) -> Iterable[str]:
    titles = {group.key: group.title for group in results.groups}
    told = [
        _("%(group)s %(then)s then, %(now)s now")
        % {
            "group": titles.get(str(row["group"]), row["group"]),
            "then": phrases.percent(row["share_then"]),
            "now": phrases.percent(row["share_now"]),
        }
        for row in analysis.rows
        if row.get("group")
    ]
    return [_("Who answered: %(groups)s.") % {"groups": "; ".join(told)}] if told else []


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
