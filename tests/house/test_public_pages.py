"""What anybody may read: the About page and an edition whole."""

from datetime import UTC, datetime

import pytest

from pillars import views
from pillars.models import Edition
from pillars.schema import (
    Dimension,
    Framework,
    Instrument,
    Item,
    Layer,
    MaturityLevel,
    Role,
    RoleGroup,
    Scale,
    Task,
)

FREQUENCY = Scale("frequency", "points", 0, 4, ("Never", "Rarely", "Half", "Mostly", "Always"), "In the last weeks …")
LADDER = Scale("ladder", "ladder", 1, 5)
FRAMEWORK = Framework(
    slug="sample",
    version="2.1",
    title="Sample framework",
    language="en",
    levels=tuple(
        MaturityLevel(title.lower(), title, 20 * step, f"Meaning of {title}", "Proof")
        for step, title in enumerate(["Inward", "Spoken", "Structured", "Practised", "Lived"])
    ),
    instruments=(
        Instrument(
            "pillars",
            "Pillars",
            (
                Dimension(
                    "leadership",
                    "Leadership",
                    (
                        Item("L1", "How often?", FREQUENCY, layer="value", wording={"agent": "How often, agent?"}),
                        Item("L2", "Which fits?", LADDER, ("manager",), rungs=("a1", "a2", "a3", "a4", "a5")),
                        Item("L3", "A speech?", FREQUENCY, scored=False, reversed=True, weight=2),
                    ),
                    source="found",
                    level_lines=("one", "two", "three", "four", "five"),
                ),
            ),
            weight=0.5,
        ),
    ),
    roles=(Role("agent", "Agents"), Role("manager", "Managers")),
    role_groups=(RoleGroup("staff", "Staff", ("agent",), 0.7, "staff"),),
    tasks=(Task("drivers", "tokens", "Why?", ("manager",), options=(("a", "First"), ("b", "Second"))),),
    layers=(Layer("value", "What people do"),),
    gate=True,
)


@pytest.fixture
def edition(db, monkeypatch):
    # Reading framework files has tests of its own; here stand the values a page is made from.
    monkeypatch.setattr("pillars.files.framework_of", lambda *_: FRAMEWORK)
    Edition.objects.all().delete()
    return Edition.objects.create(
        slug="sample",
        version="2.1",
        title="Sample framework",
        document={},
        fingerprint="f" * 64,
        published_at=datetime(2026, 6, 1, tzinfo=UTC),
    )


def test_level_bands_touch_without_overlap():
    bands = views.level_bands(FRAMEWORK)

    assert [(band.number, band.band, band.colour) for band in bands] == [
        (1, "0\N{EN DASH}19", "b1"),
        (2, "20\N{EN DASH}39", "b2"),
        (3, "40\N{EN DASH}59", "b3"),
        (4, "60\N{EN DASH}79", "b4"),
        (5, "80\N{EN DASH}100", "b5"),
    ]


def test_questions_name_their_roles_and_none_when_everybody_is_asked():
    (entry,) = views.instrument_entries(FRAMEWORK)

    questions = entry.dimensions[0].questions

    assert [(q.item.key, q.roles, q.layer, q.wordings) for q in questions] == [
        ("L1", (), "What people do", (("Agents", "How often, agent?"),)),
        ("L2", ("Managers",), "", ()),
        ("L3", (), "", ()),
    ]
    assert entry.share == 50


def test_edition_page_shows_everything_an_answerer_may_ask(client, edition):
    page = client.get("/frameworks/sample/2.1/").text

    for text in [
        "Edition 2.1, published 1 June 2026",
        "50% of the maturity index",
        "found in other public material",
        "How often, agent?",
        "asked of: Managers",
        "asked of everybody",
        "a5",
        "counted the other way round",
        "never enters a score",
        "weight 2",
        "Never · Rarely · Half · Mostly · Always",
        "First · Second",
        "Staff (Agents): 70%",
        "at most one above the lowest dimension",
    ]:
        assert text in page, text


def test_edition_that_was_never_published_is_not_found(client, edition):
    assert client.get("/frameworks/sample/9.9/").status_code == 404


def test_about_lists_editions_credits_sources_and_claims_no_affiliation(client, edition):
    page = client.get("/about/").text

    assert 'href="/frameworks/sample/2.1/"' in page
    assert "not affiliated with CGAP" in page
    for source in ["Customer-Centric Guide", "CoreData", "William Seidman", "Tadpole Consulting", "Rademakers"]:
        assert source in page, source


def test_about_says_what_comes_when_nothing_is_published(client, edition):
    edition.delete()

    assert "No edition is published here yet" in client.get("/about/").text
