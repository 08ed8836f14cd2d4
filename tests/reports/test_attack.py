"""The attack on a release from what is visible of it, and the command that runs it."""

import io
import json
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from pillars.models import Edition
from reports.attack import Found, Seen, hidden_in_totals, mean_shares, narrowest, told_elsewhere, unions
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
    assert "too long" not in attack(release)


def test_figures_that_were_not_searched_to_the_end_are_said_so(release):
    Release.objects.filter(pk=release.pk).update(document={**release.document, "not_searched": 3})

    assert "the search would have taken too long: 3 figures" in attack(release)


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


@pytest.mark.parametrize("number", ["7", "0", "-1", "9" * 30])
def test_a_release_that_is_not_there_is_said_so(db, number):
    with pytest.raises(CommandError, match=f"no release {number}") as raised:
        call_command("audit_disclosure", "--", number)

    assert raised.value.returncode == 2


def test_an_attack_that_cannot_be_searched_to_the_end_proves_nothing(release, monkeypatch):
    monkeypatch.setattr("reports.attack.MOST_TRIES", 0)

    with pytest.raises(CommandError, match="nothing is proven") as raised:
        attack(release)

    assert raised.value.returncode == 2


def released_again(release):
    values = {"released_at": AT, "document": release.document, "fingerprint": release.fingerprint}
    return Release.objects.create(campaign=release.campaign, number=2, **values)


def test_two_releases_of_a_campaign_are_attacked_together(release):
    second = released_again(release)
    out = io.StringIO()

    call_command("audit_disclosure", str(release.pk), str(second.pk), "--json", stdout=out)

    attacks = json.loads(out.getvalue())["attacks"]
    assert [one["releases"] for one in attacks] == [[release.pk], [second.pk], [release.pk, second.pk]]
    assert attacks[2]["figures"] > attacks[0]["figures"]
    assert attacks[2]["unions"] == 0


def test_what_each_of_two_releases_hides_and_both_tell_is_found(release):
    second = released_again(release)
    figures = release.document["figures"]["score"]
    shown = [key for key, row in figures.items() if key.startswith("unit:") and "score" in row["care"]]
    other = next(key for key in figures if key.startswith("unit:") and key not in shown and _people(release, key) >= 5)
    document = {**second.document, "figures": {**second.document["figures"]}}
    rows = {**document["figures"]["score"]}
    rows[other] = {**rows[other], "care": rows[shown[0]]["care"]}
    rows[shown[0]] = {**rows[shown[0]], "care": {"absence": "hidden"}}
    document["figures"]["score"] = rows
    Release.objects.filter(pk=second.pk).update(document=document)
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("audit_disclosure", str(release.pk), str(second.pk), "--json", stdout=out)

    attacks = json.loads(out.getvalue())["attacks"]
    assert attacks[2]["unions"] > 0


def _people(release, key):
    return release.campaign.responses.filter(unit_id=int(key.partition(":")[2])).count()


def test_a_compared_figure_that_the_release_does_not_show_is_found(release):
    release.scores.create(group="unit:999", subject="care", score=50.0)

    with pytest.raises(CommandError):
        attack(release)


def score(group, subject, mean, **values):
    return {"group": group, "subject": subject, "measure": "score", "mean": mean, "n": 9, "indicative": False} | values


def test_a_total_with_a_hidden_part_is_found():
    scores = [score("all", "care", 40.0), score("all", "instrument:pillars", 40.0), score("all", "index", 40.0)]

    assert hidden_in_totals({"scores": scores}, CARE) == []
    scores[1]["mean"] = 44.0
    assert hidden_in_totals({"scores": scores}, CARE) == ["instrument:pillars of all, score", "index of all, score"]
    scores[0]["mean"] = None
    assert "instrument:pillars of all, score" in hidden_in_totals({"scores": scores}, CARE)
    scores[1]["indicative"] = True
    assert hidden_in_totals({"scores": scores}, CARE) == []


def test_what_is_compared_is_what_is_shown():
    document = {"scores": [score("all", "care", 40.0), score("unit:1", "care", None, n=None)]}

    assert told_elsewhere(document, [("all", "care", 40.0, 9)]) == []
    assert told_elsewhere(document, [("all", "care", 40.0, 8), ("unit:1", "care", 3.0, 4)]) == [
        "care of all",
        "care of unit:1",
    ]
