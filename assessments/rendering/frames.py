"""The pages around the questions: where somebody starts, how far they are, and the thanks after sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.defaultfilters import linebreaks_filter
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Campaign
from assessments.picture import PictureRow
from assessments.questionnaire import Questionnaire, State
from assessments.rendering.printing import MOST_PAGES, Facts, filled, languages_named, mark
from pillars.schema import Answers


@dataclass(frozen=True)
class Place:
    """Whose answers somebody's will be counted with, in words."""

    cell_unit: str
    cell_role: str
    cell_contact: str
    cell_joined: str = ""
    """What becomes of a small group that somebody named by themselves."""


def rendered_start(
    campaign: Campaign, *, token: str, minutes: int, place: Place, is_reviewed: bool, is_tablet: bool
) -> SafeString:
    """Return the page that says what is asked, who will see what, and how to begin."""
    facts = {
        **_frame_facts(campaign),
        "campaign.k": campaign.k,
        "campaign.comments_from": campaign.comments_from,
        "campaign.closes_at": campaign.closes_at,
        "minutes": minutes,
        "framework.reviewed": is_reviewed,
        "is_tablet": is_tablet,
    }
    values = {
        **_frame_values(campaign, token),
        "purpose": linebreaks_filter(campaign.purpose) if campaign.purpose else "",
        "cell_unit": place.cell_unit,
        "cell_role": place.cell_role,
        # Its template writes it in small letters, and cannot do so with what is filled in later.
        "cell_contact": place.cell_contact.lower(),
        "cell_joined": place.cell_joined,
    }
    return filled("assessments/answering/start.html", facts, values)


def rendered_parts(
    campaign: Campaign, questionnaire: Questionnaire, *, token: str, answers: Answers, is_shared: bool
) -> SafeString:
    """Return the list of parts with how far this person is in each."""
    next_page = questionnaire.first_open_page(answers)
    marks = tuple(
        (section.key, section.title, mark(f"{section.key}:state"), mark(f"{section.key}:words"))
        for section in questionnaire.sections
    )
    facts = {
        **_frame_facts(campaign),
        "sections": marks,
        "is_shared": is_shared,
        "has_answers": any(key in answers for key in questionnaire.field_by_key),
    }
    values = {**_frame_values(campaign, token), "next_address": ""}
    if next_page:
        values["next_address"] = reverse("answering_part", args=[next_page.part_key, next_page.number])
    for section in questionnaire.sections:
        state = section.state(answers)
        values[f"{section.key}:state"] = state
        values[f"{section.key}:words"] = _state_words(state)
    return filled("assessments/answering/parts.html", facts, values)


def rendered_thanks(
    campaign: Campaign, *, token: str, picture: Sequence[PictureRow], withdrawal_code: str
) -> SafeString:
    """Return the page that thanks for what was just sent: the only place of the picture and of the code."""
    language = get_language() or ""
    facts = {
        **_frame_facts(campaign),
        "campaign.state": campaign.state,
        "campaign.closes_at": campaign.closes_at,
        "campaign.grace_hours": campaign.grace_hours,
        "campaign.k": campaign.k,
        "next": reverse("answering"),
    }
    rows = "".join(_picture_row(row, language) for row in picture)
    values = {
        **_frame_values(campaign, token),
        "withdrawal_code": withdrawal_code,
        "picture": mark_safe(rows),  # noqa: S308  printed by a template
    }
    return filled("assessments/answering/sent.html", facts, values)


def _frame_facts(campaign: Campaign) -> Facts:
    """Return what the language switch in a page's head is printed from."""
    return {"languages": languages_named(campaign.edition.languages()), "language": get_language() or ""}


def _frame_values(campaign: Campaign, token: str) -> Mapping[str, str]:
    return {"campaign.title": campaign.title, "campaign.organisation.name": campaign.organisation.name, "token": token}


def _state_words(state: State) -> str:
    if state == "completed":
        return _("Completed")
    return _("In progress") if state == "in_progress" else _("Not started")


@lru_cache(MOST_PAGES)
def _picture_row(row: PictureRow, language: str) -> str:
    return render_to_string("assessments/answering/_picture_row.html", {"row": row})
