"""What can stand in the way of registering: codes that can be counted, each with the days on which it is offered.

A code never changes its meaning and never leaves: what is not offered any more still says what it said. Health is not
noted here (DOMAIN 5.5). The list is our own proposal; the agencies add to it here.
"""

from dataclasses import dataclass
from datetime import date

_START = date(2022, 3, 1)  # DOMAIN R-01: the first day of the pillar
_SECOND = date(2026, 11, 1)  # what counsellors missed in the first list


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One code with its words. Offered from `since` up to and with `until`; None means still."""

    code: str
    words: str
    since: date = _START
    until: date | None = None

    def offered(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


KNOWN = (
    Obstacle("EMAIL", "Geen e-mailadres"),
    Obstacle("IDENTITY", "Geen itsme of eID"),
    Obstacle("DIGITAL", "Werkt nog niet vlot met een computer"),
    Obstacle("LANGUAGE", "Taal, geen tolk gevonden"),
    Obstacle("NO_TIME", "Geen tijd", since=_SECOND),
    Obstacle("CHILDCARE", "Geen kinderopvang"),
    Obstacle("TRANSPORT", "Geen vervoer"),
    Obstacle("RESIDENCE", "Verblijfsdocument ontbreekt of is vervallen", since=_SECOND),
    Obstacle("DOCUMENTS", "Andere documenten ontbreken"),
    Obstacle("NUMBER", "Rijksregisternummer ontbreekt of klopt niet"),
    Obstacle("TECHNICAL", "De website werkte niet", until=date(2026, 10, 31)),
    Obstacle("SERVICE_DOWN", "Technische storing bij de dienst voor werk", since=_SECOND),
    Obstacle("OTHER", "Iets anders"),
)


def offered_on(day: date) -> list[Obstacle]:
    """The obstacles that can be chosen for something that happened on a day."""
    return [one for one in KNOWN if one.offered(day)]
