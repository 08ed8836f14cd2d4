"""Languages are files: a folder in locale/ is a language, and no text of one is left in English unseen."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from config.languages import headers_of, languages_in
from pillars.files import shipped_files
from tools import translations
from tools.translations import LOCALE, ROOT

SHIPPED = [translations.code_of(path) for path in translations.files_of(LOCALE)]


@pytest.mark.parametrize("language", SHIPPED)
def test_no_text_is_untranslated_doubtful_or_broken(language):
    gaps = translations.missing(ROOT, LOCALE, language)
    assert not gaps, "\n".join(str(gap) for gap in gaps)


def test_the_files_are_what_extract_makes_of_the_code(tmp_path):
    shutil.copytree(LOCALE, tmp_path / "locale")
    translations.extract(ROOT, tmp_path / "locale")
    for path in translations.files_of(LOCALE):
        assert (tmp_path / path.relative_to(ROOT)).read_text() == path.read_text(), (
            "A text was added or changed: python -m tools.translations extract"
        )


def test_what_runs_is_what_the_translators_wrote():
    for path in translations.files_of(LOCALE):
        assert path.with_suffix(".mo").read_bytes() == translations.compiled(path), (
            "A translation was changed: python -m tools.translations compile"
        )


def test_each_folder_with_a_translation_is_a_language_by_its_own_name():
    assert dict(settings.LANGUAGES) == {"en": "English", "ar": "العربيّة", "es": "Español", "fr": "Français"}
    assert settings.LANGUAGES_BIDI == ["ar"]
    assert set(settings.LANGUAGES_UNREVIEWED) == {
        code
        for code, path in zip(SHIPPED, translations.files_of(LOCALE), strict=True)
        if headers_of(path)["x-reviewed"] != "yes"
    }


def test_a_further_language_is_files_alone(tmp_path):
    """Kinyarwanda, which Django does not know, and a right-to-left one nobody knows."""
    for code, name, direction, text in (("rw", "Ikinyarwanda", "ltr", "Murakaza neza"), ("qr", "Rtl", "rtl", "olleh")):
        path = translations.add(tmp_path, code)
        translations.extract(ROOT, tmp_path)
        texts = translations.read(path)
        texts.header.others = {"X-Name": name, "X-Direction": direction}
        entry = texts.get("Skip to the content")
        assert entry is not None
        entry.string = text
        translations.write(texts, path)
    translations.compile_all(tmp_path)
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VISIT],
        cwd=ROOT,
        env={**os.environ, "CONCENTRIC_LOCALE_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert found.splitlines() == ["en English", "qr Rtl", "rw Ikinyarwanda", "Murakaza neza ltr", "olleh rtl"]


VISIT = """
import django
django.setup()
from django.conf import settings
from django.test import RequestFactory
from django.utils import translation
for code, name in settings.LANGUAGES:
    print(code, name)
