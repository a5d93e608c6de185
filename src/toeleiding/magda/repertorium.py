"""RegistreerInschrijving and RegistreerUitschrijving 02.00 and 02.01 (INTERFACE 8).

The inscription says that we handle a file on this person; reading is granted on that basis.
"""

from datetime import date

from msgspec import Struct

from toeleiding.magda.envelope import Sender
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.reading import Reading, asked_number
from toeleiding.magda.services import DEREGISTER_0, DEREGISTER_1, INSCRIBE_0, INSCRIBE_1, Service
from toeleiding.magda.xml import Element, Node, UnwritableError, children, text


class Question(Struct, frozen=True):
    """Begin, extend or end an inscription. It is made for the sender that stands in the Context:
    another one would be refused (code 20005).

    Attributes:
        service: which of the four.
        insz: exactly one person (code 40035).
        begin: mandatory for INSCRIBE_0; an end without a begin is only for deregistering.
    """

    service: Service
    sender: Sender
    insz: str
    begin: date | None = None
    end: date | None = None

    def content(self) -> list[Node]:
        """What stands in Inhoud."""
        begin_needed = self.service is INSCRIBE_0 or (self.service is INSCRIBE_1 and self.end is not None)
        if begin_needed and self.begin is None:
            raise UnwritableError("Een inschrijving in het repertorium heeft een begindatum nodig. Vul ze in.")
        period: list[Node] = [
            ("Begin", self.begin.isoformat() if self.begin else None),
            ("Einde", self.end.isoformat() if self.end else None),
        ]
        inscription: list[Node] = [
            ("Identificatie", self.sender.uri),
            ("Hoedanigheid", self.sender.capacity),
            self._subject(),
            ("Periode", period if self.begin or self.end else None),
        ]
        return [(self.service.name.removeprefix("Registreer"), inscription)]

    def _subject(self) -> Node:
        insz = asked_number(self.insz)
        if self.service in (INSCRIBE_0, DEREGISTER_0):
            return "INSZ", insz
        subject: list[Node] = [("Type", "PERS"), ("Sleutel", insz)]
        return "BetrokkenSubject", [("Type", "PERS"), ("Subjecten", [("Subject", subject)])]


#: The services whose answer is read here.
SERVICES = (INSCRIBE_0, INSCRIBE_1, DEREGISTER_0, DEREGISTER_1)


class Facts(Struct, frozen=True):
    """Whether it was done. Resultaat 0 can come without any exception: it is a refusal."""

    accepted: bool


def read(content: Element) -> Reading:
    """Inhoud: Resultaat 1 or 0."""
    result = text(children(content).get("Resultaat"))
    outcome = {"1": Outcome.KNOWN, "0": Outcome.REFUSED}.get(result or "", Outcome.NOT_UNDERSTOOD)
    return Reading(Facts(result == "1"), outcome)
