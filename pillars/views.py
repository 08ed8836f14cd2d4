"""What anybody may read without an account: where the instrument comes from, and each edition whole."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from pillars.checks import VERSION
from pillars.models import Edition
from pillars.schema import Dimension, Framework, Instrument, Item, MaturityLevel, Scale, Task

LEVELS_OF_THE_RAMP = 5


@dataclass(frozen=True)
class LevelBand:
    """A level with its number from 1, the scores it spans in words, and its colour of the ramp if there are five."""

    number: int
    level: MaturityLevel
    band: str
    colour: str


@dataclass(frozen=True)
class Question:
    """An item or task with the titles of the roles it is asked of; none means everybody."""

    item: Item | Task
    roles: tuple[str, ...]
    layer: str = ""
    wordings: tuple[tuple[str, str], ...] = ()
    """(role title, text) where a role reads other words."""


@dataclass(frozen=True)
class DimensionEntry:
    dimension: Dimension
    questions: tuple[Question, ...]
    lines: tuple[tuple[LevelBand, str], ...]


@dataclass(frozen=True)
class InstrumentEntry:
    instrument: Instrument
    share: int
    """Per cent of the maturity index."""
    dimensions: tuple[DimensionEntry, ...]


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Show sources, method, privacy and credits."""
    language = get_language() or ""
    editions = Edition.objects.order_by("slug", "-published_at")
    titles = [(edition, edition.framework(language).title) for edition in editions]
    return render(request, "pillars/about.html", {"editions": titles})


@require_GET
def framework(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Show an edition whole: levels, dimensions, every question, and how scores are computed."""
    if not VERSION.fullmatch(version):  # also what a database would refuse to look for
        raise Http404
    edition = get_object_or_404(Edition, slug=slug, version=version)
    whole = edition.framework((get_language() or "").partition("-")[0])
    context = {
        "edition": edition,
        "framework": whole,
        "bands": level_bands(whole),
        "instruments": instrument_entries(whole),
        "tasks": tuple(Question(task, _roles_of(whole, task)) for task in whole.tasks),
        "scales": scales_of(whole),
        "groups": tuple((group, _titles(whole, group.roles), percent(group.weight)) for group in whole.role_groups),
    }
    return render(request, "pillars/framework.html", context)


def level_bands(framework: Framework) -> tuple[LevelBand, ...]:
    """Return the levels from the lowest, each with the whole scores it spans, such as 20 to 39."""
    bands = []
    for number, level in enumerate(framework.levels, start=1):
        above = framework.levels[number].starts_at if number < len(framework.levels) else None
        end = "100" if above is None else f"{above - 1:g}" if above == int(above) else f"<{above:g}"
        colour = f"b{number}" if len(framework.levels) == LEVELS_OF_THE_RAMP else ""
        bands.append(LevelBand(number, level, f"{level.starts_at:g}\N{EN DASH}{end}", colour))
    return tuple(bands)


def instrument_entries(framework: Framework) -> tuple[InstrumentEntry, ...]:
    """Return every instrument with its dimensions and questions, in the edition's order."""
    layers = {layer.key: layer.title for layer in framework.layers}
    bands = level_bands(framework)
    return tuple(
        InstrumentEntry(
            instrument,
            percent(instrument.weight),
            tuple(
                DimensionEntry(
                    dimension,
                    tuple(
                        Question(
                            item,
                            _roles_of(framework, item),
                            layers.get(item.layer, ""),
                            tuple((framework.role_by_key[role].title, text) for role, text in item.wording.items()),
                        )
                        for item in dimension.items
                    ),
                    tuple(zip(bands, dimension.level_lines, strict=False)),
                )
                for dimension in instrument.dimensions
            ),
        )
        for instrument in framework.instruments
    )


def scales_of(framework: Framework) -> tuple[Scale, ...]:
    """Return each scale with labels once, in the order in which questions use them."""
    return tuple({item.scale.key: item.scale for item in framework.items if item.scale.labels}.values())


def percent(weight: float) -> int:
    """Return a share of 1 as a whole per cent."""
    return round(100 * weight)


def _roles_of(framework: Framework, question: Item | Task) -> tuple[str, ...]:
    asked = set(question.asked_of)
    return () if not asked or asked >= set(framework.role_by_key) else _titles(framework, question.asked_of)


def _titles(framework: Framework, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(framework.role_by_key[role].title for role in roles if role in framework.role_by_key)
