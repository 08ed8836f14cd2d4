"""The whole path over HTTP, from signing up to the downloaded report. Standard library only, like `tests.visitor`."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass

from tests.visitor import Choose, Page, Visitor

PASSWORD = "a long enough sentence"
UNITS = "Branch North\nBranch South\nHead office"
WAIT_SECONDS = 60


@dataclass(frozen=True)
class Campaign:
    """A campaign that was opened: its page, its organisation's page, and everybody's link by staff number."""

    path: str
    organisation: str
    links: dict[str, str]


def people_list(front_line: int = 6) -> str:
    """Return a list of 24 people: `front_line` of them and three managers in each branch, six executives above."""
    rows = ["staff_number,unit,role,contact_level"]
    for unit, first in (("Branch North", 100), ("Branch South", 200)):
        rows += [f"{first + number},{unit},front_line,daily" for number in range(front_line)]
        rows += [f"{first + 50 + number},{unit},manager,weekly" for number in range(3)]
    rows += [f"{300 + number},Head office,executive,monthly" for number in range(6)]
    return "\n".join(rows) + "\n"


def sign_up(visitor: Visitor, email: str) -> Page:
    page = visitor.get("/accounts/signup/")
    return visitor.send(page.form(holding="password1"), {"email": email, "password1": PASSWORD})


def links_of(owner: Visitor, campaign: str) -> dict[str, str]:
    """Make a new link for everybody and return them by staff number; older ones go on working."""
    page = owner.get(f"{campaign}links/")
    links = owner.send(page.form(button="Download the links"))
    return {row["staff_number"]: row["link"] for row in csv.DictReader(io.StringIO(links.text.lstrip("\ufeff")))}


def set_up(owner: Visitor, name: str, people: str = "") -> Campaign:
    """Found an organisation with units, set up a campaign with a list, open it and get the links."""
    page = owner.get("/organisations/new/")
    page = owner.send(page.form(holding="country"), {"name": name, "sector": "microfinance", "country": "Kenya"})
    organisation = page.path if page.path.startswith("/o/") else f"/o/{name.lower()}/"
    organisation = "/".join(organisation.split("/")[:3]) + "/"
    page = owner.get(f"{organisation}units/paste/")
    owner.send(page.form(holding="units"), {"units": UNITS})
    page = owner.get(f"{organisation}campaigns/new/")
    page = owner.send(page.form(holding="title"), {"title": "First wave", "purpose": "We want to serve you better."})
    campaign = page.path
    page = owner.get(f"{campaign}people/")
    form = page.form(button="Check the list")
    page = owner.send(form, files={form.files[0]: ("people.csv", (people or people_list()).encode())})
    owner.send(page.form(button="Take the list over"))
    page = owner.get(f"{campaign}open/")
    owner.send(page.form(button="Open now"))
    return Campaign(campaign, organisation, links_of(owner, campaign))


def close(owner: Visitor, campaign: Campaign) -> None:
    page = owner.get(f"{campaign.path}close/")
    owner.send(page.form(button="Close for good now"))


def wait_for(owner: Visitor, path: str, words: str) -> Page:
    """Return the page once it says `words`: a worker has to do something first.

    :raises AssertionError: when it does not within a minute
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        page = owner.get(path)
        if words in page.text:
            return page
        assert time.monotonic() < deadline, f"{path} never said “{words}”:\n{page.text[:3000]}"
        time.sleep(0.3)


def report_of(owner: Visitor, campaign: Campaign) -> bytes:
    """Ask for the board report of a released campaign and return the PDF once a worker has made it."""
    page = owner.get(f"{campaign.organisation}report/")
    page = owner.send(page.form(button="Prepare the report"))
    wait_for(owner, page.path, "Download the PDF")
    return owner.get(f"{page.path}download/").content


def answer_of(staff_number: str) -> dict[str, str]:
    """Return how this person answers each kind of question: leaders see more than the front line does."""
    leads = staff_number[1] == "5" or staff_number.startswith("3")
    return {"five": "3" if leads else "1", "ladder": "4"}


def choose_as(staff_number: str) -> Choose:
    """Return a way to fill in every question as this person."""
    wanted = answer_of(staff_number)

    def choose(_key: str, values: list[str]) -> str:
        if "0" in values:
            return wanted["five"]
        return wanted["ladder"] if wanted["ladder"] in values else ""

    return choose
