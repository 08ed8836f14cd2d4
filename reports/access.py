"""The doors from a request to results: who may see them. Strangers get 404."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from organisations.access import CONSULTANT, EVERYONE_WITH_RESULTS, organisation_for, organisations_of
from organisations.models import Organisation, User


def organisation_with_results(user: User | AnonymousUser, slug: str, at: datetime) -> Organisation:
    """Return the organisation whose results `user` may see as owner, leader or consultant.

    :raises Http404: when it does not exist or the visitor has no such role in it
    """
    return organisation_for(user, slug, at, *EVERYONE_WITH_RESULTS)


def portfolio_of(user: User | AnonymousUser, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations a visitor may compare: those that granted it, or all of their own without a grant."""
    granted = organisations_of(user, at, CONSULTANT)
    return granted if granted.exists() else organisations_of(user, at, *EVERYONE_WITH_RESULTS)
