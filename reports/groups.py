"""The groups of a closed campaign: what it declared before it opened, as crowds of respondents."""

from __future__ import annotations

from dataclasses import replace

from assessments.group_words import group_titles
from assessments.groups import FEW_PEOPLE, Declaration, declared_groups
from assessments.models import Campaign
from assessments.queries import people_in_total, places_now
from pillars.schema import Framework
from reports.analyses.respondents import Crowd


def declaration_of(campaign: Campaign, answered: int) -> Declaration:
    """Return what the results of a campaign may be told by, with its units as they were at the opening.

    Where nobody knows how many were asked and few answered, the rule for few people holds. It never does
    for answers of a file.
    """
    declared = campaign.declared
    if not declared.tree:
        return replace(declared, tree=tuple(places_now(campaign.organisation)))
    if not campaign.imported and people_in_total(campaign) is None and answered < FEW_PEOPLE:
        return declared.as_for_few()
    return declared


def crowds_of(
    campaign: Campaign, framework: Framework, declared: Declaration, joined: frozenset[str] = frozenset()
) -> list[Crowd]:
    """Return the declared groups, the whole first. `joined` role groups have none: they are part of their side."""
    titles = {"all": campaign.organisation.name, **group_titles()}
    return [
        Crowd(group.key, group.kind, group.title, group.parent, group.strata, group.units, group.levels)
        for group in declared_groups(declared, framework, titles, joined)
    ]
