"""What changed since a wave that asked another edition: on the questions that stayed the same, or nothing."""

import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from assessments.models.responses import Response
from organisations.models import Organisation, Unit
from reports.analyses import shared_items
from reports.analyses.figures import figure_table
from reports.analyses.shared_items import Side, same_items
from reports.attack import attacked
from reports.earlier import wave_before
from reports.explanations import explanations
from reports.export import as_json, exported
from reports.operations.releases import (
    ReleasedMeanwhile,
    TellsTooMuch,
    compute_release,
    release_campaign,
    store_release,
)
from reports.releases import survey_of
from tests.proofs.disclosure import few_people_told, rows_of
from tests.reports.closed_campaigns import AT, answer, unit_of
from tests.reports.waves_asked import edition, question, wave

pytestmark = pytest.mark.django_db

A, B, C, D, E = (question(key) for key in "ABCDE")
REWORDED = question("D", "How very much D?")


@pytest.fixture
def bank() -> Organisation:
    found = Organisation.objects.create(name="Harbour Bank", slug="harbour-bank")
    Unit.objects.create(organisation=found, name="Harbour Bank")
    return found


def released(campaign):
    return release_campaign(campaign=campaign, at=AT).results()


def row_of(results, subject: str = "care"):
    return next(row for row in results.analysis("change").rows if row.get("subject") == subject)


def first_wave(bank, answers=None):
    """Return a wave on A, B, C and D with 10 staff who give 50 and 70 on A and B, and 10 managers who give 80."""
    campaign = wave(bank, 1, edition("1.0", {"care": (A, B, C, D), "pace": (question("P"),)}))
    others = {"C": 0, "D": 100, "P": 50}
    staff = [{"A": 40, "B": 60, **others}] * 5 + [{"A": 60, "B": 80, **others}] * 5
    answer(campaign, answers or staff, role="front_line")
    answer(campaign, [{"A": 80, "B": 80, **others}] * 10, role="manager")
    return campaign


def second_wave(bank, **values):
    """Return a wave that words D otherwise, asks E instead of C, and has 12 staff who give 70 and 90 on A and B."""
    asked = edition("2.0", {"care": (A, B, REWORDED, E), "pace": (question("P", "Another P?"),)}, **values)
    campaign = wave(bank, 2, asked)
    others = {"D": 5, "E": 5, "P": 50}
    answer(campaign, [{"A": 70, "B": 70, **others}] * 6 + [{"A": 90, "B": 90, **others}] * 6, role="front_line")
    answer(campaign, [{"A": 80, "B": 80, **others}] * 10, role="manager")
    return campaign


def test_the_change_is_worked_out_by_hand_on_the_two_questions_that_stayed(bank):
    released(first_wave(bank))

    row = row_of(released(second_wave(bank)))

    # Staff .5 and managers .3 without executives are .625 and .375: 37.5 + 30 and 50 + 30.
    assert (row["then"], row["now"], row["difference"]) == pytest.approx((67.5, 80, 12.5))
    # V = .625^2 (111.11 / 10) and .625^2 (109.09 / 12) with 9 and 11 degrees of freedom: SE 2.809, df 19.2.
    assert (row["low"], row["high"]) == pytest.approx((12.5 - 5.875, 12.5 + 5.875), abs=0.002)
    assert (row["verdict"], row["same"], row["asked"], row["items"]) == ("clear", 2, 4, ["A", "B"])
    assert (row["n_then"], row["n_now"]) == (20, 22)


def test_the_change_says_who_answered_then_and_now_and_what_it_was_compared_with(bank):
    before = first_wave(bank)
    released(before)

    found = released(second_wave(bank)).analysis("change")

    mix = {row["group"]: (row["share_then"], row["share_now"]) for row in found.rows if "group" in row}
    assert mix == {"role:staff": (0.5, 12 / 22), "role:managers": (0.5, 10 / 22)}
    assert found.values["then_campaign"] == before.pk
    assert (found.values["then_wave"], found.values["then_edition"]) == (1, "1.0")


