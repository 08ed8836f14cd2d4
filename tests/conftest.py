"""What every test may use, and what is left out on a machine that lacks a browser or a server."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Browser, sync_playwright

from tests.sites import Site, running_site_in

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run (`./test` says what that is); on CI a missing browser is an error."""
    lacking = {"browser"} if CHROMIUM is None else set()
    if not ON_POSTGRESQL:
        lacking.add("services")
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in lacking)]
    if "browser" in lacking and os.environ.get("CI") and left_out:
        raise pytest.UsageError("CI=true, but there is no Chromium: install Debian's package chromium.")
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    """Forget what earlier tests made the cache count. In the database that goes with each test; in Redis it stays."""
    if settings.REDIS_URL:
        cache.clear()


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real product on an empty database: `.url`, `.manage(*arguments)`, `.data_dir`."""
    with running_site_in(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. For one module only: while Playwright runs, Django refuses the ORM in this thread."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
