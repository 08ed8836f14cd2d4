"""What the frame of a page asks: the chosen appearance, and which sections this person may see."""

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.translation import get_language

from organisations import access

register = template.Library()
THEMES = frozenset({"light", "dark"})


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return the appearance the visitor chose, or nothing when the system decides or there is no request."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def may_see_portfolio(context: Context) -> bool:
    """Return whether the visitor is a consultant anywhere; the portfolio compares what consultants were granted."""
    return access.organisations_of(context["request"].user, timezone.now(), access.CONSULTANT).exists()


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """Return the address of this page, or the first page where the address holds a secret and must not be repeated."""
    request: HttpRequest = context["request"]
    return "/" if getattr(request, "address_is_secret", False) else request.get_full_path()


@register.simple_tag
def signup_is_open() -> bool:
    """Return whether strangers may open an account here."""
    return bool(settings.OPEN_SIGNUP)


@register.simple_tag
def is_unreviewed(framework: object = None) -> bool:
    """Return whether no native speaker has read the words of this page: the interface's, or those of `framework`."""
    return get_language() in settings.LANGUAGES_UNREVIEWED or not getattr(framework, "reviewed", True)
