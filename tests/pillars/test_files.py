"""Framework files: what is read from them, and what an author is told when one is wrong."""

from pathlib import Path

import pytest

from pillars.files import LOCK, FrameworkError, fingerprint_of, framework_of, read_framework, shipped_files
from pillars.schema import Item, Scale
from pillars.translation import texts_of
from tests.pillars.own_framework import OWN_FRAMEWORK, write_own_framework


def test_a_file_becomes_frozen_values(tmp_path):
    file = read_framework(write_own_framework(tmp_path))

    assert [dimension.key for dimension in file.framework.dimensions] == ["care", "strain"]
    assert file.framework.item_by_key["S2"] == Item(
        "S2", "I am worn out.", Scale("zero_to_four", "points", 0, 4), reversed=True
    )
    assert file.framework.parts_for("full", "")[0].pages == (("C1", "C2"), ("S1", "S2"))


def test_a_reversed_item_turns_its_points():
    item = Item("S2", "I am worn out.", Scale("zero_to_four", "points", 0, 4), reversed=True)

    assert [item.fraction(point) for point in (0, 1, 4)] == [1.0, 0.75, 0.0]


def test_a_point_outside_the_scale_is_refused():
    item = Item("C1", "We listen.", Scale("one_to_five", "points", 1, 5))

    with pytest.raises(ValueError, match="C1: 0 is not between 1 and 5"):
        item.fraction(0)


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ('title = "Two scales"', 'titel = "Two scales"', 3, '"titel" is not known. Did you mean "title"?'),
        ("starts_at = 50", "starts_at = 0", 13, "Each level must start above the one before, and below 100."),
        ("highest = 5", "highest = 1", 18, '"highest" must be above "lowest" (1), and at most 1000 points above.'),
        ('scale = "one_to_five"', 'scale = "one_to_six"', 37, 'there is no scale "one_to_six".'),
        ('key = "C2"', 'key = "C1"', 40, '"C1" stands twice among the items.'),
        ('key = "C2"', 'key = "unit"', 40, '"unit" cannot be a key'),
        ('key = "C2"', 'key = "C2"\nasked_of = ["boss"]', 41, 'there is no role "boss". Known: none.'),
        ("weight = 1", "weight = 0.4", 28, "the weights must sum to 1; 0.4 is 0.4."),
        ("weight = 1", 'weight = "1"', 28, "\"weight\" must be a number from 0 to 1, not '1'."),
        ("weight = 1", "weight = nan", 28, '"weight" must be a number from 0 to 1, not nan.'),
        ("reversed = true", "reversed = 1", 57, '"reversed" must be true or false, not 1.'),
        ('key = "one_to_five"', 'key = "zero_to_four"', 21, '"zero_to_four" stands twice among the scales.'),
        ('slug = "two-scales"', 'slug = "../two"', 1, '"../two" must be small letters, digits and hyphens'),
    ],
)
def test_an_author_is_told_the_line_and_the_reason(tmp_path, before, after, line, reason):
    path = write_own_framework(tmp_path, OWN_FRAMEWORK.replace(before, after, 1))

    with pytest.raises(FrameworkError) as refused:
        read_framework(path)

    assert any(found.startswith(f"1.0.toml, line {line}: ") and reason in found for found in refused.value.lines), (
        refused.value.lines
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"slug = [1\n", "not valid TOML"),
        (b"\xff\xfe\x00", "cannot be read as UTF-8 text"),
        (b"slug = 1979-05-27\n", "dates and deeply nested values are not used"),
        (b"a = " + b"[" * 3000 + b"]" * 3000, "1.0.toml"),
        (b"# " + b"x" * (2 * 1024 * 1024), "larger than 2 MB"),
        (b"", '"slug" is missing.'),
        (b'levels = "high"\n', '"levels" must be a list of tables'),
    ],
)
def test_a_file_that_is_no_framework_is_refused_in_words(tmp_path, content, reason):
    path = tmp_path / "1.0.toml"
    path.write_bytes(content)

    with pytest.raises(FrameworkError) as refused:
        read_framework(path)

    assert any(reason in line for line in refused.value.lines), refused.value.lines


def test_a_device_is_no_framework():
    with pytest.raises(FrameworkError) as refused:
        read_framework(Path("/dev/zero"))

    assert refused.value.lines == ["zero: this is a device, not a file."]


def test_limits_are_asked_for_by_the_file(tmp_path):
    limits = "\n[limits]\nstatement_words = 2\none_ladder_for_each_dimension = true\nadvice_for_every_level = true\n"
    path = write_own_framework(tmp_path, OWN_FRAMEWORK + limits)

    with pytest.raises(FrameworkError) as refused:
        read_framework(path)

    assert '1.0.toml, line 50: "S1" has a text of 3 words; at most 2: "I am rested.".' in refused.value.lines
    assert '1.0.toml, line 30: "care" has 0 ladders; it must have exactly one.' in refused.value.lines
    assert '1.0.toml, line 30: "care" has no recommendation for level 2.' in refused.value.lines


def test_an_item_on_no_page_is_named(tmp_path):
    parts = '\n[[parts]]\nkey = "one"\ntitle = "One"\npages = [["C1", "C2", "S1"]]\n'
    path = write_own_framework(tmp_path, OWN_FRAMEWORK + parts)

    with pytest.raises(FrameworkError) as refused:
        read_framework(path)

    assert refused.value.lines == ['1.0.toml, line 59: S2 stands on no page in form "full".']


def test_a_translation_replaces_the_texts_it_has(tmp_path):
    path = write_own_framework(tmp_path)
    translation = 'reviewed = false\n[texts]\n"items.C1.text" = "Nous écoutons."\n"levels.low.title" = "Bas"\n'
    write_own_framework(tmp_path, translation, "1.0.fr.toml")

    file = read_framework(path)
    french = framework_of(file.fingerprint, file.document, file.translations, "fr")

    assert french.item_by_key["C1"].text == "Nous écoutons."
    assert french.item_by_key["C2"].text == "We explain."
    assert french.levels[0].title == "Bas"
    assert french.language == "fr"


def test_a_translation_of_a_text_that_is_not_there_is_refused(tmp_path):
    path = write_own_framework(tmp_path)
    write_own_framework(tmp_path, '[texts]\n"items.C9.text" = "Quoi"\n', "1.0.fr.toml")

    with pytest.raises(FrameworkError) as refused:
        read_framework(path)

    assert refused.value.lines == ['1.0.fr.toml, line 2: "items.C9.text" names no text of the edition.']


def test_every_text_people_read_has_a_path(tmp_path):
    file = read_framework(write_own_framework(tmp_path))

    assert sorted(texts_of(file.document)) == [
        "dimensions.care.title",
        "dimensions.strain.title",
        "framework.title",
        "instruments.main.title",
        "items.C1.text",
        "items.C2.text",
        "items.S1.text",
        "items.S2.text",
        "levels.high.title",
        "levels.low.title",
    ]


def test_published_files_still_say_what_they_said():
    published = dict(line.split() for line in LOCK.read_text(encoding="ascii").splitlines())

    shipped = {
        f"{path.parent.name}/{path.name}": fingerprint_of(read_framework(path).document) for path in shipped_files()
    }

    assert shipped == published
