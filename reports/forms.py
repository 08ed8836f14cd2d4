"""Input to clean values: what a report is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reports.models import Report
from reports.waves import Wave


class ReportForm(forms.Form):
    """Which wave, how long, in which language."""

    wave = forms.TypedChoiceField(label=_("Results of"), coerce=int)
    cut = forms.ChoiceField(
        label=_("Length"),
        choices=Report.Cut.choices,
        initial=Report.Cut.BOARD,
        widget=forms.RadioSelect,
        help_text=_("All three say the same. The full report adds every question and the figures behind the charts."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, waves: Sequence[Wave], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(wave.release_id, _("%(title)s (wave %(number)s)") % _words(wave)) for wave in waves]
        field = self.fields["wave"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = choices
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0][0]
        if len(settings.LANGUAGES) == 1:
            self.fields["language"].widget = forms.HiddenInput()
            self.fields["language"].initial = settings.LANGUAGES[0][0]


def _words(wave: Wave) -> dict[str, object]:
    return {"title": wave.title, "number": wave.number}
