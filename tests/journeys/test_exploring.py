"""The explore pages in a real browser: they draw within the policy, on a phone too, and speak without scripts."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.reports.test_figures import USED_KINDS
from tests.sites import Site

pytestmark = pytest.mark.browser

OWNER, PASSWORD = "owner@exploring.example", "a long enough sentence"
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
WATCH = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""
PAGES = {"results": "/o/{slug}/results/explore/?lens=pillars", "portfolio": "/portfolio/explore/"}
SHARE = """
from django.utils import timezone
from organisations.models import Membership, Organisation, User
person = User.objects.create_user({owner!r}, {password!r})
for organisation in Organisation.objects.order_by("pk"):
    Membership.objects.create(user=person, organisation=organisation, kind="owner")
    print("slug", organisation.slug)
"""


@dataclass(frozen=True)
class SiteOfTwo:
    """Two organisations with results, and what a browser keeps of the person who owns both."""

    url: str
    slug: str
    visitor: Any

    def address(self, name: str) -> str:
        return self.url + PAGES[name].format(slug=self.slug)


@pytest.fixture(scope="module")
def site_of_two(running_site: Site, browser: Browser) -> SiteOfTwo:
    running_site.manage("simulate", "--organisations", "2", "--people", "90", "--release")
    told = running_site.manage("shell", "--no-imports", "-c", SHARE.format(owner=OWNER, password=PASSWORD))
    slug = next(line.split()[1] for line in told.splitlines() if line.startswith("slug "))
    page = browser.new_page()
    page.goto(f"{running_site.url}/accounts/login/")
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{running_site.url}/")
    return SiteOfTwo(running_site.url, slug, page.context.storage_state())


def drawn(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    expect(page.locator("#explore[data-drawn]")).to_have_count(1, timeout=20_000)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_the_page_draws_within_its_policy(site_of_two, browser, name):
    context = browser.new_context(viewport=DESK, storage_state=site_of_two.visitor)

    page = drawn(context, site_of_two.address(name))

    assert page.locator("#explore svg .trace").count() > 0
    assert page.locator("#explore [data-figure]:not(.js-plotly-plot)").count() == 0
    for canvas in page.locator("#explore .canvas").all():
        drawing = canvas.locator(".main-svg").first
        assert drawing.evaluate("svg => svg.getBoundingClientRect().height") > 150
        # Nothing is cut off: the place is as tall as the drawing in it, its border apart.
        assert canvas.evaluate("box => box.clientHeight - box.querySelector('.main-svg').clientHeight") == 0
    # The rules that plotly writes have arrived: without them its buttons would stand in the text.
    assert page.locator(".modebar").first.evaluate("bar => getComputedStyle(bar).position") == "absolute"
    assert page.evaluate("window.refused") == []


@pytest.mark.parametrize(("name", "scheme"), [("results", "dark"), ("portfolio", "light")])
def test_a_phone_shows_the_charts_in_its_theme_and_width(site_of_two, browser, name, scheme):
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, color_scheme=scheme, storage_state=site_of_two.visitor
    )

    page = drawn(context, site_of_two.address(name))

    backs = [
        page.evaluate("getComputedStyle(document.querySelector('.main-svg')).backgroundColor"),
        page.evaluate("getComputedStyle(document.querySelector('.canvas')).backgroundColor"),
    ]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert backs[0] == backs[1]


def test_without_scripts_a_sentence_and_the_numbers_stand_there(site_of_two, browser):
    context = browser.new_context(viewport=DESK, storage_state=site_of_two.visitor, java_script_enabled=False)
    page = context.new_page()

    page.goto(site_of_two.address("results"))

    expect(page.get_by_text("Charts to explore need scripts").first).to_be_visible()
    expect(page.locator("details.numbers table").first).to_be_visible()
    assert page.locator("details.numbers tbody td").count() > 0


def test_when_the_library_does_not_arrive_the_numbers_stay(site_of_two, browser):
    context = browser.new_context(viewport=DESK, storage_state=site_of_two.visitor)
    page = context.new_page()
    page.route("**/plotly/**", lambda route: route.abort())

    page.goto(site_of_two.address("results"))

    expect(page.get_by_text("The chart could not be drawn.").first).to_be_visible()
    expect(page.locator("details.numbers table").first).to_be_visible()


def test_the_chart_can_be_saved_as_a_picture(site_of_two, browser):
    context = browser.new_context(viewport=DESK, storage_state=site_of_two.visitor, accept_downloads=True)
    page = drawn(context, site_of_two.address("results"))

    with page.expect_download() as started:
        page.get_by_role("button", name="Save as a picture").first.click()

    assert started.value.suggested_filename == "heat-pillars.png"
    assert started.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_library_draws_every_kind_that_figures_use(site_of_two, browser):
    """A kind that a bundle lacks is left out without an error."""
    kinds = {
        "bar": ({"type": "bar", "x": [1, 2], "y": [3, 4]}, ".bars .point"),
        "heatmap": ({"type": "heatmap", "z": [[1, 2], [3, 4]]}, ".heatmaplayer image"),
        "scatter": ({"type": "scatter", "mode": "markers", "x": [1, 2], "y": [3, 4]}, ".scatterlayer .point"),
    }
    page = drawn(browser.new_context(storage_state=site_of_two.visitor), site_of_two.address("results"))

    marks = {}
    for kind, (trace, selector) in kinds.items():
        page.evaluate("trace => Plotly.newPlot(document.querySelector('.canvas'), [trace])", trace)
        marks[kind] = page.locator(f".canvas >> nth=0 >> {selector}").count()

    assert {kind for kind, count in marks.items() if count} == USED_KINDS
