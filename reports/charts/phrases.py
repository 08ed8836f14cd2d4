"""The words and printed numbers that all charts and tables of results share."""

from __future__ import annotations

import math
from datetime import date, datetime

from django.utils.formats import date_format, localize, number_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from reports.results import Figure, Results

MINUS = "\u2212"
LEFT_TO_RIGHT = "\u200e"


def whole(value: float) -> int:
    """Return `value` rounded half up."""
    return math.floor(value + 0.5)


def is_shown(figure: Figure) -> bool:
    """Return whether a figure may be printed: it has a score and nothing says that it is hidden."""
    return figure.is_shown and not figure.absence


def number(figure: Figure) -> str:
    """Return a shown figure's printed score; the unrounded score's band decides, so 39.6 prints 39."""
    if figure.display is not None:
        return str(figure.display)
    return "" if figure.score is None else str(whole(figure.score))


def signed(value: float) -> str:
    """Return a difference in whole points with its sign, "0" without one.

    In a text from right to left a sign would be drawn behind its number ("5+"); the mark before it prevents that.
    """
    rounded = whole(abs(value))
    if not rounded:
        return "0"
    mark = LEFT_TO_RIGHT if get_language_bidi() else ""
    return f"{mark}{'+' if value > 0 else MINUS}{rounded}"


def decimal(value: float) -> str:
    """Return a number with two decimals, as the language writes them."""
    rounded = round(value, 2) or 0.0
    mark = LEFT_TO_RIGHT if get_language_bidi() and rounded < 0 else ""
    return f"{mark}{number_format(rounded, 2)}".replace("-", MINUS)


def percent(share: float) -> str:
    """Return a share 0..1 without decimals."""
    return percents(whole(100 * share))


def percents(number: int) -> str:
    """Return a whole number of per cent."""
    return _("%(percent)d%%") % {"percent": number}


def interval(figure: Figure) -> str:
    """Return "45 to 50", or nothing where no interval was computed."""
    if figure.low is None or figure.high is None:
        return ""
    return _("%(low)d to %(high)d") % {"low": whole(figure.low), "high": whole(figure.high)}


def answers(count: int | None) -> str:
    """Return how many answered, or that this is not said where it would tell how many few people did not."""
    if count is None:
        return _("number of answers not shown")
    return ngettext("%(count)s answer", "%(count)s answers", count) % {"count": localize(count)}


def all_answers(results: Results) -> str:
    """Return how many answered; where they are too few to say, that they are fewer than the smallest group."""
    if results.answered is None:
        return _("fewer than %(k)s answers") % {"k": localize(results.k)}
    return answers(results.answered)


def ways_asked(results: Results) -> tuple[str, ...]:
    """Return what is unusual about how people were asked, as sentences: a shorter form, ways in for anybody."""
    said = []
    if results.short_roles:
        said.append(
            _("Some got the short questionnaire: %(roles)s. Their scores rest on fewer questions.")
            % {"roles": ", ".join(results.short_roles)}
        )
    if results.may_repeat:
        said.append(_("Some came by an open link, a poster or a shared tablet, so one person may have answered twice."))
    return tuple(said)


def response_rate(results: Results) -> str:
    """Return the share of the people invited who answered, or "" where either number is not known."""
    if not results.invited or results.answered is None:
        return ""
    return percent(results.answered / results.invited)


def level_title(results: Results, figure: Figure) -> str:
    return results.level(figure.level).title if figure.level and figure.level <= len(results.levels) else ""


def hidden() -> str:
    """Return what stands for every hidden value; it gives neither a reason of its own nor a number."""
    return _("Hidden to protect anonymity")


def absence(figure: Figure) -> str:
    """Return why there is no figure."""
    if figure.absence == "not_asked":
        return _("Not asked")
    if figure.absence == "too_few":
        return _("Too few to compare")
    return hidden()


def of_hundred(results: Results, figure: Figure) -> str:
    """Return a shown figure as one phrase: score, level and interval."""
    words = {"score": number(figure), "level": level_title(results, figure), "interval": interval(figure)}
    if words["level"] and words["interval"]:
        return _("%(score)s of 100, %(level)s, 95%% interval %(interval)s") % words
    if words["interval"]:
        return _("%(score)s of 100, 95%% interval %(interval)s") % words
    return _("%(score)s of 100") % words


def closing_date(results: Results) -> date | None:
    return datetime.fromisoformat(results.closed_at).date() if results.closed_at else None


def closed_on(results: Results) -> str:
    day = closing_date(results)
    return date_format(day) if day else ""


def source_line(results: Results) -> str:
    """Return who was asked and when, for captions."""
    words = {"answers": all_answers(results), "wave": results.wave, "date": closed_on(results)}
    if not words["date"]:
        return _("%(answers)s, wave %(wave)d.") % words
    return _("%(answers)s, wave %(wave)d, closed on %(date)s.") % words
