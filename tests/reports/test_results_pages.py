"""The results pages: who may see them, what they say, and what they never say."""

import re
from dataclasses import replace

import pytest
from django.utils import timezone

from backstage.models import Job
from reports.results import Figure
from tests.reports.released import make_campaign, make_organisation, make_person, make_release
from tests.reports.results_fixture import UNITS, make_figure, make_results

pytestmark = pytest.mark.django_db

PAGE = "/o/northlake-savings/results/"
PLANTED = Figure(score=13.37, low=13.11, high=13.73, n=3, sd=13.19, display=13, level=1, absence="hidden")


@pytest.fixture
def northlake():
    return make_organisation(is_synthetic=True)


@pytest.fixture
def leader(client, northlake):
    client.force_login(make_person(northlake, "leader"))
    return client


@pytest.mark.parametrize("kind", ["owner", "leader", "consultant"])
@pytest.mark.parametrize("page", [PAGE, f"{PAGE}leadership/"])
def test_everybody_with_a_role_may_see_results(client, northlake, kind, page):
    make_release(northlake)
    client.force_login(make_person(northlake, kind))

    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}leadership/"])
def test_strangers_get_404_and_the_signed_out_are_asked_to_sign_in(client, northlake, page):
    make_release(northlake)

    assert client.get(page).status_code == 302
    client.force_login(make_person(make_organisation("Elsewhere")))
    assert client.get(page).status_code == 404


def test_a_consultant_whose_grant_ended_is_a_stranger(client, northlake):
    make_release(northlake)
    consultant = make_person(northlake, "consultant")
    consultant.memberships.update(ends_at=timezone.now())
    client.force_login(consultant)

    assert client.get(PAGE).status_code == 404


def test_the_heading_is_the_finding_and_the_facts_stand_above(leader, northlake):
    make_release(northlake)

    html = leader.get(PAGE).content.decode()

    assert "Structured, but leaders see a better organisation than staff do" in html
    assert "Wave 3 · closed on 12 June 2026 · 214 answers from 287 invited (75%) · groups from 5 people" in html
    assert "With equal weights the score would be 46, and the level the same." in html
    assert 'href="/o/northlake-savings/report/?wave=3"' in html


def test_a_held_level_says_what_holds_it(leader, northlake):
    results = make_results()
    overall = replace(results.overall, level=3, level_of_index=4, held_by="insight")
    make_release(northlake, replace(results, overall=overall))

    html = leader.get(PAGE).content.decode()

    assert "Held at 3 because “Insight that drives decisions” is at 2; the score alone would give 4." in html


def test_a_level_at_a_border_is_said_to_lie_between(leader, northlake):
    results = make_results()
    make_release(northlake, replace(results, overall=replace(results.overall, between=(2, 3))))

    assert "Between Spoken and Structured, but" in leader.get(PAGE).content.decode()


def test_a_pulse_shows_topics_and_no_level(leader, northlake):
    results = make_results(is_pulse=True)
    rows = results.figures["score"]
    figures = {**results.figures, "score": {**rows, "all": {**rows["all"], "index": Figure(absence="not_asked")}}}
    make_release(northlake, replace(results, figures=figures))

    html = leader.get(PAGE).content.decode()

    assert "This was a pulse: it shows topics, and no overall score or level." in html
    assert "hero-scale" not in html


def test_values_of_a_hidden_group_appear_nowhere(leader, northlake):
    results = make_results()
    rows = dict(results.figures["score"])
    hidden = [key for key, _title, answered, _shift in UNITS if answered is None]
    for key in hidden:
        rows[key] = dict.fromkeys(rows[key], PLANTED)
    rows["unit:16"] = {**rows["unit:16"], "leadership": PLANTED}
    make_release(northlake, replace(results, figures={**results.figures, "score": rows}))

    pages = [PAGE, f"{PAGE}?lens=aspects", f"{PAGE}leadership/", f"{PAGE}hero/"]
    html = "".join(leader.get(page).content.decode() for page in pages)

    assert "Hidden to protect anonymity" in html
    assert re.findall(r"13[.,](?:37|11|73|19)", html) == []
    for row in re.findall(r"<tr>.*?</tr>", html, flags=re.DOTALL):
        if "Legal" in row or "Risk" in row:
            assert re.findall(r">\s*\d+\s*<", row) == []


def test_the_wave_is_in_the_address_and_the_newest_is_the_default(leader, northlake):
    make_release(northlake, make_results(wave=2, campaign="Spring 2025"))
    make_release(northlake, make_results(wave=3))

    assert "Wave 3 · closed" in leader.get(PAGE).content.decode()
    assert "Wave 2 · closed" in leader.get(f"{PAGE}?wave=2").content.decode()
    assert "That wave has no results." in leader.get(f"{PAGE}?wave=9").content.decode()


def test_the_wave_before_shows_as_a_tick_and_as_change(leader, northlake):
    earlier = make_results(wave=2)
    rows = earlier.figures["score"]
    lower = {**rows["all"], "leadership": make_figure(48.0, 200)}
    make_release(northlake, replace(earlier, figures={**earlier.figures, "score": {**rows, "all": lower}}))
    make_release(northlake)

    html = leader.get(PAGE).content.decode()
    changes = leader.get(f"{PAGE}?show=changes").content.decode()

    assert "last wave 48; +14" in html
    assert "Change since wave 2" in changes


