"""What must hold in a framework beyond its shape: keys, references, weights, routes, budgets and texts.

Some rules hold for every framework. Those about good questions (words per statement, one ladder for each
dimension, advice for every level) hold where the file asks for them in its `[limits]` table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pillars.schema import Dimension, Form, Framework, Instrument, Item
from pillars.tables import Problem
from pillars.toml_lines import Path

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,59}")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
VERSION = re.compile(r"\d+(?:\.\d+)*")
RESERVED = {"dk", "na", "unit", "role", "contact_level", "index", "all", "explore"}
LIMITS = {
    "statement_words",
    "rung_words",
    "one_ladder_for_each_dimension",
    "common_item_for_each_dimension",
    "advice_for_every_level",
}
MOST_ITEMS = 1000


def check(framework: Framework, document: Mapping[str, Any]) -> list[Problem]:
    """Return everything that is wrong with a framework that was built from `document` without problems."""
    limits = document.get("limits", {})
    checks: list[Iterator[Problem]] = [
        _names(framework),
        _keys(framework),
        _levels(framework),
        _role_groups(framework),
        _weights(framework),
        _references(framework),
        _limit_names(limits),
        *(_item(path, item, framework, limits) for path, item in _items(framework)),
        *(
            _dimension(path, dimension, instrument, framework, limits)
            for path, instrument, dimension in _dimensions(framework)
        ),
    ]
    problems = [problem for found in checks for problem in found]
    # Routes and budgets are only worth reading once every key they name exists.
    return problems or [*_routes(framework), *_budgets(framework)]


def _dimensions(framework: Framework) -> Iterator[tuple[Path, Instrument, Dimension]]:
    for place, instrument in enumerate(framework.instruments):
        for index, dimension in enumerate(instrument.dimensions):
            yield ("instruments", place, "dimensions", index), instrument, dimension


def _items(framework: Framework) -> Iterator[tuple[Path, Item]]:
    for path, _, dimension in _dimensions(framework):
        for index, item in enumerate(dimension.items):
            yield (*path, "items", index), item


def _names(framework: Framework) -> Iterator[Problem]:
    if not SLUG.fullmatch(framework.slug) or len(framework.slug) > 80:
        yield Problem(
            ("slug",), f'"{framework.slug}" must be small letters, digits and hyphens, such as "my-framework".'
        )
    if not VERSION.fullmatch(framework.version) or len(framework.version) > 20:
        yield Problem(("version",), f'"{framework.version}" must be numbers with points, such as "1.0".')
    if len(framework.title) > 200:
        yield Problem(("title",), "The title is longer than 200 characters.")


def _keys(framework: Framework) -> Iterator[Problem]:
    named: list[tuple[str, Iterable[tuple[Path, str]]]] = [
        (table, (((table, index, "key"), entry.key) for index, entry in enumerate(getattr(framework, table))))
        for table in (
            "levels",
            "roles",
            "role_groups",
            "forms",
            "layers",
            "tags",
            "shifts",
            "drivers",
            "tasks",
            "instruments",
            "parts",
        )
    ]
    named.append(("dimensions", (((*path, "key"), dimension.key) for path, _, dimension in _dimensions(framework))))
    questions = [((*path, "key"), item.key) for path, item in _items(framework)]
    named.append(("items", questions))
    for table, keys in named:
        seen: set[str] = set()
        for path, key in keys:
            if not KEY.fullmatch(key) or key in RESERVED:
                yield Problem(path, f'"{key}" cannot be a key: use letters, digits and _ and start with a letter.')
            if key in seen:
                yield Problem(path, f'"{key}" stands twice among the {table.replace("_", " ")}.')
            seen.add(key)
    items = {key for _, key in questions}
    for index, task in enumerate(framework.tasks):
        if task.key in items:
            yield Problem(("tasks", index, "key"), f'"{task.key}" is already the key of an item.')
    if len(questions) > MOST_ITEMS:
        yield Problem(("instruments",), f"{len(questions):,} items; at most {MOST_ITEMS:,} are possible.")


def _levels(framework: Framework) -> Iterator[Problem]:
    starts = [level.starts_at for level in framework.levels]
    if not 2 <= len(starts) <= 9:
        yield Problem(("levels",), f"{len(starts)} levels; from 2 to 9 are possible.")
    if starts and starts[0] != 0:
        yield Problem(("levels", 0, "starts_at"), "The first level must start at 0.")
    for index in range(1, len(starts)):
        if not starts[index - 1] < starts[index] < 100:
            yield Problem(("levels", index, "starts_at"), "Each level must start above the one before, and below 100.")


def _role_groups(framework: Framework) -> Iterator[Problem]:
    grouped = Counter(role for group in framework.role_groups for role in group.roles)
    for index, group in enumerate(framework.role_groups):
        for role in group.roles:
            if role not in framework.role_by_key:
                yield Problem(("role_groups", index, "roles"), _unknown("role", role, framework.role_by_key))
            elif grouped[role] > 1:
                yield Problem(("role_groups", index, "roles"), f'role "{role}" stands in two groups.')
    if framework.role_groups:
        for index, role in enumerate(framework.role_by_key):
            if role not in grouped:
                yield Problem(("roles", index), f'role "{role}" is in no role group, so its answers would not count.')
        yield from _sum_to_one("role_groups", [group.weight for group in framework.role_groups])


def _weights(framework: Framework) -> Iterator[Problem]:
    weights = [instrument.weight for instrument in framework.instruments]
    if any(weights):
        yield from _sum_to_one("instruments", weights)


def _sum_to_one(table: str, weights: list[float]) -> Iterator[Problem]:
    if abs(sum(weights) - 1) > 1e-9:
        listed = " + ".join(f"{weight:g}" for weight in weights)
        yield Problem((table, 0, "weight"), f"the weights must sum to 1; {listed} is {sum(weights):g}.")


def _references(framework: Framework) -> Iterator[Problem]:
    """Every key that is named somewhere must exist."""
    forms = {form.key: form for form in framework.forms}
    questions = {**framework.item_by_key, **framework.task_by_key}
    named: list[tuple[Path, str, Iterable[str], Mapping[str, object]]] = [
        *(
            (("shifts", at, "items"), "item", shift.items, framework.item_by_key)
            for at, shift in enumerate(framework.shifts)
        ),
        *(
            (("drivers", at, "links"), "dimension", driver.links, framework.dimension_by_key)
            for at, driver in enumerate(framework.drivers)
        ),
        *(
            (("tasks", at, "asked_of"), "role", task.asked_of, framework.role_by_key)
            for at, task in enumerate(framework.tasks)
        ),
    ]
    for at, part in enumerate(framework.parts):
        named += [
            (("parts", at, "roles"), "role", part.roles, framework.role_by_key),
            (("parts", at, "forms"), "form", part.forms, forms),
            (("parts", at, "pages"), "item or task", (key for page in part.pages for key in page), questions),
        ]
    for path, kind, keys, known in named:
        for key in keys:
            if key not in known:
                yield Problem(path, _unknown(kind, key, known))


def _limit_names(limits: Mapping[str, Any]) -> Iterator[Problem]:
    for name in limits:
        if name not in LIMITS:
            yield Problem(("limits", name), f'"{name}" is no limit; known are {", ".join(sorted(LIMITS))}.')


def _item(path: Path, item: Item, framework: Framework, limits: Mapping[str, Any]) -> Iterator[Problem]:
    for role in {*item.asked_of, *item.wording}:
        if role not in framework.role_by_key:
            yield Problem((*path, "asked_of"), _unknown("role", role, framework.role_by_key))
    layers, tags = {layer.key: 1 for layer in framework.layers}, {tag.key: 1 for tag in framework.tags}
    if item.layer and item.layer not in layers:
        yield Problem((*path, "layer"), _unknown("layer", item.layer, layers))
    for tag in item.tags:
        if tag not in tags:
            yield Problem((*path, "tags"), _unknown("tag", tag, tags))
    if longest := limits.get("statement_words"):
        poles = (item.left, item.right) if item.scale.kind == "pair" else (item.text,)
        for text in (*poles, *item.wording.values()):
            yield from _too_long((*path, "text"), item.key, text, longest)
    if longest := limits.get("rung_words"):
        for rung in item.rungs:
            yield from _too_long((*path, "rungs"), item.key, rung, longest)


def _dimension(
    path: Path, dimension: Dimension, instrument: Instrument, framework: Framework, limits: Mapping[str, Any]
) -> Iterator[Problem]:
    count = len(framework.levels)
    if dimension.level_lines and len(dimension.level_lines) != count:
        yield Problem((*path, "level_lines"), f"{len(dimension.level_lines)} lines for {count} levels.")
    for index, recommendation in enumerate(dimension.recommendations):
        place = (*path, "recommendations", index, "levels")
        if not recommendation.levels or not all(1 <= level <= count for level in recommendation.levels):
            yield Problem(place, f"levels must be whole numbers from 1 to {count}, at least one.")
    if not instrument.weight:
        return
    ladders = sum(item.scale.kind == "ladder" for item in dimension.items)
    if limits.get("one_ladder_for_each_dimension") and ladders != 1:
        yield Problem(path, f'"{dimension.key}" has {ladders} ladders; it must have exactly one.')
    if limits.get("common_item_for_each_dimension") and not any(
        _is_common(item, framework) for item in dimension.items
    ):
        yield Problem(path, f'"{dimension.key}" has no item that both staff and leaders answer.')
    if limits.get("advice_for_every_level"):
        covered = {level for recommendation in dimension.recommendations for level in recommendation.levels}
        for level in sorted(set(range(1, count + 1)) - covered):
            yield Problem(path, f'"{dimension.key}" has no recommendation for level {level}.')


def _routes(framework: Framework) -> Iterator[Problem]:
    """Each item a role is asked stands once in the first form, and at most once in any other."""
    first = framework.forms[0].key
    for form in framework.forms:
        for role in list(framework.role_by_key) or [""]:
            parts = framework.parts_for(form.key, role)
            placed = Counter(key for part in parts for page in part.pages for key in page)
            for key, times in placed.items():
                if times > 1:
                    yield Problem(("parts", 0), f'"{key}" stands {times} times {_for(form, role)}.')
            if form.key == first:
                missing = [item.key for item in framework.items_for(role) if item.key not in placed]
                if missing:
                    yield Problem(("parts", 0), f"{_first_few(missing)} on no page {_for(form, role)}.")


def _budgets(framework: Framework) -> Iterator[Problem]:
    for index, form in enumerate(framework.forms):
        for role in list(framework.role_by_key) or [""]:
            minutes = framework.seconds_for(form, role) / 60
            if form.budget_minutes and minutes > form.budget_minutes:
                place = ("forms", index, "budget_minutes")
                yield Problem(
                    place, f"{minutes:.1f} minutes {_for(form, role)}; the budget is {form.budget_minutes:g}."
                )


def _is_common(item: Item, framework: Framework) -> bool:
    sides = {group.side for group in framework.role_groups for role in group.roles if item.is_asked_of(role)}
    return len(sides) == 2


def _too_long(path: Path, key: str, text: str, longest: int) -> Iterator[Problem]:
    words = len(text.split())
    if words > longest:
        yield Problem(path, f'"{key}" has a text of {words} words; at most {longest}: "{text[:60]}".')


def _for(form: Form, role: str) -> str:
    return f'for role "{role}" in form "{form.key}"' if role else f'in form "{form.key}"'


def _first_few(keys: list[str]) -> str:
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    return f"{', '.join(keys[:5])}{more} {'stands' if len(keys) == 1 else 'stand'}"


def _unknown(kind: str, key: str, known: Mapping[str, object]) -> str:
    listed = ", ".join(list(known)[:12]) + (", …" if len(known) > 12 else "")
    return f'there is no {kind} "{key}". Known: {listed or "none"}.'
