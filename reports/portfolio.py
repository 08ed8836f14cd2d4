"""The comparison of organisations: the latest release of each, one row each, from released scores only.

Four queries, however many organisations there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations.models import Organisation
from pillars.models import Edition
from pillars.schema import Framework, Instrument
from pillars.scoring import display_score
from reports.changes import Change, change_between, stand_apart
from reports.charts import phrases
from reports.models import Release, ReleasedScore
from reports.results import Figure

PAGE_SIZE = 50
MOST_PINS = 5
INDEX = "index"
BY_SCORE, BY_NAME, BY_ANSWERS = "score", "name", "answers"


@dataclass(frozen=True)
class Choice:
    """What an address asks for. Empty texts mean "all", and for the wave "the latest of each"."""

    framework: str = ""
    lens: str = ""
    sector: str = ""
    country: str = ""
    wave: str = ""
    sort: str = BY_SCORE
    page: int = 1
    aliases: bool = False
    pins: tuple[int, ...] = ()


@dataclass(frozen=True)
class Compared:
    """One organisation's row. `rank` is shared ("=2") where intervals overlap, and empty without a score."""

    organisation_id: int
    slug: str
    name: str
    sector: str
    country: str
    is_synthetic: bool
    wave: int
    rank: str
    index: Figure | None
    answers: int | None
    change: Change | None
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """What the page and the file show. `rows` are all that match, in order; `frameworks` are (slug, title) pairs."""

    framework: Framework | None
    lens: Instrument | None
    rows: tuple[Compared, ...]
    frameworks: tuple[tuple[str, str], ...] = ()
    sectors: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()
    waves: tuple[int, ...] = ()
    without_results: int = 0

    def on_page(self, page: int) -> tuple[Compared, ...]:
        return self.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // PAGE_SIZE))

    def pinned(self, pins: Iterable[int]) -> tuple[Compared, ...]:
        wanted = list(pins)[:MOST_PINS]
        return tuple(row for key in wanted for row in self.rows if row.organisation_id == key)


@dataclass(frozen=True)
class _Released:
    release: int
    organisation: int
    wave: int
    framework: str
    title: str
    edition: int
    form: str
    short_roles: tuple[str, ...]


def comparison(organisations: QuerySet[Organisation], choice: Choice) -> Comparison:
    """Return the organisations that match `choice`, each with its latest (or the chosen) wave's figures."""
    by_id = {organisation.pk: organisation for organisation in organisations}
    released = _released(list(by_id))
    frameworks = _frameworks(released)
    slug = choice.framework if choice.framework in dict(frameworks) else frameworks[0][0] if frameworks else ""
    found = [one for one in released if one.framework == slug]
    shown = _latest(one for one in found if not choice.wave or str(one.wave) == choice.wave)
    kept = {
        key: one
        for key, one in shown.items()
        if (not choice.sector or by_id[key].sector == choice.sector)
        and (not choice.country or by_id[key].country == choice.country)
    }
    before = _before(found, kept)
    figures = _figures([one.release for one in [*kept.values(), *before.values()]])
    framework = _framework(found, slug)
    lenses = lenses_of(framework) if framework else ()
    lens = next((one for one in lenses if one.key == choice.lens), lenses[0] if lenses else None)
    names = _names(by_id.values(), aliases=choice.aliases)
    rows = [
        _row(by_id[key], names[key], one, framework, figures.get(one.release, {}), _earlier(before, figures, one))
        for key, one in kept.items()
    ]
    subjects = [dimension.key for dimension in lens.dimensions] if lens else []
    return Comparison(
        framework=framework,
        lens=lens,
        rows=_sorted(_ranked(rows), choice.sort, subjects),
        frameworks=frameworks,
        sectors=_present_sectors(by_id[one.organisation] for one in found),
        countries=tuple(sorted({by_id[one.organisation].country for one in found} - {""})),
        waves=tuple(sorted({one.wave for one in found}, reverse=True)),
        without_results=len(by_id) - len({one.organisation for one in released}),
    )


def lenses_of(framework: Framework) -> tuple[Instrument, ...]:
    """Return the instruments that count, the heaviest first; all of them where none has a weight."""
    weighted = [instrument for instrument in framework.instruments if instrument.weight > 0]
    return tuple(sorted(weighted or framework.instruments, key=lambda instrument: -instrument.weight))


def _released(organisations: Sequence[int]) -> list[_Released]:
    """Return the latest release of every campaign, the newest wave first."""
    rows = (
        Release.objects.filter(campaign__organisation__in=organisations)
        .order_by("-campaign__wave", "-campaign__closed_at", "-campaign_id", "-number")
        .values_list(
            "campaign_id",
            "pk",
            "campaign__organisation_id",
            "campaign__wave",
            "campaign__edition__slug",
            "campaign__edition__title",
            "campaign__edition_id",
            "campaign__form",
            "campaign__short_roles",
        )
    )
    latest: dict[int, _Released] = {}
    for campaign, release, organisation, wave, slug, title, edition, form, short in rows:
        asked = (edition, form, tuple(sorted(short)))
        latest.setdefault(campaign, _Released(release, organisation, wave, slug, title, *asked))
    return list(latest.values())


def _frameworks(released: Sequence[_Released]) -> tuple[tuple[str, str], ...]:
    """Return the frameworks in use as (slug, title), the one that most organisations used first."""
    titles = {one.framework: one.title for one in reversed(released)}
    counted = Counter(slug for _organisation, slug in {(one.organisation, one.framework) for one in released})
    return tuple((slug, titles[slug]) for slug in sorted(counted, key=lambda slug: (-counted[slug], slug)))


