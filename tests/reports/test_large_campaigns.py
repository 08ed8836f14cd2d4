"""The benchmark of large campaigns, with a few people: what it measures is a whole release."""

import pytest

from reports.models import Release
from tests.benchmarks import release as benchmark

pytestmark = pytest.mark.django_db


def test_a_campaign_is_closed_read_computed_audited_and_stored():
    campaign = benchmark.fill(60)

    seconds = benchmark.release(campaign)

    results = Release.objects.get(campaign=campaign).results()
    assert set(seconds) == set(benchmark.STEPS)
    assert (results.answered, results.invited) == (60, 60)
    assert results.overall.level is not None
    assert {group.kind for group in results.groups} == {"all", "side", "role", "unit"}
