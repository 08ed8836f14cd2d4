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
        campaign = closed_campaign(name=f"Peer {number}") if number else closed_campaign()
        campaign.organisation.shares_benchmark = True
        campaign.organisation.save()
        answer(campaign, [{"A": 10 * number}] * 10)
        found.append(release_campaign(campaign=campaign, at=AT, framework=CARE))
    return found


def test_the_own_score_is_left_out(released):
    assert peers_of(released[0])["care"].low > 0
