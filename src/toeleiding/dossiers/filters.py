"""The filters of the worklist and of the list of dossiers, as they stand in the address.

The address holds all of them, so every view is a deep link and a saved filter is a name and a query. What
somebody made up (`?stap=xyz`) is left out and named in a Dutch sentence; it never breaks the page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.http import QueryDict

from toeleiding.dossiers import selectors
from toeleiding.dossiers.models import Tab
from toeleiding.dossiers.wording import LANGUAGES

STEPS = {1: "Contract", 2: "Werksituatie", 3: "VDAB nagaan", 4: "Toelichting", 5: "Inschrijving", 6: "Opvolging"}

# What the pill of a dossier begins with: some go on with a cause or an advice.
STATUSES = {
    "nog-niet-nagegaan": "Nog niet nagegaan",
    "onbepaald": "Onbepaald",
    "antwoord-verwacht": "Antwoord verwacht",
    "geen-antwoord": "Geen antwoord",
    "niet-gekend": "Niet gekend",
    "niet-meer-ingeschreven": "Gekend, niet meer ingeschreven",
    "toelichting-gekregen": "Toelichting gekregen",
    "ondersteuning-bezig": "Ondersteuning bezig",
    "ingeschreven": "Ingeschreven",
    "gezamenlijke-klant": "Gezamenlijke klant",
    "aan-het-werk": "Aan het werk",
    "studeert": "Studeert",
    "niet-van-toepassing": "Niet van toepassing",
}

TERMS = {
    "voorbij": "Voorbij",
    "loopt-af": f"Nog {selectors.SOON_DAYS} dagen of minder",
    "later": f"Meer dan {selectors.SOON_DAYS} dagen",
    "geen": "Geen termijn",
}

MOST_VALUES = 30  # of one filter; more is not a choice that somebody made
LONGEST_VALUE = 60
LARGEST_NUMBER = 9  # digits; enough for every page and every key


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to look at: one of the tabs, or what one of the tiles counts."""

    slug: str
    label: str
    condition: Callable[[date], Q]
    tab: Tab | None = None


def _tab(slug: str, tab: Tab) -> Listing:
    return Listing(slug, str(tab.label), lambda _: Q(tab=tab), tab)


TABS = (
    _tab("te-doen", Tab.TODO),
    _tab("wacht-op-anderen", Tab.WAITING),
    _tab("in-opvolging", Tab.FOLLOW_UP),
    _tab("afgerond", Tab.DONE),
)
TILES = (
    Listing("termijn-voorbij", "Termijn voorbij", selectors.overdue),
    Listing("termijn-loopt-af", "Termijn loopt af", selectors.running_out),
    Listing("wacht-op-vdab", "Wacht op VDAB", lambda _: selectors.waiting()),
    Listing("nieuw-contract", "Nieuw contract", selectors.new_contract),
    Listing("afspraken-vandaag", "Afspraken vandaag", selectors.appointment_today),
)
# What a number on the page of a team lead counts; closed dossiers are in none of them.
OF_A_TEAM = {one.slug: one for one in (Listing("open", "Open", lambda _: ~Q(tab=Tab.DONE)), *TILES[:3])}
NOBODY = "niemand"  # as a colleague in the address: dossiers that nobody follows
LISTINGS = {listing.slug: listing for listing in (*TABS, *TILES)}

