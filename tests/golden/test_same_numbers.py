"""A campaign computed by hand says the same numbers on the page, in the exported file and in the PDF."""

import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import call_command
from django.test import Client

from organisations.models import Membership, Organisation, User
from tests.golden.campaign import FRAMEWORK, responses_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A released campaign, made by the commands an operator uses, with its files in a folder."""
    (tmp_path / "answers.csv").write_text(responses_csv())
    printed = io.StringIO()
    call_command("import_framework", FRAMEWORK, stdout=io.StringIO())
    named = ("--organisation", "Golden Bank", "--edition", "golden:1.0", "--title", "By hand")
    call_command(
        "import_responses", "--create", "--create-units", "--close", *named, tmp_path / "answers.csv", stdout=printed
    )
    campaign = printed.getvalue().split()[-1]
    call_command("release", campaign, stdout=io.StringIO())
    target = ("--campaign", campaign)
    call_command("export_release", *target, "--format", "json", "--output", tmp_path / "release.json", stdout=printed)
    call_command("build_report", *target, "--cut", "full", "--output", tmp_path / "report.pdf", stdout=printed)
    return tmp_path


@pytest.fixture
def exported(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "release.json").read_text())
    return found


@pytest.fixture
def page(folder: Path) -> str:
    """The words of the results page."""
    owner = User.objects.create_user("owner@golden.example", "x")
    organisation = Organisation.objects.get(name="Golden Bank")
    Membership.objects.create(user=owner, organisation=organisation, kind=Membership.Kind.OWNER)
    browser = Client()
    browser.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = browser.get(f"/o/{organisation.slug}/results/").content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :])).split())


@pytest.fixture
def pdf(folder: Path) -> str:
    pages = pypdf.PdfReader(folder / "report.pdf").pages
    return " ".join(" ".join(found.extract_text() for found in pages).split())


def figure(exported: dict[str, Any], subject: str, group: str = "all") -> dict[str, Any]:
    wanted = (subject, group, "score")
    rows: list[dict[str, Any]] = exported["scores"]
    return next(row for row in rows if (row["subject"], row["group"], row["measure"]) == wanted)


def analysis(exported: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(found for found in exported["analyses"] if found["key"] == key)
    return found


def test_fixed_role_weights(exported, page, pdf):
    # .2 x 72 + .3 x 61 + .5 x 48 = 56.7; .2 x 78 + .3 x 66 + .5 x 55 = 62.9
    assert figure(exported, "weighted")["mean"] == pytest.approx(56.7, abs=1e-9)
    assert figure(exported, "mixed")["mean"] == pytest.approx(62.9, abs=1e-9)
    for text in (page, pdf):
        assert "Fixed weights 57 Structured 55 to 58 40" in text
        assert "Another mix 63 Practised 61 to 64 40" in text


def test_leaders_and_staff(exported, page, pdf):
    # Leaders by person: (10 x 61 + 6 x 72) / 16 = 65.125, staff 48.
    gap = next(found for found in exported["gaps"] if found["subject"] == "weighted")

    assert (gap["leaders"], gap["staff"], gap["difference"]) == (65.125, 48, 17.125)
    for text in (page, pdf):
        assert "Fixed weights 65 48 +17 +14 to +20 +17 clear" in text


def test_the_weakest_pillar_holds_the_level(exported, page, pdf):
    # Pillars (56.7 + 62.9 + 18) / 3, systems (90 + 65.625 + 60) / 3, each half of the index.
    agreed = 0.5 * 65.625 + 0.3 * (400 + 50 * 5) / 10 + 0.2 * (75 + 75 + 50 + 75 + 75 + 50) / 6
    systems = (90 + figure(exported, "agreed")["mean"] + 60) / 3
    index = ((56.7 + 62.9 + 18) / 3 + systems) / 2

    assert agreed > 60
    assert figure(exported, "index")["mean"] == pytest.approx(index, abs=1e-9)
    assert (exported["overall"]["level"], exported["overall"]["held_by"]) == (2, "weakest")
    assert "Level 2 of 5. Overall score 59 of 100" in page
    assert "Spoken Level 2 of 5 59 Maturity index, of 100" in pdf


def test_agreement(exported, page, pdf):
    # 1 - variance / 2,500 of 75 75 50 100 25 75 50 75
    [row] = [row for row in analysis(exported, "consensus")["rows"] if row["subject"] == "agreed"]
    question = next(found for found in exported["items"] if found["item"] == "AGR1")

    assert row["a"] == pytest.approx(0.816, abs=0.0005)
    assert question["mean"] == 65.625
    for text in (page, pdf):
        assert "How far people agree 0.82 shared view" in text


def test_dispersion_of_departments(exported, page, pdf):
    [row] = [row for row in analysis(exported, "silo_dispersion")["rows"] if row["subject"] == "departments"]

    assert row["raw"] == pytest.approx(11.46, abs=0.005)
    assert row["corrected"] == pytest.approx(11.03, abs=0.005)
    for text in (page, pdf):
        assert "Three departments 11 " in text


def test_resources(exported, page, pdf):
    rows = {row["key"]: row for row in analysis(exported, "resources")["rows"]}

    assert [rows[key]["priority"] for key in ("R1", "R2", "R3")] == pytest.approx([39, 30, 6])
    for text in (page, pdf):
        assert "Skills 35 60% 39" in text
        assert "Support 40 50% 30" in text
        assert "Tools 70 20% 6" in text


def test_words_without_deeds(exported, page, pdf):
    values = analysis(exported, "symbolic_substantive")["values"]

    assert (values["D"], values["TW"], values["zone"]) == (17.5, 67.5, "symbolic")
    for text in (page, pdf):
        assert "Words and gestures 85 Rules and routines 20 Values that people act on 15" in text


def test_nominations(exported, page, pdf):
    # (6 x 5 + 2 x 1) / (12 x 11) = 32 / 132
    assert analysis(exported, "hero")["values"]["C"] == pytest.approx(0.2424, abs=5e-5)
    assert "Risk 24 of 100, from 12 answers" in page
    assert "Hero risk is 24 of 100" in pdf


def test_reasons(exported, page, pdf):
    found = analysis(exported, "drivers")

    assert [round(row["share"], 3) for row in found["rows"]] == [0.3, 0.267, 0.133, 0.167, 0.133]
    assert found["values"]["agreement"] == pytest.approx(0.689, abs=0.0005)
    for text in (page, pdf):
        assert "Uptake and use 30% Market position 27% Regulation 17% Technology 13% Social impact 13%" in text
