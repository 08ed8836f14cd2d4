"""Template tags of the respondents' pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import get_language

from assessments.rendering import languages_named

register = template.Library()


@register.inclusion_tag("assessments/answering/_languages.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Offer the languages of the campaign's questions on a page that was opened with a link, and lead back to it."""
    if "languages" in context:  # a page that is printed once for many people
        return {name: context.get(name) for name in ("languages", "token", "next")} | {"current": context["language"]}
    campaign, token, request = context.get("campaign"), context.get("token"), context.get("request")
    if campaign is None or not token or request is None:
        return {"languages": ()}
    is_answer_to_post = request.method == "POST"
    return {
        "languages": languages_named(campaign.edition.languages()),
        "current": get_language(),
        "token": token,
        "next": reverse("answering") if is_answer_to_post else request.get_full_path(),
    }
