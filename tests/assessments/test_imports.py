"""Taking over answers from a file: all or nothing, every wrong cell named."""

import time
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Campaign
from assessments.models.responses import Response
from assessments.operations import imports
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.response_files import ResponseRow, check_responses
from organisations.models import Organisation, Unit
from pillars.operations import publish_edition
from pillars.schema import Answer
from tests.assessments.owner_rows import AT, edition, make_campaign
from tests.pillars.own_framework import write_own_framework

UNITS = {"north": 1, "n1": 1, "south": 2}


@pytest.fixture
def concentric(db):
    return edition().framework()


@pytest.fixture
def two_scales(db, tmp_path):
    return publish_edition(path=write_own_framework(tmp_path), at=AT)[0]


def check(framework, text, **options):
    return check_responses(text, framework, UNITS, root=9, **options)


def write(folder, text):
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments, **options):
    out = StringIO()
    call_command("import_responses", *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def test_every_kind_of_cell_becomes_an_answer(concentric):
    head = "unit,role,contact_level,region,LC1,LC2,LC3,R1,top_three,comment"
    checked = check(concentric, head + "\nNorth,Front line,daily,East,3,dk,,NA,R1|R2,All good\n")

    assert checked.problems == []
    assert checked.attributes == ["region"]
    answers: dict[str, Answer] = {"LC1": 3, "LC2": "dk", "R1": "na", "top_three": ["R1", "R2"], "comment": "All good"}
    assert checked.rows == [ResponseRow(1, "front_line", "daily", {"region": "East"}, answers)]


def test_tokens_and_nominations_are_read(concentric):
    checked = check(concentric, "role,LC5,nomination,drivers\nexecutive,5,COO,uptake:7|market:3\n")

    answers: dict[str, Answer] = {"LC5": 5, "nomination": "COO", "drivers": {"uptake": 7, "market": 3}}
    assert checked.rows == [ResponseRow(9, "executive", "", {}, answers)]


def test_zero_is_a_point_and_whole_numbers_may_have_decimals(concentric):
    checked = check(concentric, "role,LC1,LC2\nmanager,0,4.0\n")

    assert [row.answers for row in checked.rows] == [{"LC1": 0, "LC2": 4}]


def test_a_framework_without_roles_needs_no_role_and_reads_its_own_scales(two_scales):
    checked = check(two_scales.framework(), "unit;C1;S2\nsouth;5;0\n;1;\n")

    assert checked.problems == []
    assert checked.rows == [ResponseRow(2, "", "", {}, {"C1": 5, "S2": 0}), ResponseRow(9, "", "", {}, {"C1": 1})]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            "North,manager,9,,",
            'Line 2, column LC1, value "9": use a whole number from 0 to 4, dk, na, or leave it empty.',
        ),
        ("North,manager,2.5,,", 'Line 2, column LC1, value "2.5": use a whole number'),
        ("North,executive,1,1,", 'Line 2, column LC3, value "1": executive is not asked this item. Leave it empty.'),
        ("Nort,manager,1,,", 'Line 2, column unit, value "Nort": there is no such unit. Did you mean "north"?'),
        ("North,king,1,,", 'Line 2, column role, value "king": there is no such role. The roles are front_line,'),
        ("North,,1,,", 'Line 2, column role, value "": the role is missing.'),
        ("North,executive,1,,x:1", 'Line 2, column drivers, value "x:1": write option:number separated by |'),
        ("North,executive,1,,uptake:9|market:2", 'value "uptake:9|market:2": spread at most 10.'),
        ("North,manager,1,,uptake:9", 'column drivers, value "uptake:9": manager is not asked this task.'),
        ("North,manager,1", "Line 2: 3 cells where the first line has 5 columns."),
    ],
)
def test_a_wrong_cell_is_named_with_line_column_value_and_reason(concentric, cells, problem):
    checked = check(concentric, f"unit,role,LC1,LC3,drivers\n{cells}\n")

    assert checked.rows == []
    assert len(checked.problems) == 1
    assert problem in checked.problems[0]


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("unit,role,LC1,LC33", 'Line 1, column 4: "LC33" is no item of this edition. Did you mean "LC3"?'),
        ("unit,role,lc1", 'Line 1, column 3: "lc1" is no item of this edition. Did you mean "LC1"?'),
        ("unit,role,ZZ9,LC1", 'Line 1, column 3: "ZZ9" is no item of this edition.'),
        ("unit,role,LC1,nonsense", 'Line 1, column 4: "nonsense" is no item of this edition.'),
        ("unit,role,LC1,LC1", 'Line 1, column 4: "LC1" stands twice in the first line.'),
        ("unit,role,region", "Line 1: no column is an item of this edition."),
        ("unit,LC1", 'Line 1: the column "role" is missing.'),
        ("", "The file is empty."),
    ],
)
def test_a_wrong_head_is_named(concentric, head, problem):
    checked = check(concentric, f"{head}\nNorth,manager,1,1\n" if head else "")

    assert checked.rows == []
    assert len(checked.problems) == 1
    assert problem in checked.problems[0]


def test_a_column_that_looks_like_an_item_can_be_declared_an_attribute(concentric):
    checked = check(concentric, "role,LC1,wave2\nmanager,1,yes\n", attributes=["wave2"])

    assert [row.attributes for row in checked.rows] == [{"wave2": "yes"}]


def test_a_head_without_answers_is_named(concentric):
    assert check(concentric, "role,LC1\n").problems == [
        "The file has a first line with the columns, but no answers below it."
    ]


