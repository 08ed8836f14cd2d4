"""A small sample of the proofs in tests/proofs, each on a site of its own that is killed while people wait."""

import sys

import pytest

from tests.proofs import answers_survive, reports_survive
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
