"""Reading a list of people: every wrong line named, nothing that hurts."""

import io
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import people_files
from assessments.people_files import Line, UnreadableFile, inert, read_list, read_text, written_list
from assessments.people_lists import Known, PersonRow, check_list, shortened
from pillars.schema import Role

ROLES = (Role("front_line", "Front line"), Role("manager", "Managers"))
KNOWN = Known(
    units={"marketing": 7, "mkt": 7, "branches": 8},
    unit_names=["Marketing", "Branches"],
    roles=ROLES,
    invited={"number:12": (70, 7, "manager"), "email:ada@example.org": (71, 8, "front_line")},
)


def xlsx(*rows):
    return xlsx_with({f"{'ABCDEF'[c]}{r}": cell for r, row in enumerate(rows, start=1) for c, cell in enumerate(row)})


def xlsx_with(cells):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for place, cell in cells.items():
        sheet[place] = cell
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        "Name,Unit\nZoë,Branches\n".encode(),
        "\ufeffName;Unit\r\nZoë;Branches\r\n".encode(),
        "Name\tUnit\nZoë\tBranches".encode("latin-1"),
        "Name\tUnit\nZoë\tBranches".encode("utf-16"),
        xlsx(["Name", "Unit"], ["Zoë", "Branches"]),
    ],
    ids=["utf-8", "with a mark and semicolons", "latin-1 with tabs", "utf-16", "xlsx"],
)
def test_a_list_is_read_from_what_spreadsheets_write(data):
    assert read_list(data) == [Line(2, {"name": "Zoë", "unit": "Branches"})]


def test_columns_are_known_by_their_usual_names_and_others_are_ignored():
    lines = read_text("E-Mail Address,Employee ID,Department,Shoe size,Customer-contact\na@b.org,007,Sales,43,daily\n")

    expected = {"email": "a@b.org", "staff_number": "007", "unit": "Sales", "contact_level": "daily"}
    assert lines == [Line(2, expected)]


def test_a_line_number_is_where_the_line_starts_in_the_file():
    lines = read_text('name,unit\n"two\nlines",Sales\n\nNext,Sales\n')

    assert [line.number for line in lines] == [2, 5]


