"""Kills processes of a running site the hard way (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.sites import Site


def processes_of(site: Site, words: str) -> list[int]:
    """Return the ids of the site's processes whose command line holds `words`."""
    mark = f"CONCENTRIC_DATA_DIR={site.data_dir}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_ours = mark in (entry / "environ").read_bytes().split(b"\0")
            if is_ours and words.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


@contextlib.contextmanager
def killed_again_and_again(site: Site, words: str, *, every: float, most: int) -> Iterator[list[int]]:
    """While the block runs, kill -9 what `processes_of` finds, every so many seconds; yields how many died at once."""
    over = threading.Event()
    deaths: list[int] = []

    def kill() -> None:
        while len(deaths) < most and not over.wait(every):
            victims = processes_of(site, words)
            for victim in victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            if victims:
                deaths.append(len(victims))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        yield deaths
    finally:
        over.set()
        killer.join()
