"""What a mirrored page needs of its texts."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, localize
from django.utils.translation import gettext, ngettext

from pillars.files import shipped_files
from tools.translations import LOCALE, ROOT

LEFT, RIGHT = "يسار", "يمين"


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_arabic_names_poles_by_their_order_because_the_page_is_mirrored(path: Path):
    texts = tomllib.loads(path.with_suffix(".ar.toml").read_text())["texts"]

    assert texts["scales.pair.labels.0"] == "الأولى تمامًا"
    assert texts["scales.pair.labels.4"] == "الثانية تمامًا"
    assert not [key for key, text in texts.items() if LEFT in text or RIGHT in text]
    with translation.override("ar"):
        assert (gettext("Left"), gettext("Right")) == ("الأولى", "الثانية")


def test_a_level_and_what_people_live_are_two_words_in_arabic():
    texts = tomllib.loads((ROOT / "pillars/frameworks/concentric/1.0.ar.toml").read_text())["texts"]
    with translation.override("ar"):
        assert translation.pgettext("level", "Lived") == texts["levels.lived.title"] != gettext("Lived")


def test_arabic_counts_in_six_forms():
    counts = (0, 1, 2, 3, 11, 100)
    with translation.override("ar"):
        told = [ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count} for count in counts]

    assert told == ["لا إجابات", "إجابة واحدة", "إجابتان", "3 إجابات", "11 إجابة", "100 إجابة"]
    with translation.override("ar"):
        assert ngettext("%(count)d person was added.", "%(count)d people were added.", 20) == "أُضيف %(count)d شخصًا."


def test_arabic_writes_western_digits_with_groups():
    with translation.override("ar"):
        assert localize(1234.5, use_l10n=True) == "1,234.5"
        assert date_format(date(2026, 5, 3)) == "3 مايو 2026"


def test_arabic_is_mirrored_by_the_language_alone():
    assert "ar" in settings.LANGUAGES_BIDI
    assert (LOCALE / "ar" / "LC_MESSAGES" / "django.mo").is_file()
