"""A sample of `python -m tests.proofs.answering_states`."""

import pytest

from tests.proofs import answering_states


@pytest.mark.django_db
def test_the_database_holds_what_a_model_of_several_devices_says():
    answering_states.prove(runs=8, steps=30)
