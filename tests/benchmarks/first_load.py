"""What a respondent's phone loads, and when a question can be answered: `python -m tests.benchmarks.first_load`.

Chromium opens a question page of the shipped site through a relay that counts every byte it passes on, with the
person's cookie and nothing else on the device. "First load" is what comes until the page's load event, "background"
what the page fetches after its first paint so that it works offline, "repeat" a later visit to the page. Times are
medians under applied throttling: 700 kbit/s, 300 ms, CPU ×4; usable means painted and with every listener in place.
Needs Chromium. Ends with status 1 when a bar is missed.
"""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import set_up, sign_up

KILOBYTE = 1024
ROUNDS = 5
BYTES_EACH_SECOND, LATENCY_MS, SLOWER = 700_000 / 8, 300, 4
MOST_FIRST, MOST_REQUESTS, MOST_REPEAT, MOST_BACKGROUND, MOST_USABLE_MS = 15, 4, 3, 60, 1300

IN_BACKGROUND = (b"/static/js/answering-more", b"POST /a/")
"""The second script is asked for once the load event is over; it asks for everything else."""

WHEN_USABLE = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const page = performance.getEntriesByType('navigation')[0];
  return Math.max(paint ? paint.startTime : Infinity, page.domContentLoadedEventEnd);
}"""
SHIFT = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(shift => { sum += shift.value; }))
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(sum), 500);
})"""


@dataclass
class Relay:
    """Passes everything on to the site, and counts what is asked and what comes back."""

    url: str
    received: int = 0
    requests: int = 0
    border: tuple[int, int] | None = None
    """Bytes and requests before the first one in the background."""

    def note(self, asked: bytes) -> None:
        if self.border is None and any(mark in asked for mark in IN_BACKGROUND):
            self.border = self.received, self.requests
        self.requests += asked.startswith((b"GET ", b"POST "))


@dataclass
class Load:
    """One visit to a page: bytes and requests until its load event, and afterwards."""

    first: int
    first_requests: int
    background: int
    background_requests: int
    shift: float


@dataclass
class Figures:
    first: Load
    repeat: Load
    usable_ms: float
    shift: float


def measure(site: Site, browser: Browser) -> Figures:
    """Return what one person's device loads on the first page of questions."""
    owner = Visitor(site.url)
    sign_up(owner, "owner@load.example")
    campaign = set_up(owner, "Load Savings")
    link = campaign.links["100"]
    visitor = Visitor(site.url)
    page = visitor.send(visitor.get(link).form(button="Start"))
    address, token = page.path, link.rstrip("/").rpartition("/")[2]
    with _relay(site.url) as relay:
        context = _device(browser, relay.url, token)
        first = _visit(context.new_page(), relay, address, is_first=True)
        repeat = _visit(context.new_page(), relay, address, is_first=False)
        context.close()
    times = []
    for _ in range(ROUNDS):
        context = _device(browser, site.url, token)
        page_there = context.new_page()
        _throttle(page_there)
        page_there.goto(site.url + address, wait_until="load")
        times.append(page_there.evaluate(WHEN_USABLE))
        context.close()
    return Figures(first, repeat, statistics.median(times), max(first.shift, repeat.shift))


def _device(browser: Browser, url: str, token: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "concentric_link", "value": token, "domain": "127.0.0.1", "path": "/a/"}])
    return context


def _visit(page: Page, relay: Relay, address: str, *, is_first: bool) -> Load:
    relay.received, relay.requests, relay.border = 0, 0, None
    page.goto(relay.url + address, wait_until="load")
    page.wait_for_function("() => window.concentric && concentric.isReady")
    if is_first:
        page.evaluate("() => navigator.serviceWorker.ready")
        page.wait_for_function("() => navigator.serviceWorker.controller")
    shift = page.evaluate(SHIFT)
    page.close()
    sent, asked = relay.border or (relay.received, relay.requests)
    return Load(sent, asked, relay.received - sent, relay.requests - asked, shift)


def _throttle(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_EACH_SECOND,
            "uploadThroughput": BYTES_EACH_SECOND,
        },
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


@contextmanager
def _relay(url: str) -> Iterator[Relay]:
    """Listen on a free port and pass connections on to the site, counting what it sends."""
    site = urlsplit(url)
    listener = socket.create_server(("127.0.0.1", 0))
    relay = Relay(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def pass_on(source: socket.socket, target: socket.socket, *, counts: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if counts:
                    relay.received += len(data)
                else:
                    relay.note(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                browser_side, _address = listener.accept()
                site_side = socket.create_connection((str(site.hostname), int(site.port or 80)))
                for ends, counts in (((browser_side, site_side), False), ((site_side, browser_side), True)):
                    threading.Thread(target=pass_on, args=ends, kwargs={"counts": counts}, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield relay
    finally:
        listener.close()


def misses(figures: Figures) -> list[str]:
    """Return the bars that were not met, in words."""
    bars = (
        ("first load, KB", figures.first.first / KILOBYTE, MOST_FIRST),
        ("first load, requests", figures.first.first_requests, MOST_REQUESTS),
        ("background, KB", figures.first.background / KILOBYTE, MOST_BACKGROUND),
        ("repeat visit, KB", figures.repeat.first / KILOBYTE, MOST_REPEAT),
        ("usable, ms", figures.usable_ms, MOST_USABLE_MS),
        ("layout shift", figures.shift, 0),
    )
    return [f"{name}: {value:.1f}, at most {most}" for name, value, most in bars if value > most]


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="concentric-load-") as folder,
        running_site_in(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        figures = measure(site, browser)
        browser.close()
    for name, load in (("first", figures.first), ("repeat", figures.repeat)):
        sys.stdout.write(
            f"{name:7} {load.first / KILOBYTE:5.1f} KB in {load.first_requests} requests, "
            f"then in the background {load.background / KILOBYTE:5.1f} KB in {load.background_requests}\n"
        )
    sys.stdout.write(f"usable  {figures.usable_ms:5.0f} ms (700 kbit/s, 300 ms, CPU x4)   shift {figures.shift:.3f}\n")
    for miss in misses(figures):
        sys.stdout.write(f"missed: {miss}\n")
    return 1 if misses(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
