"""The printed report: what it says, what it must not say, and that it is the same file every time."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import page
import pypdf
import pytest
from fontTools.ttLib import TTFont

from backstage import typefaces
from reports import linter, pdf
from reports.blocks import Exhibit, Prose, Section
from reports.charts import typst as drawings
from reports.charts.build import gap_rows, instrument_rows
from reports.content import Cut, ReportContent, build_content
from reports.results import HIDDEN, Results
from tests.reports.results_fixture import make_figure, make_results

RELEASED = datetime(2026, 6, 14, 9, 30, tzinfo=UTC)
CUTS: tuple[Cut, ...] = ("brief", "board", "full")


def make_content(results: Results | None = None, cut: Cut = "board", previous: Results | None = None) -> ReportContent:
    return build_content(
        results or make_results(), previous, cut=cut, language="en", release_number=2, released_at=RELEASED
    )


def pages_of(printed: bytes) -> list[str]:
    return [found.extract_text() for found in pypdf.PdfReader(io.BytesIO(printed)).pages]


def words_of(printed: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(pages_of(printed)))


def rules_broken(printed: bytes, profile: str) -> list[str]:
    """Return the rules of a PDF standard that a file breaks.

    The validator takes a carriage return at the end of a stream's data for a part of the line end that
    follows, and then finds the length wrong. Where that is all it found, the lengths are counted here.
    """
    found = page.validate_pdf_bytes(printed, profile=profile)
    broken = [failure.rule_id for failure in found.failures]
    length_alone = [rule for rule in broken if rule.endswith("STREAM-LENGTH-001")] == broken
    return [] if length_alone and stream_lengths_are_right(printed) else broken


def stream_lengths_are_right(printed: bytes) -> bool:
    """Say whether exactly /Length bytes stand between "stream" and the line end before "endstream", everywhere."""
    streams = list(re.finditer(rb"/Length (\d+)[^\0]{0,400}?>>\s*stream\r?\n", printed))
    ends = [printed[found.end() + int(found[1]) :][:10] for found in streams]
    return bool(streams) and all(end == b"\nendstream" for end in ends)


@pytest.mark.parametrize("cut", CUTS)
def test_every_cut_passes_pdf_ua_and_pdf_a(cut):
    printed = pdf.print_report(make_content(cut=cut))

    assert printed.is_certified
    assert printed.remarks == ()
    for profile in ("ua1", "2a"):
        assert rules_broken(printed.pdf, profile) == []


@pytest.mark.parametrize(("cut", "fewest", "most"), [("brief", 2, 2), ("board", 8, 12), ("full", 14, 40)])
def test_cuts_have_their_length_and_no_empty_page(cut, fewest, most):
    printed = pdf.print_report(make_content(cut=cut))

    pages = pages_of(printed.pdf)
    assert fewest <= len(pages) <= most
    assert printed.pages == len(pages)
    assert min(len(text) for text in pages) > 300


def test_the_same_content_makes_the_same_bytes():
    content = make_content()

    assert pdf.render_pdf(content) == pdf.render_pdf(make_content())
    assert content.hash == make_content().hash


def test_another_process_makes_the_same_bytes():
    script = (
        "import django, hashlib, sys; django.setup();"
        "from tests.reports.test_pdf import make_content; from reports import pdf;"
        "sys.stdout.write(hashlib.sha256(pdf.render_pdf(make_content())).hexdigest())"
    )

    found = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for _attempt in range(2)
    ]

    assert found[0] == found[1]
    assert len(found[0]) == 64


def test_printed_numbers_are_the_results_numbers():
    results = make_results()

    words = words_of(pdf.render_pdf(make_content(results, "full")))

    index = results.figure("all", "index")
    assert f"{index.display} of 100" in words or f"{index.display} Maturity index" in words
    for subject in results.dimensions("pillars"):
        figure = results.figure("all", subject.key)
        level = results.level(figure.level or 0).title
        assert re.search(rf"{re.escape(subject.title)} {figure.display} {level}", words)
    for item in results.items:
        assert item.text in words
    assert "214 of 287" in words


def test_the_last_page_names_release_edition_and_hash():
    content = make_content()

    last = re.sub(r"\s+", " ", pages_of(pdf.render_pdf(content))[-1])

    for words in (content.hash, "2 of 14 June 2026", "Customer centricity 1.0", "5 people", "12 June 2026"):
        assert words in last


def test_the_hash_changes_with_any_number():
    results = make_results()
    figures = {**results.figures["score"]["all"], "insight": make_figure(36.0, 214)}
    changed = make_results(figures={**results.figures, "score": {**results.figures["score"], "all": figures}})

    assert make_content(results).hash != make_content(changed).hash


@pytest.mark.parametrize("cut", CUTS)
def test_hidden_values_are_nowhere_in_the_file(cut):
    results = make_results()
    shown = make_content(results, cut)
    rows = {**results.figures["score"]}
    rows["unit:16"] = {**rows["unit:16"], "operations": HIDDEN}
    hidden = make_content(make_results(figures={**results.figures, "score": rows}), cut)

    assert linter.problems(hidden, make_results(figures={**results.figures, "score": rows}), pages=2) == []
    words = words_of(pdf.render_pdf(hidden))
    assert "Legal answer" not in words
    if cut != "brief":
        before, after = words_of(pdf.render_pdf(shown)), words
        assert after.count("hidden") > before.count("hidden")
        assert re.search(r"Legal hidden hidden", words)


def test_document_has_title_language_bookmarks_and_alt_texts():
    content = make_content()
    reader = pypdf.PdfReader(io.BytesIO(pdf.render_pdf(content)))

    root = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Customer-centricity report, Northlake Savings"
    assert str(root["/Lang"]).startswith("en")
    assert len(reader.outline) > 8
    alts = [str(node["/Alt"]) for node in _structure(root["/StructTreeRoot"]) if "/Alt" in node]
    exhibits = [block for section in content.sections for block in section.blocks if isinstance(block, Exhibit)]
    for exhibit in exhibits:
        if exhibit.chart.kind != "heat":
            assert exhibit.chart.alt in alts


def _structure(node):
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            yield from _structure(kid)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from _structure(node["/K"])


HOSTILE = (
    '#eval("1 + 1")',
    "$ x^2 $ *bold* _it_ @ref <label> \\ `code`",
    "// comment /* and */ = heading",
    "\u0628\u0646\u0643 \u0627\u0644\u0646\u064a\u0644",
    "\u9280\u884c \U0001f600 \u0e18\u0e19\u0e32\u0e04\u0e32\u0e23",
    "NUL\x00and\x1b[31mescape",
    "\u202eright\u202c to \u200fleft",
    "half \ud83d surrogate",
    "private \ue000 and \ufffe",
    "A" * 120,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_never_stop_a_report(name):
    results = make_results(organisation=name)
    groups = tuple(replace(group, title=name) if group.key == "unit:11" else group for group in results.groups)
    results = replace(results, groups=groups)

    printed = pdf.print_report(make_content(results))

    assert printed.is_certified
    assert 8 <= printed.pages <= 13
    assert page.is_pdf_compliant_bytes(printed.pdf, profile="ua1")


def test_markup_stays_text():
    words = words_of(pdf.render_pdf(make_content(make_results(organisation="#eval(1) *x* $y$"))))

    assert "#eval(1) *x* $y$" in words


def test_uncovered_characters_are_replaced_visibly_and_listed():
    printed = pdf.print_report(make_content(make_results(organisation="Bank \u9280\u884c")))

    assert "Bank \ufffd\ufffd" in words_of(printed.pdf)
    assert printed.remarks == ("Characters that no shipped font has were replaced: U+884C, U+9280.",)


def test_a_failure_of_the_standards_is_retried_without_and_flagged(monkeypatch):
    covered = typefaces.covered_characters() | {0x9280}
    monkeypatch.setattr(typefaces, "covered_characters", lambda: covered)

    printed = pdf.print_report(make_content(make_results(organisation="Bank \u9280")))

    assert not printed.is_certified
    assert printed.pages >= 8
    assert "not certified" in printed.remarks[0]


def test_covered_characters_are_those_of_the_font_files():
    expected: set[int] = set()
    for path in typefaces.FOLDER.glob("*.ttf"):
        expected |= set(TTFont(path).getBestCmap())

    assert typefaces.covered_characters() == expected


def test_reports_of_few_units_and_no_analyses_are_whole():
    results = make_results(gaps=(), items=(), analyses=(), advice=(), invited=None)
    results = replace(results, groups=tuple(group for group in results.groups if group.kind != "unit"))

    for cut in CUTS:
        content = make_content(results, cut)
        printed = pdf.print_report(content)
        assert linter.problems(content, results, pages=printed.pages) == []
        assert printed.is_certified


def test_a_pulse_is_printed_without_a_level():
    overall = replace(make_results().overall, level=None, level_of_index=None)
    results = make_results(is_pulse=True, overall=overall)
    results = replace(
        results,
        figures={
            "score": {
                group: {key: figure for key, figure in row.items() if key != "index"}
                for group, row in results.figures["score"].items()
            }
        },
    )

    words = words_of(pdf.render_pdf(make_content(results)))

    assert "This pulse shows scores, and no overall level" in words
    assert "You are here" not in words


def test_many_units_and_long_charts_go_over_several_pages():
    results = make_results()
    pattern = results.group("unit:11")
    extra = tuple(replace(pattern, key=f"unit:{n}", title=f"Branch {n}") for n in range(100, 160))
    rows = {**results.figures["score"], **{group.key: results.figures["score"]["unit:11"] for group in extra}}
    results = replace(results, groups=(*results.groups, *extra), figures={**results.figures, "score": rows})

    printed = pdf.print_report(make_content(results))

    assert printed.is_certified
    assert "Branch 110" in words_of(printed.pdf)


def test_a_chart_taller_than_a_page_is_cut_into_several_drawings():
    chart = instrument_rows(make_results(), "aspects")
    tall = replace(chart, rows=chart.rows * 9)

    found = drawings.row_drawings(tall, pdf.PAGE_WIDTH)

    titles = {row.label for row in chart.rows}
    drawn = [shape["text"] for one in found for shape in one.shapes if shape.get("text") in titles]
    assert len(found) > 1
    assert drawn == [row.label for row in tall.rows]
    assert max(one.height for one in found) < 700


def test_right_to_left_mirrors_shapes_inside_the_sheet():
    chart = gap_rows(make_results())
    assert chart is not None
    drawing = drawings.row_drawings(chart, 447.0)[0]

    mirrored = drawings.mirrored(drawing)

    circles = [shape["x"] for shape in drawing.shapes if shape["k"] == "circle"]
    assert [447.0 - x for x in circles] == [shape["x"] for shape in mirrored.shapes if shape["k"] == "circle"]
    boxes = [shape for shape in mirrored.shapes if shape["k"] in {"rect", "text", "hatch"}]
    assert min(shape["x"] for shape in boxes) > -15
    assert max(shape["x"] + shape["w"] for shape in boxes) < 447 + 15


def test_linter_finds_unfilled_places():
    content = make_content()
    for text in ("undefined organisations", "The score is nan.", "%(name)s", "None of 100"):
        bad = replace(content, sections=(Section("bad", "x", "x", text, (Prose(("x",)),)),))
        assert linter.problems(bad, make_results(), pages=1) != []


def test_linter_lets_people_name_things_as_they_like():
    results = make_results(organisation="None Undefined nan")

    assert linter.problems(make_content(results), results, pages=10) == []


def test_linter_finds_empty_sections_and_other_names():
    content = make_content()
    empty = replace(content, sections=(Section("bad", "x", "x", "", ()),))

    assert linter.problems(empty, make_results(), pages=0) == [
        "The file has no pages.",
        "The section bad is empty.",
    ]
    assert linter.problems(content, make_results(), pages=9, other_organisations=["Practised"]) == [
        "Another organisation is named: Practised"
    ]


def test_linter_finds_values_of_hidden_figures():
    results = make_results()
    leaky = replace(HIDDEN, score=31.0)
    row = {**results.figures["score"]["unit:17"], "insight": leaky}
    results = make_results(figures={**results.figures, "score": {**results.figures["score"], "unit:17": row}})

    found = linter.problems(make_content(), results, pages=9)

    assert found == ["A hidden figure holds a value: unit:17, insight, score."]
