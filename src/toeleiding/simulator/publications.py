"""Notifications as the files that MAGDA publishes for one receiver (INTERFACE 9.3 and 9.4)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from toeleiding.simulator.answers.notifications import general, heard, of_register
from toeleiding.simulator.chance import identifier
from toeleiding.simulator.changes import Change, changes, register_changes
from toeleiding.simulator.ledger import Notification
from toeleiding.simulator.life import Life
from toeleiding.simulator.population import lives
from toeleiding.simulator.wire import escape
from toeleiding.simulator.world import World

GENERAL = (
    "PubliceerMutatiesNotificaties",
    "Algemeen",
    "02.01",
    "http://service.publiceermutatiesnotificatiesdienst-02_01.algemeen-02_01.vip.vlaanderen.be",
)
# The schema of this one is not published: the namespace follows the regular form of the platform.
PERSONS = (
    "PubliceerPersoonMutatiesNotificaties",
    "Persoon",
    "02.00",
    "http://service.publiceerpersoonmutatiesnotificatiesdienst-02_00.persoon-02_00.vip.vlaanderen.be",
)


def write_notifications(folder: Path, count: int, seed: int, today: date, receiver: tuple[str, str], days: int) -> int:
    """Write `meldingen.xml` and `meldingen-personen.xml`: what changed for `count` people in the last `days`.

    `receiver` is (Identificatie, Hoedanigheid). Some come twice, late or out of order, as over the wire.

    Returns:
        The number of notifications written.
    """
    world = World(seed=seed, today=today, check_repertorium=False)
    people = [(life, life.insz_on(today - timedelta(days=days))) for life in lives(seed, count, today)]
    since = today - timedelta(days=days)

    def told(source: Callable[[Life], Iterable[Change]]) -> list[Notification]:
        found = [
            one
            for life, insz in people
            for change in source(life)
            for one in heard(world, insz, life, change, since, today)
        ]
        return sorted(found, key=lambda one: one.reference)

    folder.mkdir(parents=True, exist_ok=True)
    ours, theirs = told(changes), told(register_changes)
    subjects = "".join(general(one) for one in ours)
    (folder / "meldingen.xml").write_text(publication(GENERAL, subjects, seed, today, receiver))
    subjects = "".join(of_register(world, one) for one in theirs)
    (folder / "meldingen-personen.xml").write_text(publication(PERSONS, subjects, seed, today, receiver))
    return len(ours) + len(theirs)


def publication(
    kind: tuple[str, str, str, str], subjects: str, seed: int, today: date, receiver: tuple[str, str]
) -> str:
    """One published file; without any subject the block that holds them is left out."""
    name, domain, version, namespace = kind
    uri, capacity = receiver
    own = identifier(seed, name, today.isoformat())
    block = f"<Onderwerpen>{subjects}</Onderwerpen>" if subjects else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<p:{name} xmlns:p="{namespace}"><Publicatie><Context>'
        f"<Naam>{domain}.{name}</Naam><Versie>{version}.0000</Versie><Bericht><Type>PUBLICATIE</Type>"
        f"<Tijdstip><Datum>{today}</Datum><Tijd>06:00:00.000</Tijd></Tijdstip><Afzender>"
        f"<Identificatie>vip.vlaanderen.be</Identificatie><Naam>MAGDA</Naam><Referte>{own}</Referte></Afzender>"
        f"<Ontvanger><Identificatie>{escape(uri)}</Identificatie><Hoedanigheid>{escape(capacity)}</Hoedanigheid>"
        f"</Ontvanger></Bericht></Context>{block}</Publicatie></p:{name}>\n"
    )
