"""What people without a link of their own are asked first: a code, a PIN, where they work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.access.ways import WayIn
from organisations.models import Unit
from pillars.schema import Framework, Role

LONGEST_TYPED = 60
"""Characters. A code of any kind with spaces and marks between is far shorter."""


class CodeForm(forms.Form):
    """One field for a code, in any case and with any marks between its letters."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=LONGEST_TYPED,
        error_messages={
            "required": _("Type the code from the poster, the slip or your other device."),
            "max_length": _("This is longer than any code. Type the 8 or 12 letters alone."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )


class JoinForm(forms.Form):
    """What somebody who comes through an open link is asked first: whatever the link does not fix."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose where you work."), "invalid_choice": _("Choose a place from the list.")},
    )

    def __init__(self, way: WayIn, framework: Framework, data: Any = None) -> None:
        super().__init__(data)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)  # noqa: S101  for the type checker
        units.queryset = Unit.objects.filter(organisation=way.campaign.organisation_id).order_by("name")
        if way.unit:
            del self.fields["unit"]
        if framework.roles and not way.role:
            self.fields["role"] = role_field(framework.roles)


class KioskForm(forms.Form):
    """What the next person at a tablet is asked: their role, unless the tablet fixes it."""

    def __init__(self, roles: tuple[Role, ...], data: Any = None) -> None:
        super().__init__(data)
        if roles:
            self.fields["role"] = role_field(roles)


class PinForm(forms.Form):
    """The PIN of a shared tablet."""

    pin = forms.CharField(
        label=_("PIN"),
        max_length=20,
        error_messages={"required": _("Type the PIN of this tablet."), "max_length": _("A PIN has six digits.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "code"}),
    )


def role_field(roles: tuple[Role, ...]) -> forms.ChoiceField:
    """Return the choice of what one's work is, in the words in which people would say it."""
    return forms.ChoiceField(
        choices=[(role.key, role.asked_as or role.title) for role in roles],
        error_messages={
            "required": _("Choose what describes your work best."),
            "invalid_choice": _("Choose one of these descriptions."),
        },
    )