def test_numbers_of_a_spreadsheet_lose_their_decimals():
    lines = read_list(xlsx(["Staff number", "Unit"], [1234.0, "Sales"]))

    assert lines == [Line(2, {"staff_number": "1234", "unit": "Sales"})]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The list is empty."),
        (b"unit,role\n", "nobody below it"),
        (b"name,role\nAda,manager\n", "names no column"),
        (b"unit,team\na,b\n", "Two columns of the list are read as"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"unit\0", "not a text file"),
        (b"PK\x03\x04nothing", "could not be read"),
        (b"\xff\xfea", "not a text file"),
        (b"unit," + b",".join(b"c%d" % n for n in range(100)), "more than 60 columns"),
        (b"unit\n" + b"x" * 400, "more than 300 characters"),
        (b"unit\n" + b"a\n" * 20_001, "more than 20000 lines"),
        (b"unit\n" + b'"' + b"x" * 200_000, "could not be read"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(data, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read_list(data)


def test_a_spreadsheet_that_unpacks_to_far_more_is_refused_before_it_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (people_files.MOST_UNPACKED_BYTES + 1))

    assert len(file.getvalue()) < 100_000
    with pytest.raises(UnreadableFile, match="more than 20000 lines"):
        read_list(file.getvalue())


def test_what_stands_far_to_the_right_in_a_spreadsheet_is_not_read():
    data = xlsx_with({"A1": "unit", "A2": "Sales", "XFD1": "far away", "XFD2": "far away"})

    assert read_list(data) == [Line(2, {"unit": "Sales"})]


def test_a_person_on_the_last_possible_row_of_a_spreadsheet_is_found():
    data = xlsx_with({"A1": "unit", "A200000": "Sales"})

    assert read_list(data) == [Line(200_000, {"unit": "Sales"})]


def read_or_refused(reads, data):
    """Return the lines, or none when the file is refused; any other exception is the test's."""
    try:
        return reads(data)
    except UnreadableFile:
        return []


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    assert read_or_refused(read_list, data) is not None


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    lines = read_or_refused(read_text, "unit,role\n" + text)

    checked = check_list(lines, KNOWN)
    assert len(checked.rows) + len(checked.problems) >= len(lines)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_cells_that_could_start_a_formula_are_inert(start):
    assert inert(f"{start}1+1") == f"'{start}1+1"


def test_a_written_list_is_inert_in_its_head_too():
    assert written_list(["=name"], [["@ada"]]) == "\ufeff'=name\r\n'@ada\r\n"


def check(*lines, **options) -> tuple[list[PersonRow], list[str]]:
    def numbered() -> Iterator[Line]:
        for number, cells in enumerate(lines, start=2):
            yield Line(number, cells)

    checked = check_list(numbered(), options.pop("known", KNOWN), **options)
    return list(checked.rows), list(checked.problems)


def test_units_are_found_by_name_or_code_and_roles_by_title_or_key():
    rows, problems = check(
        {"unit": "MKT", "role": "Front line"},
        {"unit": " branches ", "role": "front-line", "contact_level": "Every day"},
    )

    assert problems == []
    assert rows == [PersonRow(7, "front_line"), PersonRow(8, "front_line", "daily")]


def test_an_unknown_unit_is_named_with_its_line_and_the_nearest_one():
    rows, problems = check({"unit": "Marketting", "role": "manager"})

    assert rows == []
    assert problems == ["Line 2: there is no unit “Marketting”. Did you mean “Marketing”?"]


def test_an_unknown_unit_is_created_once_when_asked_for():
    checked = check_list(
        [Line(2, {"unit": "Legal", "role": "manager"}), Line(3, {"unit": "LEGAL", "role": "manager"})],
        KNOWN,
        creates_units=True,
    )

    assert checked.new_units == ("Legal",)
    assert [row.unit for row in checked.rows] == ["Legal", "Legal"]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"role": "manager"}, "Line 2: the unit is missing."),
        ({"unit": "MKT"}, "Line 2: the role is missing. The roles are: Front line, Managers."),
        (
            {"unit": "MKT", "role": "Manger"},
            "Line 2: there is no role “Manger”. Did you mean “Managers”? The roles are: Front line, Managers.",
        ),
        ({"unit": "MKT", "role": "manager", "email": "ada@"}, "Line 2: “ada@” is no e-mail address."),
        (
            {"unit": "MKT", "role": "manager", "contact_level": "often"},
            "Line 2: “often” is no contact level. Use daily, weekly, monthly, never, or leave it empty.",
        ),
        ({"unit": "MKT", "role": "manager", "name": "x" * 121}, "Line 2: name is longer than 120 characters."),
    ],
)
def test_each_mistake_is_named_with_its_line(cells, problem):
    rows, problems = check(cells)

    assert (rows, problems) == ([], [problem])


def test_a_person_is_recognised_by_staff_number_else_by_address():
    rows, _ = check(
        {"unit": "MKT", "role": "manager", "staff_number": "12", "email": "new@example.org"},
        {"unit": "MKT", "role": "manager", "email": "ADA@example.org"},
        {"unit": "MKT", "role": "manager", "staff_number": "13"},
    )

    assert [row.invitation for row in rows] == [70, 71, None]


def test_the_same_person_twice_in_a_list_is_named():
    _, problems = check(
        {"unit": "MKT", "role": "manager", "email": "bo@example.org"},
        {"unit": "MKT", "role": "manager", "email": "Bo@example.org"},
    )

    assert problems == ["Line 3: the same person stands on line 2."]


def test_unit_and_role_of_somebody_invited_stay_once_a_campaign_is_open():
    is_open = Known(KNOWN.units, KNOWN.unit_names, ROLES, KNOWN.invited, is_open=True)

    rows, problems = check(
        {"unit": "MKT", "role": "manager", "staff_number": "12", "name": "Ada"},
        {"unit": "MKT", "role": "manager", "email": "ada@example.org"},
        known=is_open,
    )

    assert [row.name for row in rows] == ["Ada"]
    assert problems == [
        "Line 3: this person is invited already, and unit and role stay as they are once a campaign is open."
    ]


def test_a_framework_without_roles_asks_for_none():
    rows, problems = check({"unit": "MKT"}, known=Known({"mkt": 7}, ["Marketing"], (), {}))

    assert (rows, problems) == ([PersonRow(7)], [])


def test_many_problems_are_cut_with_their_number():
    assert shortened([str(n) for n in range(112)])[99:] == ["99", "and 12 more"]
    assert shortened(["one"]) == ["one"]