def test_a_topic_with_too_few_questions_that_stayed_has_a_sentence_and_no_figure(bank):
    released(first_wave(bank))

    results = released(second_wave(bank))

    assert row_of(results, "pace") == {
        "subject": "pace",
        "same": 0,
        "asked": 1,
        "absence": shared_items.TOO_FEW_QUESTIONS,
    }
    [told] = [one for one in explanations(results) if one.key == "change"]
    assert "Pace: Too few questions stayed the same." in told.sentences
    assert told.table is not None
    assert told.table.rows == (("Care", "68", "80", "+13", "+7 to +18", "changed", "2 of 4", "20", "22"),)
    assert any("index is not compared" in sentence for sentence in told.sentences)


def test_the_change_is_part_of_every_file(bank):
    released(first_wave(bank))
    results = released(second_wave(bank))

    for kind in ("csv", "json", "xlsx"):
        assert exported(results, number=1, fingerprint="", file_format=kind)
    rows = json.loads(as_json(results, number=1, fingerprint=""))["analyses"][-1]["rows"]
    assert rows[0]["difference"] == pytest.approx(12.5)


def test_where_all_questions_stayed_the_released_scores_are_compared(bank):
    then = wave(bank, 1, edition("1.0", {"care": (A, B), "pace": (C,)}))
    now = wave(bank, 2, edition("2.0", {"care": (A, B), "pace": (D,)}))
    for campaign, start in ((then, 30), (now, 50)):
        answer(campaign, [{"A": start + n, "B": start, "C": 1, "D": 1} for n in range(20)], role="front_line")
        answer(campaign, [{"A": start + n, "C": 1, "D": 1} for n in range(9)], role="manager")
    before = released(then)

    results = released(now)

    row = row_of(results)
    assert row["then"] == before.figure("all", "care").score
    assert row["now"] == results.figure("all", "care").score
    assert (row["n_then"], row["n_now"]) == (before.figure("all", "care").n, results.figure("all", "care").n)


def test_few_people_are_compared_in_whole_points(bank):
    one, other = (edition(version, {"care": (A, B, last)}) for version, last in (("1.0", C), ("2.0", D)))
    for number, asked in ((1, one), (2, other)):
        answer(wave(bank, number, asked), [{"A": 41 + n, "B": 40} for n in range(7)], role="front_line")
    released(bank.campaigns.get(wave=1))

    row = row_of(released(bank.campaigns.get(wave=2)))

    assert row["indicative"]
    assert all(float(row[name]).is_integer() for name in ("then", "now", "difference", "low", "high"))
    assert row["verdict"] == "chance"


def test_waves_that_asked_the_same_have_no_further_comparison(bank):
    asked = edition("1.0", {"care": (A,)})
    for number in (1, 2):
        answer(wave(bank, number, asked), [{"A": 40 + n} for n in range(12)], role="front_line")
    released(bank.campaigns.get(wave=1))

    assert released(bank.campaigns.get(wave=2)).analysis("change") is None


def test_another_framework_is_no_wave_before(bank):
    first = first_wave(bank)
    released(first)
    second = second_wave(bank)
    assert wave_before(second) == first
    second.edition.slug = "other"

    assert wave_before(second) is None


# -- what counts as the same -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "In other words?"},
        {"reversed": True},
        {"weight": 2},
        {"asked_of": ["manager"]},
        {"wording": {"manager": "Said otherwise to managers?"}},
        {"scale": "tenths"},
        {"scored": False},
    ],
)
def test_a_question_is_the_same_only_where_its_answers_mean_the_same(bank, changed):
    tenths = {"key": "tenths", "kind": "points", "lowest": 0, "highest": 10}
    percent = {"key": "percent", "kind": "points", "lowest": 0, "highest": 100}
    one = edition("1.0", {"care": (A, B)}, scales=[percent, tenths])
    other = edition("2.0", {"care": (A, B | changed)}, scales=[percent, tenths])

    assert same_items(side_of(wave(bank, 2, other)), side_of(wave(bank, 1, one)), "care") == {"A"}


