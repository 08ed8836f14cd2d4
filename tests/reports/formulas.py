"""Computes the formulas of a workbook the way a spreadsheet does: the few functions that the product writes."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

OPERATORS = {"^": "**", "=": "==", "<>": "!="}


def numbers(*values: Any) -> list[float]:
    """Return the numbers among cells and areas, as SUM and its kind see them: texts and empty cells do not count."""
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [one for one in flat if isinstance(one, int | float) and not isinstance(one, bool)]


def rounded(value: float, places: int) -> float:
    """Return a number rounded half away from nothing, as spreadsheets do."""
    return math.copysign(math.floor(abs(value) * 10**places + 0.5) / 10**places, value)


def sum_if(area: list[Any], condition: str, weights: list[Any]) -> float:
    assert condition == ">=0"
    return math.fsum(w or 0 for one, w in zip(area, weights, strict=True) if numbers(one) and one >= 0)


def product(first: list[Any], second: list[Any]) -> float:
    pairs = [(numbers(a), numbers(b)) for a, b in zip(first, second, strict=True)]
    return math.fsum(a[0] * b[0] for a, b in pairs if a and b)


def last_not_above(value: float, ordered: list[Any], kind: int) -> int:
    assert kind == 1
    return sum(one <= value for one in ordered)


FUNCTIONS = {
    "SUM": lambda *values: math.fsum(numbers(*values)),
    "AVERAGE": lambda *values: math.fsum(numbers(*values)) / len(numbers(*values)),
    "MIN": lambda *values: min(numbers(*values)),
    "IF": lambda test, yes, no: yes if test else no,
    "ABS": abs,
    "SQRT": math.sqrt,
    "ROUND": rounded,
    "SUMIF": sum_if,
    "SUMPRODUCT": product,
    "MATCH": last_not_above,
    "COUNTIF": lambda area, wanted: sum(one == wanted for one in area),
}


class Computed:
    """A workbook whose cells are computed when asked for, and what its file says they are."""

    def __init__(self, content: bytes) -> None:
        self.formulas = openpyxl.load_workbook(io.BytesIO(content))
        self.stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        self.known: dict[tuple[str, int, int], Any] = {}

    def value(self, sheet: str, line: int, place: int) -> Any:
        key = (sheet, line, place)
        if key not in self.known:
            cell = self.formulas[sheet].cell(line, place)
            self.known[key] = self._run(sheet, str(cell.value)) if cell.data_type == "f" else cell.value
        return self.known[key]

    def cells_with_formulas(self) -> Iterator[tuple[str, Any]]:
        for sheet in self.formulas.worksheets:
            for row in sheet.iter_rows():
                yield from ((sheet.title, cell) for cell in row if cell.data_type == "f")

    def rows(self, sheet: str) -> list[list[Any]]:
        """Return a sheet's values, computed."""
        page = self.formulas[sheet]
        return [
            [self.value(sheet, line, place) for place in range(1, page.max_column + 1)]
            for line in range(1, page.max_row + 1)
        ]

    def _run(self, sheet: str, formula: str) -> Any:
        return eval(self._python(formula), {"__builtins__": {}}, {**FUNCTIONS, "at": self._at(sheet)})  # noqa: S307  formulas of our own, token by token

    def _python(self, formula: str) -> str:
        parts = []
        for token in Tokenizer(formula).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                parts.append(f"at({token.value!r})")
            elif token.type == "FUNC" and token.subtype == "OPEN":
                assert token.value[:-1] in FUNCTIONS, token.value
                parts.append(token.value)
            else:
                parts.append(OPERATORS.get(token.value, token.value))
        return "".join(parts)

    def _at(self, here: str) -> Any:
        def read(address: str) -> Any:
            name, cells = re.fullmatch(r"(?:'([^']+)'!)?(.+)", address).groups()  # type: ignore[union-attr]
            left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(cells))
            found = [
                self.value(name or here, line, place)
                for line in range(top, bottom + 1)
                for place in range(left, right + 1)
            ]
            return found if ":" in cells else found[0]

        return read
