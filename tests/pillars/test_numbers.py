"""`docs/numbers.md` defines every figure, and its examples are true."""

import ast
import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "numbers.md").read_text()
FENCE = re.compile(r"^```.*$", re.MULTILINE)


@pytest.mark.parametrize("module", ["scoring", "statistics", "reliability"])
def test_every_public_function_is_named(module):
    tree = ast.parse((ROOT / "pillars" / f"{module}.py").read_text())
    functions = {found.name for found in tree.body if isinstance(found, ast.FunctionDef) and found.name[0] != "_"}
    named = set(re.findall(r"\w+", FENCE.sub("", TEXT)))

    assert functions - named == set()


def test_the_worked_examples_come_out():
    examples = doctest.DocTestParser().get_doctest(FENCE.sub("", TEXT), {}, "numbers.md", "docs/numbers.md", 0)
    told: list[str] = []

    found = doctest.DocTestRunner().run(examples, out=told.append)

    assert found.failed == 0, "".join(told)
    assert found.attempted > 50


def test_every_file_it_names_exists():
    names = set(re.findall(r"`((?:pillars|reports)/[\w/]+\.py)`", TEXT))

    assert len(names) > 8
    assert [name for name in names if not (ROOT / name).exists()] == []
