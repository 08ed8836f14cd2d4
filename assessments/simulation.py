"""Makes up organisations and how their people answer: plausible, reproducible, never mistaken for real.

Pure: the same framework, sizes and seed give the same answers. On 0..100 an answer is the organisation's
level, plus how it stands in the dimension, plus the item, the unit, the role and the person, plus noise;
then it is rounded to the item's scale. Spreads (SD on 0..100): persons 15, noise 28 (ladders 18),
dimensions 8, items 4, units 5 and units within a dimension 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pillars.schema import DONT_KNOW, NOT_APPLICABLE, Answer, Framework, Item, Task
from pillars.scoring import routed_items

if TYPE_CHECKING:
    import numpy as np

Story = Literal["none", "leader_gap", "symbolic", "hero"]
STORIES: tuple[Story, ...] = ("none", "leader_gap", "symbolic", "hero")
NOMINEES = ("Head of customer experience", "Chief operating officer", "Head of branches", "Head of digital channels")
NO_SINGLE_ROLE = "none"

# Kind of unit, and its names in the order in which they appear.
HEAD, CUSTOMER, AGENTS, CENTRE = "head", "customer", "agents", "centre"
UNIT_NAMES = (
    ("Head office", HEAD),
    ("Branches north", CUSTOMER),
    ("Agent network", AGENTS),
    ("Operations", CENTRE),
    ("Contact centre", CUSTOMER),
    ("Branches south", CUSTOMER),
    ("Risk and compliance", CENTRE),
    ("Branches east", CUSTOMER),
    ("Digital channels", CENTRE),
    ("Branches west", CUSTOMER),
    ("Products and pricing", CENTRE),
)
BRANCHES = "Branches"
SHARES = {"front_line": 0.55, "agent": 0.10, "back_office": 0.15, "manager": 0.15, "executive": 0.05}
WORKS_IN = {
    "front_line": (CUSTOMER,),
    "agent": (AGENTS,),
    "back_office": (CENTRE, HEAD),
    "executive": (HEAD,),
}
CONTACT = {
    "front_line": (("daily", 0.8), ("weekly", 0.2)),
    "agent": (("daily", 0.9), ("weekly", 0.1)),
    "back_office": (("monthly", 0.4), ("never", 0.6)),
    "manager": (("weekly", 0.5), ("monthly", 0.5)),
    "executive": (("monthly", 0.7), ("never", 0.3)),
}
ROLE_EFFECTS = {"agent": -3.0, "back_office": 1.0, "manager": 4.0, "executive": 7.0}
COMMENTS = (
    "Customers wait too long when a case moves between departments.",
    "We could settle most complaints at the counter if we were allowed to.",
    "The new forms are shorter and customers notice.",
    "Nobody tells us what happened with the ideas we hand in.",
    "My team leader listens and helps when a customer has a problem.",
    "We hear about new products from customers before we hear from head office.",
    "Targets for new accounts leave no time for the customers we have.",
    "It got better since branch managers visit customers every month.",
    "Systems are slow in the morning and people leave the queue.",
    "I would like to know what customers say after they have been here.",
)
FIRST_NAMES = ("Amina", "Brian", "Chege", "Diana", "Esther", "Faraji", "Grace", "Hassan", "Imani", "Joseph", "Kendi")
LAST_NAMES = ("Achieng", "Barasa", "Cheruiyot", "Kamau", "Mutua", "Njeri", "Otieno", "Wafula", "Wanjiru")


@dataclass(frozen=True)
class SimulatedUnit:
    name: str
    kind: str
    parent: str = ""
    """Name of the unit above, or empty directly under the organisation."""
    effect: float = 0
    response_rate: float = 0.75


@dataclass(frozen=True)
class Company:
    """What stays the same, or drifts, from wave to wave."""

    level: float
    profile: Mapping[str, float]
    """How each dimension differs from the level."""
    units: tuple[SimulatedUnit, ...]
    staff: tuple[tuple[int, str], ...]
    """Unit (its place in `units`) and role of everybody."""
    story: Story = "none"


@dataclass(frozen=True)
class SimulatedPerson:
    unit: int
    role: str
    contact_level: str
    answers: dict[str, Answer] | None
    """None where the person was invited and did not answer."""


def found_company(
    framework: Framework, people: int, seed: Sequence[int], *, story: Story = "none", level: float | None = None
) -> Company:
    """Return an organisation of about `people` people in 4 to 11 units, never fewer than 3 in a unit."""
    rng = _generator(seed)
    count = min(int(rng.integers(4, 12)), max(4, people // 9))
    units = tuple(
        SimulatedUnit(
            name,
            kind,
            parent=BRANCHES if name.startswith(f"{BRANCHES} ") else "",
            effect=float(rng.normal(0, 5)),
            response_rate=float(rng.uniform(0.6, 0.9)),
        )
        for name, kind in UNIT_NAMES[:count]
    )
    return Company(
        level=float(rng.normal(50, 10)) if level is None else level,
        profile={dimension.key: float(rng.normal(0, 8)) for dimension in framework.dimensions},
        units=units,
        staff=_staff(rng, [role.key for role in framework.roles], units, people),
        story=story,
    )


def a_wave_later(company: Company, seed: Sequence[int]) -> Company:
    """Return the organisation half a year on: a little better on average, some dimensions up, some down."""
    rng = _generator(seed)
    return replace(
        company,
        level=min(max(company.level + float(rng.normal(2.5, 2.5)), 10), 90),
        profile={key: 0.9 * value + float(rng.normal(0, 3)) for key, value in company.profile.items()},
        units=tuple(replace(unit, effect=0.8 * unit.effect + float(rng.normal(0, 2.5))) for unit in company.units),
    )


def ask_everybody(
    framework: Framework,
    company: Company,
    seed: Sequence[int],
    form: str,
    other_forms: Mapping[str, str] = MappingProxyType({}),
) -> list[SimulatedPerson]:
    """Return everybody who was invited, with the answers of those who answered.

    `other_forms` names the form of each role that gets another one than `form`.
    """
    rng = _generator(seed)
    questions = _Questions(framework, company, form, other_forms)
    points = questions.points(rng)
    answered = rng.random(len(company.staff)) < [company.units[unit].response_rate for unit, _ in company.staff]
    tasks = _Tasks(framework, company, form, rng)
    left_out = _tasks_left_out(framework, form, other_forms)
    people = []
    for index, (unit, role) in enumerate(company.staff):
        answers: dict[str, Answer] | None = None
        if answered[index]:
            places, keys = questions.of_role[role]
            row = points[index, places].tolist()
            answers = {key: point for key, point in zip(keys, row, strict=True) if point is not None}
            told = tasks.answers(role)
            answers |= {key: answer for key, answer in told.items() if key not in left_out.get(role, ())}
        people.append(SimulatedPerson(unit, role, _contact_level(rng, role), answers))
    return people


def _tasks_left_out(framework: Framework, form: str, other_forms: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the tasks of `form` that a role does not meet in the other form it gets."""
    listed = {
        key: {question for part in framework.parts if key in part.forms for page in part.pages for question in page}
        for key in {form, *other_forms.values()}
    }
    return {role: listed[form] - listed[other] for role, other in other_forms.items()}


