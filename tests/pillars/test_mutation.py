"""The mutation command: what it adds to mutmut's faults, and when it fails. It runs in full by hand only."""

import ast
from pathlib import Path

import libcst as cst
import pytest

from tests.proofs import mutation, mutation_operators
from tests.proofs.mutation import Outcome, Survivor


def changed(operator, code):
    """Return what an operator makes of the only statement or expression in `code`."""
    statement = cst.parse_statement(code)
    node: cst.CSTNode = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    if operator in (mutation_operators.turned_round, mutation_operators.one_less):
        node = cst.parse_expression(code)
    return [cst.Module([]).code_for_node(made) for made in operator(node)]


@pytest.mark.parametrize(
    ("operator", "code", "made"),
    [
        (mutation_operators.turned_round, "a < b", ["(not (a < b))"]),
        (mutation_operators.turned_round, "a == b", []),
        (mutation_operators.one_less, "3", ["(2)"]),
        (mutation_operators.left_out, "known.add(a)", ["pass"]),
        (mutation_operators.left_out, '"""A docstring."""', []),
        (mutation_operators.nothing_returned, "return a", ["return None"]),
        (mutation_operators.nothing_returned, "return", []),
        (mutation_operators.negated_condition, "if a and b: pass\n", ["if (not (a and b)): pass\n"]),
        (mutation_operators.negated_condition, "if not a: pass\n", []),
    ],
)
def test_faults_are_made_that_a_careless_edit_makes(operator, code, made):
    assert changed(operator, code) == made


A = Survivor("pillars/scoring.py", "settled", ("- a", "+ b"))


@pytest.mark.parametrize(
    ("mutants", "survivors", "reasons", "holds"),
    [
        (100, (), {}, True),
        (100, (A,), {A: "why"}, True),
        (100, (A,), {}, False),
        (100, (), {A: "why"}, False),
        (5, (A,), {A: "why"}, False),
    ],
)
def test_it_holds_when_nine_of_ten_are_killed_and_the_others_are_explained_and_no_more(
    mutants, survivors, reasons, holds
):
    assert mutation.holds(Outcome(A.module, mutants, survivors, 1.0), reasons) is holds


def test_each_explained_survivor_stands_in_the_code_with_a_reason():
    for survivor, reason in mutation.explained().items():
        lines = {line.strip() for line in (mutation.ROOT / survivor.module).read_text().splitlines()}
        assert reason.endswith(".")
        assert {line[2:] for line in survivor.change if line.startswith("-")} <= lines, survivor


def test_every_module_has_unit_tests_that_know_no_database():
    for module, tests in mutation.TESTS.items():
        ast.parse((mutation.ROOT / module).read_text())
        for test in tests:
            assert "django" not in Path(mutation.ROOT / test).read_text()