def side_of(campaign, results=()):
    return Side(survey_of(campaign, campaign.edition.framework()), results)


def test_in_another_language_nothing_is_the_same(bank):
    one, other = edition("1.0", {"care": (A,)}), edition("2.0", {"care": (A,)}, language="fr")

    assert same_items(side_of(wave(bank, 2, other)), side_of(wave(bank, 1, one)), "care") == set()


def test_a_ladder_that_few_answered_in_one_of_the_waves_is_left_out_of_both(bank):
    scales = [
        {"key": "percent", "kind": "points", "lowest": 0, "highest": 100},
        {"key": "ladder", "kind": "ladder", "lowest": 1, "highest": 5},
    ]
    ladder = {**question("L"), "scale": "ladder", "rungs": ["one", "two", "three", "four", "five"]}
    one, other = (edition(v, {"care": (A, ladder, last)}, scales=scales) for v, last in (("1.0", C), ("2.0", D)))
    first, second = wave(bank, 1, one), wave(bank, 2, other)
    answer(first, [{"A": 50, "L": 3}] * 10, role="manager")
    answer(second, [{"A": 50, "L": 3}] * 4 + [{"A": 50}] * 6, role="manager")

    assert same_items(side_of(second), side_of(first), "care") == {"A"}


# -- why there is none -----------------------------------------------------------------------------


def test_nothing_in_common_is_one_sentence(bank):
    released(first_wave(bank))
    second = wave(bank, 2, edition("2.0", {"care": (E,)}))
    answer(second, [{"E": 40 + n} for n in range(12)], role="front_line")

    assert released(second).analysis("change").absence == shared_items.NOTHING_SAME


def test_roles_that_weigh_otherwise_are_one_sentence(bank):
    released(first_wave(bank))
    document = bank.campaigns.get(wave=1).edition.document
    groups = [group | {"weight": 1} for group in document["role_groups"]]

    results = released(second_wave(bank, role_groups=groups))

    assert results.analysis("change").absence == shared_items.OTHER_ROLES
    assert any(one.key == "change" and one.is_absent for one in explanations(results))


def test_answers_that_are_no_longer_those_of_the_wave_before_are_not_compared(bank):
    first = first_wave(bank)
    released(first)
    Response.objects.filter(campaign=first)[0].delete()

    assert "no longer those" in released(second_wave(bank)).analysis("change").absence


def test_leaders_alone_are_not_compared_with_leaders_and_staff(bank):
    released(first_wave(bank))
    second = wave(bank, 2, edition("2.0", {"care": (A, B, REWORDED, E)}))
    answer(second, [{"A": 50, "B": 50}] * 12, role="manager")

    assert row_of(released(second))["absence"] == shared_items.OTHER_SIDES


def test_too_few_answers_to_what_stayed_the_same_is_said(bank):
    released(first_wave(bank))
    second = wave(bank, 2, edition("2.0", {"care": (A, B, REWORDED, E)}))
    answer(second, [{"D": 50, "E": 50}] * 12 + [{"A": 50, "B": 50}] * 2, role="front_line")

    assert row_of(released(second))["absence"] == shared_items.TOO_FEW_PEOPLE


# -- privacy ---------------------------------------------------------------------------------------


NOT_HERE = {"C": "na", "D": "na", "E": "na"}
ADDED = {"A": 60, "B": 70, "C": 90, "D": 90}
SKIPPED = {"C": 90, "D": 90, "E": 90}


def most_and_few(campaign, few, count):
    """Have 20 staff and 9 managers answer what stays the same only, and `count` more staff say `few`."""
    answer(campaign, [{"A": 30 + n, "B": 50, **NOT_HERE} for n in range(20)], role="front_line")
    answer(campaign, [{"A": 60 + n, "B": 70, **NOT_HERE} for n in range(9)], role="manager")
    answer(campaign, [few] * count, role="front_line")


