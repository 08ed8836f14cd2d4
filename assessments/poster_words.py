"""What a poster says: the words of one way in, in one language."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Campaign, Kiosk, UnitLink
from assessments.open_links import link_and_code
from assessments.posters import Poster


def poster_for(row: Campaign | UnitLink | Kiosk, *, language: str, base_url: str) -> Poster | None:
    """Return the poster of a way in, or None where it opens nothing (any more).

    `base_url` is where this server is reached, with a slash at its end.
    """
    token, code = link_and_code(row)
    if not token:
        return None
    campaign = row if isinstance(row, Campaign) else row.campaign
    where = "" if isinstance(row, Campaign) else row.unit.name
    role = "" if isinstance(row, Campaign) else row.role
    is_kiosk = isinstance(row, Kiosk)
    address = base_url.rstrip("/") + reverse("kiosk" if is_kiosk else "answering_join", args=[token])
    with translation.override(language):
        return Poster(
            language=language,
            organisation=campaign.organisation.name,
            title=campaign.title,
            purpose=campaign.purpose,
            where=where,
            heading=_("For whoever sets up the tablet") if is_kiosk else _("Answer on your own phone"),
            last_day=_last_day(campaign),
            minutes=_minutes(campaign, role, language),
            steps=_kiosk_steps() if is_kiosk else _steps(),
            anonymity=_(
                "Your answers are stored without your name, and results are shown only for groups of %(k)d or more "
                "people."
            )
            % {"k": campaign.k},
            address=address,
            typed_label=_("No camera? Open this address"),
            typed=(base_url.rstrip("/") + reverse("code")).partition("://")[2].rstrip("/"),
            code_label=_("and type this code:"),
            code=code,
            qr_alt=_("QR code that opens %(address)s") % {"address": address},
        )


def _steps() -> tuple[str, ...]:
    return (
        _("Point your phone's camera at the square."),
        _("Open the link that it shows."),
        _("Answer. You can stop and go on later."),
    )


def _kiosk_steps() -> tuple[str, ...]:
    return (
        _("Point the tablet's camera at the square and open the link."),
        _("Type the PIN. It is not on this sheet."),
        _("Leave the tablet where one person at a time can sit undisturbed, and let nobody look over their shoulder."),
    )


def _last_day(campaign: Campaign) -> str:
    if campaign.closes_at is None:
        return ""
    day = date_format(timezone.localtime(campaign.closes_at), "DATE_FORMAT")
    return _("The last day is %(day)s.") % {"day": day}


def _minutes(campaign: Campaign, role: str, language: str) -> str:
    """Return how long it takes: from the quickest to the slowest of the roles that may come in here."""
    framework = campaign.edition.framework(language)
    roles = [role] if role else [known.key for known in framework.roles] or [""]
    forms = {form.key: form for form in framework.forms}
    seconds = [framework.seconds_for(forms[campaign.form_for(known)], known) for known in roles]
    least, most = (max(1, round(of_all / 60)) for of_all in (min(seconds), max(seconds)))
    if least < most:
        return _("It takes about %(least)d to %(most)d minutes.") % {"least": least, "most": most}
    return ngettext("It takes about %(minutes)d minute.", "It takes about %(minutes)d minutes.", most) % {
        "minutes": most
    }