# The languages in the order of their names, so that a sorted list reads from A to Z.
_LANGUAGE_ORDER = Case(
    *(
        When(language=code, then=Value(place))
        for place, (code, _) in enumerate(sorted(LANGUAGES.items(), key=lambda pair: pair[1]))
    ),
    default=Value(len(LANGUAGES)),
    output_field=IntegerField(),
)
SORTS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "termijn": ("termijn", ("due_on",)),
    "naam": ("naam", ("last_name", "first_name")),
    "taal": ("contacttaal", (_LANGUAGE_ORDER,)),
    "stap": ("stap", ("step_number", "due_on")),
    "status": ("VDAB-status", ("pill",)),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody wants to see. `notices` are Dutch sentences about what was not understood."""

    listing: Listing = TABS[0]
    steps: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    sort: str = "termijn"
    descending: bool = False
    page: int = 1
    just_asked: tuple[int, ...] = ()
    print: bool = False
    notices: tuple[str, ...] = field(default=(), compare=False)

    @property
    def narrowed(self) -> bool:
        """Is any filter on, beside the tab or the tile?"""
        return bool(self.steps or self.languages or self.municipalities or self.statuses or self.terms)

    def condition(self, today: date) -> Q:
        """Which dossiers to show, out of those that somebody may see."""
        shown = self.listing.condition(today) & narrowing(self, today)
        return shown | Q(pk__in=self.just_asked) if self.just_asked else shown

    def order(self) -> list[Any]:
        """How to sort; what is not known comes last and the number settles ties."""
        keys = [F(key) if isinstance(key, str) else key for key in SORTS[self.sort][1]]
        turned = [key.desc(nulls_last=True) if self.descending else key.asc(nulls_last=True) for key in keys]
        return [*turned, F("number").asc()]

    def query(self, **changes: Any) -> str:
        """The query of an address that shows this, with some things changed; always from the first page."""
        return urlencode(list(replace(self, **{"page": 1, "just_asked": (), "print": False, **changes})._pairs()))

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.listing != TABS[0]:
            yield "lijst", self.listing.slug
        for name, values in self.chips():
            for value in values:
                yield name, str(value)
        if (self.sort, self.descending) != ("termijn", False):
            yield "sorteer", ("-" if self.descending else "") + self.sort
        if self.page > 1:
            yield "pagina", str(self.page)
        if self.just_asked:
            yield "gevraagd", ".".join(map(str, self.just_asked))
        if self.print:
            yield "print", "1"

    def chips(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """Each filter by its name in the address, with what is chosen."""
        return (
            ("stap", self.steps),
            ("taal", self.languages),
            ("gemeente", self.municipalities),
            ("status", self.statuses),
            ("termijn", self.terms),
        )


def narrowing(filters: Filters, today: date) -> Q:
    """The condition of the filters alone, without the tab or the tile."""
    wanted = Q()
    if filters.steps:
        wanted &= Q(step_number__in=filters.steps) & ~Q(tab=Tab.DONE)
    if filters.languages:
        wanted &= Q(language__in=filters.languages)
    if filters.municipalities:
        wanted &= Q(municipality__in=filters.municipalities)
    if filters.statuses:
        wanted &= _any(Q(pill__startswith=STATUSES[status]) for status in filters.statuses)
    if filters.terms:
        wanted &= _any(_term(term, today) for term in filters.terms)
    return wanted


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _term(term: str, today: date) -> Q:
    if term == "voorbij":
        return selectors.overdue(today)
    if term == "loopt-af":
        return selectors.running_out(today)
    if term == "later":
        return Q(due_on__gt=today + timedelta(days=selectors.SOON_DAYS))
    return Q(due_on__isnull=True)


Known = TypeVar("Known", int, str)


class Reader:
    """Takes filters out of an address and keeps a sentence about everything that it cannot use."""

    def __init__(self, given: QueryDict) -> None:
        self.given = given
        self.notices: list[str] = []

    def ignored(self, name: str, value: str, instead: str) -> None:
        self.notices.append(f"We kennen “{printable(value)[:40]}” niet bij “{name}”. {instead}")

    def choices(self, name: str, known: Mapping[Known, str]) -> tuple[Known, ...]:
        """The values of a closed list, in the order of that list."""
        by_text = {str(key): key for key in known}
        asked = self.given.getlist(name)[:MOST_VALUES]
        for value in asked:
            if value and value not in by_text:
                self.ignored(name, value, "We lieten deze filter weg.")
        return tuple(key for text, key in by_text.items() if text in asked)

    def texts(self, name: str) -> tuple[str, ...]:
        """Free values, such as municipalities."""
        found = []
        for value in self.given.getlist(name)[:MOST_VALUES]:
            if value and (len(value) > LONGEST_VALUE or value != printable(value)):
                self.ignored(name, value, "We lieten deze filter weg.")
            elif value:
                found.append(value)
        return tuple(dict.fromkeys(found))

    def number(self, name: str, default: int) -> int:
        """A whole number from 1 on."""
        value = self.given.get(name, "")
        if not value:
            return default
        found = whole_number(value)
        if not found:
            self.ignored(name, value, "Je ziet de eerste bladzijde.")
        return found or default

    def keys(self, name: str) -> tuple[int, ...]:
        """Keys with a point between them; wrong ones are dropped in silence: we write these ourselves."""
        found = (whole_number(part) for part in self.given.get(name, "").split(".")[:200])
        return tuple(dict.fromkeys(key for key in found if key))


def whole_number(text: str) -> int:
    """A number of at most nine digits, or 0 when the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LARGEST_NUMBER else 0


