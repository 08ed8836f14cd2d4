"""Question pages as strings: printed once in a process with their templates, then filled with one person's answers.

The template engine takes ten times as long as everything else about a page. So each page is printed blank, with
a mark wherever something depends on the person: an answer, its version, the link, the organisation's name. A
page for somebody is then one join. What is kept is bounded, holds no answer and no secret, and is shared by all
who are asked the same in one language.

A template for these pages may print what is marked and must not branch on it: see `_MARKED`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

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
from assessments.models import Campaign
from assessments.picture import PictureRow
from assessments.questionnaire import Page, Question, Questionnaire
from pillars.schema import Answer, Answers

MOST_PAGES = 2048
MOST_QUESTIONS = 4096
"""About 3 KB each, whatever the number of pages they stand on."""

CHOSEN = " checked"
SELECTED = " selected"

Language = tuple[str, str]
"""Its code and its own name."""


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


@dataclass(frozen=True)
class _Printed:
    """Text and the names of what goes between, in turn: text, name, text, …, text."""

    pieces: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        pieces = list(self.pieces)
        pieces[1::2] = [values.get(name, "") for name in self.pieces[1::2]]
        return "".join(pieces)


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
    printed = _kept(_printed_page, wanted)
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
    return mark_safe(printed.filled(values))  # noqa: S308  every value was escaped


def rendered_check(
    questionnaire: Questionnaire,
    *,
    organisation: str,
    token: str,
    k: int,
    answers: Answers,
    languages: tuple[Language, ...] = (),
) -> SafeString:
    """Return the check page: every question with this person's own answer, and the way to send."""
    printed = _kept(_printed_check, _Wanted(questionnaire, None, get_language() or "", languages))
    change, answer_it, nothing = _("Change"), _("Answer"), f"<span>{escape(_('Not answered'))}</span>"
    values: dict[str, str] = {"organisation": escape(organisation), "token": escape(token)}
    unanswered = 0
    for page in questionnaire.pages:
        for question in page.questions:
            words = answer_words(question, answers.get(question.key))
            unanswered += not words
            values[f"{question.key}:words"] = "".join(f"<span>{escape(part)}</span>" for part in words) or nothing
            values[f"{question.key}:muted"] = "" if words else ' class="muted"'
            values[f"{question.key}:act"] = escape(change if words else answer_it)
            if question.note and question.note.key in answers:
                values[f"{question.note.key}:words"] = _check_note(page, question, question.note, answers)
    lead = {"unanswered": unanswered, "first_open": questionnaire.first_open_page(answers)}
    sending = {"has_answers": bool(questionnaire.answers_to_send(answers)), "k": k, "token": token}
    values["lead"] = render_to_string("assessments/answering/_check_lead.html", lead)
    values["sending"] = render_to_string("assessments/answering/_check_send.html", sending)
    return mark_safe(printed.filled(values))  # noqa: S308  every value was escaped


def rendered_thanks(
    campaign: Campaign, *, token: str, picture: Sequence[PictureRow], withdrawal_code: str
) -> SafeString:
    """Return the page that thanks for what was just sent: the only place of the picture and of the code."""
    facts = _Facts(
        campaign.state,
        campaign.closes_at,
        campaign.grace_hours,
        campaign.k,
        bool(picture),
        get_language() or "",
        languages_named(campaign.edition.languages()),
    )
    values: dict[str, str] = {
        "organisation": escape(campaign.organisation.name),
        "token": escape(token),
        "code": escape(withdrawal_code),
        "picture": "".join(_picture_row(row, facts.language) for row in picture),
    }
    return mark_safe(_kept(_printed_thanks, facts).filled(values))  # noqa: S308  every value was escaped


def blank_pages(questionnaire: Questionnaire) -> list[BlankPage]:
    """Return every page's main part in the active language, with empty fields: nothing of a person, no link."""
    language = get_language() or ""
    return [
        BlankPage(page.part_key, page.number, section.title, _blank(_Wanted(questionnaire, page, language)))
        for section in questionnaire.sections
        for page in section.pages
    ]


def _blank(wanted: _Wanted) -> SafeString:
    return mark_safe(_kept(_printed_page, replace(wanted, is_framed=False)).filled({}))  # noqa: S308  printed by a template


def languages_named(codes: tuple[str, ...]) -> tuple[Language, ...]:
    """Return the languages that are offered, each by its own name: what the site speaks and the edition has."""
    offered = [code for code, _english in settings.LANGUAGES if code in codes]
    return tuple((code, _own_name(code)) for code in offered)


