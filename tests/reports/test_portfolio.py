"""The comparison of organisations: who sees whom, in which order, at a fixed cost."""

from dataclasses import replace

import pytest
from django.http import QueryDict

from organisations.models import Membership
from reports import portfolio
from reports.frames import inert
from reports.portfolio_page import choice_of
from reports.results import Results
from tests.reports.released import make_organisation, make_person, make_release
from tests.reports.results_fixture import make_figure, make_results

pytestmark = pytest.mark.django_db

PAGE = "/portfolio/"


def scored(index: float, wave: int = 1, n: int = 200, **dimensions: float) -> Results:
    """Return a release whose whole stands at `index`, and at other scores in some dimensions."""
    results = make_results(wave=wave)
    rows = results.figures["score"]
    changed = {key: make_figure(score, n) for key, score in {"index": index, **dimensions}.items()}
    figures = {**results.figures, "score": {**rows, "all": {**rows["all"], **changed}}}
    return replace(results, figures=figures)


@pytest.fixture
def consultant(client):
    person = make_person(email="consultant@example.org")
    client.force_login(person)
    client.person = person
    return client


def granted(consultant, name, index=50.0, **fields):
    organisation = make_organisation(name, **fields)
    Membership.objects.create(user=consultant.person, organisation=organisation, kind="consultant")
    make_release(organisation, scored(index))
    return organisation


def names_in_order(html: str) -> list[str]:
    return [part.split("</a>")[0] for part in html.split('/results/">')[1:]]


def test_only_granted_organisations_are_compared(consultant):
    granted(consultant, "Lumen Pay")
    make_release(make_organisation("Stranger"))

    html = consultant.get(PAGE).content.decode()

    assert names_in_order(html) == ["Lumen Pay"]
    assert "Stranger" not in html


def test_an_owner_without_grants_sees_their_own(client):
    own = make_organisation("Own")
    make_release(own)
    client.force_login(make_person(own, "owner"))

    assert names_in_order(client.get(PAGE).content.decode()) == ["Own"]


def test_the_signed_out_are_asked_to_sign_in(client):
    assert client.get(PAGE).status_code == 302
    assert client.get(f"{PAGE}file/").status_code == 302


def test_nothing_granted_says_what_will_appear(consultant):
    assert "Nothing to compare yet." in consultant.get(PAGE).content.decode()


def test_the_highest_stands_first_and_overlapping_intervals_share_a_rank(consultant):
    granted(consultant, "Middle", 50.0)
    granted(consultant, "Near", 52.0)
    granted(consultant, "High", 80.0)

    response = consultant.get(PAGE)

    ranks = [(row.name, row.rank) for row in response.context["compared"].rows]
    assert ranks == [("High", "1"), ("Near", "=2"), ("Middle", "=2")]


def test_rows_can_be_ordered_by_a_topic_and_by_name(consultant):
    one = make_organisation("Alpha")
    two = make_organisation("Beta")
    for organisation, leadership in ((one, 30.0), (two, 60.0)):
        Membership.objects.create(user=consultant.person, organisation=organisation, kind="consultant")
        make_release(organisation, scored(50.0, leadership=leadership))

    by_topic = names_in_order(consultant.get(f"{PAGE}?sort=leadership").content.decode())
    by_name = names_in_order(consultant.get(f"{PAGE}?sort=name").content.decode())

    assert (by_topic, by_name) == (["Beta", "Alpha"], ["Alpha", "Beta"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sector=bank", ["Bank One"]),
        ("country=Kenya", ["Kiosk"]),
        ("wave=1", ["Bank One", "Kiosk"]),
        ("wave=7", []),
        ("sector=nonsense", []),
    ],
)
def test_filters_are_in_the_address(consultant, query, names):
    granted(consultant, "Bank One", 70.0, sector="bank", country="Peru")
    granted(consultant, "Kiosk", 40.0, sector="mobile_money", country="Kenya")

    html = consultant.get(f"{PAGE}?{query}").content.decode()

    assert names_in_order(html) == names
    assert 'class="pill on"' in html


