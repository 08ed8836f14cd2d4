"""mutmut with a few more kinds of mutants: `python -m tests.proofs.mutation_operators run` takes its place.

mutmut itself changes operators, numbers, names and arguments. Added here are those that a careless edit makes:
a comparison or condition turned round, a statement left out, nothing returned, a number one less.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m


def turned_round(node: cst.Comparison) -> Iterator[cst.BaseExpression]:
    """`a < b` to `not (a < b)`; mutmut makes `a <= b`. `==`, `in` and `is` it turns round itself."""
    if len(node.comparisons) > 1 or m.matches(
        node.comparisons[0].operator,
        m.LessThan() | m.LessThanEqual() | m.GreaterThan() | m.GreaterThanEqual(),
    ):
        yield negated(node)


def negated_condition(node: cst.If | cst.While | cst.IfExp | cst.CompIf) -> Iterator[cst.CSTNode]:
    """`if a` to `if not (a)`, also in comprehensions; comparisons and `not` are turned round already."""
    if not m.matches(node.test, m.Comparison() | m.UnaryOperation(operator=m.Not())):
        yield node.with_changes(test=negated(node.test))


def negated(test: cst.BaseExpression) -> cst.BaseExpression:
    inside = test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), inside, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def left_out(node: cst.Expr) -> Iterator[cst.BaseSmallStatement]:
    """A call for its effect to nothing; texts are docstrings."""
    if not m.matches(node.value, m.SimpleString() | m.ConcatenatedString()):
        yield cst.Pass()


def nothing_returned(node: cst.Return) -> Iterator[cst.Return]:
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(value=cst.Name("None"))


def one_less(node: cst.Integer) -> Iterator[cst.BaseExpression]:
    """`2` to `1`; mutmut makes `3`."""
    yield cst.parse_expression(f"({node.evaluated_value - 1})")


def main() -> None:
    """Run mutmut's own command with the additional operators, and with time limits that count processor time.

    Both reach into mutmut, so its version is pinned. Its limit by the clock is half of the other: on a busy machine
    a fault that no test notices would take too long and count as killed.
    """
    from mutmut.__main__ import cli  # noqa: PLC0415  importing it settles how processes are started
    from mutmut.mutation.mutators import mutation_operators  # noqa: PLC0415  the same
    from mutmut.workers import isolation  # noqa: PLC0415  the same

    by_clock = isolation.register_timeout  # type: ignore[attr-defined]
    isolation.register_timeout = lambda pid, timeout_s: by_clock(pid, 40 * timeout_s)  # type: ignore[attr-defined]
    mutation_operators.extend(  # type: ignore[attr-defined]
        [
            (cst.Comparison, turned_round),
            ((cst.If, cst.While, cst.IfExp, cst.CompIf), negated_condition),
            (cst.Expr, left_out),
            (cst.Return, nothing_returned),
            (cst.Integer, one_less),
        ]
    )
    cli()


if __name__ == "__main__":
    main()
