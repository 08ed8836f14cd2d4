"""Answers are sealed one by one under a key that only a link opens."""

import pytest

from assessments import sealing
from assessments.links import new_token, token_hash


@pytest.mark.parametrize("answer", [3, "dk", "na", ["R1", "R2"], {"cost": 10}, "Été, ça va", "x" * 2000, None])
def test_unseal_gives_back_what_was_sealed(answer):
    key = sealing.new_key(7)

    sealed = sealing.seal(key, "LC1", answer)

    assert sealing.unseal(key, "LC1", sealed) == answer


def test_sealed_answers_do_not_open_for_another_question_draft_or_key():
    key = sealing.new_key(7)
    sealed = sealing.seal(key, "LC1", 3)

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, "LC2", sealed)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealing.DraftKey(8, key.secret), "LC1", sealed)
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealing.new_key(7), "LC1", sealed)


@pytest.mark.parametrize("damaged", ["", "AAAA", "not base 64 …", "é"])
def test_unseal_refuses_what_was_never_sealed(damaged):
    key = sealing.new_key(7)

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, "LC1", damaged)


def test_unwrap_gives_back_the_key_for_its_token_only():
    key = sealing.new_key(7)
    token = new_token()
    wrapped = sealing.wrap(key, token)

    assert sealing.unwrap(wrapped, token, 7) == key
    with pytest.raises(sealing.SealBroken):
        sealing.unwrap(wrapped, new_token(), 7)
    with pytest.raises(sealing.SealBroken):
        sealing.unwrap(wrapped, token, 8)
    with pytest.raises(sealing.SealBroken):
        sealing.unwrap("", token, 7)


def test_short_answers_have_one_sealed_length():
    key = sealing.new_key(7)

    lengths = {len(sealing.seal(key, "LC1", answer)) for answer in [None, 0, 4, "dk", "na", ["R1", "R2", "R3"]]}

    assert len(lengths) == 1


def test_the_same_answer_is_never_sealed_the_same_way_twice():
    key = sealing.new_key(7)

    assert sealing.seal(key, "LC1", 3) != sealing.seal(key, "LC1", 3)


def test_a_key_does_not_print_its_secret():
    key = sealing.new_key(7)

    assert repr(key) == "DraftKey(draft_id=7)"


def test_tokens_hold_at_least_128_bits_and_are_kept_as_hashes():
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {32}
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
