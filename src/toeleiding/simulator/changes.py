"""What changes in a life, on which day and at which source: the ground for notifications."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from toeleiding.simulator.life import Life


class Change(NamedTuple):
    """Something changed; `kind` and `blocks` are the words of INTERFACE 9.2."""

    on: date
    kind: str
    source: str
    blocks: tuple[str, ...]


def changes(life: Life) -> Iterator[Change]:
    """Every change of a life that a reader of the general notifications hears of, in no order."""
    for registration in life.registrations:
        if registration.service != "VDAB":
            continue
        for category in registration.categories:
            yield Change(category.begin, "DOSSIERVDAB", "VDAB", ("Dossier",))
        if registration.end:
            yield Change(registration.end, "DOSSIERVDAB", "VDAB", ("Dossier",))
    for counsellor in life.counsellors:
        yield Change(counsellor.begin, "DOSSIERVDAB", "VDAB", ("DossierBeheerder",))
    for training in life.trainings:
        yield Change(training.begin, "DOSSIERVDAB", "VDAB", ("Opleidingen",))
    for invitation in life.invitations:
        yield Change(invitation.sent_on, "TOELEIDING", "VDAB", ("Uitnodigingen",))
    yield Change(life.contract_on, "DOSSIERKBI", "KBI", ("Contracten",))
    if life.attest_on:
        yield Change(life.attest_on, "DOSSIERKBI", "KBI", ("BehaaldeAttesten",))


def register_changes(life: Life) -> Iterator[Change]:
    """Every change in the national register; it does not know people with a BIS number."""
    if life.is_bis and life.replaced_on is None:
        return
    known_since = life.replaced_on or date.min
    for address in life.addresses[1:]:
        if address.begin >= known_since:
            yield Change(address.begin, "020", "RR", ("3",))
    if life.replaced_on:
        yield Change(life.replaced_on, "000", "RR", ("3",))
