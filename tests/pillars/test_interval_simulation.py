"""A sample of `python -m tests.proofs.intervals`."""

import numpy as np

from tests.proofs.intervals import KINDS, LEADERS, coverages, false_alarms


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    found = coverages(np.random.default_rng(3), samples=400)

    assert len(found) == len(KINDS) * 5
    assert min(one.wilson for one in found) >= 0.91
    assert all(one.width <= 1.02 for one in found)


def test_gaps_that_do_not_exist_are_seldom_called_clear():
    found = {alarm.leaders: alarm for alarm in false_alarms(np.random.default_rng(3), runs=60)}

    assert set(found) == set(LEADERS)
    assert found[9].ours <= 0.25
    assert found[9].ours < found[9].uncorrected
