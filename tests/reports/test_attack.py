"""The attack on a release from what is visible of it, and the command that runs it."""

import io
import json
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from pillars.models import Edition
from reports.attack import Found, Seen, mean_shares, narrowest, unions
from reports.models import Release
from reports.operations.releases import release_campaign
from tests.pillars.frameworks import ROLE_GROUPS, item, ladder, one_dimension
from tests.reports.closed_campaigns import AT, answer, closed_campaign, unit_of

CARE = one_dimension(item("A"), ladder("L"), roles=True)


def row(*cells):
    return {cell: Fraction(1) for cell in cells}


def test_the_rest_of_a_whole_is_found():
    people = {"large": 20, "small": 3, "other": 4}

    assert list(unions([row("large", "small", "other"), row("large", "other")], people, 5)) == [("small",)]


def test_a_union_of_small_cells_is_found_where_none_of_them_is():
    people = {"large": 20, "one": 2, "two": 2}

    assert list(unions([row("large", "one", "two"), row("large")], people, 5)) == [("one", "two")]
    assert list(unions([row("large", "one", "two"), row("large")], people, 4)) == []


def test_weights_do_not_hide_a_rest():
    third = {"large": Fraction(1, 3), "small": Fraction(2, 3)}

    assert list(unions([third, row("large")], {"large": 9, "small": 2}, 5)) == [("small",)]


def test_what_few_people_can_have_said_is_bounded():
    seen = [Seen({"large": Fraction(4, 5), "small": Fraction(1, 5)}, 98.0)]

    assert narrowest(seen, {"large": 16, "small": 4}, 5) == pytest.approx(10, abs=1e-4)
    assert narrowest([], {"large": 16, "small": 4}, 5) == 100
    assert narrowest(seen, {"large": 16, "small": 6}, 5) is None


def test_role_groups_count_with_their_weights():
    inside = {("staff", 1): 10, ("staff", 2): 10, ("managers", 1): 6}

    shares = mean_shares("all", inside, ROLE_GROUPS, 5)

    assert shares[("staff", 1)] == Fraction(5, 16)
    assert mean_shares("role", {("staff", 1): 5, ("staff", 2): 15}, ROLE_GROUPS, 5)[("staff", 2)] == Fraction(3, 4)


def test_a_find_or_a_narrow_bound_is_unsafe():
    assert Found("care", 3, (), 20.0).is_safe
    assert not Found("care", 3, (), 19.0).is_safe
    assert not Found("care", 3, ((("small",), 3),)).is_safe


@pytest.fixture
def release(db, monkeypatch):
    """A release of 44 people in three units, one of them small."""
    monkeypatch.setattr(Edition, "framework", lambda edition: CARE)
    campaign = closed_campaign()
    for name, count in (("North", 20), ("South", 20), ("West", 4)):
        unit = unit_of(campaign, name)
        answer(campaign, [{"A": 30 + number} for number in range(count)], role="front_line", unit=unit)
    answer(campaign, [{"A": 60, "L": 3}] * 6, role="manager")
    return release_campaign(campaign=campaign, at=AT, framework=CARE)


def attack(release, *options):
    out = io.StringIO()
    call_command("audit_disclosure", str(release.pk), *options, stdout=out)
    return out.getvalue()


def test_a_release_made_by_the_product_tells_nothing(release):
    said = json.loads(attack(release, "--json"))

    assert said["unions"] == 0
    assert said["unsafe"] == []
    assert said["figures"] >= 10
    assert said["narrowest"] >= 20
    assert "Sums of 1 to 4 people that can be computed: 0." in attack(release)


def test_a_figure_too_many_is_found(release):
    units = [group["key"] for group in release.document["groups"] if group["kind"] == "unit"]
    shown = release.document["figures"]["score"][units[0]]["care"]
    for key in units[:2]:
        # Managers answered at the root only, so that units are staff alone.
        release.document["figures"]["score"][key]["care"] = shown
    Release.objects.filter(pk=release.pk).update(document=release.document)

    with pytest.raises(CommandError) as raised:
        attack(release)

    assert raised.value.returncode == 1


def test_a_release_that_is_not_there_is_said_so(db):
    with pytest.raises(CommandError, match="no release 7"):
        call_command("audit_disclosure", "7")