def _own_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


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


def _check_note(page: Page, question: Question, note: Question, answers: Answers) -> str:
    words = [part for part in answer_words(note, answers[note.key]) if part]
    context = {"page": page, "key": note.key, "words": words, "text": question.text}
    return render_to_string("assessments/answering/_check_note.html", context)


# -- printing ------------------------------------------------------------------------------------


def _mark(name: str) -> SafeString:
    """Return what a template prints where something is filled in later: characters that stand for nothing else."""
    return mark_safe(f"\ue000{name}\ue001")  # noqa: S308  no markup


_MARKED: Mapping[str, Any] = {
    "token": _mark("token"),
    "campaign": {"organisation": {"name": _mark("organisation")}},
    **{name: _mark(name) for name in ("errors", "failed", "lead", "sending")},
}
"""What a page's templates are given instead of the person's own; they print it, and cannot decide by it."""


def _print(template: str, context: Mapping[str, Any]) -> tuple[str, ...]:
    """Render a template whose context holds marks, and take it apart at them."""
    return tuple(re.split("\ue000(.*?)\ue001", render_to_string(template, dict(context))))


@dataclass(frozen=True)
class _Wanted:
    """What a printed page depends on besides the person."""

    questionnaire: Questionnaire
    page: Page | None
    language: str
    languages: tuple[Language, ...] = ()
    goes_to_check: bool = False
    is_framed: bool = True


@dataclass(frozen=True)
class _Facts:
    """What the page of thanks depends on besides the person."""

    state: str
    closes_at: datetime | None
    grace_hours: int
    k: int
    has_picture: bool
    language: str
    languages: tuple[Language, ...]


def _kept(printed: Any, wanted: _Wanted | _Facts) -> _Printed:
    """Return a printed page from the cache; while templates are being written, as they are now."""
    found: _Printed = printed.__wrapped__(wanted) if settings.DEBUG else printed(wanted)
    return found


@lru_cache(MOST_PAGES)
def _printed_thanks(facts: _Facts) -> _Printed:
    known = {name: getattr(facts, name) for name in ("state", "closes_at", "grace_hours", "k")}
    context = {
        **_MARKED,
        "campaign": {**_MARKED["campaign"], **known},
        "withdrawal_code": _mark("code"),
        "picture": _mark("picture") if facts.has_picture else "",
        "languages": facts.languages,
        "language": facts.language,
        "next": reverse("answering"),
    }
    return _Printed(_print("assessments/answering/sent.html", context))


@lru_cache(MOST_PAGES)
def _picture_row(row: PictureRow, language: str) -> str:
    return render_to_string("assessments/answering/_picture_row.html", {"row": row})


@lru_cache(MOST_PAGES)
def _printed_check(wanted: _Wanted) -> _Printed:
    sections = [
        {
            "title": section.title,
            "rows": [
                {
                    "page": page,
                    "key": question.key,
                    "text": question.short_text,
                    "note": _mark(f"{question.note.key}:words") if question.note else "",
                    **{name: _mark(f"{question.key}:{name}") for name in ("muted", "words", "act")},
                }
                for page in section.pages
                for question in page.questions
            ],
        }
        for section in wanted.questionnaire.sections
    ]
    context = {**_MARKED, "sections": sections, "languages": wanted.languages, "language": wanted.language}
    return _Printed(_print("assessments/answering/check.html", context))


@lru_cache(MOST_PAGES)
def _printed_page(wanted: _Wanted) -> _Printed:
    questionnaire, page = wanted.questionnaire, wanted.page
    assert page is not None  # noqa: S101  for the type checker
    groups = [
        (stem, [_mark(f"question {number} {question.key}") for question in run])
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
    frame = _print(template, context)
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
    return _Printed(tuple(pieces))


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
    return _print("assessments/answering/_question.html", context)


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
        self.version, self.was, self.said = _mark(f"{key}:version"), _mark(f"{key}:was"), _mark(f"{key}:said")
        self.described, self.invalid = _mark(f"{key}:described"), _mark(f"{key}:invalid")
        self.open = _mark(f"{key}:open")
        self.value = _mark(f"{self.name}.text" if question.kind == "note" else self.name)
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
        return _Choice(name, value, text, _mark(f"{name}={value}"))

    def _number(self, option: str, text: str) -> _Choice:
        name = f"{self.name}.{option}"
        return _Choice(name, "", text, _mark(name))


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