def _latest(released: Iterable[_Released]) -> dict[int, _Released]:
    latest: dict[int, _Released] = {}
    for one in released:
        latest.setdefault(one.organisation, one)
    return latest


def _before(released: Sequence[_Released], shown: Mapping[int, _Released]) -> dict[int, _Released]:
    """Return for each organisation the wave before the shown one that asked the same edition and forms."""
    earlier: dict[int, _Released] = {}
    for one in released:
        now = shown.get(one.organisation)
        asked, asked_now = ((each.edition, each.form, each.short_roles) if each else () for each in (one, now))
        if now and one.wave < now.wave and asked == asked_now:
            earlier.setdefault(one.organisation, one)
    return earlier


def _figures(releases: Sequence[int]) -> dict[int, dict[str, Figure]]:
    """Return the whole organisation's released figures by release and subject."""
    rows = ReleasedScore.objects.filter(release__in=releases, group="all")
    figures: dict[int, dict[str, Figure]] = {}
    for row in rows:
        figure = Figure(row.score, row.low, row.high, row.margin, row.n, level=row.level)
        figures.setdefault(row.release_id, {})[row.subject] = figure
    return figures


def _framework(released: Sequence[_Released], slug: str) -> Framework | None:
    edition = Edition.objects.filter(slug=slug).order_by("-published_at").first() if released else None
    return edition.framework(get_language() or "") if edition else None


def _names(organisations: Iterable[Organisation], *, aliases: bool) -> dict[int, str]:
    """Return each organisation's name, or a number that says nothing about it."""
    if not aliases:
        return {organisation.pk: organisation.name for organisation in organisations}
    ordered = sorted(organisation.pk for organisation in organisations)
    return {key: _("Organisation %(number)d") % {"number": place} for place, key in enumerate(ordered, start=1)}


def _earlier(
    before: Mapping[int, _Released], figures: Mapping[int, Mapping[str, Figure]], one: _Released
) -> Mapping[str, Figure]:
    earlier = before.get(one.organisation)
    return figures.get(earlier.release, {}) if earlier else {}


def _row(  # noqa: PLR0917  one value of each table that is joined here
    organisation: Organisation,
    name: str,
    released: _Released,
    framework: Framework | None,
    figures: Mapping[str, Figure],
    earlier: Mapping[str, Figure],
) -> Compared:
    printed = {key: _printed(framework, figure) for key, figure in figures.items()}
    index = printed.get(INDEX)
    then = earlier.get(INDEX)
    counts = [figure.n for figure in figures.values() if figure.n is not None]
    return Compared(
        organisation_id=organisation.pk,
        slug=organisation.slug,
        name=name,
        sector=organisation.get_sector_display(),
        country=organisation.country,
        is_synthetic=organisation.is_synthetic,
        wave=released.wave,
        rank="",
        index=index,
        answers=index.n if index else max(counts, default=None),
        change=change_between(index, then) if index and then else None,
        figures=printed,
    )


def _printed(framework: Framework | None, figure: Figure) -> Figure:
    if framework is None or figure.score is None:
        return figure
    return replace(figure, display=display_score(framework, figure.score))


def _ranked(rows: Sequence[Compared]) -> list[Compared]:
    """Return the rows with ranks by index; a row not clearly below the first of its rank shares the rank."""
    scored = sorted((row for row in rows if row.index and row.index.score is not None), key=_descending)
    groups: list[list[Compared]] = []
    for row in scored:
        if groups and not _lies_below(row, groups[-1][0]):
            groups[-1].append(row)
        else:
            groups.append([row])
    ranks: dict[int, str] = {}
    place = 1
    for group in groups:
        for row in group:
            ranks[row.organisation_id] = f"={place}" if len(group) > 1 else str(place)
        place += len(group)
    return [replace(row, rank=ranks.get(row.organisation_id, "")) for row in rows]


def _lies_below(row: Compared, first: Compared) -> bool:
    """Return whether a row stands below a rank's first row by more than chance: further than both margins."""
    return row.index is not None and first.index is not None and stand_apart(row.index, first.index)


def _descending(row: Compared) -> float:
    return -(row.index.score or 0) if row.index else 0


def _sorted(rows: Sequence[Compared], sort: str, subjects: Sequence[str]) -> tuple[Compared, ...]:
    """Return the rows in the chosen order; what has no value stands last, and names settle ties."""
    by_name = sorted(rows, key=lambda row: row.name.casefold())
    if sort == BY_NAME:
        return tuple(by_name)
    if sort == BY_ANSWERS:
        return tuple(sorted(by_name, key=lambda row: -(row.answers or 0)))
    key = sort if sort in subjects else INDEX

    def place(row: Compared) -> tuple[bool, float]:
        figure = row.figures.get(key)
        return (figure is None, -(figure.score or 0) if figure else 0)

    return tuple(sorted(by_name, key=place))


def _present_sectors(organisations: Iterable[Organisation]) -> tuple[tuple[str, str], ...]:
    found = {organisation.sector: str(organisation.get_sector_display()) for organisation in organisations}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def change_words(change: Change | None) -> str:
    """Return the change since the wave before: with its sign where it is clear, "=" where it is not."""
    if change is None:
        return ""
    return phrases.signed(change.difference) if change.is_clear else "="
