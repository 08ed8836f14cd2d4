"""From a parsed framework file to the frozen values of `pillars.schema`, noting every problem on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pillars.schema import (
    Dimension,
    Driver,
    Form,
    Framework,
    Instrument,
    Item,
    Layer,
    MaturityLevel,
    Part,
    Provenance,
    Recommendation,
    Role,
    RoleGroup,
    Scale,
    ScaleKind,
    Shift,
    Side,
    Tag,
    Task,
    TaskKind,
)
from pillars.tables import Problem, Table

SOURCES = ("stated", "found", "ours")
WIDEST_SCALE = 1000
PAGE_LENGTH = 5
UNKNOWN_SCALE = Scale("unknown", "points", 0, 1)


def build(document: Mapping[str, Any]) -> tuple[Framework, list[Problem]]:
    """Return the framework and what is wrong with it; with problems the framework is only good for more checks."""
    problems: list[Problem] = []
    top = Table(document, (), problems)
    scales: dict[str, Scale] = {}
    for index, scale in enumerate(map(_scale, top.tables("scales", required=True))):
        if scale.key in scales:
            problems.append(Problem(("scales", index, "key"), f'"{scale.key}" stands twice among the scales.'))
        scales[scale.key] = scale
    instruments = tuple(_instrument(table, scales) for table in top.tables("instruments", required=True))
    forms = tuple(map(_form, top.tables("forms"))) or (Form("full", "Full"),)
    framework = Framework(
        slug=top.text("slug", required=True),
        version=top.text("version", required=True),
        title=top.text("title", required=True),
        language=top.text("language", "en"),
        summary=top.text("summary"),
        credit=top.text("credit"),
        gate=top.flag("gate", default=False),
        levels=tuple(map(_level, top.tables("levels", required=True))),
        roles=tuple(map(_role, top.tables("roles"))),
        role_groups=tuple(map(_role_group, top.tables("role_groups"))),
        layers=tuple(Layer(*_key_and_title(table)) for table in top.tables("layers")),
        tags=tuple(Tag(*_key_and_title(table)) for table in top.tables("tags")),
        shifts=tuple(map(_shift, top.tables("shifts"))),
        drivers=tuple(map(_driver, top.tables("drivers"))),
        tasks=tuple(map(_task, top.tables("tasks"))),
        instruments=instruments,
        forms=forms,
        parts=tuple(map(_part, top.tables("parts"))) or parts_made_for(instruments, forms[0].key),
    )
    top.mapping("limits", (int, float, bool))  # read by `pillars.checks`
    top.finish()
    return framework, problems


def parts_made_for(instruments: tuple[Instrument, ...], form: str) -> tuple[Part, ...]:
    """Return one part for each instrument, for a file that lists none: pages of one scale, ladders alone."""
    parts = []
    for instrument in instruments:
        pages: list[list[Item]] = []
        for item in (item for dimension in instrument.dimensions for item in dimension.items):
            fits = (
                pages
                and len(pages[-1]) < PAGE_LENGTH
                and pages[-1][0].scale is item.scale
                and item.scale.kind != "ladder"
            )
            if fits:
                pages[-1].append(item)
            else:
                pages.append([item])
        keys = tuple(tuple(item.key for item in page) for page in pages)
        parts.append(Part(instrument.key, instrument.title, keys, (form,)))
    return tuple(parts)


def _key_and_title(table: Table) -> tuple[str, str]:
    values = table.text("key", required=True), table.text("title", required=True)
    table.finish()
    return values


def _scale(table: Table) -> Scale:
    lowest = table.whole("lowest", lowest=-1000, highest=1000)
    scale = Scale(
        key=table.text("key", required=True),
        kind=cast("ScaleKind", table.choice("kind", ("points", "pair", "ladder"), "points")),
        lowest=lowest,
        highest=table.whole("highest", lowest=-1000, highest=1000),
        labels=table.texts("labels"),
        stem=table.text("stem"),
        seconds=table.number("seconds", 10, highest=600),
    )
    if not lowest < scale.highest <= lowest + WIDEST_SCALE:
        table.refuse(
            "highest", f'"highest" must be above "lowest" ({lowest}), and at most {WIDEST_SCALE} points above.'
        )
        scale = Scale(scale.key, scale.kind, lowest, lowest + 1, (), scale.stem, scale.seconds)
    elif scale.labels and len(scale.labels) != len(scale.points()):
        table.refuse("labels", f"{len(scale.labels)} labels for {len(scale.points())} points; give one each, or none.")
    table.finish()
    return scale


def _item(table: Table, scales: Mapping[str, Scale]) -> Item:
    name = table.text("scale", required=True)
    if name and name not in scales:
        table.refuse("scale", f'there is no scale "{name}". Known: {", ".join(scales)}.')
    scale = scales.get(name, UNKNOWN_SCALE)
    item = Item(
        key=table.text("key", required=True),
        text=table.text("text", required=scale.kind != "pair"),
        scale=scale,
        asked_of=table.texts("asked_of"),
        reversed=table.flag("reversed", default=False),
        weight=table.number("weight", 1, lowest=0.001, highest=1000),
        layer=table.text("layer"),
        tags=table.texts("tags"),
        left=table.text("left", required=scale.kind == "pair"),
        right=table.text("right", required=scale.kind == "pair"),
        rungs=table.texts("rungs"),
        wording=table.mapping("wording", (str,)),
        scored=table.flag("scored", default=True),
    )
    if scale.kind == "ladder" and len(item.rungs) != len(scale.points()):
        table.refuse("rungs", f"{len(item.rungs)} rungs for a ladder of {len(scale.points())} points.")
    table.finish()
    return item


def _recommendation(table: Table) -> Recommendation:
    recommendation = Recommendation(
        key=table.text("key", required=True),
        kind=table.choice("kind", ("quick_win", "big_move", "protect", "share"), "quick_win"),
        text=table.text("text", required=True),
        levels=table.wholes("levels"),
    )
    table.finish()
    return recommendation


def _dimension(table: Table, scales: Mapping[str, Scale]) -> Dimension:
    items = tuple(_item(entry, scales) for entry in table.tables("items", required=True))
    title = table.text("title", required=True)
    ladder = next((item for item in items if item.scale.kind == "ladder"), None)
    dimension = Dimension(
        key=table.text("key", required=True),
        title=title,
        items=items,
        short_title=table.text("short_title") or title[:12].strip(),
        summary=table.text("summary"),
        source=_source(table),
        weight=table.number("weight", 1, lowest=0.001, highest=1000),
        level_lines=table.texts("level_lines") or (ladder.rungs if ladder else ()),
        proof=table.text("proof"),
        recommendations=tuple(map(_recommendation, table.tables("recommendations"))),
    )
    table.finish()
    return dimension


def _instrument(table: Table, scales: Mapping[str, Scale]) -> Instrument:
    instrument = Instrument(
        key=table.text("key", required=True),
        title=table.text("title", required=True),
        dimensions=tuple(_dimension(entry, scales) for entry in table.tables("dimensions", required=True)),
        summary=table.text("summary"),
        source=_source(table),
        weight=table.number("weight", 0, highest=1),
    )
    table.finish()
    return instrument


def _source(table: Table) -> Provenance:
    return cast("Provenance", table.choice("source", SOURCES, "ours"))


def _level(table: Table) -> MaturityLevel:
    level = MaturityLevel(
        key=table.text("key", required=True),
        title=table.text("title", required=True),
        starts_at=table.number("starts_at", 0, highest=100),
        meaning=table.text("meaning"),
        proof=table.text("proof"),
        station=table.text("station"),
    )
    table.finish()
    return level


def _role(table: Table) -> Role:
    title = table.text("title", required=True)
    role = Role(table.text("key", required=True), title, table.text("asked_as") or title)
    table.finish()
    return role


def _role_group(table: Table) -> RoleGroup:
    group = RoleGroup(
        key=table.text("key", required=True),
        title=table.text("title", required=True),
        roles=table.texts("roles"),
        weight=table.number("weight", 0, highest=1),
        side=cast("Side", table.choice("side", ("staff", "leaders"), "staff")),
    )
    table.finish()
    return group


def _form(table: Table) -> Form:
    form = Form(
        key=table.text("key", required=True),
        title=table.text("title", required=True),
        intro_seconds=table.number("intro_seconds", 40, highest=600),
        budget_minutes=table.number("budget_minutes", 0, highest=600),
        is_pulse=table.flag("is_pulse", default=False),
    )
    table.finish()
    return form


def _shift(table: Table) -> Shift:
    shift = Shift(
        key=table.text("key", required=True),
        start=table.text("start", required=True),
        end=table.text("end", required=True),
        items=table.texts("items"),
    )
    table.finish()
    return shift


def _driver(table: Table) -> Driver:
    links = {key: float(strength) for key, strength in table.mapping("links", (int, float)).items()}
    driver = Driver(table.text("key", required=True), table.text("title", required=True), links)
    table.finish()
    return driver


def _task(table: Table) -> Task:
    kind = cast("TaskKind", table.choice("kind", ("pick", "nominate", "tokens", "comment"), "comment"))
    options = tuple(
        (option.text("key", required=True), option.text("text", required=True)) for option in table.tables("options")
    )
    task = Task(
        key=table.text("key", required=True),
        kind=kind,
        text=table.text("text", required=True),
        asked_of=table.texts("asked_of"),
        seconds=table.number("seconds", 20, highest=600),
        most=table.whole("most", 1, lowest=1, highest=10_000),
        options=options,
    )
    if kind in {"pick", "tokens"} and not options:
        table.refuse("options", f'a task of kind "{kind}" needs options.')
    table.finish()
    return task


def _part(table: Table) -> Part:
    part = Part(
        key=table.text("key", required=True),
        title=table.text("title", required=True),
        pages=table.pages("pages"),
        forms=table.texts("forms") or ("full",),
        roles=table.texts("roles"),
        intro=table.text("intro"),
    )
    table.finish()
    return part
