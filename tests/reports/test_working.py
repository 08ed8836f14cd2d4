"""How a figure was computed: the page, its links, and what it never says."""

import json
from dataclasses import replace

import pytest

from organisations.models import Organisation
from pillars.schema import Framework
from reports.export import as_json
from reports.results import HIDDEN, Figure, Results
from reports.working import gate, recipe, recipes, rounding_bound
from tests.reports.released import make_edition, make_organisation, make_person, make_release
from tests.reports.results_fixture import make_figure, make_results
from tests.reports.test_results_pages import PLANTED
from tests.reports.test_workbook import released, three_lenses

pytestmark = pytest.mark.django_db

PAGE = "/o/northlake-savings/results/"
SHARES = {"role:staff": 0.5, "role:managers": 0.3, "role:executives": 0.2}


@pytest.fixture
def leader(client):
    client.force_login(make_person(make_organisation(), "leader"))
    return client


def store(results: Results) -> None:
    make_release(Organisation.objects.get(), results)


def with_figure(results: Results, figure: Figure, group: str = "all", subject: str = "leadership") -> Results:
    rows = results.figures["score"]
    return replace(results, figures={**results.figures, "score": {**rows, group: {**rows[group], subject: figure}}})


def page(client, address: str) -> str:
    answer = client.get(f"{PAGE}working/{address}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_index_is_told_with_its_lenses_its_gate_and_what_it_rests_on(leader):
    store(make_results())

    html = page(leader, "index/")

    assert "It is the weighted mean of 3 lenses." in html
    assert '<a href="/o/northlake-savings/results/working/instrument:pillars/?wave=3">Five pillars</a>' in html
    assert "214 answers count here. 214 people of this group answered." in html
    assert "287 were invited." in html
    assert "With every lens weighing the same it would be 46.41, “Structured”." in html
    assert "5f" * 32 in html
    assert "Number 1 of 13 June 2026" in html
    assert "0" * 64 in html
    assert 'href="/o/northlake-savings/results/working.xlsx?wave=3"' in html


def test_a_topic_of_the_whole_is_told_with_its_groups_of_roles_where_all_are_shown(leader):
    results = make_results(pools={"score": {"leadership": SHARES}})
    for group, score in (("role:staff", 48.0), ("role:managers", 61.0), ("role:executives", 72.0)):
        results = with_figure(results, make_figure(score, 30), group)
    store(results)

    html = page(leader, "leadership/")

    assert "(0.5 × 48 + 0.3 × 61 + 0.2 × 72) ÷ 1 = 56.7" in html
    assert "working/leadership/?wave=3&amp;group=role%3Amanagers" in html


def test_without_all_groups_of_roles_there_is_no_sum(leader):
    store(make_results(pools={}))

    html = page(leader, "leadership/")

    assert "÷ 1 =" not in html
    assert "It is the mean of what people of this group scored" in html


def test_a_part_that_is_hidden_has_no_number_and_no_link(leader):
    store(with_figure(make_results(), PLANTED))

    for address in ("instrument:pillars/", "leadership/", "index/", "leadership/?measure=claimed"):
        html = page(leader, address)
        assert "13.37" not in html
        assert "13.11" not in html
    html = page(leader, "instrument:pillars/")
    assert "Hidden to protect anonymity" in html
    assert "working/leadership/" not in html
    assert "It is the weighted mean of its 4 topics." in html


def test_a_hidden_figure_says_so_and_nothing_else(leader):
    store(with_figure(make_results(), HIDDEN))

    html = page(leader, "leadership/")

    assert "Leadership and culture: Hidden to protect anonymity" in html
    assert "What it rests on" not in html


@pytest.mark.parametrize(
    "address",
    [
        "nothing/",
        "instrument:nothing/",
        "index/?group=unit:999999999999999999999999",
        "index/?group=%00",
        "index/?measure=mean",
        "index/?measure=",
        f"{'x' * 2000}/",
        "%3Cscript%3E/",
        "leadership/?group=<script>alert(1)</script>",
    ],
)
def test_what_is_not_there_is_not_found(leader, address):
    store(make_results())

    assert leader.get(f"{PAGE}working/{address}").status_code == 404


def test_before_the_first_release_there_is_nothing(leader):
    assert leader.get(f"{PAGE}working/index/").status_code == 404
    assert leader.get(f"{PAGE}working.xlsx").status_code == 404


def test_the_results_pages_lead_to_the_working_of_what_they_show(leader):
    store(make_results())

    overview = leader.get(PAGE).content.decode()
    dimension = leader.get(f"{PAGE}leadership/").content.decode()

    for address in (
        "working/index/?wave=3",
        "working/instrument:pillars/?wave=3",
        "working/instrument:pillars/?wave=3&amp;measure=claimed",
        "working.xlsx?wave=3",
    ):
        assert f'href="/o/northlake-savings/results/{address}"' in overview
    assert 'href="/o/northlake-savings/results/working/leadership/?wave=3"' in dimension
    assert 'working/leadership/?wave=3&amp;group=unit%3A11"' in dimension
    assert "unit%3A17" not in dimension


def test_the_workbook_is_a_file_of_its_own_name(leader):
    store(make_results())

    answer = leader.get(f"{PAGE}working.xlsx?wave=3")

    assert answer["Content-Disposition"] == 'attachment; filename="northlake-savings-3-1.xlsx"'
    assert answer.content.startswith(b"PK")


def test_a_topic_of_few_people_says_that_it_is_rounded(leader):
    figure = replace(make_figure(48.0, 7), indicative=True, sd=None)
    store(with_figure(make_results(), figure))

    assert "It rests on 5 to 9 people, so it is released in whole points only, without a spread." in page(
        leader, "leadership/"
    )


def test_a_sum_with_a_rounded_part_says_how_far_it_may_differ(leader):
    results = make_results(pools={"score": {"leadership": SHARES}})
    store(with_figure(results, replace(make_figure(72.0, 9), indicative=True), "role:executives"))

    html = page(leader, "leadership/")

    assert "Some of its parts rest on 5 to 9 people and are released in whole points only." in html
    assert "So the sum of its parts may differ from it by up to 0.1 points." in html


def test_rounding_takes_half_a_point_and_below_a_border_one():
    results = make_results()

    assert rounding_bound(results, Figure(score=48.0, indicative=True)) == 0.5
    assert rounding_bound(results, Figure(score=39.0, indicative=True)) == 1.0
    assert rounding_bound(results, Figure(score=39.6)) == 0.0


def test_every_shown_figure_of_a_release_has_a_recipe_that_gives_it():
    edition = three_lenses()
    results = released(11, 40, 12, 11, edition)

    found = list(recipes(results, edition))

    shown = sum(
        figure.is_shown for rows in results.figures.values() for row in rows.values() for figure in row.values()
    )
    assert len(found) == shown
    for one in found:
        assert one.result is None or abs(one.result - (one.figure.score or 0)) <= one.allowed
    assert {one.rule for one in found} == {"role_weighted", "pooled", "people", "parts"}


def test_the_gate_is_told_from_the_release():
    edition = three_lenses()
    results = released(11, 40, 12, 11, edition)
    found = gate(results, edition)

    assert found is not None
    assert found.level == results.overall.level
    levels = {key: results.figure("all", key).level for key in ("care", "pace", "trust")}
    assert found.lowest_level == min(level for level in levels.values() if level)


def test_the_file_says_what_every_figure_is_made_of():
    edition: Framework = make_edition().framework()
    document = json.loads(as_json(make_results(), number=1, fingerprint="abc", framework=edition))

    index = document["working"][0]
    assert (index["group"], index["subject"], index["rule"]) == ("all", "index", "parts")
    assert [part["weight"] for part in index["parts"]] == [0.5, 0.25, 0.25]
    assert set(index) - {"parts", "rule"} <= set(document["definitions"])


def test_a_release_from_before_shares_were_kept_is_read():
    document = make_results().to_document()
    del document["pools"]

    assert recipe(Results.from_document(document), make_edition().framework(), "all", "leadership") is not None
