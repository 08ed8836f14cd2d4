"""What pages, files and reports say about weights, careless answers and how far numbers carry."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from reports import headlines
from reports.charts import build
from reports.content import build_content
from reports.explanations import explanations
from reports.export import as_csv, as_json, as_xlsx
from reports.linter import texts_of
from reports.results import UNWEIGHTED, Analysis, Quality, Results
from tests.reports.released import AT, make_organisation, make_person, make_release
from tests.reports.results_fixture import make_results
from tests.reports.told_another_way import told_another_way

PAGE = "/o/northlake-savings/results/"


@pytest.fixture
def leader(client, db):
    organisation = make_organisation(is_synthetic=True)
    client.force_login(make_person(organisation, "leader"))
    client.organisation = organisation
    return client


def told(results: Results, key: str):
    return next(one for one in explanations(results) if one.key == key)


def page_of(client, results, query=""):
    make_release(client.organisation, results=results)
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_document_gives_back_variants_and_quality():
    results = told_another_way()

    again = Results.from_document(json.loads(json.dumps(results.to_document())))

    assert again == results
    old = {key: value for key, value in make_results().to_document().items() if key not in {"variants", "quality"}}
    assert Results.from_document(old) == make_results()


def test_the_page_offers_the_figures_without_flagged_answers_and_counts_all_by_default(leader):
    page = page_of(leader, told_another_way())

    assert "24 answers show signs of carelessness (11%). They count like any other." in page
    assert "answers=without" in page
    assert "Leaders and staff" in page


def test_without_flagged_answers_only_the_whole_organisation_is_told(leader):
    results = told_another_way()
    page = page_of(leader, results, "answers=without")

    index: Any = results.variant("without_flagged", "all", "index")
    assert f"Overall score {index.display} of 100" in page
    assert "24 answers show signs of carelessness (11%). Here they are left out. Only the whole" in page
    assert "They count like any other." not in page
    assert "Branches, north" not in page
    assert "Start here" not in page
    assert 'id="s-gaps"' not in page


@pytest.mark.parametrize("query", ["answers=all", "answers=WITHOUT", "answers=%00", "answers=" + "x" * 3000])
def test_any_other_word_counts_all_answers(leader, query):
    assert "Here they are left out." not in page_of(leader, told_another_way(), query)


def test_there_is_no_switch_where_the_variant_is_not_shown(leader):
    page = page_of(leader, make_results(quality=Quality(6)), "answers=without")

    assert "Without flagged answers" not in page
    assert "The figures without them are not shown" in page


@pytest.mark.parametrize(("flagged", "words"), [(0, ["No answers show signs of carelessness."]), (None, [])])
def test_nothing_is_said_about_a_few_flagged_answers(flagged, words):
    assert headlines.flagged_sentences(make_results(quality=Quality(flagged))) == words


def test_a_plain_mean_of_nothing_is_a_number_too():
    results = told_another_way()
    whole = results.variants[UNWEIGHTED]["all"]
    zero = {**whole, "leadership": replace(whole["leadership"], score=0.0, display=0)}

    found = told(replace(results, variants={UNWEIGHTED: {"all": zero}}), "weights")

    assert ("Leadership and culture", "0") in [(row[0], row[2]) for row in found.table.rows]


def test_the_level_without_weights_is_named_where_it_differs():
    different = headlines.unweighted_sentence(told_another_way())
    same = told_another_way()
    same = replace(same, overall=replace(same.overall, unweighted_level=same.overall.level_of_index))

    assert different[0].endswith("which is level 2.")
    assert "level" not in headlines.unweighted_sentence(same)[0]
    assert headlines.unweighted_sentence(make_results()) == []


def test_weighted_scores_stand_beside_plain_ones():
    found = told(told_another_way(), "weights")

    assert found.table is not None
    assert found.table.rows[0][0] == "Customer centricity"
    assert found.table.rows[0][3] == "\N{MINUS SIGN}8"
    assert not [one for one in explanations(make_results()) if one.key == "weights"]


def test_consistency_is_said_in_words_and_ranks_nothing():
    questions, units = (told(told_another_way(), key) for key in ("consistency", "unit_reliability"))

    assert questions.sentences == (
        "Weak in: Insight that drives decisions. Read the single questions there rather than the score.",
    )
    assert questions.table.rows[0] == ("Leadership and culture", "0.81", "0.77 to 0.85", "4", "170", "consistent")
    assert units.table.rows[1] == (
        "Insight that drives decisions",
        "\N{MINUS SIGN}0.02",
        "",
        "no more than chance",
        "weak",
    )
    assert units.sentences[0].startswith("In 1 of 2 topics")


def test_claims_and_evidence_are_told_as_indicative_and_not_reviewed():
    claims, evidence = (told(told_another_way(), key) for key in ("claimed_lived", "evidence"))

    assert claims.sentences == ("In 1 of 2 topics leaders claim more than staff live.",)
    assert "indicative" in claims.method
    assert evidence.sentences[0] == "Evidence as people named it; nobody has reviewed it."
    assert evidence.sentences[2] == "Level 3 claimed, level 2 with evidence not reviewed."
    assert [row[0] for row in evidence.table.rows] == ["Insight that drives decisions", "Leadership and culture"]


def test_a_clear_gap_has_its_effect_size_and_no_other():
    chart, other = build.gap_rows(told_another_way(), "pillars"), build.gap_rows(make_results())
    assert chart is not None
    assert other is not None
    table = chart.table

    assert table.columns[-1] == "Effect size g"
    assert {row[-1] for row in table.rows if row[-2] == "clear"} == {"0.62 (0.31 to 0.93)"}
    assert {row[-1] for row in table.rows if row[-2] != "clear"} == {""}
    assert other.table.columns[-1] == "Verdict"


def test_files_hold_the_variants_and_their_meaning():
    results = told_another_way()

    document = json.loads(as_json(results, number=1, fingerprint=""))
    rows = list(csv.DictReader(io.StringIO(as_csv(results).decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(results, number=1, fingerprint="")))

    assert {row["variant"] for row in document["variants"]} == {"unweighted", "without_flagged"}
    assert document["quality"]["flagged"] == 24
    assert sum(row["table"] == "variants" for row in rows) == len(document["variants"])
    assert book["Variants"].max_row == len(document["variants"]) + 1
    assert {"variant", "flagged", "g"} <= document["definitions"].keys()


@pytest.mark.parametrize("cut", ["board", "full"])
def test_the_report_s_method_says_it_in_one_paragraph(cut):
    content = build_content(told_another_way(), cut=cut, language="en", release_number=1, released_at=AT)

    method = " ".join(
        texts_of(next(section for section in content.to_document()["sections"] if section["key"] == "method"))
    )
    assert "If everybody counted the same, whatever their role, the score would be" in method
    assert "24 answers show signs of carelessness" in method
    assert "Without them the score would be" in method


def test_an_item_whose_unseen_answers_are_not_told_says_hidden(leader):
    results = told_another_way()
    items = tuple(replace(item, dont_know=None, not_applicable=None) for item in results.items)
    make_release(leader.organisation, results=replace(results, items=items))

    page = leader.get(f"{PAGE}leadership/").content.decode()

    assert "hidden" in page
    assert "can't see this" not in page.replace("&#x27;", "'").split("How people answered")[1].split("Other topics")[0]


def test_an_unknown_variant_harms_nobody():
    results = told_another_way()

    assert results.variant("other", "all", "index") is None
    assert results.variant(UNWEIGHTED, "unit:99", "index") is None
    assert make_results().without_flagged() is None


def test_a_quality_question_hidden_for_managers_stays_empty():
    found = told(told_another_way(), "qualities")

    assert found.table.rows[1][2] == ""
    assert found.sentences == ("Seen least: “They explain.” and “They offer help.”",)


def test_absent_ones_say_why():
    reason = "This needs more."
    found = told(make_results(analyses=(Analysis("evidence", absence=reason),)), "evidence")

    assert (found.is_absent, found.sentences) == (True, (reason,))
