"""Pages of questions, with this person's answers in their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from assessments.forms.answering import (
    EVIDENCE_WORDS,
    Fields,
    Given,
    answer_words,
    digest_of,
    field_name,
    fields_of,
    out_words,
)
from assessments.questionnaire import Page, Question, Questionnaire
from assessments.rendering.printing import MOST_PAGES, Language, Printed, escape, kept, mark, pieces_of
from pillars.schema import Answer, Answers

MOST_QUESTIONS = 4096
"""About 3 KB each, whatever the number of pages they stand on."""

CHOSEN = " checked"
SELECTED = " selected"


@dataclass(frozen=True)
class Replaced:
    """The answer that a save took the place of though it was not based on it, in fields and in words."""

    version: str
    fields: Fields
    words: str


@dataclass(frozen=True)
class BlankPage:
    """One page as everybody with the same questions sees it, without frame, answers and link."""

    part_key: str
    number: int
    title: str
    html: SafeString


def rendered_page(
    questionnaire: Questionnaire,
    page: Page,
    *,
    organisation: str,
    token: str,
    answers: Answers,
    versions: Mapping[str, str],
    languages: tuple[Language, ...] = (),
    goes_to_check: bool = False,
    given: Mapping[str, Given] | None = None,
    replaced: Mapping[str, Replaced] | None = None,
) -> SafeString:
    """Return a whole question page with this person's answers.

    `given` is what was just posted and could not be kept; it stands in the fields instead of the answers.
    `replaced` are the answers of another device that were just overwritten, by question.
    """
    wanted = _Wanted(questionnaire, page, get_language() or "", languages, goes_to_check)
    printed = kept(_printed_page, wanted)
    values: dict[str, str] = {"organisation": escape(organisation), "token": escape(token)}
    for question in page.fields:
        fields = fields_of(question, answers.get(question.key))
        values[f"{question.key}:version"] = versions.get(question.key, "")
        values[f"{question.key}:was"] = digest_of(fields)
        if given and question.key in given:
            fields = given[question.key].fields
        if fields:
            _fill(values, question, fields)
    if given or replaced:
        _say(values, page, given or {}, replaced or {})
    return printed.filled(values)


def blank_pages(questionnaire: Questionnaire) -> list[BlankPage]:
    """Return every page's main part in the active language, with empty fields: nothing of a person, no link."""
    language = get_language() or ""
    return [
        BlankPage(page.part_key, page.number, section.title, _blank(_Wanted(questionnaire, page, language)))
        for section in questionnaire.sections
        for page in section.pages
    ]


def _blank(wanted: _Wanted) -> SafeString:
    return kept(_printed_page, replace(wanted, is_framed=False)).filled({})


def _fill(values: dict[str, str], question: Question, fields: Fields) -> None:
    """Put an answer's fields where the page has marks for them."""
    for name, value in fields:
        if question.kind in {"comment", "tokens"} or name.endswith(".text"):
            values[name] = escape(value)
        else:
            values[f"{name}={value}"] = SELECTED if question.is_wide or question.kind == "note" else CHOSEN
    if question.kind == "note":
        values[f"{question.key}:open"] = " open"


def _say(values: dict[str, str], page: Page, given: Mapping[str, Given], replaced: Mapping[str, Replaced]) -> None:
    """Print what is wrong, or what another device had said, at the question and at the top of the page."""
    failed = [said for said in given.values() if said.errors]
    for said in failed:
        key = said.question.key
        context = {"key": key, "errors": said.errors}
        values[f"{key}:said"] = render_to_string("assessments/answering/_errors.html", context)
        values[f"{key}:described"] = f" error-{key}"
        values[f"{key}:invalid"] = ' aria-invalid="true"'
    for key, other in replaced.items():
        both = {"key": key, "other": other}
        values[f"{key}:said"] = render_to_string("assessments/answering/_replaced.html", both)
    summary = {"failed": failed, "replaced": list(replaced)}
    values["errors"] = render_to_string("assessments/answering/_summary.html", summary)
    if failed:
        values["failed"] = render_to_string("assessments/answering/_failed.html").strip() + " "


# -- printing ------------------------------------------------------------------------------------

_MARKED: Mapping[str, Any] = {
    "token": mark("token"),
    "campaign": {"organisation": {"name": mark("organisation")}},
    **{name: mark(name) for name in ("errors", "failed")},
}
"""What a page's templates are given instead of the person's own; they print it, and cannot decide by it."""


