"""Serves the drawing library that the installed Python package plotly brings, always the version it speaks.

Nothing of it is copied into the repository: the finder hands exactly one file to `collectstatic`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

PREFIX, FILE = "plotly", "plotly.min.js"
ADDRESS = f"{PREFIX}/{FILE}"
"""The library's name among the static files."""


class PlotlyFinder(BaseFinder):
    """Finds the library in the package, without importing it."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        spec = find_spec("plotly")
        folders = spec.submodule_search_locations if spec else None
        self.folder = Path(folders[0]) / "package_data" if folders else Path()
        self.storage = FileSystemStorage(location=self.folder)
        # collectstatic reads where to put what it finds from this attribute.
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the file is, or a list with it; an empty list for any other path."""
        if path != ADDRESS:
            return []
        place = str(self.folder / FILE)
        return [place] if find_all else place

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the one file with its storage."""
        yield FILE, self.storage
