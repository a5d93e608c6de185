"""GeefWerkrelaties 02.00: employment declared in Dimona (INTERFACE 7)."""

from datetime import date
from typing import Literal

from msgspec import Struct

from toeleiding.magda.dates import earliest, latest
from toeleiding.magda.outcomes import Outcome, work_kind
from toeleiding.magda.reading import Reading, asked_number, every, number
from toeleiding.magda.xml import Element, Node, children, text


class WorkEntry(Struct, frozen=True, gc=False):
    """One job, in the form of CONTRACTS chapter 1. Dimona holds no fraction."""

    kind: str
    begin: date | None
    end: date | None
    fraction: float | None
    cancelled: bool


class Employment(Struct, frozen=True, omit_defaults=True, gc=False):
    """The same job with what identifies it: key on all of these, the number alone is not unique."""

    dimona_number: str | None = None
    employer_kbo: str | None = None
    employer_nsso: str | None = None
    code: str | None = None
    joint_committee: str | None = None
    interim_name: str | None = None


class Facts(Struct, frozen=True, gc=False):
    """The jobs. `work` None: could not be asked; empty: asked, nothing found.

    Attributes:
        employments: for each entry of work, on the same place, who employs.
    """

    work: list[WorkEntry] | None = None
    employments: list[Employment] = []


class Question(Struct, frozen=True, gc=False):
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


def _contract(element: Element) -> tuple[WorkEntry, Employment, str | None]:
    parts = children(element)
    declared = children(parts.get("Aangifte"))
    period = children(declared.get("PeriodeTijdstip"))
    relation = children(parts.get("Relatie"))
    employer = children(relation.get("Werkgever"))
    interim = parts.get("InterimOnderneming")
    code = text(declared.get("AardWerknemer"))
    entry = WorkEntry(
        kind="INTERIM" if interim is not None else work_kind(code),
        begin=earliest(text(children(period.get("Begin")).get("Datum"))),
        end=latest(text(children(period.get("Einde")).get("Datum"))),
        fraction=None,
        cancelled=text(declared.get("Geannuleerd")) == "1",
    )
    employment = Employment(
        text(declared.get("DimonaNummer")),
        text(employer.get("Ondernemingsnummer")),
        text(employer.get("RSZNummer")),
        code,
        text(declared.get("ParitairComite")),
        None if interim is None else text(children(interim).get("Naam")),
    )
    return entry, employment, number(children(relation.get("Werknemer")).get("INSZ"))
