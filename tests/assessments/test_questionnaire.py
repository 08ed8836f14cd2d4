"""What one person is asked, in which order, and how their answers read."""

from dataclasses import replace
from typing import Any

import pytest

from assessments.questionnaire import Choice, Order, Question, questionnaire_for, words_of
from pillars.files import FOLDER, read_framework
from pillars.schema import Answer, Item, Part
from tests.assessments.answering_world import FRAMEWORK, LC1, OFTEN, RUNGS

SHIPPED = read_framework(FOLDER / "concentric" / "1.0.toml").framework


def pages_of(role, **options):
    questionnaire = questionnaire_for(FRAMEWORK, "full", role, **options)
    return [(page.part_key, page.number, [q.key for q in page.questions]) for page in questionnaire.pages]


def test_each_role_is_asked_its_own_questions():
    assert pages_of("front_line") == [
        ("lead", 1, ["LC1", "LC2"]),
        ("work", 1, ["OP1"]),
        ("work", 2, ["OP2"]),
        ("last", 1, ["WISH"]),
        ("last", 2, ["SAY"]),
    ]
    assert pages_of("back_office") == [
        ("lead", 1, ["LC1"]),
        ("work", 1, ["OP1", "BO1"]),
        ("work", 2, ["OP2"]),
        ("last", 1, ["SAY"]),
    ]


def test_ladders_stand_alone_on_their_page():
    assert pages_of("executive")[:2] == [("lead", 1, ["LC1"]), ("lead", 2, ["LC5"])]


def test_short_parts_come_first_until_the_first_ladder_or_task():
    parts = (Part("long", "Long", (("OP1", "OP2"),)), Part("short", "Short", (("LC1",),)), *FRAMEWORK.parts[2:])

    def order(found, role):
        return [section.key for section in questionnaire_for(found, "full", role).sections]

    assert order(replace(FRAMEWORK, parts=parts), "front_line") == ["short", "long", "last"]
    assert order(replace(FRAMEWORK, parts=(*FRAMEWORK.parts[:1], *parts)), "executive") == [
        "lead",
        "long",
        "short",
        "last",
    ]


@pytest.mark.parametrize("form", SHIPPED.forms, ids=lambda form: form.key)
@pytest.mark.parametrize("role", SHIPPED.roles, ids=lambda role: role.key)
def test_the_shipped_questionnaire_goes_from_fast_to_slow_with_few_questions_a_page(role, form):
    questionnaire = questionnaire_for(SHIPPED, form.key, role.key, nominees=["Head of cards"])
    short = [section.seconds for section in questionnaire.sections if all(q.is_short for q in section.questions)]

    assert short == sorted(short)
    assert questionnaire.sections[0].seconds == short[0]
    for page in questionnaire.pages:
        kinds = {question.kind for question in page.questions}
        assert len(page.questions) == 1 if "ladder" in kinds else len(page.questions) <= 6


def test_agents_read_their_own_wording_and_never_leaders_or_back_office_questions():
    agent = questionnaire_for(FRAMEWORK, "full", "agent")

    assert agent.question_by_key["LC2"].text == "At the company?"
    assert set(agent.question_by_key) == {"LC1", "LC2", "OP1", "OP2", "SAY"}


def test_nominations_are_asked_only_when_roles_were_typed_in():
    asked = questionnaire_for(FRAMEWORK, "full", "manager", nominees=["Branch lead", "Head of cards"])

    assert "HER" not in questionnaire_for(FRAMEWORK, "full", "manager").question_by_key
    assert asked.question_by_key["HER"].choices == (
        Choice("Branch lead", "Branch lead"),
        Choice("Head of cards", "Head of cards"),
    )
    assert asked.question_by_key["HER"].outs == ("none", "dk")


def test_minutes_come_from_the_seconds_of_form_items_and_tasks():
    executive = questionnaire_for(FRAMEWORK, "full", "executive")

    assert executive.seconds == 40 + 10 + 22 + 10 + 10 + 45 + 25
    assert executive.minutes == 3


def test_turned_ladders_run_from_most_to_least_and_keep_their_points():
    straight = questionnaire_for(FRAMEWORK, "full", "manager").question_by_key["LC5"]
    turned = questionnaire_for(FRAMEWORK, "full", "manager", order=Order(ladders_turned=True)).question_by_key["LC5"]

    assert [(choice.value, choice.text) for choice in straight.choices] == list(zip("12345", "ABCDE", strict=True))
    assert [(choice.value, choice.text) for choice in turned.choices] == list(zip("54321", "EDCBA", strict=True))