def invented_name(number: int) -> str:
    """Return a made-up name; 99 of them, then they repeat."""
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"


def _generator(seed: Sequence[int]) -> np.random.Generator:
    import numpy as np  # noqa: PLC0415  heavy, and only simulations need it

    return np.random.default_rng(list(seed))


def _contact_level(rng: np.random.Generator, role: str) -> str:
    levels = CONTACT.get(role)
    if not levels:
        return ""
    return levels[0][0] if rng.random() < levels[0][1] else levels[1][0]


def _staff(
    rng: np.random.Generator, roles: Sequence[str], units: Sequence[SimulatedUnit], people: int
) -> tuple[tuple[int, str], ...]:
    """Return unit and role of everybody: roles in their shares, in the units where they work."""
    shares = {role: SHARES.get(role, 0.1) for role in roles} or {"": 1.0}
    total = sum(shares.values())
    sizes = rng.dirichlet([3.0] * len(units))
    staff: list[tuple[int, str]] = []
    for role, share in shares.items():
        count = max(1, round(people * share / total))
        fitting = [place for place, unit in enumerate(units) if unit.kind in WORKS_IN.get(role, (unit.kind,))]
        places = fitting or list(range(len(units)))
        weights = sizes[places] / sizes[places].sum()
        staff += [(places[choice], role) for choice in rng.choice(len(places), size=count, p=weights)]
    # A unit that got fewer than three people takes some from the largest.
    for place in range(len(units)):
        while sum(unit == place for unit, _ in staff) < 3:
            largest = max(range(len(units)), key=lambda other: sum(unit == other for unit, _ in staff))
            mover = max(index for index, (unit, _) in enumerate(staff) if unit == largest)
            staff[mover] = (place, staff[mover][1])
    return tuple(sorted(staff))