def two_waves(bank, few, count, *, then=False):
    """Return two waves; in the later one, or `then`, a few people make the difference to the score."""
    asked = (edition("1.0", {"care": (A, B, C, D)}), edition("2.0", {"care": (A, B, REWORDED, E)}))
    first, second = (wave(bank, n, one) for n, one in enumerate(asked, start=1))
    most_and_few(first, few, count if then else 0)
    most_and_few(second, few, 0 if then else count)
    return first, second


@pytest.mark.parametrize("few", [ADDED, SKIPPED])
@pytest.mark.parametrize("then", [False, True])
@pytest.mark.parametrize("count", [1, 4])
def test_a_difference_that_rests_on_a_few_people_is_hidden(bank, few, then, count):
    first, second = two_waves(bank, few, count, then=then)
    before = released(first)

    results = released(second)

    assert before.figure("all", "care").is_shown
    assert results.figure("all", "care").is_shown
    assert row_of(results)["absence"] == shared_items.HIDDEN
    assert "Hidden to protect anonymity" in " ".join(one for e in explanations(results) for one in e.sentences)


@pytest.mark.parametrize("few", [ADDED, SKIPPED])
def test_five_people_may_make_the_difference(bank, few):
    first, second = two_waves(bank, few, 5)
    released(first)

    assert row_of(released(second))["difference"] is not None


def test_a_score_that_bounds_a_few_people_is_hidden(bank):
    first, second = two_waves(bank, ADDED, 0)
    answer(second, [{"A": 100, "B": 100, **NOT_HERE}] * 3, role="executive")
    Response.objects.filter(campaign=second).update(answers={"A": 99, "B": 99, **NOT_HERE})
    released(first)

    assert row_of(released(second))["absence"] == shared_items.HIDDEN


# -- all releases together -------------------------------------------------------------------------


def rename(bank, name):
    """Change something that releases say and that nobody's answer is part of."""
    bank.name = name
    bank.save()


def three_waves(bank, *, with_first=True):
    """Return three waves; what the second says on A, B, C and on A, B differs by three people."""
    first = wave(bank, 1, edition("1.0", {"care": (A, B, C)}))
    second = wave(bank, 2, edition("2.0", {"care": (A, B, C, D)}))
    third = wave(bank, 3, edition("3.0", {"care": (A, B, E)}))
    answer(first, [{"A": 30 + n, "B": 50, "C": 40} for n in range(20)], role="front_line")
    answer(second, [{"A": 30 + n, "B": 50, "D": 60, "C": "na"} for n in range(17)], role="front_line")
    answer(second, [{"A": 40, "B": 50, "C": 80, "D": "na"}] * 3, role="front_line")
    answer(second, [{"A": 60 + n, "B": 70, "C": "na", "D": "na"} for n in range(9)], role="front_line")
    answer(third, [{"A": 30 + n, "B": 50, "E": 40} for n in range(20)], role="front_line")
    for campaign in (first, second, third):
        said = {"A": 60, "B": 70, "C": "na", "D": 65, "E": 60}
        answer(campaign, [said | {"A": 60 + n} for n in range(9)], role="manager")
    if with_first:
        released(first)
    return released(second), released(third)


def test_what_was_compared_with_the_wave_before_counts_for_the_wave_after(bank):
    second, third = three_waves(bank)

    assert row_of(second)["items"] == ["A", "B", "C"]
    assert row_of(third)["absence"] == shared_items.HIDDEN


def test_without_it_the_same_comparison_is_shown(bank):
    second, third = three_waves(bank, with_first=False)

    assert second.analysis("change") is None
    assert row_of(third)["items"] == ["A", "B"]


def test_released_again_every_wave_says_the_same_of_the_change(bank):
    second, third = three_waves(bank)
    rename(bank, "Bank of the Harbour")

    again = [released(campaign) for campaign in bank.campaigns.order_by("wave")]

    assert [one.organisation for one in again] == ["Bank of the Harbour"] * 3
    assert [one.analysis("change") for one in again[1:]] == [second.analysis("change"), third.analysis("change")]


