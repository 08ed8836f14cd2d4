"""Input for setting up a campaign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from assessments.queries import is_written_in
from organisations.names import refuse_invisible
from pillars.models import Edition
from pillars.schema import Form, Framework

MOST_NOMINEES = 10
LONGEST_NOMINEE = 100
LONGEST_OPEN = timedelta(days=731)
LATE_ANSWERS = [
    ("0", _("None")),
    ("24", _("For 24 hours")),
    ("72", _("For 72 hours")),
]


class CampaignForm(forms.Form):
    """What a campaign asks, of whom, and until when. `edition` and `form_key` come from one choice."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("Such as “Spring 2026”. People see it."),
        validators=[refuse_invisible],
    )
    questionnaire = forms.ChoiceField(label=_("Questionnaire"))
    short_roles = forms.MultipleChoiceField(
        label=_("Who gets the short questionnaire"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "About half as long, without the questions that only insiders can answer. Choose it for agents, and for "
            "people who answer on a shared tablet or read with effort. Everybody else gets the questionnaire above."
        ),
        error_messages={"invalid_choice": _("These people cannot get the short questionnaire.")},
    )
    language = forms.ChoiceField(
        label=_("Language of posters and tablets"),
        required=False,
        help_text=_("Everybody can still answer in any language the questionnaire is written in."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Answers are taken until the end of this day. You can close earlier."),
    )
    late_answers = forms.ChoiceField(
        label=_("Late answers"),
        initial="24",
        required=False,
        widget=forms.RadioSelect,
        choices=LATE_ANSWERS,
        help_text=_(
            "After the last day nobody can begin. Who began before, such as somebody whose phone had no network, "
            "can finish and send for so long. The results are made after that."
        ),
    )
    purpose = forms.CharField(
        label=_("Why you ask"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two sentences in your own words. They stand on the first page that people see."),
    )
    nominees = forms.CharField(
        label=_("Roles that leaders can name"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One on each line, at most ten, such as “Head of customer experience”. Leaders are asked which of them "
            "the work for customers hangs on. Left empty, nobody is asked."
        ),
    )
    way_in = forms.ChoiceField(
        label=_("How people get in"),
        initial="list",
        widget=forms.RadioSelect,
        choices=[
            ("list", _("A list: everybody gets a link of their own, and each link counts once")),
            ("open_link", _("One open link for everybody: nothing to prepare, but answers can repeat")),
        ],
    )

    def __init__(self, *args: Any, editions: Iterable[Edition], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.editions = {edition.pk: edition for edition in editions}
        self.fields["questionnaire"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, made above
            (f"{edition.pk}:{form.key}", questionnaire_title(edition, framework, form))
            for edition in self.editions.values()
            for framework in [edition.framework(get_language() or "")]
            for form in framework.forms
        ]
        shortened = {
            role.key: role.title for edition in self.editions.values() for role in edition.framework().roles_to_shorten
        }
        self.fields["short_roles"].choices = list(shortened.items())  # type: ignore[attr-defined]
        if not shortened:
            del self.fields["short_roles"]
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "questionnaire" not in cleaned:
            return cleaned
        framework = self.edition.framework()
        known = {role.key for role in framework.roles_to_shorten}
        if not known.issuperset(cleaned.get("short_roles", [])):
            self.add_error("short_roles", _("This questionnaire has no short form for them. Untick them."))
        language = cleaned.get("language", "")
        if language and not is_written_in(self.edition, language):
            self.add_error("language", _("This questionnaire is not written in that language. Choose another one."))
        return cleaned

    @property
    def roles_shortened(self) -> list[str]:
        """The roles that get the short form; none where everybody gets it."""
        everybody = self.form_key == self.edition.framework().pulse_form
        return [] if everybody else list(self.cleaned_data.get("short_roles", []))

    @property
    def language_chosen(self) -> str:
        return str(self.cleaned_data.get("language", ""))

    def clean_last_day(self) -> date | None:
        last_day: date | None = self.cleaned_data["last_day"]
        if last_day is not None and last_day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day, or leave it empty."))
        if last_day is not None and last_day > self.today + LONGEST_OPEN:
            raise forms.ValidationError(_("This day is more than two years away. Choose an earlier one."))
        return last_day

    def clean_nominees(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["nominees"].splitlines()]
        names = list(dict.fromkeys(name for name in lines if name))
        if len(names) > MOST_NOMINEES:
            raise forms.ValidationError(_("These are more than ten. Keep the ten that matter most."))
        if any(len(name) > LONGEST_NOMINEE for name in names):
            raise forms.ValidationError(_("One of them is longer than 100 characters. Shorten it."))
        return names

    @property
    def edition(self) -> Edition:
        return self.editions[int(self.cleaned_data["questionnaire"].partition(":")[0])]

    @property
    def form_key(self) -> str:
        return str(self.cleaned_data["questionnaire"].partition(":")[2])

    @property
    def closes_at(self) -> datetime | None:
        """The last second of the last day, in the current time zone."""
        last_day: date | None = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(last_day, time(23, 59, 59))) if last_day else None

    @property
    def grace_hours(self) -> int:
        return int(self.cleaned_data["late_answers"] or 0)

    @property
    def takes_open_link(self) -> bool:
        return bool(self.cleaned_data["way_in"] == "open_link")


class SmallestGroupForm(forms.Form):
    """A larger smallest group than the one that was promised."""

    def __init__(self, *args: Any, least: int, most: int, is_promised: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["k"] = forms.IntegerField(
            label=_("Smallest group shown"),
            initial=least,
            min_value=least,
            max_value=most,
            help_text=(
                gettext("From %(least)d, as promised, to %(most)d. It can be raised and never lowered again.")
                if is_promised
                else gettext("From %(least)d to %(most)d. It can be raised and never lowered again.")
            )
            % {"least": least, "most": most},
            error_messages={
                "min_value": _("Groups of %(limit_value)d were promised. This can only be raised."),
                "max_value": _("Hardly any group has more than %(limit_value)d people, so nothing could be shown."),
            },
        )


class CloseForm(forms.Form):
    """For how long late answers are taken when a campaign is closed now."""

    hours = forms.TypedChoiceField(
        label=_("Take late answers for"),
        coerce=int,
        choices=[("24", _("24 hours")), ("72", _("72 hours"))],
    )


def questionnaire_title(edition: Edition, framework: Framework, form: Form) -> str:
    """Return the name of an edition's form with the minutes its slowest role needs."""
    roles = [role.key for role in framework.roles] or [""]
    minutes = round(max(framework.seconds_for(form, role) for role in roles) / 60)
    return gettext("%(edition)s, %(form)s (about %(minutes)s minutes)") % {
        "edition": f"{framework.title} {edition.version}",
        "form": form.title,
        "minutes": max(minutes, 1),
    }