class _Questions:
    """The items of a form and what each person's answers to them rest on."""

    def __init__(self, framework: Framework, company: Company, form: str, other_forms: Mapping[str, str]) -> None:
        self.framework = framework
        self.company = company
        self.items: list[tuple[Item, str]] = [
            (item, dimension.key) for dimension in framework.dimensions for item in dimension.items
        ]
        self.of_role: dict[str, tuple[list[int], list[str]]] = {}
        for role in {role for _, role in company.staff}:
            routed = routed_items(framework, role, form, other_forms)
            places = [place for place, (item, _) in enumerate(self.items) if item.key in routed]
            self.of_role[role] = places, [self.items[place][0].key for place in places]

    def points(self, rng: np.random.Generator) -> np.ndarray:
        """Return people by items: the item's own points, "dk", "na", or None."""
        import numpy as np  # noqa: PLC0415  heavy, and only simulations need it

        people, items = len(self.company.staff), len(self.items)
        units = np.array([unit for unit, _ in self.company.staff])
        dimensions = {dimension.key: place for place, dimension in enumerate(self.framework.dimensions)}
        of_item = np.array([dimensions[key] for _, key in self.items])
        is_ladder = np.array([item.scale.kind == "ladder" for item, _ in self.items])

        profile = np.array([self.company.profile[key] for _, key in self.items])
        unit_effects = np.array([unit.effect for unit in self.company.units])
        within = rng.normal(0, 4, (len(self.company.units), len(dimensions)))
        values = (
            self.company.level
            + profile
            + rng.normal(0, 4, items)
            + unit_effects[units][:, None]
            + within[units][:, of_item]
            + rng.normal(0, 15, people)[:, None]
            + self._roles_and_story()
            + rng.normal(0, 1, (people, items)) * np.where(is_ladder, 18, 28)
        )
        lowest = np.array([item.scale.lowest for item, _ in self.items])
        highest = np.array([item.scale.highest for item, _ in self.items])
        is_reversed = np.array([item.reversed for item, _ in self.items])
        fractions = np.clip(values, 0, 100) / 100
        fractions = np.where(is_reversed, 1 - fractions, fractions)
        points: np.ndarray = np.rint(lowest + fractions * (highest - lowest)).astype(int).astype(object)

        chance = rng.random((people, items))
        unseen = self._unseen()
        points[chance < unseen] = DONT_KNOW
        points[chance > 0.98] = NOT_APPLICABLE
        points[(chance > 0.97) & (chance <= 0.98)] = None
        return points

    def _unseen(self) -> np.ndarray:
        """Return the chance of "I can't see this": leaders see less of what staff live."""
        import numpy as np  # noqa: PLC0415  heavy, and only simulations need it

        base = np.array([0.08 if item.scale.kind == "ladder" else 0.04 for item, _ in self.items])
        by_role = {"executive": 0.08, "manager": 0.03, "back_office": 0.05}
        by_person = np.array([by_role.get(role, 0.0) for _, role in self.company.staff])
        unseen: np.ndarray = np.add.outer(by_person, base)
        return unseen

    def _roles_and_story(self) -> np.ndarray:
        import numpy as np  # noqa: PLC0415  heavy, and only simulations need it

        groups = {role: self.framework.group_of(role) for _, role in self.company.staff}
        leads = np.array(
            [(group := groups[role]) is not None and group.side == "leaders" for _, role in self.company.staff]
        )
        effects = np.array([ROLE_EFFECTS.get(role, 0.0) for _, role in self.company.staff])[:, None]
        story: np.ndarray = np.zeros((len(self.company.staff), len(self.items)))
        if self.company.story == "leader_gap":
            story += np.where(leads[:, None], 18, -4)
        elif self.company.story == "symbolic":
            by_layer = {"symbolic": 36.0, "process": -12.0, "value": -18.0}
            claims = [item.scale.kind == "ladder" for item, _ in self.items]
            story += np.where(claims, 20.0, [by_layer.get(item.layer, 0.0) for item, _ in self.items])
        elif self.company.story == "hero":
            story += np.array([-30.0 if "hero" in key else 0.0 for _, key in self.items])
        story += effects
        return story


class _Tasks:
    """Answers to what is no scale: the same wishes and names for the whole organisation, drawn for each person."""

    def __init__(self, framework: Framework, company: Company, form: str, rng: np.random.Generator) -> None:
        self.rng = rng
        self.company = company
        listed = {key for part in framework.parts if form in part.forms for page in part.pages for key in page}
        self.tasks = [task for task in framework.tasks if task.key in listed]
        self.wishes = {task.key: rng.dirichlet([1.5] * len(task.options)) for task in self.tasks if task.options}

    def answers(self, role: str) -> dict[str, Answer]:
        given = {task.key: self._answer(task) for task in self.tasks if task.is_asked_of(role)}
        return {key: answer for key, answer in given.items() if answer is not None}

    def _answer(self, task: Task) -> Answer | None:
        keys = [key for key, _ in task.options]
        if task.kind == "comment":
            return COMMENTS[int(self.rng.integers(len(COMMENTS)))][: task.most] if self.rng.random() < 0.12 else None
        if task.kind == "nominate":
            shares = [0.8, 0.06, 0.02, 0.02, 0.1] if self.company.story == "hero" else [0.25, 0.15, 0.15, 0.1, 0.35]
            names = (*NOMINEES, NO_SINGLE_ROLE)
            return names[int(self.rng.choice(len(names), p=shares))] if self.rng.random() < 0.92 else DONT_KNOW
        if not keys or self.rng.random() < 0.05:
            return None
        if task.kind == "pick":
            count = min(task.most, len(keys))
            return [keys[place] for place in self.rng.choice(len(keys), count, replace=False, p=self.wishes[task.key])]
        counts = self.rng.multinomial(task.most, self.rng.dirichlet(8 * self.wishes[task.key] + 0.2))
        return {key: int(count) for key, count in zip(keys, counts, strict=True) if count}
