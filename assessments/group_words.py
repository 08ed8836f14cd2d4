"""What groups are called that neither a framework nor an organisation names."""

from __future__ import annotations

from django.utils.translation import gettext as _


def side_titles() -> dict[str, str]:
    """Return what the two sides that are compared are called."""
    return {"staff": _("Staff"), "leaders": _("Leaders")}


def contact_titles() -> dict[str, str]:
    """Return what people of each contact level are called together."""
    return {
        "daily": _("In contact every day"),
        "weekly": _("In contact every week"),
        "monthly": _("In contact every month"),
        "never": _("Never in contact"),
    }


def group_titles() -> dict[str, str]:
    """Return what groups that no framework and no organisation names are called, by key."""
    sides = {f"side:{key}": title for key, title in side_titles().items()}
    return sides | {f"contact:{key}": title for key, title in contact_titles().items()}
