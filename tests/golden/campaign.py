"""A campaign of 40 people whose every result can be computed by hand, as a file for `import_responses`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

FRAMEWORK = Path(__file__).parent / "golden.toml"

# 8 people each; their means are 70, 47.5 and 62.5.
DEPARTMENTS = {
    "North": [70, 60, 80, 75, 65, 70, 85, 55],
    "South": [40, 55, 45, 50, 35, 60, 45, 50],
    "West": [60, 65, 55, 70, 50, 75, 60, 65],
}
# 75 75 50 100 25 75 50 75 in quarters: mean 65.6, agreement .816.
QUARTERS = [3, 3, 2, 4, 1, 3, 2, 3]
TOKENS = [(5, 3, 1, 1, 0), (4, 4, 1, 1, 0), (0, 1, 2, 3, 4)]
DRIVERS = ("uptake", "market", "technology", "regulation", "impact")
# Twelve nominations: six, two, and four for no single role. Four cannot say.
NOMINATIONS = ["Head of service"] * 6 + ["Product lead"] * 2 + ["none"] * 4 + ["dk"] * 4
EVERYBODY = {"WEA1": 18, "HIG1": 90, "PRO1": 20, "VAL1": 15, "SYM1": 85}


def picks(number: int) -> str:
    """Return three picks of one of 20 people: 12 pick R1, 10 pick R2, 4 pick R3, the rest goes elsewhere."""
    wanted = [key for key, is_so in (("R1", number < 12), ("R2", number % 2 == 0), ("R3", number >= 16)) if is_so]
    return "|".join([*wanted, "R4", "R5", "R6"][:3])


def rows() -> list[dict[str, object]]:
    """Return one row for each person: 24 front line in three departments, 10 managers, 6 executives."""
    found: list[dict[str, object]] = []
    for name, values in DEPARTMENTS.items():
        for value in values:
            number = len(found)
            found.append(
                {
                    "unit": name,
                    "role": "front_line",
                    "WEI1": 48,
                    "MIX1": 55,
                    "DEP1": value,
                    "R1": 35,
                    "R2": 40,
                    "R3": 70,
                    **dict.fromkeys(("R4", "R5", "R6"), 50),
                    "AGR1": QUARTERS[number % 8],
                    # A share of .6 needs twenty people: four of the 24 pick nothing.
                    "top_three": picks(number) if number < 20 else "",
                }
            )
    for number in range(16):
        is_manager = number < 10
        tokens = TOKENS[number % 3] if number < 12 else (0,) * 5
        found.append(
            {
                "unit": "Golden Bank",
                "role": "manager" if is_manager else "executive",
                "WEI1": 61 if is_manager else 72,
                "MIX1": 66 if is_manager else 78,
                "AGR1": QUARTERS[number % 8],
                "nomination": NOMINATIONS[number],
                "drivers": "|".join(f"{key}:{count}" for key, count in zip(DRIVERS, tokens, strict=True) if count),
            }
        )
    return [{**row, **EVERYBODY} for row in found]


def responses_csv() -> str:
    table = rows()
    columns = ["unit", "role", *sorted({key for row in table for key in row} - {"unit", "role"})]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()
