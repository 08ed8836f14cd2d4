"""Planted answers and secrets are found nowhere outside their sealed place.

    python -m tests.proofs.canaries [--canaries 100]

Each person holds a link and writes a text that stands nowhere else. Some send, some leave a draft, all knock at wrong
doors on the way. One asks for a new link by mail. Then every byte the server keeps is searched: while that mail is
handed to the mail server and waits for its yes, while the campaign is open, and after the close: database, write-ahead
log, broker, cache, logs, and Redis where it is used. Texts of drafts may be found nowhere; texts that were sent only in
the table of responses; links and codes nowhere; none of them in an address, a header or an error page. After the close
no row tells of a mail.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.proofs.mail_server import MailServer, mail_server
from tests.proofs.respondents import Respondent, Told
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import close, set_up, sign_up, wait_for

SENT_TABLE = "assessments_response"
OUTBOX_TABLE = "backstage_outgoingmail"
ASKING = "asks@proof.example"


@dataclass(frozen=True)
class Outcome:
    planted: int
    places: int
    """Files, tables and pages that were searched."""
    found: tuple[str, ...]
    """One line for each canary outside its place: what it is and where it lies."""


@dataclass(frozen=True)
class Canary:
    what: str
    text: str
    may_be_in_responses: bool = False


def prove(folder: Path, *, canaries: int) -> Outcome:
    """Plant `canaries` texts and as many links, and search everything for them."""
    places: list[str] = []
    found: list[str] = []
    with mail_server() as mails, running_site_in(folder, EMAIL_URL=mails.url) as site:
        owner = Visitor(site.url)
        sign_up(owner, "owner@proof.example")
        campaign = set_up(owner, "Proof Savings", _people_list(canaries))
        planted: list[Canary] = []
        for number, link in enumerate(campaign.links.values()):
            if number == canaries:
                break  # the one who asks has not answered
            pages = list(_walk(site, link, planted, sends=number % 2 == 0))
            found += [line for page in pages for line in _in_page(page, planted[-2:])]
            places += [page.headers.get("Location", "page") for page in pages]
        planted.append(_mailed_link(site, mails))
        for moment in ("open with a mail on its way", "open", "closed"):
            if moment == "open":
                mails.may_say_yes.set()
            if moment == "closed":
                close(owner, campaign)
                wait_for(owner, f"{campaign.organisation}results/", "answers")
            for place, content in _kept(site):
                places.append(place)
                if moment == "closed" and place == OUTBOX_TABLE and content != b"[]":
                    found.append("a row about a mail after the close")
                found += [
                    f"{canary.what} in {place} while the campaign is {moment}"
                    for canary in planted
                    if canary.text.encode() in content and not (canary.may_be_in_responses and place == SENT_TABLE)
                ]
    return Outcome(len(planted), len(places), tuple(found))


def _people_list(people: int) -> str:
    rows = ["staff_number,unit,role,contact_level,email"]
    rows += [f"{number},{('Branch North', 'Branch South')[number % 2]},front_line,daily," for number in range(people)]
    rows.append(f"{people},Branch North,front_line,daily,{ASKING}")
    return "\n".join(rows) + "\n"


def _walk(site: Site, link: str, planted: list[Canary], *, sends: bool) -> Iterator[Told]:
    """Answer with a canary, knock at wrong doors with the link, and yield what strangers could read of it."""
    text = f"CANARY{secrets.token_hex(12)}"
    with Respondent(site.url, link) as person:
        planted += [
            Canary("a text that was sent" if sends else "a text of a draft", text, may_be_in_responses=sends),
            Canary("a link", person.secret),
        ]
        yield person.open()
        person.start()
        assert person.save("comment", text).is_saved
        yield person.get("/a/part/none/9/")
        yield person.get(f"{person.path}more/")
        yield person.get(person.path.replace("/a/", "//a//"))
        yield person.get(person.path.replace("/a/", "/join/"))
        yield person.get(f"/accounts/login/?next={person.path}"[:20])
        yield person.post("/a/save/", question="comment", id="%", **{"q-comment": text * 30})
        yield person.get("/a/save/")
        yield person.post("/a/none/")
        if sends:
            assert "were sent" in person.send().text
            yield person.post("/a/send/", again="1")


def _mailed_link(site: Site, mails: MailServer) -> Canary:
    """Ask for a new link and return it as the mail server reads it; the worker still waits for a yes."""
    mails.may_say_yes.clear()
    visitor = Visitor(site.url)
    visitor.send(visitor.get("/a/ask/").form(holding="who"), {"who": ASKING})
    found = re.search(r"/a/([\w-]{32})/", mails.next_text(ASKING))
    assert found is not None
    return Canary("the link in a mail", found[1])


def _in_page(page: Told, canaries: Iterable[Canary]) -> Iterator[str]:
    """Yield a line for each canary in an address or a header; a page's own form may hold its own link."""
    headers = json.dumps(dict(page.headers))
    for canary in canaries:
        kept_in_cookie = f"concentric_link={canary.text}"
        if canary.text in headers.replace(kept_in_cookie, ""):
            yield f"{canary.what} in a header of an answer"
        if page.status >= 400 and canary.text in page.text:
            yield f"{canary.what} in an error page"


def _kept(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield everything the server keeps: each file, and each table apart, to tell responses from the rest."""
    for path in sorted(site.data_dir.rglob("*")):
        if path.is_file() and not path.name.startswith("concentric.sqlite3"):
            yield str(path.relative_to(site.data_dir)), path.read_bytes()
    address = site.environment.get("DATABASE_URL", "")
    if address.startswith("postgres"):
        yield from _postgres_tables(address)
    else:
        yield from _sqlite_tables(site.data_dir / "concentric.sqlite3")
    if site.environment.get("REDIS_URL"):
        yield from _redis_values(site)


def _sqlite_tables(path: Path) -> Iterator[tuple[str, bytes]]:
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608  names from the database itself
            yield table, repr(rows).encode()
        # Everything else in the file: free pages, old versions, the write-ahead log.
        raw = b"".join(one.read_bytes() for one in path.parent.glob("concentric.sqlite3*"))
        for (answers,) in database.execute("SELECT answers FROM assessments_response"):
            raw = raw.replace(str(answers).encode(), b"")
        yield "free space of the database file", raw


def _postgres_tables(address: str) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(address) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()  # type: ignore[arg-type]  # noqa: S608
            yield table, repr(rows).encode()


def _redis_values(site: Site) -> Iterator[tuple[str, bytes]]:
    import redis  # noqa: PLC0415  only there when the site runs on Redis

    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        store = redis.Redis.from_url(site.environment[name])
        for key in store.keys("*"):
            yield f"Redis {key!r}", repr((key, store.dump(key))).encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--canaries", type=int, default=100)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concentric-proof-") as folder:
        outcome = prove(Path(folder), canaries=chosen.canaries)
    sys.stdout.write("".join(f"FOUND {line}\n" for line in outcome.found))
    sys.stdout.write(
        f"{outcome.planted} canaries planted, {outcome.places} places searched: "
        f"{len(outcome.found)} found outside their place\n"
    )
    return 1 if outcome.found else 0


if __name__ == "__main__":
    sys.exit(main())
