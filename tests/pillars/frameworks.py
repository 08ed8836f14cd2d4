"""Small frameworks for tests, built from schema values."""

from pillars.schema import (
    Dimension,
    Driver,
    Framework,
    Instrument,
    Item,
    Layer,
    MaturityLevel,
    Recommendation,
    Role,
    RoleGroup,
    Scale,
    Shift,
    Tag,
    Task,
)

FIVE = Scale("five", "points", 0, 4, ("never", "seldom", "half", "most", "always"))
LADDER = Scale("ladder", "ladder", 1, 5)
AGREE = Scale("agree", "points", 1, 5)
PERCENT = Scale("percent", "points", 0, 100)

LEVELS = tuple(
    MaturityLevel(key, key.title(), start)
    for key, start in (("inward", 0), ("spoken", 20), ("structured", 40), ("practised", 60), ("lived", 80))
)
STAFF_ROLES = ("front_line", "agent", "back_office")
LEADERS = ("manager", "executive")
ROLES = tuple(Role(key, key) for key in (*STAFF_ROLES, *LEADERS))
ROLE_GROUPS = (
    RoleGroup("staff", "Staff", STAFF_ROLES, 0.5, "staff"),
    RoleGroup("managers", "Managers", ("manager",), 0.3, "leaders"),
    RoleGroup("executives", "Executives", ("executive",), 0.2, "leaders"),
)


def item(key: str, scale: Scale = PERCENT, **values) -> Item:
    return Item(key, f"{key}?", scale, **values)


def ladder(key: str, asked_of: tuple[str, ...] = LEADERS) -> Item:
    return Item(key, f"{key}?", LADDER, asked_of, rungs=("one", "two", "three", "four", "five"))


def dimension(key: str, *items: Item, **values) -> Dimension:
    return Dimension(key, key.title(), items, **values)


def framework(*instruments: Instrument, roles: bool = False, **values) -> Framework:
    if roles:
        values = {"roles": ROLES, "role_groups": ROLE_GROUPS, **values}
    return Framework("small", "1.0", "Small", "en", LEVELS, instruments, **values)


def one_dimension(*items: Item, roles: bool = False, **values) -> Framework:
    """Return a framework of one instrument with one dimension, "care"."""
    return framework(Instrument("pillars", "Pillars", (dimension("care", *items),), weight=1), roles=roles, **values)


def customer_framework() -> Framework:
    """Return a framework with every part the analyses need: roles, layers, tags, shifts, drivers, tasks, batteries."""
    everybody = ()
    pillars = Instrument(
        "pillars",
        "Pillars",
        (
            dimension(
                "leadership",
                item("LC1", layer="value", tags=("alignment",)),
                ladder("LC5"),
                recommendations=advice_for("leadership"),
            ),
            dimension(
                "operations",
                item("OP1", layer="process", tags=("alignment",)),
                recommendations=advice_for("operations"),
            ),
            dimension("measurement", item("MEA1")),
            dimension("people", item("PEO1")),
        ),
        weight=0.5,
    )
    aspects = Instrument(
        "aspects",
        "Aspects",
        (dimension("hero", item("HER1", tags=("relationship",)), recommendations=advice_for("hero")),),
        weight=0.5,
    )
    signals = Instrument(
        "signals",
        "Signals",
        (
            dimension(
                "talk",
                item("SYM1", asked_of=everybody, layer="symbolic", scored=False),
                item("SYM2", asked_of=("front_line",), layer="symbolic", scored=False),
            ),
        ),
    )
    resources = Instrument(
        "resources",
        "Resources",
        (
            dimension(
                "resource_access",
                *(item(f"R{number}", asked_of=(*STAFF_ROLES, "manager")) for number in range(1, 10)),
            ),
        ),
    )
    values = Instrument(
        "values",
        "Values",
        (
            dimension("functional_value", item("VF1", asked_of=STAFF_ROLES)),
            dimension("experiential_value", item("VE1", asked_of=STAFF_ROLES)),
        ),
    )
    return framework(
        pillars,
        aspects,
        values,
        resources,
        signals,
        roles=True,
        gate=True,
        layers=(Layer("symbolic", "Symbolic"), Layer("process", "Process"), Layer("value", "Value")),
        tags=(Tag("alignment", "Alignment"), Tag("relationship", "Relationship")),
        shifts=(Shift("centre", "centre", "front line", ("LC1", "OP1")),),
        drivers=tuple(Driver(key, key, {"leadership": 1.0}) for key in "abcde"),
        tasks=(
            Task(
                "top_three",
                "pick",
                "Pick",
                STAFF_ROLES,
                most=3,
                options=tuple((f"R{n}", f"R{n}") for n in range(1, 10)),
            ),
            Task("nomination", "nominate", "Who", LEADERS),
            Task("drivers", "tokens", "Why", LEADERS, most=10),
            Task("comment", "comment", "What else"),
        ),
    )


def advice_for(key: str) -> tuple[Recommendation, ...]:
    return (
        Recommendation(f"{key}.qw1", "quick_win", f"{key}: small step", (1, 2, 3)),
        Recommendation(f"{key}.qw2", "quick_win", f"{key}: another small step", (1, 2)),
        Recommendation(f"{key}.bm1", "big_move", f"{key}: large step", (1, 2, 3, 4)),
        Recommendation(f"{key}.protect", "protect", f"{key}: keep it", (4,)),
        Recommendation(f"{key}.share", "share", f"{key}: tell others", (5,)),
    )
