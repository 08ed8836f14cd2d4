import pytest

from pillars.reliability import cronbach_alpha, intraclass_correlation


def test_alpha_needs_three_items_and_thirty_people():
    rows = [[value, value + 1, value] for value in range(30)]

    found = cronbach_alpha(rows)

    assert found is not None
    assert found.value == pytest.approx(1.0)
    assert found.n == 30
    assert cronbach_alpha(rows[:29]) is None
    assert cronbach_alpha([row[:2] for row in rows]) is None
    assert cronbach_alpha([[1, 2, 3]] * 30) is None


def test_intraclass_correlations_give_the_worked_example():
    found = intraclass_correlation([[1, 2, 3], [], [4, 5, 6]])

    assert found is not None
    assert (round(found.one, 3), round(found.two or 0, 3)) == (0.806, 0.926)


def test_groups_that_differ_less_than_chance_have_a_correlation_below_nothing():
    found = intraclass_correlation([[0, 100], [0, 100], [100, 0]])

    assert found is not None
    assert (found.one, found.two) == (-1.0, None)


@pytest.mark.parametrize("groups", [[], [[1, 2]], [[1], [2]], [[5, 5], [5, 5]]])
def test_without_two_groups_or_any_spread_there_is_no_correlation(groups):
    assert intraclass_correlation(groups) is None


def test_a_row_that_lacks_an_item_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        cronbach_alpha([*([value, value + 1, value] for value in range(30)), [1, 2]])


def test_one_degree_of_freedom_within_groups_is_enough():
    found = intraclass_correlation([[1, 2], [5]])

    # MSB 49 / 6, MSW .5, n0 3 - 5 / 3
    assert found is not None
    assert (found.one, found.two or 0) == pytest.approx((0.92, 46 / 49))


def test_intraclass_correlations_do_not_depend_on_the_unit():
    found = intraclass_correlation([[0.01, 0.02, 0.03], [0.04, 0.05, 0.06]])

    assert found is not None
    assert (round(found.one, 3), round(found.two or 0, 3)) == (0.806, 0.926)
