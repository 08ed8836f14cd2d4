"""The only doors from a request to an organisation: finds it and checks the visitor. Strangers get 404, not 403."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from organisations.models import Membership, Organisation, User

OWNER = Membership.Kind.OWNER
LEADER = Membership.Kind.LEADER
CONSULTANT = Membership.Kind.CONSULTANT
EVERYONE_WITH_RESULTS = (OWNER, LEADER, CONSULTANT)


def organisations_of(user: User | AnonymousUser, at: datetime, *kinds: str) -> QuerySet[Organisation]:
    """Return the organisations where `user` holds one of `kinds` (any, if none are named) and it has not ended."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    held = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user_id=user.pk)
    if kinds:
        held = held.filter(kind__in=kinds)
    return Organisation.objects.filter(pk__in=held.values("organisation"))


def organisation_for(user: User | AnonymousUser, slug: str, at: datetime, *kinds: str) -> Organisation:
    """Return the organisation if `user` holds one of `kinds` there.

    :raises Http404: when it does not exist or the visitor has no such role in it
    """
    return get_object_or_404(organisations_of(user, at, *kinds), slug=slug)


def kinds_held(user: User | AnonymousUser, organisation: Organisation, at: datetime) -> frozenset[str]:
    """Return the kinds of membership `user` holds in `organisation` at `at`."""
    if not user.is_authenticated:
        return frozenset()
    held = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user_id=user.pk, organisation=organisation)
    return frozenset(held.values_list("kind", flat=True))


def signed_in(user: User | AnonymousUser) -> User:
    """Return the signed-in person.

    :raises Http404: when nobody is signed in; views behind `login_required` never see it
    """
    if not isinstance(user, User):
        raise Http404
    return user
