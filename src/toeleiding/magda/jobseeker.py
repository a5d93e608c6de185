"""GeefInschrijvingWerkzoekende 01.00: registered as jobseeker anywhere in Belgium (INTERFACE 6)."""

from datetime import date
from typing import Literal

from msgspec import Struct

from toeleiding.magda.dates import earliest
from toeleiding.magda.insz import is_digits
from toeleiding.magda.outcomes import Outcome, meaning, worst
from toeleiding.magda.reading import Reading, asked_number, every, number
from toeleiding.magda.xml import Element, Node, children, text

Pes = Literal["VDAB", "ACTIRIS", "FOREM", "ADG"]
_VALUES = {
    "DATA_FOUND": Outcome.KNOWN,
    "NO_DATA_FOUND": Outcome.NOT_KNOWN,
    "INCOMPLETE_DATA": Outcome.PARTIAL,
    "TECHNICAL_ERROR": Outcome.SOURCE_DOWN,
}


class Inscription(Struct, frozen=True, omit_defaults=True):
    """One registration. It has a start and never an end: one entry cannot say "still registered"."""

    registered_on: date | None = None
    category: str | None = None
    category_words: str | None = None
    unemployed_since: date | None = None


class AtService(Struct, frozen=True):
    """What one employment service answered. Each is read on its own."""

    service: str
    outcome: Outcome
    registered_on: date | None = None
    inscriptions: list[Inscription] = []


class Facts(Struct, frozen=True):
    """The answers per employment service; `deceased` when the register says so."""

    services: list[AtService] = []
    deceased: bool = False


class Question(Struct, frozen=True):
    """Ask for registrations.

    Attributes:
        begin, end: registrations active in this period; None = the situation now.
        services: which employment services; empty = all.
    """

    insz: str
    begin: date | None = None
    end: date | None = None
    services: tuple[Pes, ...] = ()

    def content(self) -> list[Node]:
        """What stands in Criteria."""
        period: list[Node] | None = None
        if self.begin:
            period = [
                ("beginDate", self.begin.isoformat()),
                ("endDate", self.end.isoformat() if self.end else None),
            ]
        services: list[Node] = [("publicEmploymentService", service) for service in self.services]
        return [
            ("ssin", asked_number(self.insz)),
            ("period", period),
            ("publicEmploymentServices", services or None),
        ]


def read(content: Element) -> Reading:
    """Inhoud. Direction of a replacement is taken from the status, as wiki and schema contradict."""
    found = children(content).get("ConsultContactAndInscriptionResponse")
    parts = children(found)
    code, outcome, information = _status(parts.get("status"))
    services = [_service(each) for each in every(parts.get("results"), "pes")]
    if outcome is Outcome.KNOWN and any(each.outcome is Outcome.SOURCE_DOWN for each in services):
        outcome = Outcome.PARTIAL
    person = parts.get("ssin")
    if person is not None and person.get("canceled") in ("true", "1"):
        outcome = worst((outcome, Outcome.CANCELLED))
    newer = information.get("newSSIN")
    return Reading(
        Facts(services, deceased=code == "MSG00009"),
        outcome,
        number(person),
        newer if newer and is_digits(newer) else None,
        status=found is not None,
    )


def _status(element: Element | None) -> tuple[str | None, Outcome, dict[str, str]]:
    """Code, meaning and the fields that come with it."""
    parts = children(element)
    code = text(parts.get("code"))
    outcome = _said(_VALUES.get(text(parts.get("value")) or ""), meaning(code or ""))
    information = (children(each) for each in every(element, "information"))
    fields = ((text(each.get("fieldName")), text(each.get("fieldValue"))) for each in information)
    return code, outcome, {name: value for name, value in fields if name and value}


def _said(by_value: Outcome | None, by_code: Outcome | None) -> Outcome:
    """NO_RESULT says only by its code why. NO_DATA_FOUND yields to a worse code: a number that could not
    be asked about is not "not registered"."""
    if by_value is None:
        return Outcome.NOT_UNDERSTOOD if by_code in (None, Outcome.KNOWN) else by_code
    return worst([by_value, by_code]) if by_value is Outcome.NOT_KNOWN and by_code else by_value


def _service(element: Element) -> AtService:
    parts = children(element)
    block = children(parts.get("result")).get("inscriptions")
    inscriptions = [_inscription(each) for each in every(block, "inscription")]
    starts = [each.registered_on for each in inscriptions if each.registered_on]
    _, outcome, _ = _status(parts.get("status"))
    return AtService(element.get("source") or "", outcome, min(starts, default=None), inscriptions)


def _inscription(element: Element) -> Inscription:
    parts = children(element)
    category = next(iter(every(element, "categoryPES")), None)
    words = every(category, "description")
    dutch = next((each for each in words if each.get("language") == "NL"), words[0] if words else None)
    return Inscription(
        registered_on=earliest(text(parts.get("inceptionTimestamp"))),
        category=text(children(category).get("code")),
        category_words=text(dutch),
        unemployed_since=earliest(text(parts.get("eurostatDate"))),
    )
