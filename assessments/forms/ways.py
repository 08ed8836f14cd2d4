"""Input for open ways in: links of units, shared tablets, and how many people each unit has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from organisations.queries import UnitNode
from pillars.schema import Role

MOST_PEOPLE = 1_000_000
MOST_UNITS = 900
"""Units on one page of numbers; Django takes no more than 1,000 fields at once."""
INDENT = "\N{NO-BREAK SPACE}" * 4


class UnitWayForm(forms.Form):
    """A way in for one unit; the role is fixed, or asked of each person."""

    unit = forms.ChoiceField(
        label=_("Unit"),
        error_messages={"required": _("Choose a unit."), "invalid_choice": _("Choose a unit from the list.")},
    )
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, *args: Any, tree: UnitNode, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(node.unit.pk): node.unit for node in tree.flat()}
        units, role = self.fields["unit"], self.fields["role"]
        # No-break spaces, because browsers drop plain ones at the start of an option.
        units.choices = [  # type: ignore[attr-defined]  # a ChoiceField, made above
            ("", _("Choose")),
            *((str(node.unit.pk), INDENT * node.depth + node.unit.name) for node in tree.flat()),
        ]
        role.choices = [("", _("Ask each person")), *((one.key, one.title) for one in roles)]  # type: ignore[attr-defined]
        if not roles:
            del self.fields["role"]

    @property
    def unit_chosen(self) -> Unit:
        return self._units[self.cleaned_data["unit"]]

    @property
    def role_chosen(self) -> str:
        return str(self.cleaned_data.get("role", ""))


class UnitSizesForm(forms.Form):
    """One number for each unit; an empty field means that nobody works directly there."""

    def __init__(self, *args: Any, tree: UnitNode, sizes: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[tuple[UnitNode, str]] = []
        whole = _("Type a whole number from 1 to 1,000,000, or leave the field empty.")
        for node in list(tree.flat())[:MOST_UNITS]:
            name = f"unit-{node.unit.pk}"
            self.fields[name] = forms.IntegerField(
                label=node.unit.name,
                required=False,
                min_value=1,
                max_value=MOST_PEOPLE,
                initial=sizes.get(str(node.unit.pk)),
                error_messages={"invalid": whole, "min_value": whole, "max_value": whole},
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.rows.append((node, name))

    @property
    def sizes(self) -> dict[int, int]:
        return {
            node.unit.pk: self.cleaned_data[name] for node, name in self.rows if self.cleaned_data[name] is not None
        }
