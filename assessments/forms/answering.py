"""From what a browser posts to clean answers, and the words in which a question speaks back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
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
EVIDENCE_WORDS: Mapping[str, Any] = {
    "0": _("Nothing to point to"),
    "1": _("A concrete example from lately"),
    "2": _("A document or record with a date"),
    "3": _("A measure taken again and again, or a check from outside"),
}
NOT_A_CHOICE = _("This answer is not one of the choices, so nothing on this page was saved. Choose again.")
TOO_LONG = _("Your text is longer than %(most)d characters. It is still here: shorten it.")
NOT_WHOLE = _("Write whole numbers from 0 to %(most)d. Nothing on this page was saved.")

Fields = list[tuple[str, str]]
"""Names and values as a browser sends them."""


@dataclass(frozen=True)
class Given:
    """What a request says about one question."""

    question: Question
    fields: Fields
    """As it was typed, right or wrong."""
    answer: Answer | None = None
    errors: tuple[str, ...] = ()
    is_kept: bool = False
    """Nothing was said, so what is stored stays. A radio button cannot be unticked, and a field may be missing."""


def given_on(page: Page, data: QueryDict) -> list[Given]:
    """Return what a posted page says, question by question, notes included."""
    return [given_for(question, data) for question in page.fields]


def given_for(question: Question, data: QueryDict) -> Given:
    """Read one question's fields. Nothing is required; what was not offered is an error."""
    name = field_name(question)
    if question.kind == "pick":
        return _picked(question, list(dict.fromkeys(data.getlist(name))))
    if question.kind in {"tokens", "note"}:
        names = [f"{name}.{part}" for part in _parts_of(question)]
        fields = [(name, data.get(name, "")) for name in names if name in data]
        if not fields:
            return Given(question, [], is_kept=True)
        return _tokens(question, fields) if question.kind == "tokens" else _note(question, dict(fields))
    if name not in data:
        return Given(question, [], is_kept=True)
    return _one(question, name, data.get(name, ""))


def changes_of(given: Iterable[Given], stored: Mapping[str, Answer], data: QueryDict) -> dict[str, Answer | None]:
    """Return what differs from the stored answers; None where one was taken back.

    A field that still says what the page came with is no change, even where another device has changed the
    answer since.
    """
    return {
        said.question.key: said.answer
        for said in given
        if not said.is_kept
        and said.answer != stored.get(said.question.key)
        and data.get(f"was-{said.question.key}") != digest_of(said.fields)
    }


def field_name(question: Question) -> str:
    """Return the name under which a question is sent, or what the names of its fields begin with."""
    return f"q-{question.key}"


def fields_of(question: Question, answer: Answer | None) -> Fields:
    """Return an answer as a browser would send it; empty for none."""
    name = field_name(question)
    if answer is None:
        return []
    if isinstance(answer, dict):
        return [(f"{name}.{part}", str(value)) for part, value in answer.items()]
    if isinstance(answer, list):
        return [(name, value) for value in answer]
    return [(name, str(answer))]


def digest_of(fields: Fields) -> str:
    """Return a short text that says whether fields still hold what they held. Empty fields do not count.

    A field that is one of several, such as the points given to one choice, counts as empty with 0 in it; the
    lowest point of a scale is an answer.
    """
    said = "\n".join(
        sorted(
            f"{name}={_one_newline(value)}" for name, value in fields if value and not (value == "0" and "." in name)
        )
    )
    return hashlib.sha256(said.encode()).hexdigest()[:12] if said else ""


def answer_words(question: Question, answer: Answer | None) -> list[str]:
    """Return a person's own answer in words, for the check page; empty when there is none."""
    if isinstance(answer, str) and answer in question.outs:
        return [out_words(question, answer)]
    if question.kind == "note" and isinstance(answer, dict):
        kind = str(answer["type"])
        return [str(EVIDENCE_WORDS[kind]) if kind != "0" else "", str(answer["text"])]
    return [*words_of(question, answer)]


def out_words(question: Question, out: str) -> str:
    return str(OUT_WORDS_OF_KIND.get((question.kind, out), OUT_WORDS[out]))


def _parts_of(question: Question) -> list[str]:
    return ["type", "text"] if question.kind == "note" else [choice.value for choice in question.choices]


def _one(question: Question, name: str, value: str) -> Given:
    if question.kind == "comment":
        text, errors = _text(value, question.most)
        return Given(question, [(name, value)], text or None, errors)
    if value not in question.values:
        return Given(question, [(name, value)], errors=(str(NOT_A_CHOICE),) if value else (), is_kept=not value)
    is_point = question.is_scale and value not in question.outs
    return Given(question, [(name, value)], int(value) if is_point else value)


def _picked(question: Question, picked: list[str]) -> Given:
    fields = [(field_name(question), value) for value in picked]
    if not question.values.issuperset(picked):
        return Given(question, fields, errors=(str(NOT_A_CHOICE),))
    if len(picked) > question.most:
        words = ngettext(
            "You picked %(picked)d, and this question takes %(most)d. Your choices are still here: untick some.",
            "You picked %(picked)d, and this question takes up to %(most)d. Your choices are still here: untick some.",
            question.most,
        )
        return Given(question, fields, errors=(words % {"picked": len(picked), "most": question.most},))
    return Given(question, fields, picked or None)


def _tokens(question: Question, fields: Fields) -> Given:
    counts: dict[str, int | str] = {}
    spent = 0
    for name, value in fields:
        typed = value.strip() or "0"
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > 9 or int(typed) > question.most:
            return Given(question, fields, errors=(NOT_WHOLE % {"most": question.most},))
        if int(typed):
            counts[name.removeprefix(f"{field_name(question)}.")] = int(typed)
            spent += int(typed)
    if spent > question.most:
        words = _("You gave out %(spent)d, and there are %(most)d. Your numbers are still here: lower some.")
        return Given(question, fields, errors=(words % {"spent": spent, "most": question.most},))
    return Given(question, fields, counts or None)


def _note(question: Question, fields: Mapping[str, str]) -> Given:
    name = field_name(question)
    kind = fields.get(f"{name}.type") or "0"
    text, errors = _text(fields.get(f"{name}.text", ""), question.most)
    if kind not in question.values:
        errors = (str(NOT_A_CHOICE),)
    if errors:
        return Given(question, list(fields.items()), errors=errors)
    note: dict[str, int | str] = {"type": int(kind), "text": text}
    return Given(question, list(fields.items()), note if kind != "0" or text else None)


def _text(typed: str, most: int) -> tuple[str, tuple[str, ...]]:
    """Return a text as it is stored, and what is wrong with it."""
    text = _one_newline(typed).replace("\x00", "").strip()
    return text, (TOO_LONG % {"most": most},) if len(text) > most else ()


def _one_newline(text: str) -> str:
    """Write line ends as scripts do: a form sends two characters for each."""
    return text.replace("\r\n", "\n")
