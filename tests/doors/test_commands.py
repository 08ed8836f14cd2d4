"""What a careless operator types: exit code 1 or 2, a sentence on stderr, nothing half-written, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import ManagementUtility

from assessments.models import Campaign
from assessments.models.responses import Response
from backstage.models import Job
from organisations.models import Organisation
from pillars.models import Edition
from reports import demo
from reports.models import Release
from tests.doors.world import World, make_world
from tests.pillars.own_framework import OWN_FRAMEWORK

pytestmark = pytest.mark.django_db
HUGE = "9" * 30


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return make_world()


@pytest.fixture
def manage(capsys, monkeypatch):
    """Return a way to run manage.py in this process: exit code, what it printed, what it said on stderr."""
    # A command closes the connections at its end, and with this one the test's own transaction.
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            ManagementUtility(["manage.py", *arguments]).execute()
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def is_a_sentence(error: str) -> bool:
    return "Traceback" not in error and len(error.strip()) > 20 and error.strip()[-1] in ".)”0123456789}"


BAD_FILES = {
    "missing": None,
    "folder": "folder",
    "binary": bytes(range(256)) * 20,
    "nothing": b"",
    "nul": b"unit,role,LC1\n\x00,front_line,3\n",
    "utf16": "unit,role\nä,b\n".encode("utf-16"),
    "spreadsheet": b"PK\x03\x04" + b"\x00" * 200,
    "html": b"<!doctype html><title>not found</title>",
    "one long line": b"x" * 2_000_000,
    "open quote": b'unit,role,LC1\n"Branch North,front_line,3\n' * 3,
}


def bad_file(folder: Path, kind: str, name: str) -> Path:
    path = folder / name
    content = BAD_FILES[kind]
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_framework_that_is_none_is_named(manage, tmp_path, kind):
    code, _out, error = manage("import_framework", str(bad_file(tmp_path, kind, "1.0.toml")))

    assert (code, is_a_sentence(error)) == (1, True), error
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("kind", BAD_FILES)
def test_answers_that_are_none_are_named(manage, world, tmp_path, kind):
    code, _out, error = manage("import_responses", str(world.draft.pk), str(bad_file(tmp_path, kind, "answers.csv")))

    assert (code, is_a_sentence(error)) == (1, True), error
    assert Response.objects.count() == 0


HOSTILE_TOML = {
    "bad toml": "slug = \n",
    "unknown key": "colour = 'red'\n" + OWN_FRAMEWORK,
    "nul in a label": OWN_FRAMEWORK.replace("highest = 5", 'highest = 5\nlabels = ["\\u0000", "b", "c", "d", "e"]', 1),
    "infinite": OWN_FRAMEWORK.replace("lowest = 1", "lowest = inf", 1),
    "not a number": OWN_FRAMEWORK.replace("lowest = 1", "lowest = nan", 1),
    "a limit without end": OWN_FRAMEWORK + "\n[limits]\nstatement_words = inf\n",
    "deep": "slug = " + "[" * 3000 + "]" * 3000,
    "huge number": OWN_FRAMEWORK.replace("lowest = 1", "lowest = " + "1" * 5000, 1),
    "huge scale": OWN_FRAMEWORK.replace("highest = 5", "highest = 1000000000", 1),
    "version is a path": OWN_FRAMEWORK.replace('version = "1.0"', 'version = "../1"', 1),
    "long title": OWN_FRAMEWORK.replace('title = "', 'title = "' + "x" * 300, 1),
    "tables are texts": "scales = 'x'\ninstruments = 3\nlevels = [1, 2]\nslug = 1\nversion = 1.0\ntitle = []\n",
    "tables in lists": "slug='a'\nversion='1.0'\ntitle='t'\nscales=[[{key='a'}]]\ninstruments=[{dimensions=[1]}]",
}


@pytest.mark.parametrize("kind", HOSTILE_TOML)
def test_a_hostile_framework_is_named_with_its_line(manage, tmp_path, kind):
    path = tmp_path / "1.0.toml"
    path.write_text(HOSTILE_TOML[kind])

    code, _out, error = manage("import_framework", str(path))

    assert HOSTILE_TOML[kind] != OWN_FRAMEWORK
    assert (code, is_a_sentence(error)) == (1, True), error
    assert "1.0.toml" in error
    assert Edition.objects.count() == 1


UNKNOWN = ["0", "-1", "999999", HUGE]
WRONG = ["abc", "1.5", ""]


@pytest.mark.parametrize("number", [*UNKNOWN, *WRONG])
@pytest.mark.parametrize(
    "arguments",
    [
        ["release", "ID"],
        ["close_campaign", "ID"],
        ["export_release", "ID"],
        ["export_release", "--campaign", "ID"],
        ["build_report", "--campaign", "ID", "--output", "OUT"],
        ["build_report", "--release", "ID", "--output", "OUT"],
        ["import_responses", "ID", "IN"],
    ],
    ids=" ".join,
)
def test_an_id_that_is_none_is_named(manage, world, tmp_path, arguments, number):
    answers = tmp_path / "answers.csv"
    answers.write_text("unit,role,LC1\nBranch North,front_line,3\n")
    places = {"ID": number, "OUT": str(tmp_path / "report.pdf"), "IN": str(answers)}

    code, _out, error = manage(*[places.get(argument, argument) for argument in arguments])

    assert code in {1, 2}
    assert "Traceback" not in error
    assert number in error
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.parametrize(
    "output",
    ["/proc/report", "/dev/full", "FOLDER", "FOLDER/none/report", "FILE/report", "FOLDER/" + "x" * 300],
)
@pytest.mark.parametrize("command", ["build_report", "export_release"])
def test_an_output_that_cannot_be_written_is_named(manage, world, tmp_path, output, command):
    (tmp_path / "file").write_text("")
    path = output.replace("FOLDER", str(tmp_path)).replace("FILE", str(tmp_path / "file"))

    code, _out, error = manage(command, "--campaign", str(world.released.pk), "--output", path)

    assert code in {1, 2}
    assert is_a_sentence(error), error
    assert path in error
    assert Job.objects.filter(state__in=["queued", "running", "failed"]).count() == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["export_release", "--format", "pdf", "--campaign", "1"],
        ["build_report", "--cut", "poster", "--campaign", "1", "--output", "x"],
        ["build_report", "--language", "xx", "--campaign", "1", "--output", "x"],
        ["build_report", "--campaign", "1"],
        ["simulate", "--story", "none-such"],
        ["simulate", "--people", "many"],
        ["release"],
        ["close_campaign"],
        ["import_framework"],
        ["import_responses"],
        ["no_such_command"],
    ],
    ids=" ".join,
)
def test_a_wrong_way_to_ask_is_named(manage, arguments):
    code, _out, error = manage(*arguments)

    assert code in {1, 2}
    assert "Traceback" not in error
    assert error.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--people", "3"],
        ["--people", "-5"],
        ["--people", HUGE],
        ["--waves", "0"],
        ["--waves", "100000"],
        ["--organisations", HUGE],
        ["--seed", "-1"],
        ["--seed", HUGE],
        ["--edition", "nothing"],
        ["--edition", "concentric:9.9"],
        ["--form", "nothing"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_made_up_is_named(manage, arguments):
    code, _out, error = manage("simulate", *arguments)

    assert (code, is_a_sentence(error)) == (1, True), error
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize("form", ["organisation", "title", "country", "form", "edition"])
@pytest.mark.parametrize("value", ["x" * 10_000, "A\x00B"])
def test_a_campaign_of_an_impossible_name_is_refused(manage, tmp_path, form, value):
    answers = tmp_path / "answers.csv"
    answers.write_text("unit,role,LC1\nBranch North,front_line,3\n")
    options = {"organisation": "Northlake", "title": "First", "edition": "concentric", form: value}
    named = [part for name, text in options.items() for part in (f"--{name}", text)]

    code, _out, error = manage("import_responses", str(answers), "--create", *named)

    assert (code, is_a_sentence(error)) == (1, True), error[:500]
    assert (Organisation.objects.count(), Campaign.objects.count()) == (0, 0)


def test_answers_with_impossible_texts_are_refused(manage, world, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("unit,role,site,LC1\nBranch North,front_line,A\x00B,3\n")

    code, _out, error = manage("import_responses", str(world.draft.pk), str(answers))

    assert (code, is_a_sentence(error)) == (1, True), error
    assert Response.objects.count() == 0


def test_closing_a_campaign_whose_last_day_has_passed_while_importing_is_refused(manage, world, tmp_path):
    Campaign.objects.filter(pk=world.draft.pk).update(closes_at="2020-01-01T00:00Z")
    answers = tmp_path / "answers.csv"
    answers.write_text("unit,role,LC1\nBranch North,front_line,3\n")

    code, _out, error = manage("import_responses", str(world.draft.pk), str(answers), "--close")

    assert (code, is_a_sentence(error)) == (1, True), error
    assert Response.objects.count() == 0


def test_twice_in_a_row_says_what_is_there(manage, world, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("unit,role,LC1\n" + "Branch North,front_line,3\n" * 6)

    first = manage("import_responses", str(world.draft.pk), str(answers), "--close")
    again = manage("import_responses", str(world.draft.pk), str(answers), "--close")
    closed = [manage("close_campaign", str(world.draft.pk))[0] for _time in range(2)]
    released = [manage("release", str(world.draft.pk)) for _time in range(2)]
    exported = [
        manage("export_release", "--campaign", str(world.draft.pk), "--output", str(tmp_path / "x.json"))[0]
        for _time in range(2)
    ]

    assert (first[0], again[0], again[2]) == (
        0,
        1,
        f"CommandError: Campaign {world.draft.pk} is closed and takes no more answers.\n",
    )
    assert closed == [0, 0]
    assert [code for code, _out, _error in released] == [0, 0]
    assert exported == [0, 0]
    assert Release.objects.filter(campaign=world.draft).count() == 1


def test_a_demo_whose_sign_ins_cannot_be_kept_says_them_all_the_same(manage, settings, monkeypatch, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "demo.txt").mkdir()
    sign_ins = demo.SignIns("the password", "the personal link", "the open link", "mwezi")
    monkeypatch.setattr(demo, "load", lambda **named: sign_ins)

    code, out, error = manage("demo")

    assert (code, is_a_sentence(error)) == (1, True), error
    assert "the password" in out
    assert "the password" not in error
