"""From what a browser posts to clean answers, and the words in which a question speaks back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessments.questionnaire import NO_SINGLE_ROLE, Page, Question, words_of
from pillars.schema import DONT_KNOW, NOT_APPLICABLE, Answer

OUT_WORDS: Mapping[str, Any] = {
    DONT_KNOW: _("I can't see this from my job"),
    NOT_APPLICABLE: _("Doesn't apply here"),
    NO_SINGLE_ROLE: _("No single role"),
}
OUT_WORDS_OF_KIND: Mapping[tuple[str, str], Any] = {
    ("ladder", DONT_KNOW): _("I don't know enough to say"),
    ("nominate", DONT_KNOW): _("I can't say"),
}
NOT_A_CHOICE = _("This answer is not one of the choices, so nothing on this page was saved. Choose again.")


@dataclass(frozen=True)
class Mark:
    """One radio button, checkbox or number field."""

    name: str
    value: str
    text: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    """A question ready to be printed, with what was answered or just typed."""

    question: Question
    choices: list[Mark]
    outs: list[Mark]
    value: str
    errors: list[str]

    @property
    def name(self) -> str:
        """The name under which every choice of the question is sent."""
        return self.choices[0].name if self.choices else ""


class PageForm(forms.Form):
    """The questions of one page. Nothing is required; a value that was not offered is refused."""

    def __init__(self, page: Page, stored: Mapping[str, Answer], data: Any = None) -> None:
        super().__init__(data, prefix="q")
        self.page = page
        self.stored = stored
        for question in page.questions:
            for name, field in _fields_of(question).items():
                self.fields[name] = field
                self.initial[name] = _initial(question, name, stored.get(question.key))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for question in self.page.questions:
            if question.kind != "tokens":
                continue
            spent = sum(cleaned.get(name) or 0 for name in _fields_of(question))
            if spent > question.most:
                self.add_error(next(iter(_fields_of(question))), _too_many_tokens(question, spent))
        return cleaned

    def changes(self) -> dict[str, Answer | None]:
        """Return what differs from the stored answers; None where one was taken back.

        A radio button cannot be unticked, so a question that was not posted keeps its answer.
        """
        changed: dict[str, Answer | None] = {}
        for question in self.page.questions:
            answer = self._answer(question)
            if answer is None and (question.is_scale or question.kind == "nominate"):
                continue
            if answer != self.stored.get(question.key):
                changed[question.key] = answer
        return changed

    def groups(self) -> list[tuple[str, list[Row]]]:
        """Return the rows to print, by shared stem."""
        return [(stem, [self._row(question) for question in run]) for stem, run in self.page.groups]

    def failed_rows(self) -> list[Row]:
        return [row for _stem, rows in self.groups() for row in rows if row.errors]

    def _answer(self, question: Question) -> Answer | None:
        if question.kind == "tokens":
            options = {
                choice.value: self.cleaned_data[_token_name(question, choice.value)] for choice in question.choices
            }
            spent = {key: count for key, count in options.items() if count}
            return spent or None
        value = self.cleaned_data[question.key]
        if question.is_scale and value not in {"", *question.outs}:
            return int(value)
        return value or None

    def _row(self, question: Question) -> Row:
        names = list(_fields_of(question))
        errors = [str(error) for name in names for error in self.errors.get(name, [])]
        if question.kind == "tokens":
            marks = [
                Mark(self[name].html_name, self[name].value() or "", choice.text)
                for name, choice in zip(names, question.choices, strict=True)
            ]
            return Row(question, marks, [], "", errors)
        name = self[question.key].html_name
        value = self[question.key].value() or ""
        chosen = value if isinstance(value, list) else [value]
        marks = [Mark(name, choice.value, choice.text, choice.value in chosen) for choice in question.choices]
        outs = [Mark(name, out, out_words(question, out), out in chosen) for out in question.outs]
        return Row(question, marks, outs, value if isinstance(value, str) else "", errors)


def answer_words(question: Question, answer: Answer | None) -> list[str]:
    """Return a person's own answer in words, for the check page; empty when there is none."""
    if isinstance(answer, str) and answer in question.outs:
        return [out_words(question, answer)]
    return [*words_of(question, answer)]


def out_words(question: Question, out: str) -> str:
    return str(OUT_WORDS_OF_KIND.get((question.kind, out), OUT_WORDS[out]))


def _fields_of(question: Question) -> dict[str, forms.Field]:
    """Return the question's form fields by name, in order."""
    if question.kind == "tokens":
        return {_token_name(question, choice.value): _token_field(question) for choice in question.choices}
    return {question.key: _field_of(question)}


def _field_of(question: Question) -> forms.Field:
    if question.kind == "comment":
        return forms.CharField(
            required=False,
            max_length=question.most,
            error_messages={
                "max_length": _("Your text is longer than %(limit_value)d characters. It is still here: shorten it.")
            },
        )
    choices = [(value, value) for value in question.values]
    if question.kind == "pick":
        return forms.MultipleChoiceField(
            required=False,
            choices=choices,
            validators=[lambda picked: _refuse_too_many(question, picked)],
            error_messages={"invalid_choice": NOT_A_CHOICE, "invalid_list": NOT_A_CHOICE},
        )
    return forms.ChoiceField(required=False, choices=choices, error_messages={"invalid_choice": NOT_A_CHOICE})


def _token_field(question: Question) -> forms.Field:
    whole = _("Write whole numbers from 0 to %(most)d. Nothing on this page was saved.") % {"most": question.most}
    return forms.IntegerField(
        required=False,
        min_value=0,
        max_value=question.most,
        error_messages={"invalid": whole, "min_value": whole, "max_value": whole},
    )


def _token_name(question: Question, option: str) -> str:
    return f"{question.key}.{option}"


def _refuse_too_many(question: Question, picked: list[str]) -> None:
    if len(set(picked)) > question.most:
        raise forms.ValidationError(
            ngettext(
                "You picked %(picked)d, and this question takes %(most)d. Your choices are still here: untick some.",
                "You picked %(picked)d, and this question takes up to %(most)d. "
                "Your choices are still here: untick some.",
                question.most,
            ),
            params={"picked": len(set(picked)), "most": question.most},
        )


def _too_many_tokens(question: Question, spent: int) -> forms.ValidationError:
    return forms.ValidationError(
        _("You gave out %(spent)d, and there are %(most)d. Your numbers are still here: lower some."),
        params={"spent": spent, "most": question.most},
    )


def _initial(question: Question, name: str, answer: Answer | None) -> Any:
    if isinstance(answer, dict):
        return answer.get(name.removeprefix(f"{question.key}."))
    return str(answer) if isinstance(answer, int) else answer
