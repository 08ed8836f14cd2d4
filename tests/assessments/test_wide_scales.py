"""A scale of a hundred points is answered through a native drop-down, and saved like any other."""

import pytest
from django.test import Client
from django.utils import timezone

from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Invitation
from organisations.models import Organisation, Unit
from pillars.operations import publish_edition
from tests.golden.campaign import FRAMEWORK

pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> str:
    edition, _ = publish_edition(path=FRAMEWORK, at=timezone.now())
    organisation = Organisation.objects.create(name="Golden Bank", slug="golden-bank")
    root = Unit.objects.create(organisation=organisation, name="Golden Bank")
    campaign = Campaign.objects.create(
        organisation=organisation, edition=edition, title="One", state=Campaign.State.OPEN, opened_at=timezone.now()
    )
    invitation = Invitation.objects.create(
        campaign=campaign, unit=root, role="front_line", cell_unit=root, cell_role="front_line"
    )
    token = new_token()
    AccessLink.objects.create(invitation=invitation, token_hash=token_hash(token))
    return token


def test_a_number_is_chosen_and_stays_chosen(client: Client, token: str):
    client.get(f"/a/{token}/")
    first = client.post("/a/start/", {"link": token})["Location"]

    client.post(first, {"link": token, "q-WEI1": "48", "q-MIX1": "dk"})
    page = client.get(first).content.decode()

    assert '<option value="48" selected>48</option>' in page
    assert '<option value="dk" selected>' in page
    assert page.count("<select") >= 2


def test_a_number_outside_is_refused(client: Client, token: str):
    client.get(f"/a/{token}/")
    first = client.post("/a/start/", {"link": token})["Location"]

    page = client.post(first, {"link": token, "q-WEI1": "101"}).content.decode()

    assert "Something has to be changed first" in page
