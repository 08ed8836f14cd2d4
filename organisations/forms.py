"""Forms of this app, and the account forms in the product's words."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.contrib import messages
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Membership, Organisation, Unit, User
from organisations.names import refuse_invisible
from organisations.queries import UnitNode
from organisations.unit_list import ListProblem, UnitLine, UnreadableList, read_unit_list


def _seen(name: str) -> str:
    refuse_invisible(name)
    return name


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # only a type checker can subscript it
    class Meta:
        model = Organisation
        fields = ("name", "sector", "country")
        labels = {"name": _("Name of the organisation"), "sector": _("Sector"), "country": _("Country")}
        help_texts = {
            "name": _("As people who work there call it. It stands on invitations and on the report."),
            "sector": _("Peers of the same sector are compared first."),
        }
        error_messages = {"name": {"required": _("Enter a name.")}}
        widgets = {"country": forms.TextInput(attrs={"autocomplete": "country-name"})}

    def clean_name(self) -> str:
        return _seen(self.cleaned_data["name"])


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # only a type checker can subscript it
    """A unit's name and code; `tree` adds the choice of the unit above it."""

    class Meta:
        model = Unit
        fields = ("name", "code")
        labels = {"name": _("Name of the unit"), "code": _("Code")}
        help_texts = {"code": _("How your staff list names the unit, when that is not its name.")}
        error_messages = {"name": {"required": _("Enter a name.")}}

    def __init__(self, *args: Any, tree: UnitNode | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if tree is not None:
            self._units = {str(node.unit.pk): node.unit for node in tree.flat()}
            # No-break spaces, because browsers drop plain ones at the start of an option.
            choices = [(str(n.unit.pk), "\N{NO-BREAK SPACE}" * 4 * n.depth + n.unit.name) for n in tree.flat()]
            self.fields["parent"] = forms.ChoiceField(label=_("Beneath"), choices=choices)

    def clean_name(self) -> str:
        return _seen(self.cleaned_data["name"])

    def clean_parent(self) -> Unit:
        return self._units[self.cleaned_data["parent"]]

    def refuse_name(self) -> None:
        """Say at the field that the name is taken."""
        self.add_error("name", _("A unit with this name exists already. Choose a name that tells the two apart."))


class UnitListForm(forms.Form):
    units = forms.CharField(
        label=_("Units"),
        help_text=_("One on each line. Indent what is beneath another unit, or write “Region > Branch”."),
        error_messages={"required": _("Paste at least one line.")},
        widget=forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"}),
        strip=False,
    )

    def clean_units(self) -> tuple[UnitLine, ...]:
        try:
            lines = read_unit_list(self.cleaned_data["units"])
        except UnreadableList as unreadable:
            raise self.error_of(unreadable) from unreadable
        if not lines:
            raise forms.ValidationError(self.fields["units"].error_messages["required"], code="required")
        return lines

    def refuse(self, unreadable: UnreadableList) -> None:
        """Say at the field which lines could not be used."""
        self.add_error("units", self.error_of(unreadable))

    @staticmethod
    def error_of(unreadable: UnreadableList) -> forms.ValidationError:
        """Return one sentence for each of the first ten lines that cannot be used."""

        def sentence(problem: ListProblem) -> str:
            if not problem.line:
                return str(_("Nothing was added: %(reason)s.") % {"reason": problem.reason})
            return str(
                _("Nothing was added. Line %(line)d: %(reason)s.") % {"line": problem.line, "reason": problem.reason}
            )

        return forms.ValidationError([sentence(problem) for problem in unreadable.problems[:10]])


class RightForm(forms.Form):
    """Who may do what: an address, a right, and for how long."""

    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={"required": _("Enter an e-mail address."), "invalid": _("Enter an address such as a@b.org.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What this person may do"),
        choices=[
            (Membership.Kind.LEADER, _("Leader: sees the results and asks for reports")),
            (Membership.Kind.CONSULTANT, _("Consultant: sees the results, compares organisations, runs campaigns")),
            (Membership.Kind.OWNER, _("Owner: sets everything up and decides who may do what")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what this person may do.")},
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty for no end. You can end it at any time."),
        error_messages={"invalid": _("Enter a date.")},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def ends_at(self) -> datetime | None:
        """Return the end of the last day in the site's time zone, or nothing."""
        day = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None

    def clean_last_day(self) -> object:
        day = self.cleaned_data["last_day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later day."), code="over")
        return day


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # only a type checker can subscript it
    class Meta:
        model = User
        fields = ("name",)
        labels = {"name": _("Your name")}
        help_texts = {"name": _("Shown to people of the same organisations, beside your e-mail address.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth has no types
    """Sign-in: labels instead of placeholders, and the link for a forgotten password outside the hint."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["password"].error_messages["required"] = _("Enter your password.")
        self.fields["remember"].label = _("Stay signed in on this device")
        _in_plain_words(self, "login")


class SignupForm(AllauthSignupForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("At least 10 characters. A few words in a row are easy to keep in mind.")
        self.fields["password1"].error_messages["required"] = _("Choose a password.")
        _in_plain_words(self, "email")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Open the account, or lead to the sign-in when the same address was taken at the same moment."""
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            messages.info(request, _("An account with this address was opened a moment ago. Sign in with it."))
            return None, redirect("account_login")
        return saved


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_plain_words(self, "email")


def _in_plain_words(form: forms.Form, address: str) -> None:
    """Name the address field and its errors, and drop placeholders: they vanish while typing and are too pale."""
    field = form.fields[address]
    field.label = _("E-mail address")
    field.error_messages["required"] = _("Enter your e-mail address.")
    # The validator's message wins over the field's, so both are set.
    field.validators = [EmailValidator(message=_("Enter an address such as a@b.org."))]
    for each in form.fields.values():
        each.widget.attrs.pop("placeholder", None)
