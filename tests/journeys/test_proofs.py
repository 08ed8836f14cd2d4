"""A small sample of the proofs in tests/proofs, each on a site of its own that is killed while people wait."""

import sys

import pytest

from tests.proofs import answers_survive, canaries, guessed_links, long_words, offline, reports_survive, unlinkable
from tests.sites import running_site_in

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes through /proc")


def test_no_acknowledged_answer_is_lost_when_the_web_server_is_killed(tmp_path):
    with running_site_in(tmp_path) as site:
        outcome = answers_survive.prove(site, people=6, saves=12, kills=1, every=0.5)

    assert outcome.deaths == 1
    assert outcome.lost_or_wrong == 0


def test_every_report_comes_once_although_the_workers_are_killed(tmp_path):
    with running_site_in(tmp_path) as site:
        outcome = reports_survive.prove(site, reports=6, kills=1)

    assert outcome.deaths == 1
    assert (outcome.asked, outcome.done, outcome.parked) == (6, 6, ())


def test_nothing_that_is_kept_after_the_close_says_whose_answers_are_whose(tmp_path):
    outcome = unlinkable.prove(tmp_path, campaigns=1, people=60)

    assert outcome.responses == 48
    assert outcome.holds, f"{outcome.best} of {outcome.bound}"


def test_the_attack_on_unlinkability_finds_a_database_that_keeps_the_order():
    people = [
        {"id": n, "link": n, "place": n, "token_hash": f"{n:02}", "staff_number": f"P{n:02}", "has_answered": True}
        | {"cell_unit_id": 1, "cell_role": "manager", "cell_contact_level": "", "first": n, "last": n}
        for n in range(40)
    ]
    answers = [
        {"id": n, "place": n, "answers": f'{{"OP1": {n}}}', "unit_id": 1, "role": "manager", "contact_level": ""}
        | {"first": n, "last": n, "size": n, "time_band": 1, "is_fast": False}
        for n in range(40)
    ]
    order = {f"P{n:02}": n for n in range(40)}
    truth = unlinkable.Truth({f"P{n:02}": f'{{"OP1": {n}}}' for n in range(40)}, order, order)

    outcome = unlinkable.attacked(truth, people, answers)

    assert outcome.best.hits == 40
    assert not outcome.holds


def test_planted_texts_and_links_are_found_nowhere_outside_their_place(tmp_path):
    outcome = canaries.prove(tmp_path, canaries=10)

    assert (outcome.planted, outcome.found) == (21, ())


def test_guessed_links_open_nothing_and_right_ones_still_open(tmp_path):
    with running_site_in(tmp_path) as site:
        outcome = guessed_links.prove(site, tries=400)

    assert outcome.tried == 400
    assert outcome.holds, outcome


@pytest.mark.browser
def test_words_that_are_forty_per_cent_longer_fit_a_phone(tmp_path, browser):
    outcome = long_words.Outcome()
    with long_words.site_with_long_words(tmp_path) as site:
        long_words.prove_public(site, browser, outcome)

    assert outcome.pages == len(long_words.PUBLIC)
    assert outcome.too_wide == []
    assert {text for text in outcome.short if text.isalpha()} == {"Concentric"}


@pytest.mark.browser
def test_every_answer_arrives_through_lost_networks_closed_tabs_and_deleted_cookies(tmp_path, browser):
    with running_site_in(tmp_path) as site:
        outcome = offline.prove(site, browser, runs=2, answers=10, seed=2)

    assert outcome.answered == 20
    assert outcome.wrong == []
    assert outcome.troubles["cut"] > 0