def test_a_release_that_may_not_stand_beside_a_later_waves_comparison_is_refused(bank):
    first, second = two_waves(bank, ADDED, 4, then=True)
    released(first)
    release = release_campaign(campaign=second, at=AT)
    rows = release.document["analyses"][-1]["rows"]
    rows[0]["items"] = ["A", "B"]
    release.save()
    rename(bank, "Bank of the Harbour")

    with pytest.raises(TellsTooMuch):
        compute_release(first)


def test_a_release_that_shows_more_than_todays_audit_takes_no_part(bank):
    first, second = two_waves(bank, ADDED, 0)
    release = release_campaign(campaign=first, at=AT)
    release.document["figures"]["score"]["all"]["care"]["n"] = 28
    release.save()

    assert row_of(released(second))["absence"] == shared_items.HIDDEN


def test_results_that_were_not_held_against_a_release_made_meanwhile_are_not_stored(bank):
    first, second = first_wave(bank), second_wave(bank)
    released(first)
    computed = compute_release(second)
    rename(bank, "Bank of the Harbour")
    released(first)

    with pytest.raises(ReleasedMeanwhile):
        store_release(campaign=second, computed=computed, at=AT)


def staff_and_leaders(campaign, draw):
    """Have 14 to 16 people in two units answer, some of them only some questions."""
    units = [unit_of(campaign, f"{campaign.title} {name}") for name in ("North", "South")]
    for _ in range(draw.randint(14, 16)):
        role = draw.choices(("front_line", "manager", "executive"), (5, 3, 2))[0]
        said = {key: draw.choice((draw.randint(0, 100), draw.randint(0, 100), "na")) for key in "ABCDE"}
        answer(campaign, [said], role=role, unit=draw.choice(units))


def small(survey, keys):
    """Return the survey as if only some questions had been asked."""
    [instrument] = survey.framework.instruments
    [care] = instrument.dimensions
    care = replace(care, items=tuple(item for item in care.items if item.key in keys))
    framework = replace(survey.framework, instruments=(replace(instrument, dimensions=(care,)),), parts=())
    return replace(survey, framework=framework, people=list(survey.people))


def told_by(survey, keys=()):
    """Return about how many sets of four people something is told by all means of a release, and by one over `keys`."""
    table = figure_table(survey, is_pulse=False)
    rows, _ = rows_of(survey, table)
    if keys:
        everything, _ = rows_of(small(survey, keys))
        rows.append(everything[0])
    return few_people_told(survey, [{key: Fraction(part) for key, part in row.items()} for row in rows], 5)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_nothing_about_few_people_can_be_computed_from_both_releases(bank, seed):
    draw = random.Random(seed)  # noqa: S311  made-up answers
    first = wave(bank, 1, edition("1.0", {"care": (A, B, C)}))
    second = wave(bank, 2, edition("2.0", {"care": (A, B, REWORDED, E)}))
    for campaign in (first, second):
        staff_and_leaders(campaign, draw)
    before = released(first)

    results = released(second)

    keys = row_of(results)["items"]

    for campaign, one in ((first, before), (second, results)):
        survey = survey_of(campaign, campaign.edition.framework())
        assert told_by(survey, keys) == 0
        document = json.loads(as_json(one, number=1, fingerprint=""))
        assert all(found.is_safe for found in attacked([document], survey))


def test_the_attack_finds_a_mean_that_was_refused(bank):
    first, second = two_waves(bank, ADDED, 2)
    Response.objects.filter(campaign=second, answers__A__lt=45).delete()
    released(first)
    assert row_of(released(second))["absence"] == shared_items.HIDDEN
    survey = survey_of(second, second.edition.framework())

    assert told_by(survey) == 0
    assert told_by(survey, {"A", "B"}) > 0
