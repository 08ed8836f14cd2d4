"""Publishing a framework: once, whole, and never changed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pillars.models import Edition
from pillars.operations import publish_edition
from pillars.queries import edition_named
from tests.pillars.own_framework import OWN_FRAMEWORK, write_own_framework

pytestmark = pytest.mark.django_db


def test_import_framework_publishes_an_edition(tmp_path):
    printed = StringIO()

    call_command("import_framework", write_own_framework(tmp_path), stdout=printed)

    assert printed.getvalue().splitlines() == [
        "Two scales 1.0 is published: 1 instruments, 2 dimensions, 4 items.",
        "two-scales:1.0",
    ]
    assert edition_named("two-scales:1.0") == Edition.objects.get(slug="two-scales")


def test_the_same_file_again_changes_nothing(tmp_path):
    path = write_own_framework(tmp_path)
    first, _ = publish_edition(path=path, at=timezone.now())

    second, is_new = publish_edition(path=path, at=timezone.now())

    assert (second.pk, is_new) == (first.pk, False)


def test_a_changed_file_needs_the_next_version(tmp_path):
    publish_edition(path=write_own_framework(tmp_path), at=timezone.now())
    changed = write_own_framework(tmp_path, OWN_FRAMEWORK.replace("We listen.", "We hear."))

    with pytest.raises(CommandError, match='Give the changed file the next "version"'):
        call_command("import_framework", changed)

    assert Edition.objects.get(slug="two-scales").framework().item_by_key["C1"].text == "We listen."


def test_a_wrong_file_publishes_nothing(tmp_path):
    wrong = write_own_framework(tmp_path, OWN_FRAMEWORK.replace('scale = "one_to_five"', 'scale = "six"', 1))

    with pytest.raises(CommandError, match=r'line 37: there is no scale "six"'):
        call_command("import_framework", wrong)

    assert not Edition.objects.filter(slug="two-scales").exists()


def test_check_alone_publishes_nothing(tmp_path):
    call_command("import_framework", write_own_framework(tmp_path), "--check", stdout=StringIO())

    assert not Edition.objects.filter(slug="two-scales").exists()


def test_a_translation_added_later_joins_the_edition(tmp_path):
    path = write_own_framework(tmp_path)
    publish_edition(path=path, at=timezone.now())
    write_own_framework(tmp_path, '[texts]\n"items.C1.text" = "Nous écoutons."\n', "1.0.fr.toml")

    edition, _ = publish_edition(path=path, at=timezone.now())

    assert edition.framework("fr").item_by_key["C1"].text == "Nous écoutons."
    assert edition.framework().item_by_key["C1"].text == "We listen."


def test_a_translation_follows_its_file_until_a_native_speaker_has_read_it(tmp_path):
    path = write_own_framework(tmp_path)
    publish_edition(path=path, at=timezone.now())

    def french_after(reviewed: str, words: str) -> tuple[str, bool]:
        write_own_framework(tmp_path, f'reviewed = {reviewed}\n[texts]\n"items.C1.text" = "{words}"\n', "1.0.fr.toml")
        edition, _ = publish_edition(path=path, at=timezone.now())
        framework = Edition.objects.get(pk=edition.pk).framework("fr")
        return framework.item_by_key["C1"].text, framework.reviewed

    assert french_after("false", "Nous entendons.") == ("Nous entendons.", False)
    assert french_after("false", "Nous écoutons.") == ("Nous écoutons.", False)
    assert french_after("true", "Nous sommes à l’écoute.") == ("Nous sommes à l’écoute.", True)
    assert french_after("true", "Autre chose.") == ("Nous sommes à l’écoute.", True)
