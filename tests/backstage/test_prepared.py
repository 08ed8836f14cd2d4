"""Prepared queries return what Django's own return."""

import pytest
from django.db.models.signals import post_init

from assessments.models import AccessLink
from backstage.prepared import Prepared
from tests.assessments.answering_world import make_campaign, make_invitation, make_link

pytestmark = pytest.mark.django_db

COLUMNS = ("wrapped_key", "invitation__campaign__closes_at", "invitation__campaign__short_roles", "invitation__role")


def links(found):
    related = AccessLink.objects.filter(pk=found).select_related("invitation__campaign", "invitation__cell_unit")
    return related.only(*COLUMNS, "invitation__cell_unit__name")


@pytest.fixture
def link():
    make_link(make_invitation(make_campaign(short_roles=["agent"])))
    return AccessLink.objects.get()


def test_a_prepared_query_finds_the_same_row_with_what_hangs_on_it(link, django_assert_num_queries):
    expected = links(link.pk).get()

    with django_assert_num_queries(1):
        found = Prepared(links, example=-1).first(link.pk)
        assert found is not None
        assert (found, found.invitation.campaign) == (expected, expected.invitation.campaign)
        assert found.invitation.campaign.short_roles == ["agent"]
        assert found.invitation.cell_unit.name == "Branch North"

    assert found.get_deferred_fields() == expected.get_deferred_fields()
    assert found.invitation.get_deferred_fields() == expected.invitation.get_deferred_fields()
    assert (found._state.db, found._state.adding) == (expected._state.db, expected._state.adding)
    assert found.invitation.name == "Ada Example"


def test_an_outer_join_without_a_row_gives_none_and_a_strange_number_nothing(link):
    link.invitation.cell_unit = None
    link.invitation.save()
    prepared = Prepared(links, example=-1)

    found = prepared.first(link.pk)
    assert found is not None
    assert found.invitation.cell_unit is None
    assert prepared.first(link.pk + 1) is None


def test_models_whose_making_somebody_listens_to_are_refused(link):
    def heard(**_facts):
        pass

    post_init.connect(heard, sender=AccessLink)
    try:
        with pytest.raises(TypeError, match="AccessLink"):
            Prepared(links, example=-1).first(link.pk)
    finally:
        post_init.disconnect(heard, sender=AccessLink)
