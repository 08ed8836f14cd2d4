"""A release as a file: everything that is visible, with a definition of each field.

JSON holds one object, XLSX one sheet for each table, CSV one long table whose first column names the
table a row belongs to. Numbers are unrounded as released and stay numbers; texts are inert: nothing
that somebody typed into a name can become a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pillars.schema import Framework
from pillars.scoring import MEASURES
from reports import working
from reports.results import Overall, Results

FORMATS = ("json", "csv", "xlsx")
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_LONGEST_CELL = 32_767
INERT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CREATED = datetime(2020, 1, 1, tzinfo=UTC)

DEFINITIONS: Mapping[str, str] = {
    "organisation": "The organisation that was asked.",
    "campaign": "The title of the campaign.",
    "wave": "The campaign's place in the organisation's series, from 1.",
    "edition": "Framework and version of the questionnaire.",
    "edition_fingerprint": "SHA-256 of the questionnaire's content.",
    "release": "The release's number; a correction has the next one.",
    "fingerprint": "SHA-256 of the release as sorted JSON.",
    "k": "The smallest group about which anything is shown.",
    "invited": "How many people were invited; empty where anybody with the link could answer.",
    "answered": "How many people sent the questionnaire; empty where that number is not shown.",
    "group": 'Who a row is about: "all", "side:<side>", "role:<role group>", "unit:<number>", "merged:<numbers>", '
    '"contact:<level>", or two of them with a plus for who is in both.',
    "subject": 'What a row is about: "index", "instrument:<key>" or the key of a dimension.',
    "measure": '"score" rests on all scored items, "lived" on all but the ladders, "claimed" on the ladders.',
    "mean": "Mean of people's scores on 0 to 100, role groups weighted in the whole and in units; items turned so "
    "that 100 is the best end.",
    "low": "Lower end of the 95 % interval of the mean, on 0 to 100.",
    "high": "Upper end of the 95 % interval of the mean, on 0 to 100.",
    "margin": "Half of the 95 % interval without the factor for a finite organisation: what differences between groups "
    "and waves are judged by; empty where it is not told.",
    "sd": "Standard deviation (n - 1) of people's scores on 0 to 100; from ten people on.",
    "n": "People whose answers entered the figure. Where that number would tell how many few people did not, those "
    "are counted in; where that would be many, it is empty.",
    "native_mean": "The mean on the items' own points, where all items of the dimension share one scale; reversed "
    "items are turned.",
    "native_sd": "The standard deviation (n - 1) on the items' own points.",
    "display": "The mean as printed: half up, but never in a higher level than the unrounded mean.",
    "level": "The maturity level of the unrounded mean, 1 for the lowest; empty for what is no maturity score.",
    "indicative": "Rests on five to nine people, so it is given in whole points and without a spread.",
    "dont_know": "Share, 0 to 1, of \u201cI can\u2019t see this\u201d among what was asked and applies.",
    "absence": 'Why there is no figure: "hidden" for privacy, "not_asked", or "too_few" people.',
    "item": "The key of a question.",
    "text": "The question.",
    "counts": "People at each point, in the order of the scale.",
    "labels": "The points of the scale in words.",
    "not_applicable": "People who said that the question does not apply.",
    "consensus": "Agreement, 0 to 1: 1 - population variance / 2500.",
    "leaders": "Leaders' mean on the questions that leaders and staff were both asked.",
    "staff": "Staff's mean on the same questions.",
    "difference": "Leaders minus staff, in points; its interval is low to high.",
    "shrunk": "The difference drawn towards the overall gap as far as it is noise; the best single guess.",
    "verdict": '"clear", "chance" (not clear yet) or "too_few" people to judge.',
    "g": "Hedges' g of a clear gap: the difference in units of the spread between people; its 95 % interval is g_low "
    "to g_high.",
    "variant": '"unweighted": plain means over people, whatever their role; "without_flagged": only answers that show '
    "no sign of carelessness. Where leaving them out would tell of few people, there is no row.",
    "flagged": "Answers that show a sign of carelessness: given in under two seconds each, the same throughout, "
    "contradicting themselves, or nearly all \u201cI can\u2019t see this\u201d. Empty where that number is not told. "
    "They count in every other figure.",
    "analysis": "The key of an analysis; its values and rows follow.",
    "overall": "The headline: level, the level of the index alone, what holds it, and the index with equal weights of "
    "instruments, and unweighted over people.",
    "weights": "Share of each role group in the whole, and of each instrument in the index.",
    "working": "What each shown figure is made of: the weighted mean of `parts` where they are all shown "
    '("role_weighted", "parts"), of role groups that are not ("pooled"), or a plain mean over people ("people").',
    "result": "What the parts give; within `allowed` of the released mean.",
    "allowed": "Points that rounding of figures of fewer than ten people may make; else only the dust of floats.",
}

_SCORE_FIELDS = (
    "mean",
    "low",
    "high",
    "margin",
    "sd",
    "n",
    "native_mean",
    "native_sd",
    "display",
    "level",
    "indicative",
    "dont_know",
    "absence",
)
_SCORE_COLUMNS = ("group", "group_title", "subject", "subject_title", "measure", *_SCORE_FIELDS)
_ITEM_COLUMNS = (
    "item",
    "text",
    "subject",
    "n",
    "mean",
    "sd",
    "native_mean",
    "native_sd",
    "counts",
    "labels",
    "dont_know",
    "not_applicable",
    "consensus",
)
_GAP_COLUMNS = (
    "subject",
    "subject_title",
    "leaders",
    "staff",
    "difference",
    "shrunk",
    "low",
    "high",
    "leaders_n",
    "staff_n",
    "verdict",
    "g",
    "g_low",
    "g_high",
)
_VARIANT_COLUMNS = (
    "variant",
    "group",
    "group_title",
    "subject",
    "subject_title",
    "mean",
    "low",
    "high",
    "n",
    "display",
    "level",
    "indicative",
)
_ANALYSIS_COLUMNS = ("analysis", "row", "field", "value")

Row = Mapping[str, Any]


def exported(
    results: Results, *, number: int, fingerprint: str, file_format: str, framework: Framework | None = None
) -> bytes:
    """Return the release as a file in one of `FORMATS`; with its edition, JSON also says how figures are made."""
    if file_format == "json":
        return as_json(results, number=number, fingerprint=fingerprint, framework=framework)
    if file_format == "csv":
        return as_csv(results)
    return as_xlsx(results, number=number, fingerprint=fingerprint)


def as_json(results: Results, *, number: int, fingerprint: str, framework: Framework | None = None) -> bytes:
    """Return one JSON object (UTF-8) with head, tables and definitions; with `framework`, each figure's working."""
    document = {
        **_head(results, number, fingerprint),
        "overall": asdict(results.overall),
        "quality": asdict(results.quality),
        "weights": dict(results.weights),
        "levels": [asdict(level) for level in results.levels],
        "subjects": [asdict(subject) for subject in results.subjects],
        "groups": [asdict(group) for group in results.groups],
        "scores": list(_scores(results)),
        "items": list(_items(results)),
        "gaps": list(_gaps(results)),
        "variants": list(_variants(results)),
        "analyses": [asdict(analysis) for analysis in results.analyses],
        "advice": [asdict(advice) for advice in results.advice],
        **({"working": working.document(results, framework)} if framework else {}),
        "definitions": dict(DEFINITIONS),
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode()


def as_csv(results: Results) -> bytes:
    """Return one long table (UTF-8 with a byte order mark); the first column names the table of a row."""
    columns = list(
        dict.fromkeys(
            [
                "table",
                *_SCORE_COLUMNS,
                *_ITEM_COLUMNS,
                *_GAP_COLUMNS,
                *_VARIANT_COLUMNS,
                *_ANALYSIS_COLUMNS,
                "definition",
            ]
        )
    )
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for table, rows in (
        ("scores", _scores(results)),
        ("items", _items(results)),
        ("gaps", _gaps(results)),
        ("variants", _variants(results)),
        ("analyses", _analyses(results)),
        ("definitions", _definitions()),
    ):
        for row in rows:
            writer.writerow({"table": table, **{key: _csv_cell(value) for key, value in row.items()}})
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def as_xlsx(results: Results, *, number: int, fingerprint: str) -> bytes:
    """Return a workbook with the sheets Overview, Scores, Items, Gaps, Variants, Analyses and Definitions."""
    import xlsxwriter  # noqa: PLC0415  only exports need it

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, INERT) as workbook:
        # A fixed date: the same release gives the same file.
        workbook.set_properties({"created": CREATED})
        bold = workbook.add_format({"bold": True})
        for name, columns, rows in (
            ("Overview", ("field", "value"), _overview(results, number, fingerprint)),
            ("Scores", _SCORE_COLUMNS, _scores(results)),
            ("Items", _ITEM_COLUMNS, _items(results)),
            ("Gaps", _GAP_COLUMNS, _gaps(results)),
            ("Variants", _VARIANT_COLUMNS, _variants(results)),
            ("Analyses", _ANALYSIS_COLUMNS, _analyses(results)),
            ("Definitions", ("field", "definition"), _definitions()),
        ):
            _fill(workbook.add_worksheet(name), columns, rows, bold)
    return buffer.getvalue()


