"""The asking: campaigns, invitations, sealed drafts, and responses that nothing links back to them.

Responses are imported from `assessments.models.responses`, by name, so that it shows who reads them.
"""

from assessments.models import responses as responses
from assessments.models.campaigns import (
    SMALLEST_GROUP,
    AccessLink,
    Campaign,
    ContactLevel,
    Draft,
    Invitation,
    Kiosk,
    PeopleList,
    PromiseBroken,
    UnitLink,
)

__all__ = [
    "SMALLEST_GROUP",
    "AccessLink",
    "Campaign",
    "ContactLevel",
    "Draft",
    "Invitation",
    "Kiosk",
    "PeopleList",
    "PromiseBroken",
    "UnitLink",
]
