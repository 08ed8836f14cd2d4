"""Say in one line each which tests this machine cannot run and how to have them. On CI that is an error."""

import os
import shutil
import sys

CI = bool(os.environ.get("CI"))


def main() -> int:
    """Print what is left out; return 1 when it must not be."""
    missing = []
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        missing.append("tests in a browser: install Chromium (on Debian: apt install chromium)")
    if not os.environ.get("DATABASE_URL", "").startswith("postgres") and not CI:
        missing.append(
            "tests on PostgreSQL and Redis: set DATABASE_URL=postgres://USER@127.0.0.1/concentric "
            "CELERY_BROKER_URL=redis://127.0.0.1:6379/14 REDIS_URL=redis://127.0.0.1:6379/13"
        )
    for line in missing:
        sys.stdout.write(f"left out  {line}\n")
    if CI and missing:
        sys.stdout.write("CI=true leaves nothing out.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