def _fill(sheet: Any, columns: Sequence[str], rows: Iterable[Row], bold: Any) -> None:
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, bold)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            write_cell(sheet, line, place, row.get(column))
    sheet.freeze_panes(1, 0)


def write_cell(sheet: Any, line: int, place: int, value: Any, style: Any = None) -> None:
    """Write a cell by the kind of its value; a text is always a text, whatever it starts with."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, style)
    else:
        sheet.write_string(line, place, _plain(_as_text(value))[:_LONGEST_CELL], style)


# -- rows ----------------------------------------------------------------------------------------


def _head(results: Results, number: int, fingerprint: str) -> dict[str, Any]:
    return {
        "organisation": results.organisation,
        "sector": results.sector,
        "country": results.country,
        "is_synthetic": results.is_synthetic,
        "campaign": results.campaign,
        "wave": results.wave,
        "form": results.form,
        "is_pulse": results.is_pulse,
        "framework": results.framework,
        "edition": f"{results.framework_slug} {results.edition}",
        "edition_fingerprint": results.edition_fingerprint,
        "closed_at": results.closed_at,
        "release": number,
        "fingerprint": fingerprint,
        "k": results.k,
        "invited": results.invited,
        "answered": results.answered,
    }


def _overview(results: Results, number: int, fingerprint: str) -> Iterable[Row]:
    for key, value in _head(results, number, fingerprint).items():
        yield {"field": key, "value": value}
    for key, value in asdict(results.overall).items():
        yield {"field": f"overall.{key}", "value": value}
    yield {"field": "flagged", "value": results.quality.flagged}
    for key, value in asdict(results.quality.without or Overall()).items():
        yield {"field": f"without_flagged.{key}", "value": value}
    for key, value in results.weights.items():
        yield {"field": f"weight.{key}", "value": value}
    for level in results.levels:
        yield {"field": f"level.{level.number}", "value": f"{level.title}, from {level.starts_at:g}"}


def _scores(results: Results) -> Iterable[Row]:
    titles = {subject.key: subject.title for subject in results.subjects}
    for measure in MEASURES:
        groups = results.figures.get(measure, {})
        for group in results.groups:
            row = groups.get(group.key, {})
            for subject, figure in ((key, row[key]) for key in titles if key in row):
                values = {"mean": figure.score, **asdict(figure)}
                yield {
                    "group": group.key,
                    "group_title": group.title,
                    "subject": subject,
                    "subject_title": titles[subject],
                    "measure": measure,
                    **{field: values[field] for field in _SCORE_FIELDS},
                }


def _items(results: Results) -> Iterable[Row]:
    for item in results.items:
        yield {"item": item.key, **{key: value for key, value in asdict(item).items() if key != "key"}}


def _gaps(results: Results) -> Iterable[Row]:
    titles = {subject.key: subject.title for subject in results.subjects}
    for gap in results.gaps:
        yield {"subject_title": titles.get(gap.subject, gap.subject), **asdict(gap)}


def _variants(results: Results) -> Iterable[Row]:
    titles = {subject.key: subject.title for subject in results.subjects}
    groups = {group.key: group.title for group in results.groups}
    for variant, rows in results.variants.items():
        for group, row in rows.items():
            for subject, figure in ((key, row[key]) for key in titles if key in row):
                values = {"mean": figure.score, **asdict(figure)}
                yield {
                    "variant": variant,
                    "group": group,
                    "group_title": groups.get(group, group),
                    "subject": subject,
                    "subject_title": titles[subject],
                    **{field: values[field] for field in _VARIANT_COLUMNS[5:]},
                }


def _analyses(results: Results) -> Iterable[Row]:
    """Yield one row for each value: row 0 holds an analysis' own values, its rows count from 1."""
    for analysis in results.analyses:
        if analysis.absence:
            yield {"analysis": analysis.key, "row": 0, "field": "absence", "value": analysis.absence}
        for place, values in enumerate([analysis.values, *analysis.rows]):
            for field, value in values.items():
                yield {"analysis": analysis.key, "row": place, "field": field, "value": value}


def _definitions() -> Iterable[Row]:
    for field, definition in DEFINITIONS.items():
        yield {"field": field, "definition": definition}


# -- cells ---------------------------------------------------------------------------------------


def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " | ".join(str(part) for part in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Return a text without control characters other than line breaks and tabs."""
    return "".join(sign for sign in text if sign in "\t\n" or unicodedata.category(sign) != "Cc")


def _csv_cell(value: Any) -> Any:
    """Return a value as CSV holds it: numbers as they are, a text that a spreadsheet would run behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    original = _as_text(value)
    text = _plain(original)
    risky = any(piece[:1] in _STARTS_A_FORMULA for piece in (original, text, text.lstrip()) if piece)
    return f"'{text}" if risky else text
