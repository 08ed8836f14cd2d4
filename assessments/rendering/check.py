"""The page before sending: every question with this person's own answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.forms.answering import answer_words
from assessments.questionnaire import Page, Question, Questionnaire
from assessments.rendering.printing import MOST_PAGES, Language, Printed, escape, filled, kept, mark, pieces_of
from pillars.schema import Answers


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
    printed = kept(_printed_check, _Wanted(questionnaire, get_language() or "", languages))
    change, answer_it = escape(_("Change")), escape(_("Answer"))
    nothing = f"<span>{escape(_('Not answered'))}</span>"
    values: dict[str, str] = {"campaign.organisation.name": escape(organisation), "token": escape(token)}
    unanswered = 0
    for page in questionnaire.pages:
        for question in page.questions:
            key = question.key
            words = answer_words(question, answers.get(key))
            if words:
                values[f"{key}:words"] = "".join([f"<span>{escape(part)}</span>" for part in words])
                values[f"{key}:act"] = change
            else:
                unanswered += 1
                values[f"{key}:words"], values[f"{key}:act"] = nothing, answer_it
                values[f"{key}:muted"] = ' class="muted"'
            if question.note and question.note.key in answers:
                values[f"{question.note.key}:words"] = _note(page, question, question.note, answers)
    values["lead"] = _lead(unanswered, questionnaire.first_open_page(answers))
    sending = {"has_answers": questionnaire.has_answers_to_send(answers), "k": k}
    values["sending"] = filled("assessments/answering/_check_send.html", sending, {"token": token})
    return printed.filled(values)


def _lead(unanswered: int, first_open: Page | None) -> str:
    address = reverse("answering_part", args=[first_open.part_key, first_open.number]) if first_open else ""
    values = {"first_open": f"{address}?then=check" if address else ""}
    return filled("assessments/answering/_check_lead.html", {"unanswered": unanswered}, values)


def _note(page: Page, question: Question, note: Question, answers: Answers) -> str:
    words = [part for part in answer_words(note, answers[note.key]) if part]
    context = {"page": page, "key": note.key, "words": words, "text": question.text}
    return render_to_string("assessments/answering/_check_note.html", context)


@dataclass(frozen=True)
class _Wanted:
    """What the printed page depends on besides the person."""

    questionnaire: Questionnaire
    language: str
    languages: tuple[Language, ...]


@lru_cache(MOST_PAGES)
def _printed_check(wanted: _Wanted) -> Printed:
    sections = [
        {
            "title": section.title,
            "rows": [
                {
                    "page": page,
                    "key": question.key,
                    "text": question.short_text,
                    "note": mark(f"{question.note.key}:words") if question.note else "",
                    **{name: mark(f"{question.key}:{name}") for name in ("muted", "words", "act")},
                }
                for page in section.pages
                for question in page.questions
            ],
        }
        for section in wanted.questionnaire.sections
    ]
    context = {
        "campaign": {"organisation": {"name": mark("campaign.organisation.name")}},
        **{name: mark(name) for name in ("token", "lead", "sending")},
        "sections": sections,
        "languages": wanted.languages,
        "language": wanted.language,
    }
    return Printed(pieces_of("assessments/answering/check.html", context))
