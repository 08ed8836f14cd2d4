"""Every template obeys the strict content policy and closes what it opens."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
COLOUR = re.compile(r"(?<![&\w])#[0-9a-fA-F]{6}\b|\brgba?\(")


@pytest.mark.parametrize("name", PAGES)
def test_template_has_no_inline_script_style_or_colour(name):
    source = (TEMPLATES / name).read_text()

    found = SCRIPT.findall(source) + STYLE.findall(source) + HANDLER.findall(source) + COLOUR.findall(source)

    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_template_compiles(name):
    assert Engine.get_default().get_template(name).name == name


@pytest.mark.parametrize("name", PAGES)
def test_template_speaks_calmly(name):
    """No exclamation marks, no "click here", no "please", no "sorry" in visible words."""
    source = re.sub(r"\{[%#].*?[%#]\}", lambda match: match[0].replace("!=", ""), (TEMPLATES / name).read_text())
    words = re.findall(r"translate \"([^\"]*)\"", source)

    assert [text for text in words if re.search(r"!|click here|\bplease\b|\bsorry\b|\boops\b", text, re.I)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_form_in_an_isolated_piece_is_given_its_token(name):
    """What is included with "only" does not know the token, and its form would be refused in a browser."""
    pieces = re.findall(r'\{% include "([^"]+)"([^%]*) only %\}', (TEMPLATES / name).read_text())

    assert [piece for piece, given in pieces if has_token(piece) and "csrf_token=" not in given] == []


def has_token(name):
    return "{% csrf_token %}" in (TEMPLATES / name).read_text()


@pytest.mark.parametrize("name", PAGES)
def test_numbers_in_attributes_are_written_for_machines(name):
    """The site writes 1,000 for readers; an address or a value needs `|unlocalize` to say 1000."""
    source = (TEMPLATES / name).read_text()
    written_for_machines = r"(?:href|value|name|action|min|max|maxlength|rows|cols|colspan|rowspan|data-[\w-]+)"
    a_number = r"(?:pk|id|pin|wave|most|count|number|page|\w+_number|\w+_id)"

    found = re.findall(rf'{written_for_machines}="[^"]*{{{{ *(?:[\w.]+\.)?{a_number} *}}}}[^"]*"', source)

    # crispy's own names for texts, not numbers
    assert [text for text in found if "css_id" not in text and "auto_id" not in text and "attrs." not in text] == []
