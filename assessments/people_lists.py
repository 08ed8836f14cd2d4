"""What the lines of a list of people mean: which unit, which role, who is new, and what is wrong where.

Pure but for the language of its messages.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.people_files import Line
from pillars.schema import Role

CONTACT_LEVELS = {
    "daily": ("daily", "every day", "day"),
    "weekly": ("weekly", "every week", "week"),
    "monthly": ("monthly", "every month", "month"),
    "never": ("never", "none", "no contact"),
}
LONGEST = {"name": 120, "email": 254, "staff_number": 60, "unit": 120}
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True)
class Known:
    """What a list is checked against: units by every name they are known by (lower case), and the roles."""

    units: Mapping[str, int]
    unit_names: Sequence[str]
    roles: Sequence[Role]
    invited: Mapping[str, tuple[int, int, str]]
    """Invitation, unit and role of everybody invited, by `person_key`."""
    own_roles: Sequence[Role] = ()
    """The same in the edition's own language: a list may name either."""
    is_open: bool = False
    """After the opening, unit and role of somebody who is invited stay as they are."""


@dataclass(frozen=True)
class PersonRow:
    """One person, ready to be invited. `unit` is an id, or the name of a unit that is to be created."""

    unit: int | str
    role: str = ""
    contact_level: str = ""
    name: str = ""
    email: str = ""
    staff_number: str = ""
    invitation: int | None = None
    """Whose row it is, when this person is invited already."""


@dataclass(frozen=True)
class CheckedList:
    """What a list would do. With a problem in it, nothing of it is taken over."""

    rows: tuple[PersonRow, ...]
    problems: tuple[str, ...]
    new_units: tuple[str, ...]

    @property
    def added(self) -> int:
        return sum(row.invitation is None for row in self.rows)

    @property
    def updated(self) -> int:
        return sum(row.invitation is not None for row in self.rows)

    @property
    def without_key(self) -> int:
        """How many cannot be recognised when the list is uploaded again."""
        return sum(not (row.staff_number or row.email) for row in self.rows)


def person_key(staff_number: str, email: str) -> str:
    """Return what a person is recognised by: staff number, else e-mail, else nothing."""
    if staff_number:
        return f"number:{staff_number.lower()}"
    return f"email:{email.lower()}" if email else ""


def check_list(lines: Iterable[Line], known: Known, *, creates_units: bool = False) -> CheckedList:
    """Return the people of a list, and every line that is wrong with its reason."""
    check = _Check(known, creates_units)
    for line in lines:
        check.take(line)
    return CheckedList(tuple(check.rows), tuple(check.problems), tuple(check.new_units.values()))


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return " Did you mean …?" with the choice most like `word`, or nothing."""
    by_lower = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return " " + _("Did you mean “%(choice)s”?") % {"choice": by_lower[found[0]]} if found else ""


class _Check:
    def __init__(self, known: Known, creates_units: bool) -> None:
        self.known = known
        self.creates_units = creates_units
        roles = (*known.own_roles, *known.roles)
        self.roles = {name.lower(): role.key for role in roles for name in (role.title, role.key)}
        self.rows: list[PersonRow] = []
        self.problems: list[str] = []
        self.new_units: dict[str, str] = {}
        self.seen: dict[str, int] = {}

    def take(self, line: Line) -> None:
        cells = {name: line.cells.get(name, "") for name in ("name", "email", "staff_number")}
        before = len(self.problems)
        for name, longest in LONGEST.items():
            if len(line.cells.get(name, "")) > longest:
                self._say(line, _("%(column)s is longer than %(most)d characters.") % {"column": name, "most": longest})
        if cells["email"] and not EMAIL.fullmatch(cells["email"]):
            self._say(line, _("“%(email)s” is no e-mail address.") % {"email": cells["email"]})
        unit = self._unit(line)
        role = self._role(line)
        level = self._contact_level(line)
        key = person_key(cells["staff_number"], cells["email"])
        self._once(line, key)
        invited = self.known.invited.get(key) if key else None
        if self.known.is_open and invited and (unit, role) != invited[1:]:
            self._say(
                line,
                _("this person is invited already, and unit and role stay as they are once a campaign is open."),
            )
        if len(self.problems) == before:
            self.rows.append(PersonRow(unit, role, level, **cells, invitation=invited[0] if invited else None))

    def _say(self, line: Line, reason: str) -> None:
        self.problems.append(_("Line %(line)d: %(reason)s") % {"line": line.number, "reason": reason})

    def _once(self, line: Line, key: str) -> None:
        if key and key in self.seen:
            self._say(line, _("the same person stands on line %(line)d.") % {"line": self.seen[key]})
        elif key:
            self.seen[key] = line.number

    def _unit(self, line: Line) -> int | str:
        name = " ".join(line.cells.get("unit", "").split())
        found = self.known.units.get(name.lower())
        if found is not None:
            return found
        if not name:
            self._say(line, _("the unit is missing."))
        elif self.creates_units:
            return self.new_units.setdefault(name.lower(), name)
        else:
            reason = _("there is no unit “%(unit)s”.") % {"unit": name}
            self._say(line, reason + nearest(name, self.known.unit_names))
        return ""

    def _role(self, line: Line) -> str:
        name = " ".join(line.cells.get("role", "").split())
        if not self.known.roles:
            return ""
        found = self.roles.get(name.lower()) or self.roles.get(re.sub(r"[\s-]+", "_", name.lower()))
        if found:
            return found
        titles = ", ".join(role.title for role in self.known.roles)
        if name:
            reason = _("there is no role “%(role)s”.") % {"role": name} + nearest(
                name, [role.title for role in self.known.roles]
            )
        else:
            reason = _("the role is missing.")
        self._say(line, reason + " " + _("The roles are: %(roles)s.") % {"roles": titles})
        return ""

    def _contact_level(self, line: Line) -> str:
        word = line.cells.get("contact_level", "").lower()
        if not word:
            return ""
        found = next((level for level, words in CONTACT_LEVELS.items() if word in words), "")
        if not found:
            self._say(
                line,
                _("“%(word)s” is no contact level. Use daily, weekly, monthly, never, or leave it empty.")
                % {"word": line.cells["contact_level"]},
            )
        return found


def shortened(problems: Sequence[str], most: int = 100) -> list[str]:
    """Return at most `most` problems, and a last line that says how many more there are."""
    left = len(problems) - most
    if left <= 0:
        return list(problems)
    return [*problems[:most], ngettext("and %(count)d more", "and %(count)d more", left) % {"count": left}]
