"""The stylesheets keep the rules of the design: one place for colours, both themes whole, readable, mirrored, small."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
STYLESHEETS = sorted(CSS.glob("*.css"))
STAFF = ["tokens.css", "app.css", "components.css", "forms.css", "pages.css", "print.css"]
STAFF_BUDGET = 14 * 1024

COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color|color-mix)\(")
NAMED_COLOUR = re.compile(r":[^;{]*\b(?:white|black|red|green|blue|gr[ae]y|yellow|orange|silver|navy)\b")
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:"
)
PHYSICAL_VALUE = re.compile(r"(?:text-align|float|clear)\s*:\s*(?:left|right)")

TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "sunk"),
    ("ink-2", "paper"),
    ("ink-2", "card"),
    ("ink-2", "sunk"),
    ("accent", "paper"),
    ("accent", "card"),
    ("ink", "accent-soft"),
    ("on-accent", "accent"),
    ("paper", "ink"),
    ("bad", "paper"),
    ("bad", "card"),
    ("ink", "bad-soft"),
    ("bad", "bad-soft"),
    ("ok", "paper"),
    ("ink", "ok-soft"),
    ("warn", "paper"),
    ("ink", "warn-soft"),
    *((f"t{level}", f"l{level}") for level in range(1, 6)),
]
MARK_PAIRS = [("line-strong", "card"), *((f"c{number}", "card") for number in range(1, 6))]


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def declarations(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def themes() -> dict[str, dict[str, str]]:
    """Return the tokens as the light page, the dark system and the dark setting give them."""
    css = without_comments((CSS / "tokens.css").read_text())
    light = declarations(css.partition("@media")[0])
    system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\n    \}', css, re.DOTALL)
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\n    \}', css, re.DOTALL)
    assert system
    assert chosen
    return {
        "light": light,
        "dark system": light | declarations(system[1]),
        "dark setting": light | declarations(chosen[1]),
    }


def luminance(colour: str) -> float:
    """Return the relative luminance of a #RRGGBB colour (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#FFFFFF") == 21


@pytest.mark.parametrize("theme", ["light", "dark system", "dark setting"])
def test_text_reaches_four_and_a_half_to_one(theme):
    tokens = themes()[theme]

    too_faint = [(t, b) for t, b in TEXT_PAIRS if contrast(tokens[t], tokens[b]) < 4.5]

    assert too_faint == []


@pytest.mark.parametrize("theme", ["light", "dark system", "dark setting"])
def test_marks_and_edges_of_controls_reach_three_to_one(theme):
    tokens = themes()[theme]

    too_faint = [(m, b) for m, b in MARK_PAIRS if contrast(tokens[m], tokens[b]) < 3]

    assert too_faint == []


def test_text_on_differences_reaches_four_and_a_half_to_one():
    tokens = themes()["light"]
    pairs = [("d-text-outer" if step in {1, 7} else "d-text", f"d{step}") for step in range(1, 8)]

    too_faint = [(t, b) for t, b in pairs if contrast(tokens[t], tokens[b]) < 4.5]

    assert too_faint == []


def test_level_ramp_grows_stronger_against_the_page():
    for tokens in themes().values():
        ramp = [contrast(tokens[f"l{level}"], tokens["paper"]) for level in range(1, 6)]

        assert ramp == sorted(ramp)


def test_dark_setting_and_dark_system_are_the_same():
    assert themes()["dark setting"] == themes()["dark system"]


@pytest.mark.parametrize("stylesheet", STYLESHEETS, ids=lambda path: path.name)
def test_only_the_tokens_hold_colours(stylesheet):
    css = without_comments(stylesheet.read_text())

    found = [] if stylesheet.name == "tokens.css" else COLOUR.findall(css) + NAMED_COLOUR.findall(css)

    assert found == []


@pytest.mark.parametrize("stylesheet", STYLESHEETS, ids=lambda path: path.name)
def test_no_property_or_value_knows_left_or_right(stylesheet):
    css = re.sub(r"@media[^{]*\{", "{", without_comments(stylesheet.read_text()))

    assert PHYSICAL.findall(css) + PHYSICAL_VALUE.findall(css) == []


def test_staff_stylesheets_stay_within_their_budget():
    weight = sum(len(gzip.compress((CSS / name).read_bytes(), 9)) for name in STAFF)

    assert weight <= STAFF_BUDGET


def test_every_font_file_named_is_there_with_its_licence():
    fonts = Path(settings.BASE_DIR) / "static" / "fonts"
    named = set(re.findall(r'fonts/([\w.-]+)"', (CSS / "app.css").read_text()))

    assert named == {path.name for path in fonts.glob("*.woff2")}
    assert {path.stem for path in fonts.glob("OFL-*.txt")} == {
        "OFL-ibm-plex-sans",
        "OFL-ibm-plex-sans-arabic",
        "OFL-ibm-plex-sans-devanagari",
        "OFL-source-serif-4",
    }
