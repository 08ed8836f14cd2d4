"""By what results are told apart: units, roles, contact with customers, or two of these crossed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from django.utils.translation import gettext as _

from reports.results import Group, Results

Grouping = Literal["unit", "role", "contact", "unit-side", "unit-role", "unit-contact", "contact-side"]
"""A kind of groups as an address names it, two with a hyphen for pairs."""

KINDS: Mapping[str, str] = {"merged": "unit"}
"""What kind a group is whose key begins otherwise."""


def groupings_of(results: Results) -> tuple[Grouping, ...]:
    """Return by what a release can be told, as its groups were declared."""
    found = {grouping_of(group) for group in results.groups}
    return tuple(grouping for grouping in get_args(Grouping) if grouping in found)


def grouping_of(group: Group) -> str:
    """Return by what a group is told; leaders and staff stand with the roles."""
    if group.kind == "side":
        return "role"
    if group.kind != "pair":
        return group.kind
    parts = [part.partition(":")[0] for part in group.key.split("+")]
    return "-".join(KINDS.get(part, part) for part in parts)


def groups_by(results: Results, grouping: Grouping) -> list[Group]:
    return [group for group in results.groups if grouping_of(group) == grouping]


def grouping_words(grouping: Grouping) -> str:
    """Return what a grouping is called where one is chosen."""
    return {
        "unit": _("Units"),
        "role": _("Roles"),
        "contact": _("Contact with customers"),
        "unit-side": _("Units, leaders and staff"),
        "unit-role": _("Units and roles"),
        "unit-contact": _("Units and contact"),
        "contact-side": _("Contact, leaders and staff"),
    }[grouping]


def title_by(grouping: Grouping, subject: str) -> str:
    """Return the title of a table that tells a subject by a grouping."""
    return {
        "unit": _("%(instrument)s by unit"),
        "role": _("%(instrument)s by role"),
        "contact": _("%(instrument)s by contact with customers"),
        "unit-side": _("%(instrument)s by unit, leaders and staff"),
        "unit-role": _("%(instrument)s by unit and role"),
        "unit-contact": _("%(instrument)s by unit and contact with customers"),
        "contact-side": _("%(instrument)s by contact with customers, leaders and staff"),
    }[grouping] % {"instrument": subject}
