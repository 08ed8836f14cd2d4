"""Organisations, units and rights: what each act changes and what it refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import models

from assessments.models import Campaign, Invitation
from backstage.models import AuditEvent
from organisations import access, operations, queries
from organisations.models import Membership, Organisation, Unit, User
from organisations.unit_list import UnreadableList, read_unit_list
from pillars.models import Edition

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def make_organisation(name="Northlake"):
    founder = User.objects.filter(email="owner@example.org").first() or User.objects.create_user("owner@example.org")
    return operations.found_organisation(founder=founder, name=name, sector="bank", country="Ghana", at=NOW)


def names(node):
    return [(entry.depth, entry.unit.name) for entry in node.flat()]


def test_found_organisation_makes_its_root_unit_and_its_owner():
    organisation = make_organisation()

    assert organisation.slug == "northlake"
    assert names(queries.unit_tree(organisation)) == [(0, "Northlake")]
    assert access.kinds_held(User.objects.get(), organisation, NOW) == {"owner"}
    assert list(AuditEvent.objects.values_list("act", "organisation_id")) == [("organisation.founded", organisation.pk)]


def test_two_organisations_of_one_name_get_addresses_that_do_not_count():
    first, second = make_organisation(), make_organisation()

    assert second.slug != first.slug
    assert second.slug.startswith("northlake-")
    assert len(second.slug) == len("northlake-") + 8


def test_a_name_without_latin_letters_still_gets_an_address():
    assert make_organisation("البنك").slug == "organisation"


def test_add_unit_refuses_a_name_that_the_organisation_has():
    root = make_organisation().units.get()
    operations.add_unit(parent=root, name="North")

    with pytest.raises(operations.UnitNameTaken):
        operations.add_unit(parent=root, name="North")

    assert Unit.objects.count() == 2


def test_two_organisations_may_have_units_of_one_name():
    for root in (make_organisation().units.get(), make_organisation().units.get()):
        operations.add_unit(parent=root, name="North")

    assert Unit.objects.filter(name="North").count() == 2


def test_add_unit_list_adds_what_is_missing_and_only_once():
    organisation = make_organisation()
    lines = read_unit_list("Branches\n  North\n  South\nNorthlake > Head office > Risk")

    added = [operations.add_unit_list(organisation=organisation, lines=lines) for _ in range(2)]

    assert added == [5, 0]
    assert names(queries.unit_tree(organisation)) == [
        (0, "Northlake"),
        (1, "Branches"),
        (2, "North"),
        (2, "South"),
        (1, "Head office"),
        (2, "Risk"),
    ]


def test_add_unit_list_adds_nothing_when_a_name_stands_elsewhere():
    organisation = make_organisation()
    operations.add_unit_list(organisation=organisation, lines=read_unit_list("Branches > North"))

    with pytest.raises(UnreadableList) as caught:
        operations.add_unit_list(organisation=organisation, lines=read_unit_list("New\nHead office > North"))

    assert [(p.line, p.reason) for p in caught.value.problems] == [(2, "“North” stands beneath “Branches” already")]
    assert not Unit.objects.filter(name__in=["New", "Head office"]).exists()


def test_rename_unit_refuses_the_name_of_another_and_keeps_its_own():
    root = make_organisation().units.get()
    north = operations.add_unit(parent=root, name="North")
    operations.add_unit(parent=root, name="South")

    with pytest.raises(operations.UnitNameTaken):
        operations.rename_unit(unit=north, name="South")
    operations.rename_unit(unit=north, name="North", code="N1")

    assert list(Unit.objects.filter(pk=north.pk).values_list("name", "code")) == [("North", "N1")]


def test_delete_unit_removes_one_that_nothing_names():
    north = operations.add_unit(parent=make_organisation().units.get(), name="North")

    operations.delete_unit(unit=north)

    assert not Unit.objects.filter(name="North").exists()


def test_delete_unit_keeps_the_root_and_what_has_units_beneath():
    root = make_organisation().units.get()
    north = operations.add_unit(parent=root, name="North")
    operations.add_unit(parent=north, name="Tamale")

    with pytest.raises(operations.RootUnitStays):
        operations.delete_unit(unit=root)
    with pytest.raises(operations.UnitHasUnitsBeneath):
        operations.delete_unit(unit=north)

    assert Unit.objects.count() == 3


def test_delete_unit_keeps_one_that_somebody_was_invited_for():
    organisation = make_organisation()
    north = operations.add_unit(parent=organisation.units.get(), name="North")
    edition = Edition.objects.create(slug="e", version="1", title="E", document={}, fingerprint="f", published_at=NOW)
    campaign = Campaign.objects.create(organisation=organisation, edition=edition, title="First")
    Invitation.objects.create(campaign=campaign, unit=north, role="front_line")

    with pytest.raises(operations.UnitIsUsed):
        operations.delete_unit(unit=north)

    assert Unit.objects.filter(pk=north.pk).exists()


def test_every_app_protects_the_units_it_speaks_about():
    relations = [field for field in Unit._meta.get_fields(include_hidden=True) if field.one_to_many]

    unprotected = {
        relation.related_model
        for relation in relations
        if getattr(relation, "on_delete", None) is not models.PROTECT and relation.related_model is not Unit
    }

    assert len(relations) > 1
    assert unprotected == set()


def test_grant_right_opens_an_account_that_nobody_can_sign_in_to_yet():
    organisation = make_organisation()

    operations.grant_right(
        organisation=organisation, email=" Leader@Example.org ", kind="leader", granted_by=User.objects.get(), at=NOW
    )

    leader = User.objects.get(email="leader@example.org")
    assert not leader.has_usable_password()
    assert access.kinds_held(leader, organisation, LATER) == {"leader"}


def test_grant_right_refuses_what_is_held_and_renews_what_has_ended():
    organisation, owner = make_organisation(), User.objects.get()
    grant = {"organisation": organisation, "email": "c@example.org", "kind": "consultant", "granted_by": owner}
    held = operations.grant_right(**grant, at=NOW, ends_at=LATER)

    with pytest.raises(operations.RightAlreadyHeld):
        operations.grant_right(**grant, at=NOW)
    renewed = operations.grant_right(**grant, at=LATER)

    assert renewed == held
    assert access.kinds_held(held.user, organisation, LATER) == {"consultant"}


def test_end_right_refuses_the_person_at_once_and_is_recorded_once():
    organisation, owner = make_organisation(), User.objects.get()
    right = operations.grant_right(
        organisation=organisation, email="l@example.org", kind="leader", granted_by=owner, at=NOW
    )

    for _ in range(2):
        operations.end_right(membership=right, ended_by=owner, at=LATER)

    assert access.kinds_held(right.user, organisation, LATER) == frozenset()
    assert AuditEvent.objects.filter(act="right.ended").count() == 1


def test_end_right_keeps_the_last_owner():
    organisation = make_organisation()
    owners = Membership.objects.get()

    with pytest.raises(operations.LastOwnerStays):
        operations.end_right(membership=owners, ended_by=owners.user, at=LATER)
    operations.grant_right(
        organisation=organisation, email="two@example.org", kind="owner", granted_by=owners.user, at=NOW
    )
    operations.end_right(membership=owners, ended_by=owners.user, at=LATER)

    assert access.kinds_held(owners.user, organisation, LATER) == frozenset()


def test_organisations_held_names_every_right_that_has_not_ended():
    first, second = make_organisation("Alpha"), make_organisation("Beta")
    owner = User.objects.get()
    Membership.objects.create(user=owner, organisation=second, kind="consultant")
    Membership.objects.create(user=owner, organisation=second, kind="leader", ends_at=NOW)

    held = queries.organisations_held(owner, NOW)

    assert [(entry.organisation, entry.kinds) for entry in held] == [
        (first, ("Owner",)),
        (second, ("Owner", "Consultant")),
    ]


def test_found_organisation_leaves_nothing_behind_when_it_fails(monkeypatch):
    founder = User.objects.create_user("owner@example.org")
    monkeypatch.setattr(operations, "record_event", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        operations.found_organisation(founder=founder, name="Northlake", sector="bank", country="", at=NOW)

    assert not Organisation.objects.exists()
