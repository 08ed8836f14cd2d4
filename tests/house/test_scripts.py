"""What a respondent's browser has to load and run stays small, and is what was written."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from backstage.static_storage import StaticStorage, for_browsers

RESPONDENT = sorted((Path(settings.BASE_DIR) / "static" / "js").glob("answering*.js"))
# Two thirds of it come after the first paint, outside the 15 KB of a first load.
BUDGET = 12_400


def test_all_scripts_of_a_respondent_together_stay_small():
    assert len(RESPONDENT) == 3
    assert sum(len(gzip.compress(for_browsers(script.read_text()).encode())) for script in RESPONDENT) <= BUDGET


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("// why\nf();\n", "f();\n"),
        ("  f();  // why\n\n", "f();\n"),
        ('  open("https://example.org/a//b");\n', 'open("https://example.org/a//b");\n'),
        ("a = b / c;\n", "a=b / c;\n"),
        ("if (a && b) { return x ? -1 : y => y; }\n", "if(a&&b){return x?-1:y=>y;}\n"),
        ("a = \" = \" + ' ; ' + ` , `;\n", "a=\" = \" + ' ; ' + ` , `;\n"),
        ("a = /( = |[/ ] ; )/.test(b);\n", "a=/( = |[/ ] ; )/.test(b);\n"),
        ("a = b + +c - -d;\n", "a=b + +c - -d;\n"),
    ],
)
def test_browsers_get_scripts_without_comments_and_needless_spaces(written, served):
    assert for_browsers(written) == served


def test_the_collected_copies_hold_the_script_under_bothnames(tmp_path):
    storage = StaticStorage(location=tmp_path, base_url="/static/")
    for name in ("js/plain.js", "js/plain.0123456789ab.js"):
        content = ContentFile(b"  f();  // why\n")
        content.read()
        storage.save(name, content)

    assert {path.read_text() for path in tmp_path.glob("js/*.js")} == {"f();\n"}