def test_waves_of_another_edition_are_not_compared(leader, northlake):
    make_release(northlake, make_results(wave=2, edition_fingerprint="0" * 64))
    make_release(northlake)

    html = leader.get(PAGE).content.decode()

    assert "last wave" not in html


def test_the_lens_of_gaps_and_units_is_in_the_address(leader, northlake):
    make_release(northlake)

    html = leader.get(f"{PAGE}?lens=systems").content.decode()

    assert 'id="chart-heat-systems"' in html
    assert 'id="chart-gaps-systems"' in html


def test_an_analysis_without_figures_says_why(leader, northlake):
    make_release(northlake)

    html = leader.get(PAGE).content.decode()

    assert "Too few people spread their tokens to show an average." in html
    assert "Much of the work hangs on one person." in html


def test_no_campaign_no_results(leader):
    html = leader.get(PAGE).content.decode()

    assert "No results yet" in html
    assert "No assessment yet." in html


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "has not been opened yet"),
        ("open", "shown only for groups of 5 or more"),
        ("closed", "waiting to be worked out"),
    ],
)
def test_before_the_first_release_the_page_says_what_will_come(leader, northlake, state, words):
    make_campaign(northlake, wave=1, state=state)

    assert words in leader.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("state", "words"), [("running", "are being worked out"), ("failed", "could not be worked out")]
)
def test_work_on_results_is_shown(leader, northlake, state, words):
    campaign = make_campaign(northlake, wave=1, state="closed")
    Job.objects.create(
        task="reports.make_release",
        arguments={"campaign_id": campaign.pk},
        state=state,
        error="The framework could not be read.",
        created_at=timezone.now(),
        started_at=timezone.now(),
    )

    assert words in leader.get(PAGE).content.decode()


def test_the_dimension_page_says_the_level_and_the_next_one_in_words(leader, northlake):
    make_release(northlake)

    html = leader.get(f"{PAGE}insight/").content.decode()

    assert "What this level looks like here: Spoken" in html
    assert "Insight that drives decisions: level 2 in words." in html
    assert "What the next level looks like: Structured" in html
    assert "Insight that drives decisions: level 3 in words." in html


def test_the_dimension_page_names_a_clear_gap(leader, northlake):
    make_release(northlake)

    html = leader.get(f"{PAGE}empowerment/").content.decode()

    assert "stands at 45, and leaders see 27 points more than staff do" in html
    assert "Publish a small amount that everybody may settle on the spot." in html


def test_a_dimension_without_advice_in_the_release_shows_the_edition_s(leader, northlake):
    make_release(northlake)

    assert "Start with customer-focused operations." in leader.get(f"{PAGE}operations/").content.decode()


@pytest.mark.parametrize("subject", ["nonsense", "index", "instrument:pillars"])
def test_only_dimensions_have_a_page(leader, northlake, subject):
    make_release(northlake)

    assert leader.get(f"{PAGE}{subject}/").status_code == 404


def test_batteries_have_a_page_without_a_level(leader, northlake):
    make_release(northlake)

    html = leader.get(f"{PAGE}resource_time/").content.decode()

    assert "Time stands at 33 of 100" in html


def test_pages_have_no_inline_style_or_script(leader, northlake):
    make_release(northlake)

    for page in (PAGE, f"{PAGE}leadership/"):
        html = leader.get(page).content.decode()
        assert " style=" not in html
        assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []


def test_names_are_printed_as_text(leader, northlake):
    results = make_results()
    groups = tuple(replace(group, title="<script>alert(1)</script>") if group.key == "unit:11" else group
                   for group in results.groups)  # fmt: skip
    make_release(northlake, replace(results, groups=groups))

    assert "<script>alert(1)" not in leader.get(PAGE).content.decode()


def test_peers_show_from_eight_organisations(leader, northlake):
    for number in range(8):
        peer = make_organisation(f"Peer {number}", is_synthetic=True, shares_benchmark=True)
        make_release(peer, title=f"Wave of peer {number}")
    make_release(northlake)

    html = leader.get(PAGE).content.decode()

    assert "The middle half of 8 organisations lies between" in html
    assert "middle half of 8 other organisations" in html


def test_seven_peers_are_too_few(leader, northlake):
    for number in range(7):
        make_release(make_organisation(f"Peer {number}", is_synthetic=True, shares_benchmark=True))
    make_release(northlake)

    assert "The middle half of" not in leader.get(PAGE).content.decode()


def test_a_real_organisation_is_never_compared_with_made_up_ones(leader, northlake):
    northlake.is_synthetic = False
    northlake.save()
    for number in range(8):
        make_release(make_organisation(f"Peer {number}", is_synthetic=True, shares_benchmark=True))
    make_release(northlake)

    assert "The middle half of" not in leader.get(PAGE).content.decode()


def test_the_page_costs_the_same_queries_with_one_and_three_waves(leader, northlake, django_assert_max_num_queries):
    make_release(northlake, make_results(wave=1))
    make_release(northlake, make_results(wave=2))
    make_release(northlake, make_results(wave=3))

    with django_assert_max_num_queries(14):
        leader.get(PAGE)
