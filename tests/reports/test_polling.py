"""A small sample of `python -m tests.proofs.polling`."""

import pytest

from tests.proofs import polling

pytestmark = pytest.mark.django_db


def test_looking_after_each_arrival_shows_no_group_change_by_a_few_people():
    found = polling.look(arrivals=12, seed=2)

    assert found.holds, found
    assert (found.arrivals, found.releases) == (12, 1)
    assert found.pairs > 0


def test_whatever_is_edited_all_releases_together_tell_nothing():
    found = polling.edit(sequences=2, seed=2)

    assert found.holds, found
    assert found.figures > 0