def printable(text: str) -> str:
    """The text without control characters, which PostgreSQL refuses and nobody types."""
    return "".join(letter for letter in text if letter.isprintable())


def read(given: QueryDict) -> Filters:
    """The filters in an address."""
    reader = Reader(given)
    listing = LISTINGS.get(given.get("lijst", "") or TABS[0].slug)
    if listing is None:
        reader.ignored("lijst", given.get("lijst", ""), "Je ziet de lijst “Te doen”.")
    sort, descending = _sort(reader)
    return Filters(
        listing=listing or TABS[0],
        steps=reader.choices("stap", STEPS),
        languages=reader.choices("taal", LANGUAGES),
        municipalities=reader.texts("gemeente"),
        statuses=reader.choices("status", STATUSES),
        terms=reader.choices("termijn", TERMS),
        sort=sort,
        descending=descending,
        page=reader.number("pagina", 1),
        just_asked=reader.keys("gevraagd"),
        print=given.get("print") == "1",
        notices=tuple(reader.notices),
    )


def _sort(reader: Reader) -> tuple[str, bool]:
    asked = reader.given.get("sorteer", "") or "termijn"
    if asked.removeprefix("-") in SORTS:
        return asked.removeprefix("-"), asked.startswith("-")
    reader.ignored("sorteer", asked, "We sorteren op termijn.")
    return "termijn", False


@dataclass(frozen=True, slots=True)
class DossierSearch:
    """What somebody looks for among all dossiers: words, filters, and from which dossier on (the key of the last
    one of the page before; the newest come first).
    """

    text: str = ""
    filters: Filters = Filters()
    before: int = 0
    colleague: str = ""
    listing: Listing | None = None

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.filters.narrowed or self.colleague or self.listing)

    def condition(self, today: date) -> Q:
        """Which dossiers to show, without what the text asks."""
        found = narrowing(self.filters, today)
        if self.colleague == NOBODY:
            found &= Q(case_worker__isnull=True)
        elif self.colleague:
            found &= Q(case_worker__username=self.colleague)
        return found & self.listing.condition(today) & ~Q(tab=Tab.DONE) if self.listing else found

    def query(self, before: int = 0) -> str:
        """The query of an address that shows this."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, str(value)) for name, values in self.filters.chips() for value in values]
        pairs += [("collega", self.colleague)] if self.colleague else []
        pairs += [("lijst", self.listing.slug)] if self.listing else []
        return urlencode([*pairs, ("voor", str(before))] if before else pairs)


def read_search(given: QueryDict) -> DossierSearch:
    """The search and the filters in the address of `/dossiers`."""
    reader = Reader(given)
    text = " ".join(printable(given.get("q", "")).split())[:LONGEST_VALUE]
    before = whole_number(given.get("voor", ""))
    if given.get("voor") and not before:
        reader.ignored("voor", given.get("voor", ""), "Je ziet de eerste bladzijde.")
    found = Filters(
        steps=reader.choices("stap", STEPS),
        languages=reader.choices("taal", LANGUAGES),
        municipalities=reader.texts("gemeente"),
        statuses=reader.choices("status", STATUSES),
        terms=reader.choices("termijn", TERMS),
        notices=tuple(reader.notices),
    )
    listing = OF_A_TEAM.get(given.get("lijst", ""))
    if given.get("lijst") and listing is None:
        reader.ignored("lijst", given.get("lijst", ""), "We lieten deze filter weg.")
    colleagues = reader.texts("collega")
    found = replace(found, notices=tuple(reader.notices))
    return DossierSearch(text, found, before, colleagues[0] if colleagues else "", listing)
