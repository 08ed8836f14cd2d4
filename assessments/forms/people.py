"""Input for a list of people: a file or pasted text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.people_files import Line, UnreadableFile, read_list, read_text


class PeopleListForm(forms.Form):
    """A list as a file or as text; `lines` holds it read once the form is valid."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx), up to 10 MB and 20,000 people. The first line names the columns: "
            "name, email, staff_number, unit, role, contact_level. Only unit and role are needed."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the list"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("With the same first line. Cells copied from a spreadsheet will do."),
    )
    creates_units = forms.BooleanField(
        label=gettext_lazy("Create units that do not exist yet"),
        required=False,
        help_text=gettext_lazy("They are placed directly under the organisation."),
    )

    def __init__(self, *args: Any, was_too_large: bool = False, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was_too_large = was_too_large
        self.limit = limit
        self.lines: list[Line] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "file" in self.errors:
            return cleaned
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if self.was_too_large or (file is not None and file.size > self.limit):
            self.add_error("file", self._too_large())
        elif file is None and not text.strip():
            self.add_error("file", _("Choose a file, or paste the list below."))
        elif file is not None and text.strip():
            self.add_error("file", _("There is a file and a pasted list. Keep one of them."))
        else:
            try:
                self.lines = read_list(file.read()) if file is not None else read_text(text)
            except UnreadableFile as error:
                self.add_error("file" if file is not None else "text", str(error))
        return cleaned

    def _too_large(self) -> str:
        return _(
            "This file is larger than %(megabytes)d MB and was not read. Nothing was changed. "
            "Save the list as CSV with only the columns that are needed, or upload it in parts."
        ) % {"megabytes": self.limit // (1024 * 1024)}
