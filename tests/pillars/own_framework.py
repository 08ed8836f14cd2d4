"""A small framework of somebody's own: two scales, reversed items, no roles."""

from pathlib import Path

OWN_FRAMEWORK = """\
slug = "two-scales"
version = "1.0"
title = "Two scales"

[[levels]]
key = "low"
title = "Low"
starts_at = 0

[[levels]]
key = "high"
title = "High"
starts_at = 50

[[scales]]
key = "one_to_five"
lowest = 1
highest = 5

[[scales]]
key = "zero_to_four"
lowest = 0
highest = 4

[[instruments]]
key = "main"
title = "Main"
weight = 1

[[instruments.dimensions]]
key = "care"
title = "Care"

[[instruments.dimensions.items]]
key = "C1"
text = "We listen."
scale = "one_to_five"

[[instruments.dimensions.items]]
key = "C2"
text = "We explain."
scale = "one_to_five"

[[instruments.dimensions]]
key = "strain"
title = "Strain"

[[instruments.dimensions.items]]
key = "S1"
text = "I am rested."
scale = "zero_to_four"

[[instruments.dimensions.items]]
key = "S2"
text = "I am worn out."
scale = "zero_to_four"
reversed = true
"""


def write_own_framework(folder: Path, text: str = OWN_FRAMEWORK, name: str = "1.0.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
