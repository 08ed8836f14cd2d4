"""Claims beside their proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillars.evidence import (
    EVIDENCE_TYPES,
    Claim,
    cap,
    capped,
    evidence_gap,
    evidence_gaps,
    organisation_gap,
    without_proof,
)
from pillars.scoring import level_number, score_person
from tests.pillars.frameworks import AGREE, item, ladder, one_dimension

GOLDEN = [
    Claim(f"L{place}", "care", claimed, evidence)
    for place, (claimed, evidence) in enumerate([(5, 0), (4, 2), (4, 1), (3, 0), (2, 0)])
]

claims = st.lists(
    st.builds(
        Claim,
        st.sampled_from("ABCDEF"),
        st.sampled_from(["care", "pace"]),
        st.floats(1, 5),
        st.one_of(st.none(), st.sampled_from(EVIDENCE_TYPES)),
    )
)


def test_the_worked_example():
    found = organisation_gap(GOLDEN)

    assert found is not None
    assert (found.gap, found.coverage, found.ladders) == (1.0, 0.5, 5)
    assert (found.claimed, found.supported) == pytest.approx((3.6, 2.6))


def test_evidence_holds_a_claim_up_to_a_rung():
    assert [cap(kind) for kind in EVIDENCE_TYPES] == [2, 3, 4, 5]
    assert [cap(kind, rungs=3) for kind in EVIDENCE_TYPES] == [1, 2, 2, 3]


@pytest.mark.parametrize("kind", [-1, 4])
def test_there_is_no_other_type_of_evidence(kind):
    with pytest.raises(ValueError, match="no evidence of type"):
        cap(kind)


def test_what_nobody_was_asked_to_prove_counts_nowhere():
    found = evidence_gap([*GOLDEN, Claim("L9", "care", 5, None)])

    assert found == evidence_gap(GOLDEN)
    assert evidence_gap([Claim("L9", "care", 5, None)]) is None


def test_an_organisation_needs_five_ladders_and_a_dimension_one():
    assert organisation_gap(GOLDEN[:4]) is None
    assert organisation_gap([*GOLDEN[:4], Claim("L9", "care", 5, None)]) is None
    assert evidence_gaps([GOLDEN[0], Claim("P1", "pace", 4.5, 3), Claim("Q1", "quiet", 4, None)]) == {
        "care": evidence_gap(GOLDEN[:1]),
        "pace": evidence_gap([Claim("P1", "pace", 4.5, 3)]),
    }


def test_without_a_high_claim_there_is_no_coverage():
    found = evidence_gap([Claim("L1", "care", 2.9, 0)])

    assert found is not None
    assert found.coverage is None


def test_the_widest_gap_comes_first():
    assert [claim.ladder for claim in without_proof([*reversed(GOLDEN), Claim("L9", "care", 5, None)])] == [
        "L0",
        "L2",
        "L3",
    ]


def test_capped_answers_give_the_evidenced_level():
    small = one_dimension(ladder("L1"), ladder("L2"), item("A", AGREE))
    answers = {"L1": 5, "L2": 4, "A": 5}

    held = capped(small, answers, {"L1": 0, "L2": 3, "A": 0, "no such": 0})

    assert held == {"L1": 2, "L2": 4, "A": 5}
    claimed, evidenced = (score_person(small, "manager", said)["care"].score or 0.0 for said in (answers, held))
    assert (level_number(small, claimed), level_number(small, evidenced)) == (5, 4)


def test_an_unanswered_ladder_stays_unanswered():
    small = one_dimension(ladder("L1"))

    assert capped(small, {"L1": "dk"}, {"L1": 0}) == {"L1": "dk"}
    assert capped(small, {}, {"L1": 0}) == {}


@given(claims)
def test_no_gap_is_negative_or_wider_than_three_rungs(found):
    gap = evidence_gap(found)

    if gap:
        assert 0 <= gap.gap <= 3
        assert gap.gap == pytest.approx(gap.claimed - gap.supported)
        assert gap.coverage is None or 0 <= gap.coverage <= 1
