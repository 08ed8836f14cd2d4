"""A release in another language: the same figures, and the words its edition has there."""

import random

import pytest
from django.utils import translation

from pillars.files import FOLDER
from pillars.operations import publish_edition
from reports.models import Release
from reports.releases import build_results
from tests.reports.closed_campaigns import AT, answer, closed_campaign, unit_of

pytestmark = pytest.mark.django_db

PEOPLE = {"front_line": 24, "agent": 12, "back_office": 10, "manager": 10, "executive": 10}


@pytest.fixture
def campaign():
    """A closed campaign of the shipped questionnaire that everybody answered, three units of staff among them."""
    edition, _ = publish_edition(path=FOLDER / "concentric" / "1.0.toml", at=AT)
    campaign = closed_campaign()
    campaign.edition, campaign.form = edition, "full"
    campaign.save()
    framework = edition.framework()
    units = [unit_of(campaign, name) for name in ("North", "South", "West")]
    drawn = random.Random(7)  # noqa: S311  made-up answers
    for role, people in PEOPLE.items():
        for number in range(people):
            said = {one.key: drawn.choice(list(one.scale.points())) for one in framework.items_for(role)}
            for task in framework.tasks:
                if task.is_asked_of(role):
                    said |= task_answer(task, drawn)
            answer(campaign, [said], role=role, unit=units[number % 3], invited=1)
    return campaign


def task_answer(task, drawn):
    keys = [key for key, _text in task.options]
    match task.kind:
        case "pick":
            return {task.key: drawn.sample(keys, 3)}
        case "nominate":
            return {task.key: drawn.choice(["manager", "executive", "Head of service"])}
        case "tokens":
            return {task.key: {keys[0]: 6, keys[1]: 4}}
    return {}


def test_a_release_reads_as_if_it_had_been_made_in_the_other_language(campaign):
    release = Release(campaign=campaign, document=build_results(campaign).to_document())
    with translation.override("es"):
        made_there = build_results(campaign, campaign.edition.framework("es"))

    assert release.results("es").to_document() == made_there.to_document()


def test_the_analyses_that_name_parts_of_the_framework_are_all_among_them(campaign):
    found = {one.key for one in build_results(campaign).analyses if one.rows}

    assert {"resources", "hero", "drivers", "shifts", "definition", "decay"} <= found


def test_in_the_language_of_its_edition_a_release_stays_as_it_is(campaign):
    release = Release(campaign=campaign, document=build_results(campaign).to_document())

    assert release.results("en") == release.results() == release.results("xx")


def test_a_release_is_read_in_a_language_its_edition_has(campaign):
    release = Release(campaign=campaign, document=build_results(campaign).to_document())
    spanish = release.results("es")

    assert spanish.level(3).title == "Definido"
    assert spanish.subject("leadership").title == "Liderazgo y cultura"
    assert spanish.group("side:leaders").title == "Líderes"
