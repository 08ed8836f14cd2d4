"""A container's health check, with the standard library alone: `web` asks /healthz, `beat` looks at a beat file.

The web container is well when web and database are, also while no worker runs: restarting it would not help.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEAT_SECONDS = 30


def web_is_well() -> bool:
    """Ask the web process of this container, under a host name that it accepts."""
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip()
    host = "localhost" if host == "*" else host.lstrip(".")
    port = os.environ.get("PORT", "8000")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310  our own address
            health = json.load(answer)
    except urllib.error.HTTPError as error:
        health = json.load(error)
    return bool(health["web"] == health["database"] == "ok")


def beat_is_fresh() -> bool:
    """Look when the worker or scheduler of this container last said that it lives."""
    return time.time() - Path(os.environ["CONCENTRIC_BEAT_FILE"]).stat().st_mtime < BEAT_SECONDS


if __name__ == "__main__":
    try:
        well = web_is_well() if sys.argv[1:] == ["web"] else beat_is_fresh()
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"not well: {error!r}")
    sys.exit(0 if well else "not well")
