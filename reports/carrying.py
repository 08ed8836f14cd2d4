"""How far the numbers carry, in words: consistency of questions and units, weights, claims beside life and evidence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reports.charts import phrases
from reports.charts.spec import Table
from reports.explained import Explanation, is_number, share, signed, title_of, topic, whole
from reports.results import UNWEIGHTED, Analysis, Results


def _consistency_words() -> dict[str, str]:
    return {"consistent": _("consistent"), "moderate": _("moderate"), "weak": _("weak")}


def consistency(results: Results, analysis: Analysis) -> Explanation:
    words = _consistency_words()
    weak = [topic(results, row) for row in analysis.rows if row.get("label") == "weak"]
    sentence = (
        _("Weak in: %(topics)s. Read the single questions there rather than the score.") % {"topics": ", ".join(weak)}
        if weak
        else _("Where it can be told, the questions of a topic belong together.")
    )
    rows = tuple(
        (
            topic(results, row),
            phrases.decimal(row["alpha"]),
            _("%(low)s to %(high)s") % {"low": phrases.decimal(row["low"]), "high": phrases.decimal(row["high"])},
            str(row.get("items", "")),
            "" if row.get("n") is None else str(row["n"]),
            words.get(str(row.get("label")), ""),
        )
        for row in analysis.rows
    )
    columns = (_("Topic"), _("Cronbach's alpha"), _("95% interval"), _("Questions"), _("Answers"), _("In words"))
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        (sentence,),
        table=Table(columns, rows),
        method=_(
            "Cronbach's alpha with Feldt's interval, over people who answered all questions of the topic that are no "
            "ladders; from three questions and thirty people. Consistent from 0.70, weak below 0.50."
        ),
    )


def unit_reliability(results: Results, analysis: Analysis) -> Explanation:
    words = _consistency_words()
    differ = {"clear": _("clearly"), "some": _("somewhat"), "none": _("no more than chance")}
    found = [row for row in analysis.rows if row.get("label") == "consistent"]
    words_of = {"count": len(found), "all": len(analysis.rows)}
    sentence = (
        _("In %(count)d of %(all)d topics the units' scores tell them apart well; elsewhere much of it is chance.")
        if found
        else _("The units' scores do not tell them apart well in any topic: much of what they differ is chance.")
    ) % words_of
    rows = tuple(
        (
            topic(results, row),
            phrases.decimal(row["icc1"]),
            "" if row.get("icc2") is None else phrases.decimal(row["icc2"]),
            differ.get(str(row.get("differ")), ""),
            words.get(str(row.get("label")), ""),
        )
        for row in analysis.rows
    )
    columns = (_("Topic"), _("ICC(1)"), _("ICC(2)"), _("Units differ"), _("A unit's score is"))
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        (sentence,),
        table=Table(columns, rows),
        method=_(
            "ICC(1) is the share of all differences between people that lies between units, ICC(2) how reliable a "
            "unit's mean is on average. Units are not ranked."
        ),
    )


def weights_table(results: Results) -> list[Explanation]:
    """Return the scores of the whole organisation beside plain means over people, where roles weigh differently."""
    plain = results.variants.get(UNWEIGHTED, {}).get("all", {})
    rows = []
    for subject in results.subjects:
        figure, other = results.figure("all", subject.key), plain.get(subject.key)
        if not (subject.is_scored and other and phrases.is_shown(figure)):
            continue
        if figure.score is not None and other.score is not None:
            difference = signed(other.score - figure.score)
            rows.append((subject.title, phrases.number(figure), phrases.number(other), difference))
    if not rows:
        return []
    overall = results.overall
    same = overall.unweighted_level in {None, overall.level_of_index}
    sentence = (
        _("The level does not hang on the weights of the roles.")
        if same
        else _("The level hangs on the weights of the roles: with everybody counting the same it would be %(level)d.")
        % {"level": overall.unweighted_level}
    )
    return [
        Explanation(
            "weights",
            _("What the weights of the roles change"),
            () if overall.unweighted_level is None else (sentence,),
            table=Table((_("Topic"), _("Weighted"), _("Everybody the same"), _("Difference")), tuple(rows)),
            method=_(
                "Scores weigh groups of roles by fixed shares, so that they do not move when more of one group answer. "
                "Beside them stand plain means over the same people."
            ),
        )
    ]


def claimed_lived(results: Results, analysis: Analysis) -> Explanation:
    rows = tuple(
        (topic(results, row), whole(row.get("claimed")), whole(row.get("lived")), signed(row.get("difference")))
        for row in analysis.rows
    )
    above = sum(1 for row in analysis.rows if row["difference"] > 0)
    words = {"count": above, "all": len(analysis.rows)}
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        (_("In %(count)d of %(all)d topics leaders claim more than staff live.") % words,),
        table=Table((_("Topic"), _("Claimed by leaders"), _("Lived by staff"), _("Difference, indicative")), rows),
        method=_(
            "Claimed is the mean of the ladders, lived the mean of what staff experience. They rest on different "
            "questions, so a difference is indicative and never called clear."
        ),
    )


def evidence(results: Results, analysis: Analysis) -> Explanation:
    values = analysis.values
    sentences = [_("Evidence as people named it; nobody has reviewed it.")]
    if is_number(values.get("gap")):
        words = {"gap": phrases.decimal(values["gap"])}
        sentences.append(_("Claims run %(gap)s rungs ahead of their evidence on average.") % words)
    if is_number(values.get("level")):
        levels = {"level": int(values["level"]), "claimed": int(values.get("claimed_level") or 0)}
        sentences.append(
            _("Level %(claimed)d claimed, level %(level)d with evidence not reviewed.") % levels
            if levels["level"] != levels["claimed"]
            else _("The level stays the same with the ladders held down to their evidence, not reviewed.")
        )
    rows = tuple(
        (
            topic(results, row),
            phrases.decimal(row["claimed"]),
            phrases.decimal(row["supported"]),
            phrases.decimal(row["gap"]),
            share(row.get("coverage")),
            "" if row.get("n") is None else str(row["n"]),
        )
        for row in sorted(analysis.rows, key=lambda row: -row["gap"])
    )
    columns = (
        _("Topic"),
        _("Claimed, rung"),
        _("Supported, rung"),
        _("Gap, rungs"),
        _("Claims with evidence"),
        _("People with evidence"),
    )
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        tuple(sentences),
        table=Table(columns, rows),
        method=_(
            "An example holds up a claim to rung 3, a dated document to rung 4, a recurring measure to rung 5, nothing "
            "to rung 2. Only those who said what they can point to count here, from ten people a ladder."
        ),
    )


def qualities(_results: Results, analysis: Analysis) -> Explanation:
    """Say which qualities of teams are seen least; of teams, never of persons."""
    texts = {str(row["key"]): str(row["text"]) for row in analysis.rows}
    lowest = [texts[str(key)] for key in analysis.values.get("lowest", ()) if str(key) in texts]
    words = dict(zip(("one", "other"), lowest, strict=False))
    sentences = (_("Seen least: “%(one)s” and “%(other)s”") % words,) if len(lowest) == 2 else ()
    rows = tuple((str(row["text"]), whole(row["staff"]), whole(row.get("managers_say"))) for row in analysis.rows)
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        sentences,
        table=Table((_("Quality of the team"), _("Staff say"), _("Managers say")), rows),
        method=_(
            "Means on 0 to 100 of what people see in their team, from eight people; no person and no team is scored."
        ),
    )
