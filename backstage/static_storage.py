"""Stores collected static files hashed and compressed, without making the first start wait for a large one."""

from __future__ import annotations

import re
from typing import Any

import brotli
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

LARGE = 1024 * 1024
"""Bytes from which Brotli's best quality takes many seconds: 11 s for 4.8 MB, which quality 9 compresses in half of
one to a size 11% larger."""


OUR_SCRIPTS = "js/"
FOR_READERS = re.compile(r"(?m)^[ \t]*//.*\n|^[ \t]+|[ \t]+// .*$|^\n")
"""Comments and indentation of a script. No script of ours has either inside a string of several lines."""

TEXT = r"""
    "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*`
    | (?<=[(=,:!&|?\ ])/(?![/*\s])(?:\[(?:[^\]\\\n]|\\.)*\]|\\.|[^/\\\n\[])+/
"""
"""A string of any kind, or a pattern. A division of ours has spaces around it."""
SPACES = re.compile(rf"(?x)({TEXT}) | \ ?(=> | [=!<>]==? | [-+*/%]= | && | \|\| | [={{}}(),;:?<>])\ ?")
"""What stays as it is, or what needs no space beside it. A plus and a minus may need theirs."""


def for_browsers(script: str) -> str:
    """Return a script without what only its readers need: a fifth of what a phone loads."""
    return SPACES.sub(lambda found: found[1] or found[2], FOR_READERS.sub("", script))


class QuickCompressor(Compressor):  # type: ignore[misc]  # whitenoise has no annotations
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=9 if len(data) >= LARGE else 11)
        return compressed


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no annotations
    def _save(self, name: str, content: Any) -> str:
        if name.startswith(OUR_SCRIPTS) and name.endswith(".js"):
            # Read from the start: the copy under a hashed name comes from a file that was read before.
            content = ContentFile(for_browsers(b"".join(content.chunks()).decode()).encode())
        saved: str = super()._save(name, content)
        return saved

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
