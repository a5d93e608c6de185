"""Files of notifications as MAGDA publishes them: read whole, or refused with what to do."""

from datetime import date
from pathlib import Path

import pytest

from toeleiding.magda.publications import NAMESPACE, read_publication
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.publications import GENERAL, PERSONS, publication, write_notifications

TODAY = date(2026, 11, 23)
US = ("inburgering.vlaanderen.be/agii/toeleiding-oefen", "ipdc0000")


def published(subjects: str, kind: tuple[str, str, str, str] = GENERAL) -> bytes:
    return publication(kind, subjects, DEFAULT_SEED, TODAY, US).encode()


def subject(reference: str = "m1", key: str = "90660510075", more: str = "") -> str:
    return (
        f"<Onderwerp><Referte>{reference}</Referte><Inhoud>{more}<MutatieNotificatie><Referte>{reference}</Referte>"
        f"<Subject><Type>PERS</Type><Sleutel>{key}</Sleutel></Subject><Soort>DOSSIERVDAB</Soort>"
        "<Bron>VDAB</Bron></MutatieNotificatie></Inhoud></Onderwerp>"
    )


def test_every_notification_of_a_file_is_read(tmp_path: Path) -> None:
    written = write_notifications(tmp_path, 1500, DEFAULT_SEED, TODAY, US, 30)
    general = read_publication((tmp_path / "meldingen.xml").read_bytes())
    persons = read_publication((tmp_path / "meldingen-personen.xml").read_bytes())
    assert (general.readable, general.persons, general.receiver, general.capacity) == (True, False, *US)
    assert (persons.readable, persons.persons) == (True, True)
    assert len(general.notifications) + len(persons.notifications) == written > 20
    assert {one.source for one in general.notifications} == {"VDAB", "KBI"}
    assert {one.source for one in persons.notifications} == {"RR"}


def test_metadata_beside_the_notification_changes_nothing() -> None:
    more = "<Metadata><Referte>x</Referte><Type>01</Type><Datum>2026-11-23T06:00:00</Datum></Metadata>"
    (one,) = read_publication(published(subject(more=more))).notifications
    assert (one.reference, one.kind, one.source) == ("m1", "DOSSIERVDAB", "VDAB")


def test_a_file_without_any_subject_is_empty_and_readable() -> None:
    found = read_publication(published(""))
    assert (found.readable, found.notifications, found.unusable) == (True, [], [])


def test_a_subject_without_content_does_not_cost_the_others() -> None:
    found = read_publication(published("<Onderwerp><Referte>leeg</Referte></Onderwerp>" + subject()))
    assert [one.reference for one in found.unusable] == ["leeg"]
    assert [one.reference for one in found.notifications] == ["m1"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "leeg"),
        (b"geen xml", "geen XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', "DTD"),
        (b"<x/>", "geen bestand met meldingen"),
        (f'<p:PubliceerMutatiesNotificaties xmlns:p="{NAMESPACE}"/>'.encode(), "geen Context"),
        (published("")[:-40], "goed gevormde"),
        (published("").replace(b"PUBLICATIE", b"ANTWOORD"), "geen publicatie"),
        (published("").replace(NAMESPACE.encode(), b"http://ergens.anders"), "geen bestand met meldingen"),
        (published("", PERSONS).replace(b"vlaanderen.be", b"example"), "geen bestand met meldingen"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    found = read_publication(data)
    assert not found.readable
    assert says in (found.message or "")
