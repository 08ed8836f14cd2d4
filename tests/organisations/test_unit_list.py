"""A pasted list becomes a tree, or every unusable line is named."""

import pytest

from organisations.unit_list import ListProblem, UnitLine, UnreadableList, read_unit_list


def test_indentation_makes_the_tree():
    text = "Branches\n  North\n    Tamale\n  South\nContact centre\n"

    assert [line.path for line in read_unit_list(text)] == [
        ("Branches",),
        ("Branches", "North"),
        ("Branches", "North", "Tamale"),
        ("Branches", "South"),
        ("Contact centre",),
    ]


def test_arrows_give_the_whole_path():
    assert read_unit_list("Head office > Risk") == (UnitLine(1, ("Head office", "Risk")),)


def test_blank_lines_bullets_tabs_and_double_spaces_do_not_matter():
    text = "- Branches\n\n\t* North   region\n"

    assert read_unit_list(text) == (UnitLine(1, ("Branches",)), UnitLine(3, ("Branches", "North region")))


def test_every_unusable_line_is_named():
    with pytest.raises(UnreadableList) as caught:
        read_unit_list(f"> Risk\nNorth\n{'x' * 121}")

    assert [problem.line for problem in caught.value.problems] == [1, 3]


def test_too_long_a_list_is_refused_whole():
    with pytest.raises(UnreadableList) as caught:
        read_unit_list("a\n" * 2001)

    assert caught.value.problems == [ListProblem(0, "2001 lines, at most 2000 can be read at once")]


def test_an_empty_list_has_no_units():
    assert read_unit_list(" \n\n") == ()