for code in ("rw", "qr"):
    with translation.override(code):
        direction = "rtl" if translation.get_language_bidi() else "ltr"
        print(translation.gettext("Skip to the content"), direction)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small product: one template and one module."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        """{% load i18n %}
      <p title="{% translate "It's 5 %" %}">{% translate "May" context "month" %}</p>
  {# Translators: a greeting #}
  {% blocktranslate trimmed with name=user.name %}
     Hello {{ name }},
     <strong>welcome</strong>
  {% endblocktranslate %}
        {% blocktranslate count n=many trimmed %}
One answer of 100 %
      {% plural %}
        {{ n }} answers of 100 %
        {% endblocktranslate %}
{% include "x.html" with title=_("A title") only %}
"""
    )
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "words.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        "A = _('one '\n      'text')\n"
        "B = ngettext('%(count)d point', '%(count)d points', 2) % {'count': 2}\n"
        "C = _(name)\n"
        "D = pgettext('verb', 'Open')\n"
    )
    return tmp_path


def test_texts_are_found_in_code_and_in_every_form_of_template_tag(source):
    found = {
        (message.context, message.id if isinstance(message.id, str) else tuple(message.id))
        for message in translations.messages_of(source)
    }
    assert found == {
        (None, "It's 5 %%"),
        ("month", "May"),
        (None, "Hello %(name)s, <strong>welcome</strong>"),
        (None, ("One answer of 100 %%", "%(n)s answers of 100 %%")),
        (None, "A title"),
        (None, "one text"),
        (None, ("%(count)d point", "%(count)d points")),
        ("verb", "Open"),
    }


def test_extracting_again_keeps_translations_and_changes_nothing_else(source):
    path = translations.add(source / "locale", "fr")
    translations.extract(source, source / "locale")
    path.write_text(path.read_text().replace('msgid "one text"\nmsgstr ""', 'msgid "one text"\nmsgstr "un texte"'))
    before = path.read_text()
    assert "un texte" in before
    translations.extract(source, source / "locale")
    assert path.read_text() == before
    assert "Date" not in before


def test_a_language_has_as_many_plural_forms_as_its_header_says(source):
    path = translations.add(source / "locale", "ar")
    translations.extract(source, source / "locale")
    assert path.read_text().count("msgstr[5]") == 2
    entry = (texts := translations.read(path)).get("%(count)d point")
    assert entry is not None
    entry.string = ("a", "b", "c", "d", "", "")
    translations.write(texts, path)
    reasons = {gap.text: gap.reason for gap in translations.missing(source, source / "locale", "ar")}
    assert reasons["%(count)d point"] == "needs 6 plural forms, has 4"


@pytest.mark.parametrize(
    ("text", "translation", "reason"),
    [
        ("Hello %(name)s", "Bonjour %(name)s", ""),
        ("Hello %(name)s", "Bonjour", "placeholders [] instead of ['%(name)s']"),
        ("Hello %(name)s", "Bonjour %(nom)s", "placeholders ['%(nom)s'] instead of ['%(name)s']"),
        ("%(n)s %% of all", "%(n)s % de tous", "placeholders ['% d', '%(n)s'] instead of ['%%', '%(n)s']"),
        ("5 % of all", "5 % de tous", ""),
        ("{name} left", "{nom} est parti", "placeholders ['{nom}'] instead of ['{name}']"),
        ("<b>Now</b>", "Maintenant", "tags [] instead of ['</b>', '<b>']"),
        ("until ", "jusqu’au", "spaces at the start or the end differ"),
    ],
)
def test_a_translation_must_keep_what_the_program_fills_in(text, translation, reason):
    assert translations.broken([text], translation) == reason


def test_a_plural_form_may_leave_the_number_to_the_word():
    source = ["%(n)s answer by %(who)s", "%(n)s answers by %(who)s"]
    assert translations.broken(source, "إجابتان من %(who)s") == ""
    assert translations.broken(source, "إجابتان") != ""


def test_a_folder_without_a_compiled_translation_is_not_offered(tmp_path):
    path = translations.add(tmp_path, "pt-BR")
    assert path == tmp_path / "pt_BR" / "LC_MESSAGES" / "django.po"
    assert [language.code for language in languages_in(tmp_path)] == ["en"]
    translations.compile_all(tmp_path)
    assert [(language.code, language.name) for language in languages_in(tmp_path)][1] == (
        "pt-br",
        "Português Brasileiro",
    )


def test_french_has_its_own_apostrophes_and_spaces():
    """A line must never begin with a colon or a question mark, so the space before one does not break."""
    texts = translations.read(LOCALE / "fr" / "LC_MESSAGES" / "django.po")
    written = [text for message in list(texts)[1:] for text in translations.strings_of(message.string)]
    for path in shipped_files():
        written += tomllib.loads(path.with_suffix(".fr.toml").read_text())["texts"].values()
    wrong = [text for text in written if re.search(r"'| [:;?!»]|« |\w[;?!]|\d%|\d %", re.sub(r"<[^>]+>", "", text))]
    assert not wrong, "\n".join(wrong)