@dataclass(frozen=True)
class _Wanted:
    """What a printed page depends on besides the person."""

    questionnaire: Questionnaire
    page: Page
    language: str
    languages: tuple[Language, ...] = ()
    goes_to_check: bool = False
    is_framed: bool = True


@lru_cache(MOST_PAGES)
def _printed_page(wanted: _Wanted) -> Printed:
    questionnaire, page = wanted.questionnaire, wanted.page
    groups = [
        (stem, [mark(f"question {number} {question.key}") for question in run])
        for number, (stem, run) in enumerate(page.groups, start=1)
    ]
    context = {
        **_MARKED,
        "page": page,
        "section": questionnaire.section(page.part_key),
        "steps": _steps(questionnaire, page),
        "groups": groups,
        "goes_to_check": wanted.goes_to_check,
        "languages": wanted.languages,
        "language": wanted.language,
    }
    template = "assessments/answering/part.html" if wanted.is_framed else "assessments/answering/_page.html"
    frame = pieces_of(template, context)
    question_by_key = {question.key: question for question in page.questions}
    pieces = [frame[0]]
    for name, text in zip(frame[1::2], frame[2::2], strict=True):
        if name.startswith("question "):
            number, key = name.split(" ", 2)[1:]
            question = question_by_key[key]
            printed = _printed_question(question, int(number) if question.stem else 0, wanted.language)
            _append(pieces, printed)
            pieces[-1] += text
        else:
            pieces += [name, text]
    return Printed(tuple(pieces))


def _append(pieces: list[str], printed: tuple[str, ...]) -> None:
    pieces[-1] += printed[0]
    pieces.extend(printed[1:])


@lru_cache(MOST_QUESTIONS)
def _printed_question(question: Question, stem_id: int, language: str) -> tuple[str, ...]:
    """Print one question with a mark at everything an answer changes. `stem_id` 0: no stem above it."""
    context = {
        "question": question,
        "stem_id": stem_id,
        "row": _Row(question),
        "note": _Row(question.note) if question.note else None,
    }
    return pieces_of("assessments/answering/_question.html", context)


@dataclass(frozen=True)
class _Choice:
    """One radio button, checkbox, option or number field, and the mark of its state."""

    name: str
    value: str
    text: str
    state: SafeString


class _Row:
    """A question as its template prints it: the choices, and a mark for each thing that is filled in."""

    def __init__(self, question: Question) -> None:
        key = question.key
        self.key = key
        self.name = field_name(question)
        self.version, self.was, self.said = mark(f"{key}:version"), mark(f"{key}:was"), mark(f"{key}:said")
        self.described, self.invalid = mark(f"{key}:described"), mark(f"{key}:invalid")
        self.open = mark(f"{key}:open")
        self.value = mark(f"{self.name}.text" if question.kind == "note" else self.name)
        self.most = question.most
        if question.kind == "tokens":
            self.choices = [self._number(choice.value, choice.text) for choice in question.choices]
        elif question.kind == "note":
            self.choices = [self._choice(kind, str(words), ".type") for kind, words in EVIDENCE_WORDS.items()]
        else:
            self.choices = [self._choice(choice.value, choice.text) for choice in question.choices]
        self.outs = [self._choice(out, out_words(question, out)) for out in question.outs]

    def _choice(self, value: str, text: str, part: str = "") -> _Choice:
        name = f"{self.name}{part}"
        return _Choice(name, value, text, mark(f"{name}={value}"))

    def _number(self, option: str, text: str) -> _Choice:
        name = f"{self.name}.{option}"
        return _Choice(name, "", text, mark(name))


def _steps(questionnaire: Questionnaire, page: Page) -> dict[str, Any]:
    """Return where a page stands among the parts."""
    keys = [section.key for section in questionnaire.sections]
    at = keys.index(page.part_key)
    return {
        "part": at + 1,
        "parts": len(keys),
        "states": ["done" if n < at else "now" if n == at else "to-come" for n in range(len(keys))],
        "pages": len(questionnaire.sections[at].pages),
        "is_first": questionnaire.pages[0] == page,
        "is_last": questionnaire.pages[-1] == page,
    }


def words_shown(question: Question, answer: Answer | None) -> str:
    """Return an answer in one line of words, empty when there is none."""
    return ", ".join(filter(None, answer_words(question, answer)))
