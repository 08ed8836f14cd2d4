"""Stores collected static files hashed and compressed, without making the first start wait for a large one."""

from __future__ import annotations

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

LARGE = 1024 * 1024
"""Bytes from which Brotli's best quality takes many seconds: 11 s for 4.8 MB, which quality 9 compresses in half of
one to a size 11% larger."""


class QuickCompressor(Compressor):  # type: ignore[misc]  # whitenoise has no annotations
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        compressed: bytes = brotli.compress(data, quality=9 if len(data) >= LARGE else 11)
        return compressed


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no annotations
    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