def test_turned_pairs_change_sides_but_not_the_meaning_of_a_point():
    straight = questionnaire_for(FRAMEWORK, "full", "manager").question_by_key["OP2"]
    turned = questionnaire_for(FRAMEWORK, "full", "manager", order=Order(sides_turned=True)).question_by_key["OP2"]

    assert words_of(straight, 4) == ["exactly the right", "Departments together"]
    assert turned.poles == ("Departments together", "Each department alone")
    assert turned.choices[0] == Choice("4", "exactly the left")
    assert words_of(turned, 4) == ["exactly the left", "Departments together"]
    assert words_of(turned, 2) == ["in between"]


def test_a_long_page_is_split_into_even_screens():
    items = tuple(replace(LC1, key=f"R{n}") for n in range(9))
    keys = tuple(item.key for item in items)
    dimension = replace(FRAMEWORK.dimensions[0], items=items)
    framework = replace(
        FRAMEWORK,
        instruments=(replace(FRAMEWORK.instruments[0], dimensions=(dimension,)),),
        parts=(Part("all", "All", (keys,)),),
    )

    pages = questionnaire_for(framework, "full", "agent").pages

    assert [len(page.questions) for page in pages] == [4, 5]


def test_a_framework_without_parts_and_labels_is_laid_out_by_dimension():
    numbers = replace(OFTEN, key="N7", lowest=1, highest=7, labels=())
    ladder = Item("L", "Ladder", RUNGS, rungs=("A", "B", "C", "D", "E"))
    dimension = replace(FRAMEWORK.dimensions[0], items=(Item("A", "A?", numbers), ladder))
    framework = replace(
        FRAMEWORK,
        instruments=(replace(FRAMEWORK.instruments[0], dimensions=(dimension,)),),
        parts=(),
        tasks=(),
        roles=(),
    )

    questionnaire = questionnaire_for(framework, "full", "")

    assert [[question.key for question in page.questions] for page in questionnaire.pages] == [["A"], ["L"]]
    assert [choice.text for choice in questionnaire.question_by_key["A"].choices] == list("1234567")
    assert questionnaire.question_by_key["A"].has_bare_numbers


def accepted(question: Question, candidates: list[Any]) -> list[Any]:
    return [candidate for candidate in candidates if question.allows(candidate)]


def test_only_what_was_offered_is_an_answer():
    front_line = questionnaire_for(FRAMEWORK, "full", "front_line").question_by_key
    executive = questionnaire_for(FRAMEWORK, "full", "executive").question_by_key
    manager = questionnaire_for(FRAMEWORK, "full", "manager", nominees=["Branch lead"]).question_by_key
    tokens = [{"cost": 10}, {"cost": 11}, {"cost": -1, "trust": 2}, {"x": 1}, {}, {"cost": True}]

    assert accepted(front_line["LC1"], [-1, 0, 4, 5, True, "4", "dk", "na", "none", [1]]) == [0, 4, "dk", "na"]
    assert accepted(executive["LC5"], [0, 1, 5, 6]) == [1, 5]
    assert accepted(front_line["WISH"], [[], ["R1"], ["R1", "R1"], ["R9"], ["R1", "R2", "R3"], "R1"]) == [["R1"]]
    assert accepted(front_line["SAY"], ["", "words", "x" * 1001, 3]) == ["words"]
    assert accepted(executive["WHY"], tokens) == [{"cost": 10}]
    assert accepted(manager["HER"], ["Branch lead", "none", "dk", "na", "Somebody"]) == ["Branch lead", "none", "dk"]


def test_part_states_and_the_first_open_page_follow_the_answers():
    questionnaire = questionnaire_for(FRAMEWORK, "full", "front_line")
    answers: dict[str, Answer] = {"LC1": 1, "LC2": "dk", "OP1": 2}

    states = [section.state(answers) for section in questionnaire.sections]

    assert states == ["completed", "in_progress", "not_started"]
    assert questionnaire.first_open_page(answers) == questionnaire.page("work", 2)
    assert questionnaire.first_open_page({**answers, "OP2": 1, "WISH": ["R1"]}) is None


def test_answers_to_other_roles_questions_are_not_sent():
    questionnaire = questionnaire_for(FRAMEWORK, "full", "agent")

    sent = questionnaire.answers_to_send({"LC5": 3, "OP1": 9, "LC1": 2, "SAY": "Hello", "_order": {"a": 1}})

    assert sent == {"LC1": 2, "SAY": "Hello"}


def test_a_scale_of_many_points_is_a_drop_down_and_a_short_one_buttons():
    wide = Question("A", "points", "How much?", tuple(Choice(str(point), str(point)) for point in range(101)))
    short = Question("B", "points", "How much?", tuple(Choice(str(point), str(point)) for point in range(11)))

    assert (wide.is_wide, short.is_wide) == (True, False)
