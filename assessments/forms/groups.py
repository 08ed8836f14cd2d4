"""Input for what results may be told by, and for units that are told about together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.groups import MOST_MERGED, PAIRS, Declaration, Pair

PAIR_TITLES = {
    "unit+side": _("Leaders and staff of each unit"),
    "unit+role": _("Roles of each unit"),
    "unit+contact": _("Contact levels of each unit"),
    "contact+side": _("Leaders and staff of each contact level"),
}
NEEDED = {"unit": "units", "role": "roles", "contact": "contact"}
"""The field that has to be ticked for a part of a pair."""


class GroupsForm(forms.Form):
    """What results may be told by, before a campaign opens."""

    units = forms.BooleanField(label=_("Units"), required=False, help_text=_("Departments, branches, teams."))
    roles = forms.BooleanField(
        label=_("Roles"), required=False, help_text=_("Without them only leaders and staff are told apart.")
    )
    contact = forms.BooleanField(
        label=_("Contact with customers"),
        required=False,
        help_text=_("How often people deal with customers, as your list says. Not ticked, it is not stored."),
    )
    pairs = forms.MultipleChoiceField(
        label=_("Groups within groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(pair, PAIR_TITLES[pair]) for pair in PAIRS],
        help_text=_(
            "For the units directly below the top. Most such groups are small: where fewer people answer than "
            "needed, they stay hidden."
        ),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    @classmethod
    def of(cls, declared: Declaration, data: Any = None) -> GroupsForm:
        initial = {
            "units": declared.units,
            "roles": declared.roles,
            "contact": declared.contact,
            "pairs": list(declared.pairs),
        }
        return cls(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for pair in cleaned.get("pairs", []):
            needed = [NEEDED[part] for part in pair.split("+") if part in NEEDED]
            missing = [name for name in needed if not cleaned.get(name)]
            if missing:
                words = {"pair": PAIR_TITLES[pair], "missing": self.fields[missing[0]].label}
                self.add_error("pairs", _("“%(pair)s” needs “%(missing)s”. Tick that too, or untick this.") % words)
        return cleaned

    @property
    def pairs_chosen(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in PAIRS if pair in self.cleaned_data["pairs"])


class TogetherForm(forms.Form):
    """The numbers of units to tell about together, from a button of the page."""

    units = forms.CharField(max_length=200)

    def clean_units(self) -> list[int]:
        parts = self.cleaned_data["units"].split("-")
        if not all(part.isascii() and part.isdigit() and len(part) < 16 for part in parts) or len(parts) > MOST_MERGED:
            raise forms.ValidationError("not numbers of units")
        return [int(part) for part in parts]
