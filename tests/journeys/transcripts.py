"""What a screen reader says on a page, in the order in which somebody hears it who reads from top to bottom.

It is spoken from Chromium's own accessibility tree, so what is hidden from that tree is hidden here: roles and
names as the browser works them out, descriptions, positions and states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

LANDMARKS = {"banner", "main", "contentinfo", "navigation", "region"}
GROUPS = {"group", "radiogroup"}
UNSPOKEN = {"ListMarker", "InlineTextBox", "LineBreak"}
LEAVES = {
    "button": "button",
    "link": "link",
    "radio": "radio button",
    "checkbox": "checkbox",
    "textbox": "edit",
    "spinbutton": "number",
    "combobox": "list to choose from",
    "DisclosureTriangle": "disclosure",
}
"""What is spoken as one thing, with the browser's word for it and ours."""
SILENT_PARTS = {"LabelText", "Legend"}
"""Their words are the name of the control or group beside them, which has been spoken."""


@dataclass(frozen=True)
class _Node:
    role: str
    name: str
    description: str
    value: str
    states: dict[str, Any]
    children: tuple[_Node, ...]
    is_ignored: bool


def spoken(page: Page) -> list[str]:
    """Return one line for each thing that is announced."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    root = _tree(nodes)
    return [f"page, {root.name}", *(line for child in root.children for line in _lines(child, (0, 0)))]


def _tree(nodes: list[dict[str, Any]]) -> _Node:
    by_id = {node["nodeId"]: node for node in nodes}

    def made(node: dict[str, Any]) -> _Node:
        def text(part: str) -> str:
            return str(node.get(part, {}).get("value", ""))

        return _Node(
            role=text("role"),
            name=text("name"),
            description=text("description"),
            value=text("value"),
            states={state["name"]: state["value"].get("value") for state in node.get("properties", [])},
            children=tuple(made(by_id[key]) for key in node.get("childIds", []) if key in by_id),
            is_ignored=bool(node.get("ignored")),
        )

    return made(nodes[0])


def _lines(node: _Node, place: tuple[int, int]) -> Iterator[str]:
    if node.role == "StaticText":
        yield node.name
    elif node.role == "paragraph":
        yield from _joined(node, place)
    elif node.role in LEAVES:
        yield _leaf(node, place)
    elif node.role in SILENT_PARTS:
        yield from (_leaf(part, place) for part in _all(node) if part.role in LEAVES)
    elif node.role == "heading":
        yield f"heading level {node.states.get('level')}, {node.name}"
    elif node.role in {"status", "alert", "term", "definition", "listitem"}:
        words = [line for line in _inside(node, place) if line.strip() != "•"]
        yield f"{node.role}: {', '.join(words) or '(silent)'}"
    else:
        yield from _block(node, place)


def _block(node: _Node, place: tuple[int, int]) -> Iterator[str]:
    """Speak what holds other things: its name, where it has one, and then what is within."""
    if node.role in LANDMARKS:
        yield ", ".join(filter(None, [node.role, node.name]))
    elif node.role in GROUPS and node.name:
        yield ", ".join(filter(None, ["group", node.name, node.description]))
        place = (0, sum(part.role == "radio" for part in _all(node)))
    if node.role not in UNSPOKEN:
        yield from _inside(node, place)


def _joined(node: _Node, place: tuple[int, int]) -> Iterator[str]:
    """Speak a paragraph: its text in one go, what can be operated by itself."""
    text = ""
    for part in _all(node):
        if part.role == "StaticText":
            text += part.name
        elif part.role in {*LEAVES, "status"}:
            yield from filter(None, [" ".join(text.split())])
            text = ""
            yield from _lines(part, place)
    yield from filter(None, [" ".join(text.split())])


def _inside(node: _Node, place: tuple[int, int]) -> Iterator[str]:
    """Speak what is within; radio buttons of one group are counted on the way."""
    count, total = place
    for child in node.children:
        yield from _lines(child, (count, total))
        count += sum(part.role == "radio" for part in _all(child))


def _all(node: _Node) -> Iterator[_Node]:
    """Return a thing and all within it, except what stands within something that is spoken as one."""
    yield node
    if node.role not in {*LEAVES, "status"}:
        for child in node.children:
            yield from _all(child)


def _leaf(node: _Node, place: tuple[int, int]) -> str:
    said = [LEAVES[node.role], node.name or "(NO NAME)"]
    if node.role in {"radio", "checkbox"}:
        said.append("checked" if node.states.get("checked") == "true" else "not checked")
    if node.role == "radio" and place[1]:
        said.append(f"{place[0] + 1} of {place[1]}")
    if "expanded" in node.states:
        said.append("expanded" if node.states["expanded"] else "collapsed")
    if node.role in {"textbox", "spinbutton", "combobox"}:
        said.append(node.value or "empty")
    if node.states.get("invalid") == "true":
        said.append("invalid entry")
    return ", ".join([*said, *filter(None, [node.description])])
