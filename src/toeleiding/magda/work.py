"""GeefWerkrelaties 02.00: employment declared in Dimona (INTERFACE 7)."""

from datetime import date
from typing import Literal

from msgspec import Struct

from toeleiding.magda.dates import earliest, latest
from toeleiding.magda.outcomes import Outcome, work_kind
from toeleiding.magda.reading import Reading, asked_number, checked, every
from toeleiding.magda.xml import Element, Node, children, texts


class WorkEntry(Struct, frozen=True):
    """One job, in the form of CONTRACTS chapter 1. Dimona holds no fraction."""

    kind: str
    begin: date | None
    end: date | None
    fraction: float | None
    cancelled: bool


class Employment(Struct, frozen=True, omit_defaults=True):
    """The same job with what identifies it: key on all of these, the number alone is not unique."""

    dimona_number: str | None = None
    employer_kbo: str | None = None
    employer_nsso: str | None = None
    code: str | None = None
    joint_committee: str | None = None
    interim_name: str | None = None


class Facts(Struct, frozen=True):
    """The jobs. `work` None: could not be asked; empty: asked, nothing found.

    Attributes:
        employments: for each entry of work, on the same place, who employs.
    """

    work: list[WorkEntry] | None = None
    employments: list[Employment] = []


class Question(Struct, frozen=True):
    """Ask for the jobs in a period.

    Attributes:
        begin, end: both included; end None = up to today.
        cancelled: 0 without cancelled declarations, 1 all, 2 only those.
    """

    insz: str
    begin: date
    end: date | None = None
    cancelled: Literal["0", "1", "2"] = "0"

    def content(self) -> list[Node]:
        """What stands in Inhoud; answered at once, not by file."""
        period: list[Node] = [
            ("Begin", self.begin.isoformat()),
            ("Einde", self.end.isoformat() if self.end else None),
        ]
        criteria: list[Node] = [
            ("Relatie", [("Werknemer", [("INSZ", asked_number(self.insz))])]),
            ("Periode", period),
            ("SchrappingsIndicatie", self.cancelled),
        ]
        return [("TypeAntwoord", "0"), ("Criteria", criteria)]


def read(content: Element) -> Reading:
    """Inhoud. Jobs of different persons in one answer are AMBIGUOUS."""
    parts = children(content)
    if "Contracten" not in parts:
        return Reading(Facts(), Outcome.NOT_UNDERSTOOD)
    work: list[WorkEntry] = []
    employments: list[Employment] = []
    persons: dict[str, None] = {}
    for contract in every(parts["Contracten"], "Contract"):
        entry, employment, insz = _contract(contract)
        work.append(entry)
        employments.append(employment)
        if insz:
            persons[insz] = None
    if len(persons) > 1:
        return Reading(Facts(), Outcome.AMBIGUOUS)
    return Reading(Facts(work, employments), Outcome.KNOWN, next(iter(persons), None))


_JOB = texts(
    "Aangifte/AardWerknemer",
    "Aangifte/PeriodeTijdstip/Begin/Datum",
    "Aangifte/PeriodeTijdstip/Einde/Datum",
    "Aangifte/Geannuleerd",
    "Aangifte/DimonaNummer",
    "Relatie/Werkgever/Ondernemingsnummer",
    "Relatie/Werkgever/RSZNummer",
    "Aangifte/ParitairComite",
    "InterimOnderneming/Naam",
    "Relatie/Werknemer/INSZ",
    "count(InterimOnderneming)",
)


def _contract(element: Element) -> tuple[WorkEntry, Employment, str | None]:
    code, begin, end, cancelled, dimona, kbo, nsso, committee, interim, insz, interims = _JOB(element)
    kind = work_kind(code) if interims == "0" else "INTERIM"
    entry = WorkEntry(kind, earliest(begin), latest(end), None, cancelled == "1")
    return entry, Employment(dimona, kbo, nsso, code, committee, interim), checked(insz)