@pytest.mark.django_db
def test_imported_responses_count_as_invited_and_answered():
    campaign = make_campaign()
    rows = [ResponseRow("Legal", "manager", "", {"region": "East"}, {"LC1": 3})] * 2

    imports.import_responses(campaign=campaign, rows=rows, at=AT)

    stored = Response.objects.filter(campaign=campaign).values_list("unit__name", "role", "attributes", "answers")
    assert list(stored) == [("Legal", "manager", {"region": "East"}, {"LC1": 3})] * 2
    assert (campaign.imported, campaign.invitations.count()) == (2, 0)


@pytest.mark.django_db
def test_a_closed_campaign_takes_no_more_responses():
    campaign = make_campaign(takes_open_link=True)
    open_campaign(campaign=campaign, at=AT)
    close_campaign(campaign=campaign, at=AT)

    with pytest.raises(imports.TakesNoMoreResponses):
        imports.import_responses(campaign=campaign, rows=[ResponseRow("", "manager", "", {}, {"LC1": 3})], at=AT)

    assert Response.objects.count() == 0


@pytest.mark.django_db
def test_the_command_fills_a_campaign_and_prints_its_id_last(tmp_path):
    campaign = make_campaign()
    file = write(tmp_path, "unit,role,LC1\nBRA,manager,3\nBranches,agent,dk\n")

    printed = run(str(campaign.pk), str(file))

    assert printed == ["2 responses were stored in “Spring”.", str(campaign.pk)]
    assert Response.objects.count() == 2


@pytest.mark.django_db
def test_with_one_wrong_cell_nothing_is_stored_and_every_problem_is_named(tmp_path):
    campaign = make_campaign()
    file = write(tmp_path, "unit,role,LC1\n" + "Branches,manager,3\n" + "Nowhere,manager,7\n" * 60)

    with pytest.raises(CommandError) as error:
        run(str(campaign.pk), str(file), "--close")

    lines = str(error.value).splitlines()
    assert lines[0] == "Nothing was stored: 120 problems."
    assert lines[1].startswith('Line 3, column unit, value "Nowhere": there is no such unit.')
    assert (len(lines), lines[-1]) == (102, "and 20 more")
    assert (Response.objects.count(), Campaign.objects.get().state) == (0, "draft")


def test_the_command_creates_organisation_units_and_campaign_in_one_go(two_scales, tmp_path):
    file = write(tmp_path, "unit,C1,C2,S1,S2\nEast,1,2,0,4\nWest,5,4,4,0\n")
    named = {"create": True, "organisation": "Acme", "edition": "two-scales:1.0", "close": True}

    first = run(str(file), title="One", **named)
    second = run(str(file), title="Two", **named)

    campaigns = Campaign.objects.filter(pk__in=[first[-1], second[-1]]).order_by("wave")
    assert list(campaigns.values_list("wave", "state", "imported", "form")) == [
        (1, "closed", 2, "full"),
        (2, "closed", 2, "full"),
    ]
    assert Counter(Unit.objects.values_list("name", "parent__name")) == {
        ("Acme", None): 1,
        ("East", "Acme"): 1,
        ("West", "Acme"): 1,
    }


def test_a_wrong_file_creates_nothing(two_scales, tmp_path):
    file = write(tmp_path, "unit,C1\nEast,9\n")

    with pytest.raises(CommandError, match="Nothing was stored: 1 problem"):
        run(str(file), create=True, organisation="Acme", edition="two-scales", title="One")

    assert (Organisation.objects.count(), Campaign.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"title": "One", "edition": "nope:1"}, "There is no edition “nope:1”. Published are: "),
        ({"title": "One", "edition": "concentric", "form": "huge"}, "has no form “huge”. Its forms are full, short."),
        ({"edition": "concentric"}, "--create also needs --title."),
    ],
)
@pytest.mark.django_db
def test_create_says_what_is_missing(tmp_path, options, reason):
    file = write(tmp_path, "role,LC1\nmanager,1\n")

    with pytest.raises(CommandError, match=reason):
        run(str(file), create=True, organisation="Acme", **options)

    assert Organisation.objects.count() == 0


@pytest.mark.django_db
def test_a_title_that_stands_already_is_refused(tmp_path):
    make_campaign(title="Spring")
    file = write(tmp_path, "role,LC1\nmanager,1\n")

    with pytest.raises(CommandError, match="“Northlake” has a campaign “Spring” already"):
        run(str(file), create=True, organisation="Northlake", edition="concentric", title="Spring")

    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(("campaign", "create"), [(None, False), (1, True)])
@pytest.mark.django_db
def test_either_an_id_or_create_is_named(tmp_path, campaign, create):
    with pytest.raises(CommandError, match="Name either the id of a campaign, or --create"):
        call_command("import_responses", *([str(campaign)] if campaign else []), str(tmp_path), create=create)

    assert Campaign.objects.count() == 0


@pytest.mark.django_db
def test_an_unreadable_file_and_an_unknown_campaign_are_named(tmp_path):
    latin = tmp_path / "latin.csv"
    latin.write_bytes("unité,LC1\n".encode("latin-1"))

    with pytest.raises(CommandError, match="No such file"):
        run("1", str(tmp_path / "missing.csv"))
    with pytest.raises(CommandError, match="is not UTF-8"):
        run("1", str(latin))
    with pytest.raises(CommandError, match="There is no campaign 1"):
        run("1", str(write(tmp_path, "unit\n")))

    assert Response.objects.count() == 0


def test_ten_thousand_lines_are_checked_in_seconds(concentric):
    keys = [item.key for item in concentric.items_for("front_line")]
    line = "North,front_line," + ",".join("3" for _ in keys)
    text = "\n".join(["unit,role," + ",".join(keys), *[line] * 10_000])
    started = time.process_time()

    checked = check(concentric, text)

    assert len(checked.rows) == 10_000
    assert time.process_time() - started < 5