def test_the_latest_wave_counts_and_its_change_is_shown_where_it_is_clear(consultant):
    organisation = make_organisation("Lumen Pay")
    Membership.objects.create(user=consultant.person, organisation=organisation, kind="consultant")
    make_release(organisation, scored(40.0, wave=1))
    make_release(organisation, scored(58.0, wave=2))

    row = consultant.get(PAGE).context["compared"].rows[0]
    earlier = consultant.get(f"{PAGE}?wave=1").context["compared"].rows[0]

    assert (row.wave, row.index.score, row.change.difference, row.change.is_clear) == (2, 58.0, 18.0, True)
    assert (earlier.wave, earlier.index.score, earlier.change) == (1, 40.0, None)


def test_names_can_be_hidden(consultant):
    granted(consultant, "Lumen Pay", country="Peru")

    html = consultant.get(f"{PAGE}?names=aliases").content.decode()
    file = consultant.get(f"{PAGE}file/?names=aliases").content.decode()

    assert "Lumen Pay" not in html
    assert "lumen-pay" not in html
    assert "Organisation 1" in html
    assert "Lumen Pay" not in file


def test_pinned_organisations_have_a_profile_of_five_at_most(consultant):
    made = [granted(consultant, f"Bank {number}") for number in range(6)]
    query = "&".join(f"pin={organisation.pk}" for organisation in made)

    html = consultant.get(f"{PAGE}?{query}").content.decode()

    assert "At most five organisations can be pinned." in html
    assert 'id="chart-profile"' in html
    assert "Leadership and culture: Bank 0 62, Bank 1 62, Bank 2 62, Bank 3 62, Bank 4 62" in html


def test_somebody_else_s_organisation_cannot_be_pinned(consultant):
    granted(consultant, "Lumen Pay")
    stranger = make_organisation("Stranger")
    make_release(stranger)

    html = consultant.get(f"{PAGE}?pin={stranger.pk}").content.decode()

    assert "Stranger" not in html
    assert "not in this selection" in html


def test_the_file_holds_what_is_shown_and_nothing_that_computes(consultant):
    granted(consultant, "=HYPERLINK(1)", 46.25, country="Peru")
    granted(consultant, "Kiosk", 40.0, country="Kenya")

    response = consultant.get(f"{PAGE}file/?country=Peru")

    text = response.content.decode("utf-8-sig")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=HYPERLINK(1)" in text
    assert "46.2500" in text
    assert "Kiosk" not in text


@pytest.mark.parametrize(("text", "cell"), [("=1", "'=1"), ("@x", "'@x"), ("-2", "'-2"), ("Lumen", "Lumen")])
def test_cells_are_inert(text, cell):
    assert inert(text) == cell


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=99999999999999999999", "page=x", "pin=99999999999999"])
def test_odd_addresses_show_the_page(consultant, query):
    granted(consultant, "Lumen Pay")

    assert consultant.get(f"{PAGE}?{query}").status_code == 200


def test_pages_hold_fifty_rows(consultant, monkeypatch):
    assert portfolio.PAGE_SIZE == 50
    monkeypatch.setattr(portfolio, "PAGE_SIZE", 2)
    for number in range(3):
        granted(consultant, f"Bank {number}")

    first = consultant.get(PAGE).content.decode()
    second = consultant.get(f"{PAGE}?page=2").content.decode()

    assert (len(names_in_order(first)), len(names_in_order(second))) == (2, 1)
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("count", [1, 3])
def test_the_portfolio_costs_a_fixed_number_of_queries(consultant, count, django_assert_num_queries):
    for number in range(count):
        granted(consultant, f"Bank {number}", 30.0 + 10 * number)
    consultant.get(PAGE)

    # Session, person, may-see-portfolio, has-grants, organisations, releases, scores, edition.
    with django_assert_num_queries(8):
        consultant.get(PAGE)


def test_pins_are_read_once_each():
    choice = choice_of(QueryDict("pin=3&pin=3&pin=1&pin=x"))

    assert choice.pins == (3, 1)
