"""Makes the README's two pictures from the demo: `.venv/bin/python tools/make_pictures.py`.

Needs the test tools, Chromium and poppler-utils. The product runs in a folder of its own that is deleted at the end.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402  after the path

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS  # noqa: E402  after the path
from tests.sites import Site, running_site_in  # noqa: E402  after the path

PICTURES = ROOT / "docs" / "pictures"
RESULTS = "/o/mwezi-microfinance-bank/results/"
LEADER = "leader@demo.concentric.example"
LARGEST = 250_000
"""Bytes of a picture, so that the README loads quickly."""


def results_picture(site: Site, password: str, to: Path) -> None:
    """Save the top of the results page as a leader sees it, 1280 px wide."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        page = chromium.new_page(viewport={"width": 1280, "height": 1180}, color_scheme="light")
        page.goto(f"{site.url}/accounts/login/")
        page.get_by_label("E-mail address").fill(LEADER)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{site.url}/")
        page.goto(site.url + RESULTS, wait_until="networkidle")
        page.screenshot(path=to)
        chromium.close()


def report_picture(site: Site, to: Path) -> None:
    """Save the second page of the board report, 900 px wide."""
    report = site.data_dir / "report.pdf"
    site.manage("build_report", "--campaign", "2", "--cut", "board", "--output", str(report))
    command = ["pdftoppm", "-png", "-f", "2", "-l", "2", "-singlefile", "-scale-to-x", "900", "-scale-to-y", "-1"]
    command += [str(report), str(to.with_suffix(""))]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603  our own words and paths


def main() -> int:
    """Make both pictures; 1 with a reason where a tool is missing or a picture is too large."""
    missing = [name for name, found in (("chromium", CHROMIUM), ("pdftoppm", shutil.which("pdftoppm"))) if not found]
    if missing:
        sys.stderr.write(f"Not found: {', '.join(missing)}. Install Debian's packages chromium and poppler-utils.\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    made = (PICTURES / "results.png", PICTURES / "report.png")
    with tempfile.TemporaryDirectory() as folder, running_site_in(Path(folder)) as site:
        password = re.search(r"Password[^:]*: (\S+)", site.manage("demo"))
        if not password:
            sys.stderr.write("The demo printed no password, so nobody can sign in.\n")
            return 1
        results_picture(site, password[1], made[0])
        report_picture(site, made[1])
    too_large = [picture.name for picture in made if picture.stat().st_size > LARGEST]
    if too_large:
        sys.stderr.write(f"Larger than {LARGEST} bytes: {', '.join(too_large)}.\n")
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
