"""Finds, reads and checks framework files; says file, line and reason when one is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pillars.schema import Framework


def framework_of(
    fingerprint: str, document: Mapping[str, Any], translations: Mapping[str, Any], language: str
) -> Framework:
    """Build the frozen values of a published document; the same fingerprint and language are built once."""
    raise NotImplementedError
