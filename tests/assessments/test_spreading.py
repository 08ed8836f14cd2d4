"""Ladders of a few executives are spread over the other leaders, and nobody can see who drew which."""

from collections import Counter

import pytest
from django.utils import timezone

from assessments.access.answering import questionnaire_of
from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Invitation
from assessments.operations.answering import enter, save_answers, submit_draft
from assessments.operations.campaigns import create_campaign, open_campaign
from assessments.spreading import drawn_ladders, ladders_to_spread
from organisations.models import Organisation, Unit
from pillars.files import FOLDER, read_framework
from pillars.models import Edition

FRAMEWORK = read_framework(FOLDER / "concentric" / "1.0.toml").framework
EXECUTIVES_ONLY = ("XV5", "INV3", "PAR3", "MAN2", "BIG2", "HER2", "CUL3", "PPP2")


def test_with_five_executives_their_ladders_stay_theirs():
    assert ladders_to_spread(FRAMEWORK, "full", {"executive": 5, "manager": 20}, 5) == ()


def test_with_four_executives_their_ladders_are_spread():
    assert ladders_to_spread(FRAMEWORK, "full", {"executive": 4, "manager": 20}, 5) == EXECUTIVES_ONLY


def test_the_short_form_has_no_ladders_to_spread():
    assert ladders_to_spread(FRAMEWORK, "short", {"executive": 4, "manager": 20}, 5) == ()


def test_a_manager_draws_what_fits_into_twelve_minutes_and_the_least_drawn_first():
    drawn = dict.fromkeys(EXECUTIVES_ONLY, 3) | {"HER2": 2}

    assert drawn_ladders(FRAMEWORK, "full", "manager", drawn) == ("HER2",)
    assert drawn_ladders(FRAMEWORK, "full", "front_line", drawn) == ()
    assert drawn_ladders(FRAMEWORK, "full", "executive", drawn) == ()


@pytest.fixture
def managers(db):
    organisation = Organisation.objects.create(name="Northlake", slug="northlake")
    root = Unit.objects.create(organisation=organisation, name="Northlake")
    edition = Edition.objects.get(slug="concentric")
    campaign = create_campaign(organisation=organisation, edition=edition, title="One", at=timezone.now())
    tokens = [new_token() for _ in range(16)]
    for token in tokens:
        invitation = Invitation.objects.create(campaign=campaign, unit=root, role="manager")
        AccessLink.objects.create(invitation=invitation, token_hash=token_hash(token))
    Invitation.objects.bulk_create(Invitation(campaign=campaign, unit=root, role="executive") for _ in range(4))
    open_campaign(campaign=campaign, at=timezone.now())
    return tokens


def test_every_ladder_is_drawn_equally_often_and_stands_nowhere_but_in_the_draft(managers):
    drafts = [enter(token=token, at=timezone.now()) for token in managers]

    campaign = Campaign.objects.get()
    assert Counter(key for draft in drafts for key in draft.order.also) == dict.fromkeys(EXECUTIVES_ONLY, 2)
    assert campaign.spread_items == dict.fromkeys(EXECUTIVES_ONLY, 2)
    assert not [
        entry
        for draft in campaign.invitations.all()
        for key in EXECUTIVES_ONLY
        for entry in [str(vars(draft))]
        if key in entry
    ]


def test_a_drawn_ladder_is_asked_and_sent(managers):
    draft = enter(token=managers[0], at=timezone.now())
    [drawn] = draft.order.also
    save_answers(draft=draft, answers={drawn: 4, "LC1": 2}, save_id="first", at=timezone.now())

    sent = submit_draft(draft=enter(token=managers[0], at=timezone.now()), at=timezone.now()).answers

    assert sent == {"LC1": 2, drawn: 4}


def test_executives_who_are_stored_with_managers_answer_the_questions_of_managers(managers):
    executive = Invitation.objects.filter(role="executive")[0]
    token = new_token()
    AccessLink.objects.create(invitation=executive, token_hash=token_hash(token))

    opened = [enter(token=known, at=timezone.now()) for known in (token, managers[0])]

    alone, beside = [
        set(questionnaire_of(draft.invitation, draft.order).question_by_key) - set(draft.order.also) for draft in opened
    ]
    assert executive.cell_role == "manager"
    assert alone == beside
    assert len(opened[0].order.also) == len(opened[1].order.also) == 1
