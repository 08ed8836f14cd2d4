"""What peers reach: the middle half of enough organisations, none of which is most of them."""

import pytest

from reports.benchmarks import FEWEST_PEERS, peers_of
from reports.models import ReleasedScore
from reports.operations.releases import release_campaign
from tests.pillars.frameworks import item, one_dimension
from tests.reports.closed_campaigns import AT, answer, closed_campaign

CARE = one_dimension(item("A"))


@pytest.fixture
def released(db):
    """The own release and those of just enough peers."""
    found = []
    for number in range(FEWEST_PEERS + 1):
        campaign = closed_campaign(f"Bank {number}")
        campaign.organisation.shares_benchmark = True
        campaign.organisation.save()
        answer(campaign, [{"A": 10 * number}] * 10)
        found.append(release_campaign(campaign=campaign, at=AT, framework=CARE))
    return found


def test_the_own_score_is_left_out(released):
    assert peers_of(released[0])["care"].low > peers_of(released[-1])["care"].low


def test_nothing_is_compared_with_too_few(released):
    released[1].delete()

    assert peers_of(released[0]) == {}


def test_nothing_is_compared_where_one_peer_is_most_of_them(released):
    of_peer = ReleasedScore.objects.filter(release=released[1], group="all", subject="care")
    of_peer.update(n=46)
    assert "care" in peers_of(released[0])

    of_peer.update(n=47)
    assert "care" not in peers_of(released[0])
    assert "instrument:pillars" in peers_of(released[0])


def test_where_no_number_of_people_is_told_peers_count_alike(released):
    ReleasedScore.objects.update(n=None)

    assert "care" in peers_of(released[0])
