"""The owner's doors: an organisation whose campaigns one runs, and one of its campaigns. Strangers get 404."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404

from assessments.models import Campaign
from organisations.access import CONSULTANT, OWNER, organisation_for, organisations_of
from organisations.models import Organisation, User

RUNS_CAMPAIGNS = (OWNER, CONSULTANT)


def organisation_to_run(user: User | AnonymousUser, slug: str, at: datetime) -> Organisation:
    """Return the organisation if `user` may run campaigns there.

    :raises Http404: when it does not exist or the visitor may not
    """
    return organisation_for(user, slug, at, *RUNS_CAMPAIGNS)


def campaign_to_run(user: User | AnonymousUser, pk: int, at: datetime) -> Campaign:
    """Return the campaign if `user` may run it.

    :raises Http404: when it does not exist or the visitor may not
    """
    campaigns = Campaign.objects.select_related("organisation", "edition")
    return get_object_or_404(campaigns, pk=pk, organisation__in=organisations_of(user, at, *RUNS_CAMPAIGNS))
