"""What answering costs on the shipped web server: `python -m tests.benchmarks.answering`.

    [--quick] [--answers 1000000]

Prints processor time of the server for one request, and requests in a second, beside those of an empty view
behind the same middleware in the same run. Uses SQLite in a temporary folder, or the empty database that
DATABASE_URL names. The numbers belong to the machine they were measured on.
"""

from __future__ import annotations

import argparse
import itertools
import os
import secrets
import sys
import tempfile
from collections.abc import Callable

import django

from tests.benchmarks.serving import EMPTY, PRODUCT, Connection, Cost, Server, get, post, served

CLIENTS = 8
ANSWERS_EACH = 40
JOURNEY_REQUESTS = 15


def main() -> None:
    """Prepare a campaign, measure, fill the database, measure again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests, and no large database")
    parser.add_argument("--answers", type=int, default=1_000_000, help="how many the large database holds")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    times = 1 if options.quick else 10
    with tempfile.TemporaryDirectory(prefix="concentric-benchmark-") as folder:
        os.environ["CONCENTRIC_DATA_DIR"] = folder
        django.setup()
        world = World()
        _say(f"{world.database}; two workers of eight threads; CPU ms are the server's, for one request")
        with served(EMPTY) as server:
            _measure_empty(server, times)
        small = _measured(world, times)
        if not options.quick:
            world.fill(options.answers)
            _say(f"With {options.answers:,} answers in the database:")
            large = _measured(world, times)
            for name, cost in large.items():
                _say(f"  {name}: {cost.cpu_ms / small[name].cpu_ms:.2f} × the CPU time of the small database")
        _measure_crowd(world)
        _measure_kill(world)


class World:
    """A campaign of the shipped questionnaire, and people in it who start, have started or are ready to send."""

    def __init__(self) -> None:
        from django.conf import settings  # noqa: PLC0415  needs the settings
        from django.core.management import call_command  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from assessments.models import Campaign  # noqa: PLC0415
        from organisations.models import Organisation, Unit  # noqa: PLC0415
        from pillars.models import Edition  # noqa: PLC0415

        for command in ("migrate", "createcachetable"):
            call_command(command, verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.database = "SQLite" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "PostgreSQL"
        name = f"Bench {secrets.token_hex(4)}"
        organisation = Organisation.objects.create(name=name, slug=name.lower().replace(" ", "-"))
        self.unit = Unit.objects.create(organisation=organisation, name="Everybody")
        self.campaign = Campaign.objects.create(
            organisation=organisation,
            edition=Edition.objects.get(slug="concentric"),
            title="Bench",
            state=Campaign.State.OPEN,
            opened_at=timezone.now(),
        )

    def invited(self, number: int) -> list[str]:
        """Return the tokens of new people."""
        from assessments.links import new_token, token_hash  # noqa: PLC0415
        from assessments.models import AccessLink, Invitation  # noqa: PLC0415

        tokens = [new_token() for _ in range(number)]
        invitations = Invitation.objects.bulk_create(
            Invitation(
                campaign=self.campaign,
                unit=self.unit,
                role="front_line",
                cell_unit=self.unit,
                cell_role="front_line",
            )
            for _ in tokens
        )
        AccessLink.objects.bulk_create(
            AccessLink(invitation=invitation, token_hash=token_hash(token))
            for invitation, token in zip(invitations, tokens, strict=True)
        )
        return tokens

    def begun(self, number: int, answers: int = ANSWERS_EACH) -> list[str]:
        """Return the tokens of people who have answered so many questions."""
        from django.db import transaction  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from assessments.operations.answering import enter, save_answers  # noqa: PLC0415

        tokens = self.invited(number)
        with transaction.atomic():
            for token in tokens:
                draft = enter(token=token, at=timezone.now())
                given = dict.fromkeys(itertools.islice(self.keys(), answers), 3)
                save_answers(draft=draft, answers=given, save_id=secrets.token_hex(8), at=timezone.now())
        return tokens

    def keys(self) -> list[str]:
        """Return the keys of the scale questions, in order."""
        return [key for page in self.pages() for key in page[1]]

    def pages(self) -> list[tuple[str, list[str]]]:
        """Return the address of each page, with its scale questions."""
        from assessments.questionnaire import questionnaire_for  # noqa: PLC0415

        asked = questionnaire_for(self.campaign.edition.framework(), "full", "front_line")
        return [
            (f"/a/part/{page.part_key}/{page.number}/", [q.key for q in page.questions if q.is_scale])
            for page in asked.pages
        ]

    def fill(self, answers: int) -> None:
        """Add people of other campaigns who have sent, each with their invitation, link and response."""
        from assessments.models.responses import Response  # noqa: PLC0415

        given = dict.fromkeys(self.keys()[:ANSWERS_EACH], 3)
        for _ in range(answers // ANSWERS_EACH // 1000):
            self.invited(1000)
            Response.objects.bulk_create(
                Response(campaign=self.campaign, unit=self.unit, role="front_line", answers=given) for _ in range(1000)
            )


def _measured(world: World, times: int) -> dict[str, Cost]:
    with served(PRODUCT) as server:
        pages = world.pages()
        readers = world.begun(20)
        _warm(server, readers, pages)
        server.measured([_journey(token, pages) for token in world.invited(30)], CLIENTS)  # start pages, thanks
        looks = [
            _asking(get(pages[n % len(pages)][0], readers[n % len(readers)]), 200, b"<form") for n in range(300 * times)
        ]
        keys = world.keys()
        savers = world.begun(50 * times, 20)
        saves = [
            _asking(_save(savers[n % len(savers)], keys[n % len(keys)], n % 5), 200, b'"saved": true')
            for n in range(300 * times)
        ]
        sends = [_asking(post("/a/send/", [("link", token)]), 200, b"were sent") for token in world.begun(150 * times)]
        journeys = [_journey(token, pages) for token in world.invited(30 * times)]
        costs = {
            "question page": server.measured(looks, CLIENTS),
            "saved answer": server.measured(saves, CLIENTS),
            "send": server.measured(sends, CLIENTS),
            "journey (link, start, 5 pages saved, send)": server.measured(journeys, CLIENTS),
        }
    for name, cost in costs.items():
        _tell(name, cost)
    journey = costs["journey (link, start, 5 pages saved, send)"]
    each = journey.cpu_ms / JOURNEY_REQUESTS
    _say(f"  {world.database}: {journey.cpu_ms:.1f} CPU ms of the server for a whole journey")
    _say(f"  of {JOURNEY_REQUESTS} requests, {each:.2f} for each; the client takes the rest of the same processors")
    return costs


def _measure_empty(server: Server, times: int) -> None:
    looks = [_asking(get("/a/empty/", "x" * 32), 200, b"") for _ in range(300 * times)]
    server.measured(looks[:100], CLIENTS)
    _tell("empty view", server.measured(looks, CLIENTS))


def _measure_crowd(world: World) -> None:
    """A hundred people, each on a connection of their own, save forty answers each."""
    tokens, keys = world.begun(100, 1), world.keys()
    saves = [
        _asking(_save(token, keys[n % len(keys)], n % 5), 200, b'"saved": true') for n in range(40) for token in tokens
    ]
    with served(PRODUCT) as server:
        cost = server.measured(saves, 100)
    _tell("a hundred people at once, saved answer", cost)


def _measure_kill(world: World) -> None:
    """Kill the server in the middle of sending; what was acknowledged must be there."""
    from assessments.models.responses import Response  # noqa: PLC0415

    tokens = world.begun(400)
    acknowledged: list[str] = []

    def job(token: str) -> Callable[[Connection], bool]:
        def send(connection: Connection) -> bool:
            status, _answer = connection.ask(post("/a/send/", [("link", token)]))
            if status == 200:
                acknowledged.append(token)
            if len(acknowledged) == 200:
                server.kill()
            return True

        return send

    before = Response.objects.count()
    with served(PRODUCT) as server:
        server.measured([job(token) for token in tokens], CLIENTS)
    stored = Response.objects.count() - before
    lost = max(len(acknowledged) - stored, 0)
    _say(f"  killed (-9) while sending: {len(acknowledged)} acknowledged, {stored} stored, {lost} lost")


def _warm(server: Server, tokens: list[str], pages: list[tuple[str, list[str]]]) -> None:
    """Let both workers print their pages, as the first visitors do; every coin shows among so many people."""
    paths = [path for path, _keys in pages] + ["/a/", "/a/check/"]
    server.measured([_asking(get(path, token), 200, b"") for path in paths for token in tokens], CLIENTS)


def _journey(token: str, pages: list[tuple[str, list[str]]]) -> Callable[[Connection], bool]:
    steps = [_asking(get(f"/a/{token}/", ""), 302, b""), _asking(get("/a/", token), 200, b"")]
    steps.append(_asking(post("/a/start/", [("link", token)]), 302, b""))
    for path, keys in pages[:5]:
        steps.append(_asking(get(path, token), 200, b"<form"))
        steps.append(_asking(post(path, [("link", token), *((f"q-{key}", "3") for key in keys)]), 302, b""))
    steps.append(_asking(get("/a/check/", token), 200, b""))
    steps.append(_asking(post("/a/send/", [("link", token)]), 200, b""))
    return lambda connection: sum(step(connection) for step in steps) == len(steps)


def _asking(request: bytes, status: int, words: bytes) -> Callable[[Connection], bool]:
    def ask(connection: Connection) -> bool:
        found, answer = connection.ask(request)
        is_plain = b"gzip" not in answer[:600].lower()
        return found == status and (words in answer or not is_plain)

    return ask


def _save(token: str, key: str, point: int) -> bytes:
    fields = [("link", token), ("question", key), ("id", secrets.token_hex(12)), (f"q-{key}", str(point))]
    return post("/a/save/", [*fields, ("took", "7")])


def _tell(name: str, cost: Cost) -> None:
    failed = f"   {cost.failed} of {cost.requests} failed" if cost.failed else ""
    _say(f"  {name:45} {cost.cpu_ms:6.2f} CPU ms {cost.rate:8.0f}/s{failed}")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
