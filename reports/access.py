"""The doors from a request to results: who may see them. Strangers get 404."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from organisations.access import CONSULTANT, EVERYONE_WITH_RESULTS, organisation_for, organisations_of
from organisations.models import Organisation, User
from reports.models import Report


def organisation_with_results(user: User | AnonymousUser, slug: str, at: datetime) -> Organisation:
    """Return the organisation whose results `user` may see as owner, leader or consultant.

    :raises Http404: when it does not exist or the visitor has no such role in it
    """
    return organisation_for(user, slug, at, *EVERYONE_WITH_RESULTS)


def portfolio_of(user: User | AnonymousUser, at: datetime) -> QuerySet[Organisation]:
    """Return the organisations a visitor may compare: those that granted it, or all of their own without a grant."""
    granted = organisations_of(user, at, CONSULTANT)
    return granted if granted.exists() else organisations_of(user, at, *EVERYONE_WITH_RESULTS)


def report_for(user: User | AnonymousUser, pk: UUID, at: datetime) -> Report:
    """Return the report if `user` may see results of its organisation.

    :raises Http404: when it does not exist or the visitor has no such role in its organisation
    """
    reports = Report.objects.select_related("job", "release__campaign__organisation")
    theirs = organisations_of(user, at, *EVERYONE_WITH_RESULTS)
    return get_object_or_404(reports, pk=pk, release__campaign__organisation__in=theirs)
