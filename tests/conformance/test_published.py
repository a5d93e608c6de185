"""Every published answer is read with the outcome that a person wrote down here."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests.conformance.schemas import REFERENCE, SAMPLES, violations
from toeleiding.magda import Outcome, read_answer
from toeleiding.magda.services import ROOTS
from toeleiding.magda.xml import parse
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.publications import write_notifications

pytestmark = pytest.mark.reference

KNOWN, NOT_KNOWN, DOWN, REFUSED = Outcome.KNOWN, Outcome.NOT_KNOWN, Outcome.SOURCE_DOWN, Outcome.REFUSED

#: Per set: how many samples there are, and the outcome of those that are not KNOWN.
EXPECTED: dict[str, tuple[int, dict[str, Outcome]]] = {
    "GeefDossierKBI-01.00": (14, {"90722500191": DOWN, "91610100176": DOWN, "notfound": NOT_KNOWN}),
    "GeefWerkrelaties-02.00": (21, {"91610100176": DOWN, "96622497873": DOWN, "notfound": NOT_KNOWN}),
    "RegistreerInschrijving-02.00": (
        9,
        {
            "14620915640": DOWN,
            "56663058952": REFUSED,
            "74612515608": REFUSED,
            "74612515707": DOWN,
            "79661275833": REFUSED,
            "89610532179": REFUSED,
            "91610100176": DOWN,
            "91610100275": REFUSED,
        },
    ),
    "RegistreerInschrijving-02.01": (5, {"89610532179": REFUSED, "91610100176": DOWN, "91610100275": REFUSED}),
    "RegistreerUitschrijving-02.00": (3, {"91610100176": DOWN, "91610100275": REFUSED}),
    "GeefPersoon-02.02": (24, {"13662188822": DOWN, "80642515955": Outcome.AMBIGUOUS, "notfound": NOT_KNOWN}),
    "GeefPersoonMutatiesNotificaties-02.00": (2, {"Monitoring": Outcome.INVALID, "notfound": NOT_KNOWN}),
}
ANSWERS = [path for folder in EXPECTED for path in sorted((SAMPLES / folder).rglob("*.xml"))]
REQUESTS = sorted((SAMPLES / "requests").glob("*.xml"))
#: Without the folder one name stands for all of them, so that one line says that they were skipped.
if not SAMPLES.is_dir():
    ANSWERS = REQUESTS = [SAMPLES / "niet-aanwezig"]
#: The two whose root element stands in another namespace than the schema (INTERFACE 9.4).
NOT_VALID = "GeefPersoonMutatiesNotificaties-02.00"


def _name(path: Path) -> str:
    return str(path.relative_to(SAMPLES))


def test_all_of_them_are_here() -> None:
    found = Counter(path.relative_to(SAMPLES).parts[0] for path in ANSWERS)
    assert found == {folder: count for folder, (count, _) in EXPECTED.items()}
    assert len(ANSWERS) == 78


@pytest.mark.parametrize("path", ANSWERS, ids=_name)
def test_a_published_answer_is_read(path: Path) -> None:
    folder = path.relative_to(SAMPLES).parts[0]
    answer = read_answer(path.read_bytes())
    assert answer.readable
    assert f"{answer.service}-{answer.version}" == folder
    assert answer.outcome is EXPECTED[folder][1].get(path.stem, KNOWN)
    assert answer.reference
    if path.stem.isdigit() and folder.startswith("Geef") and answer.outcome in (KNOWN, Outcome.AMBIGUOUS):
        assert answer.insz == path.stem
        assert answer.facts is not None


@pytest.mark.parametrize("path", ANSWERS, ids=_name)
def test_the_schemas_that_we_test_with_accept_the_published_answers(path: Path) -> None:
    data = path.read_bytes()
    service, kind = ROOTS[parse(data).tag]
    assert bool(violations(service, kind, data)) is (NOT_VALID in path.parts)


@pytest.mark.parametrize("path", REQUESTS, ids=_name)
def test_a_published_request_is_no_answer(path: Path) -> None:
    answer = read_answer(path.read_bytes())
    assert (answer.readable, answer.outcome) == (False, Outcome.NOT_UNDERSTOOD)
    assert f"{answer.service}-{answer.version}" == path.stem
    assert answer.message == "Dit is een vraag, geen antwoord. Geef het bericht dat terugkwam."


def test_the_published_fault_is_a_source_that_is_down() -> None:
    answer = read_answer((SAMPLES / "soap-fault" / "generic_fault.xml").read_bytes())
    assert (answer.readable, answer.outcome) == (True, DOWN)


def test_a_file_of_a_person_with_two_tracks() -> None:
    facts = read_answer((SAMPLES / "GeefDossierKBI-01.00" / "90722600953.xml").read_bytes()).facts
    assert (facts.target_group.type, facts.birth_date, facts.sex) == ("RECHT", "1980-05-10", "V")
    assert [each.registered_on for each in facts.contracts] == [date(2017, 3, 22)]
    assert [(each.type, each.status, each.caseworker.name) for each in facts.tracks] == [
        ("TT_IBRH", "OP", "rod koala"),
        ("TT_NT2", "OP", "scott wombat"),
    ]
    assert facts.language.latin_script == "GEALFABETISEERD"


def test_the_jobs_of_a_person_with_two_contracts() -> None:
    facts = read_answer((SAMPLES / "GeefWerkrelaties-02.00" / "79621800296.xml").read_bytes()).facts
    assert [(each.kind, each.begin, each.end, each.cancelled) for each in facts.work] == [
        ("EMPLOYEE", date(2023, 1, 1), date(2023, 12, 31), False),
        ("EMPLOYEE", date(2024, 1, 1), date(2032, 1, 1), False),
    ]


def test_the_address_of_a_person() -> None:
    facts = read_answer((SAMPLES / "GeefPersoon-02.02" / "67722499797.xml").read_bytes()).facts
    assert (facts.address.postal_code, facts.address.municipality, facts.address.nis) == ("9000", "Gent", "44021")


def test_a_published_file_of_notifications_follows_the_schema(tmp_path: Path) -> None:
    """Ours, written by the simulator, is what PubliceerMutatiesNotificaties 02.01 allows (INTERFACE 9.3)."""
    us = ("inburgering.vlaanderen.be/agii/toeleiding-oefen", "ipdc0000")
    assert write_notifications(tmp_path, 200, DEFAULT_SEED, date(2026, 11, 23), us, 30)
    name = "PubliceerMutatiesNotificaties"
    folder = REFERENCE / "magda" / "schema" / f"Algemeen.{name}Dienst-02.01" / "Service"
    schema = etree.XMLSchema(etree.parse(folder / f"{name}.xsd"))
    schema.validate(etree.parse(tmp_path / "meldingen.xml"))
    assert [error.message for error in schema.error_log] == []
    broken = (tmp_path / "meldingen.xml").read_bytes().replace(b"<Bron>VDAB</Bron>", b"")
    assert not schema.validate(etree.fromstring(broken)), "a check that can fail"
