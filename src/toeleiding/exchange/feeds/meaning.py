"""What a notification asks of us. Pure: it looks at nothing but the words of the notification.

The words that VDAB and KBI use are not published (INTERFACE 9.1 and chapter 14): those below are ours and the
simulator's. One that we do not know is kept as it came and leads to a question, because asking once too often costs
little and missing a change costs a person her term.
"""

from enum import StrEnum

from toeleiding.exchange.models import Feed, Notification
from toeleiding.magda.insz import is_digits


class Topic(StrEnum):
    """What there is to ask again."""

    EMPLOYMENT = "EMPLOYMENT"
    WORK = "WORK"


# In capitals, as they begin. TOELEIDING: what VDAB did with a referral stands in its file.
_TOPICS = {
    "DOSSIERVDAB": Topic.EMPLOYMENT,
    "TOELEIDING": Topic.EMPLOYMENT,
    "INSCHRIJVING": Topic.EMPLOYMENT,
    "WERK": Topic.WORK,
    "DIMONA": Topic.WORK,
}
# The integration file is our own: there is no other register to ask about it.
_OF_OUR_OWN = ("DOSSIERKBI",)
# Codes of the Rijksregister (INTERFACE 9.4): an address. The new one does not come along.
ADDRESS = "020"


UNKNOWN_KIND = "Een soort die we niet kennen."
NOT_WRITTEN = "Niet in het dossier geschreven, door een fout van ons."
OF_OUR_OWN = "Niets te doen: het integratiedossier is van ons eigen agentschap."


def is_person(one: Notification) -> bool:
    """Whether it is about a person, by a number that can be one."""
    return one.subject_type == "PERS" and is_digits(one.key)


def moved(one: Notification) -> bool:
    """The Rijksregister says that the address changed."""
    return one.feed == Feed.PERSONS and ADDRESS in one.changed


def renumbered(one: Notification) -> tuple[str, str] | None:
    """The old and the new number, the new one empty when the old one was only cancelled; None when neither changed."""
    old = one.cancelled_insz or (one.key if one.new_insz and one.new_insz != one.key else "")
    if not is_digits(old) or (one.new_insz and not is_digits(one.new_insz)):
        return None
    return (old, one.new_insz) if old != one.new_insz else None


def topics(one: Notification) -> frozenset[Topic]:
    """What to ask again, by the kind of the notification; empty when there is nothing to ask."""
    if renumbered(one) is not None:  # every source is asked anew under the number that holds (INTERFACE 1.5)
        return frozenset(Topic)
    if one.feed == Feed.PERSONS:  # another municipality may mean another office, or another employment service
        return frozenset({Topic.EMPLOYMENT}) if moved(one) else frozenset()
    kind = one.kind.upper()
    if kind.startswith(_OF_OUR_OWN):
        return frozenset()
    return frozenset({next((topic for word, topic in _TOPICS.items() if kind.startswith(word)), Topic.EMPLOYMENT)})


def nothing_to_ask(one: Notification) -> str:
    """Why a notification that we understand leads to no question; empty when it does not have that reason."""
    ours = one.feed != Feed.PERSONS and renumbered(one) is None and one.kind.upper().startswith(_OF_OUR_OWN)
    return OF_OUR_OWN if ours else ""


def is_known_kind(one: Notification) -> bool:
    """Whether the kind is one of the words above."""
    return one.feed == Feed.PERSONS or one.kind.upper().startswith((*_TOPICS, *_OF_OUR_OWN))
