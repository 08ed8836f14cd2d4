"""Posters: what a phone reads from them, what stands on them, and that no text breaks them."""

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import typst
import zxingcpp
from django.test import Client
from django.urls import reverse
from PIL import Image

from assessments import poster_words, posters
from assessments.open_links import link_and_code
from assessments.operations import kiosks, ways
from backstage import typefaces
from organisations.models import Unit
from tests.assessments.owner_rows import AT, make_campaign, make_member, make_organisation

BASE = "https://assess.example.org/"
HOSTILE = '#{panic()} *b* $x$ \\ " </text>' + "W" * 70
"""Typst markup, math, quotes, a tag, and a word that fits on no line."""


@pytest.fixture
def campaign(db):
    return make_campaign(make_organisation(), takes_open_link=True, purpose="We want to know what customers meet.")


def poster_for(row, *, language: str = "en") -> posters.Poster:
    made = poster_words.poster_for(row, language=language, base_url=BASE)
    assert made is not None
    return made


def root_of(pdf: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def seen_by_a_camera(made) -> list[str]:
    """Return what a reader of QR codes finds on the printed page."""
    picture = pictured(made)
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def pictured(made) -> Image.Image:
    """Print the page as pixels, with the same template and fonts as the PDF."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(typefaces.FOLDER)])
    png = typst.compile(
        str(posters.TEMPLATES / "poster.typ"),
        root=str(posters.TEMPLATES),
        font_paths=fonts,
        sys_inputs={"content": posters.sheet_of([made])},
        format="png",
        ppi=90,
    )
    return Image.open(io.BytesIO(png)).convert("L")


def test_a_camera_reads_the_address_from_the_printed_page(campaign):
    made = poster_for(campaign)

    token = link_and_code(campaign)[0]
    assert made.address == f"https://assess.example.org/join/{token}/"
    assert seen_by_a_camera(made) == [made.address]


def test_a_blot_on_the_square_leaves_it_readable(campaign):
    made = poster_for(campaign)
    picture = pictured(made)
    corners = zxingcpp.read_barcodes(picture)[0].position
    left, top = corners.top_left.x, corners.top_left.y
    side = corners.top_right.x - left
    blot = (left + side // 2, top + side // 2, left + side * 3 // 4, top + side * 3 // 4)

    picture.paste(0, blot)

    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [made.address]


def test_the_poster_says_purpose_minutes_last_day_code_and_what_is_anonymous(campaign):
    campaign.closes_at = datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)
    made = poster_for(campaign)

    words = words_of(posters.print_posters([made], AT))

    for expected in (
        "Northlake",
        "Spring",
        "We want to know what customers meet.",
        "The last day is 30 June 2026. It takes about 10 to 11 minutes.",
        "assess.example.org/c",
        link_and_code(campaign)[1],
        "Your answers are stored without your name, and results are shown only for groups of 5 or more people.",
    ):
        assert expected in words


def test_the_file_has_title_language_and_words_for_the_square(campaign):
    made = poster_for(campaign)

    pdf = posters.print_posters([made], AT)

    root, about = root_of(pdf), pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert about is not None
    assert (about.title, root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("Spring", "en", True)
    assert f"QR code that opens {made.address}" in alternatives(root["/StructTreeRoot"])


def alternatives(node) -> list[str]:
    """Return every alternative text beneath a node of the tag tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for child in node for text in alternatives(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def test_hostile_texts_stay_text_on_one_page_and_the_square_stays_readable(db):
    organisation = make_organisation(name=HOSTILE + "\x07銀", units=("m" * 118,))
    campaign = make_campaign(organisation, title=HOSTILE[:120], purpose='#include "/etc/passwd" ' + "long words " * 52)
    link = ways.add_unit_link(campaign=campaign, unit=Unit.objects.get(name="m" * 118), role="", at=AT)
    made = poster_for(link)

    pdf = posters.print_posters([made], AT)

    words = words_of(pdf)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert '#{panic()} *b* $x$ \\ " </text>' in words
    assert '#include "/etc/passwd"' in words
    assert seen_by_a_camera(made) == [made.address]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_poster_in_another_language_is_marked_as_such(campaign, language, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("ar", "Arabic")]
    made = poster_for(campaign, language=language)

    pdf = posters.print_posters([made], AT)

    assert root_of(pdf)["/Lang"] == language
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_the_tablets_sheet_leads_to_its_address_and_never_tells_the_pin(campaign):
    kiosk, pin = kiosks.add_kiosk(campaign=campaign, unit=Unit.objects.get(name="Branches"), role="agent", at=AT)

    made = poster_for(kiosk)

    assert made.address == f"https://assess.example.org/kiosk/{link_and_code(kiosk)[0]}/"
    assert pin not in words_of(posters.print_posters([made], AT)).replace(" ", "")


def test_the_same_poster_has_the_same_bytes(campaign):
    made = poster_for(campaign)

    assert posters.print_posters([made], AT) == posters.print_posters([made], AT)


def test_the_owner_downloads_one_or_all_and_nothing_that_opens_nothing(campaign):
    owner = Client()
    owner.force_login(make_member(campaign.organisation))
    link = ways.add_unit_link(campaign=campaign, unit=Unit.objects.get(name="Branches"), role="", at=AT)
    other = ways.add_unit_link(campaign=make_campaign(campaign.organisation, "Other"), unit=link.unit, role="", at=AT)

    def ask(way):
        return owner.get(reverse("poster", args=[campaign.pk, way]))

    def pages(way):
        return len(pypdf.PdfReader(io.BytesIO(b"".join(ask(way)))).pages)

    strange = [ask(way).status_code for way in (f"unit-{other.pk}", "kiosk-1", "unit-x", "nothing", "unit-" + "9" * 40)]

    assert [pages(way) for way in ("open", f"unit-{link.pk}", "all")] == [1, 1, 2]
    assert strange == [404] * 5
    assert ask("all")["Content-Disposition"] == 'attachment; filename="poster-spring-all-en.pdf"'


def test_a_poster_for_one_role_names_one_time_and_no_day_where_there_is_none(campaign):
    place = Unit.objects.filter(organisation=campaign.organisation).last()
    assert place is not None
    link = ways.add_unit_link(campaign=campaign, unit=place, role="front_line", at=AT)

    made = poster_for(link)

    assert (made.last_day, made.minutes) == ("", "It takes about 11 minutes.")


@pytest.mark.parametrize("blank", ["\u200b\u200b", "\u3164", "\u2060 \u00ad", "\u0301", "\u2800"])
def test_a_title_that_nobody_can_see_prints_and_is_refused_where_it_is_typed(campaign, client, blank):
    owner = make_member(campaign.organisation)
    client.force_login(owner)
    campaign.title = campaign.organisation.name = blank

    printed = posters.print_posters([poster_for(campaign)], AT)
    pages = [
        client.post(f"/o/{campaign.organisation.slug}/campaigns/new/", {"title": blank, "way_in": "list"}),
        client.post("/organisations/new/", {"name": blank, "sector": "other", "country": ""}),
    ]

    assert printed.startswith(b"%PDF")
    assert [b"Nothing of this can be seen" in page.content for page in pages] == [True, True]
