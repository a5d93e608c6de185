"""Which schema is spoken in which direction, on the line and in a file; the table is complete or says why not.

To add a service: put it in `magda.services.ALL`, what asks it in `test_questions.QUESTIONS`, and how it is asked here
in `ASK`. A folder of schemas that we do not speak stands in `NOT_SPOKEN` with its reason.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree

from tests.conformance.schemas import REFERENCE, Kind, Variant, schema_file, violations
from tests.conformance.test_questions import ONLY_READ, QUESTIONS
from tests.simulator.asking import (
    AGENCY,
    TODAY,
    about,
    deregistration,
    inscription,
    notification,
    notifications,
    question,
    referral,
)  # fmt: skip
from tests.simulator.lines import world_with
from toeleiding.magda import Outcome, batch, read_answer, services
from toeleiding.magda.envelope import unwrap
from toeleiding.magda.questions import service_of
from toeleiding.magda.services import Service
from toeleiding.simulator.batch import answer_file
from toeleiding.simulator.population import EDGE_CASES, lives
from toeleiding.simulator.problems import CODES
from toeleiding.simulator.world import World

pytestmark = pytest.mark.reference

SCHEMAS = REFERENCE / "magda" / "schema"
#: Folders of schemas of services that we do not speak, with the reason.
NOT_SPOKEN = {
    "Algemeen.PubliceerMutatiesNotificatiesDienst-02.01": "a file that MAGDA publishes; polling tells us the same",
    "Inburgering.PubliceerDossierKBIDienst-02.00": "the KBI publishes its files to others",
    "Inburgering.RegistreerMutatieDossierKBIDienst-02.00": "the KBI's own system writes its files, not we",
    "Persoon.PubliceerPersoonMutatieNotificatieDienst-02.00": "a weekly file; polling tells us the same",
    "SocEcon.GeefNietWerkendWerkzoekendeDienst-02.00": "asks for one date; the jobseeker register answers more",
    "SocZek.GeefWerkzoekendeDienst-02.00": "the category alone; GeefDossierVDAB gives it with its file",
    "SocZek.PubliceerInschrijvingWerkzoekendeDienst-02.01": "a push of the KSZ that nobody delivers to us",
    "Werk.PubliceerMutatiesWerkrelatiesDienst-02.00": "a push of the RSZ that nobody delivers to us",
}
PEOPLE = [
    number
    for each in lives(2022, len(EDGE_CASES) + 40, TODAY)
    for number in (each.insz, each.replaced_by)
    if number is not None
]
STRANGER = "12661299835"


def _deregistration_1(insz: str) -> bytes:
    subject = ("Subjecten", [("Subject", [("Type", "PERS"), ("Sleutel", insz)])])
    who = [("Identificatie", AGENCY.uri), ("Hoedanigheid", AGENCY.capacity)]
    body = [*who, ("BetrokkenSubject", [("Type", "PERS"), subject])]
    return question(services.DEREGISTER_1, [("Uitschrijving", body)])  # type: ignore[list-item]


def _uuid(insz: str) -> str:
    return str(UUID(int=int(insz), version=4))


#: How each service is asked about somebody, as the other side sees it.
ASK: dict[Service, Callable[[str], bytes]] = {
    **{
        service: lambda insz, service=service: about(service, insz)  # type: ignore[misc]
        for service in (
            services.KBI_1, services.KBI_2, services.VDAB, services.WORK, services.JOBSEEKER, services.PERSON,
        )
    },
    services.REFERRAL: lambda insz: referral(insz, _uuid(insz)),
    services.INSCRIBE_0: lambda insz: inscription(insz, services.INSCRIBE_0),
    services.INSCRIBE_1: lambda insz: inscription(insz, services.INSCRIBE_1),
    services.DEREGISTER_0: deregistration,
    services.DEREGISTER_1: _deregistration_1,
    services.NOTIFY: lambda insz: notification(insz, _uuid(insz)),
    services.NOTIFICATIONS: lambda insz: notifications(),
    services.PERSON_NOTIFICATIONS: lambda insz: notifications(service=services.PERSON_NOTIFICATIONS),
}  # fmt: skip
ROWS = [
    pytest.param(service, variant, id=f"{service.name}-{service.version}-{variant}")
    for service in services.ALL
    for variant in ("WebService", "Service")
]


def answers(world: World, service: Service, variant: Variant, people: list[str], folder: Path) -> list[bytes]:
    """What the other side says, each a message by itself; what goes over is validated on the way, both ways."""
    asked = [ASK[service](insz) for insz in people]
    if variant == "WebService":
        for message in asked:
            assert violations(service, "question", message) == []
        replies = [world.answer(message) for message in asked]
        assert {reply.status for reply in replies} == {200}
        for reply in replies:
            assert violations(service, "answer", reply.body) == [], reply.body.decode()
        return [reply.body for reply in replies]
    size = min(len(asked), batch.most_in_a_file(service))
    return [
        message
        for start in range(0, len(asked), size)
        for message in _of_file(world, service, asked[start : start + size], folder)
    ]


def _of_file(world: World, service: Service, asked: list[bytes], folder: Path) -> list[bytes]:
    path, out = folder / "XXX_20261123093000000", folder / "antwoord"
    path.write_bytes(as_file(service, asked))
    assert violations(service, "question", path.read_bytes(), "Service") == []
    answer_file(world, path, out)
    assert violations(service, "answer", out.read_bytes(), "Service") == []
    overview = batch.survey(out)
    found = {part.reference: part.message for part in batch.parts(out, overview)}
    for message in found.values():
        assert violations(service, "answer", message, "Service") == []
    return [found.get(reference) or batch.for_all(overview) for reference in batch.survey(path).references]


def as_file(service: Service, asked: list[bytes]) -> bytes:
    """Questions of the line in one file, for services that nothing here asks by file."""
    root = etree.Element(f"{{{service.batch_namespace}}}{service.name}", nsmap={"w": service.batch_namespace})
    request = etree.SubElement(root, "Verzoek")
    block = None
    for message in asked:
        body = unwrap(etree.fromstring(message))
        assert isinstance(body, etree._Element)
        if block is None:
            request.append(deepcopy(body.find("Verzoek/Context")))
            block = etree.SubElement(request, "Vragen")
        block.append(deepcopy(body.find("Verzoek/Vragen/Vraag")))
    return etree.tostring(root)


@pytest.mark.parametrize(("service", "variant"), ROWS)
def test_every_person_gets_a_valid_answer_that_our_reader_understands(
    service: Service, variant: Variant, tmp_path: Path
) -> None:
    people = [*PEOPLE, STRANGER]
    came = answers(world_with(), service, variant, people, tmp_path)
    read = [read_answer(each, expect=service) for each in came]
    assert all(each.readable for each in read)
    strange = {insz for insz, each in zip(people, read, strict=True) if each.outcome is Outcome.NOT_UNDERSTOOD}
    said = {line.id for each in read if each.outcome is Outcome.NOT_UNDERSTOOD for line in each.exceptions}
    assert said <= {"60007"}, (strange, said)
    for each in read:
        if each.outcome is Outcome.KNOWN:
            assert each.facts is not None


@pytest.mark.parametrize(("service", "variant"), ROWS)
def test_without_an_inscription_and_asked_twice_it_stays_valid(
    service: Service, variant: Variant, tmp_path: Path
) -> None:
    world = world_with(check_repertorium=True)
    for _ in range(2):
        for each in answers(world, service, variant, PEOPLE[:5], tmp_path):
            assert read_answer(each, expect=service).readable


@pytest.mark.parametrize(("service", "variant"), ROWS)
def test_every_exception_is_valid_and_gives_an_outcome_of_the_closed_set(
    service: Service, variant: Variant, tmp_path: Path
) -> None:
    for code in (*CODES, "12345"):
        world = world_with(rules=[{"fault": f"exception:{code}"}])
        (came,) = answers(world, service, variant, PEOPLE[:1], tmp_path)
        answer = read_answer(came, expect=service)
        assert [line.id for line in answer.exceptions] == [code]
        assert answer.outcome in Outcome
        if code not in ("40143", "99984", "70001"):
            assert answer.outcome is not Outcome.KNOWN


@pytest.mark.parametrize(("service", "variant"), ROWS)
def test_a_replaced_number_is_valid_and_brings_the_new_one(service: Service, variant: Variant, tmp_path: Path) -> None:
    world = world_with(rules=[{"fault": f"replaced:{PEOPLE[1]}"}])
    (came,) = answers(world, service, variant, PEOPLE[:1], tmp_path)
    assert read_answer(came, expect=service).replaced_by == PEOPLE[1]


@pytest.mark.parametrize("service", services.ALL, ids=lambda each: f"{each.name}-{each.version}")
@pytest.mark.parametrize(
    "how",
    [{"shuffle": True}, {"missing": 0.5}, {"missing": 1}, {"level1": "50000"}, {"level2": "99996"}],
    ids=json.dumps,
)
def test_a_file_that_comes_back_otherwise_is_valid(service: Service, how: dict[str, object], tmp_path: Path) -> None:
    for each in answers(world_with(batch=how), service, "Service", PEOPLE[:10], tmp_path):
        assert read_answer(each, expect=service).readable


@pytest.mark.parametrize("service", services.ALL, ids=lambda each: f"{each.name}-{each.version}")
def test_a_file_tells_the_same_as_the_line(service: Service, tmp_path: Path) -> None:
    """But for the level: in a file an exception is about its own question."""
    both = []
    for variant in ("WebService", "Service"):
        came = answers(world_with(), service, variant, PEOPLE, tmp_path)  # type: ignore[arg-type]
        read = [read_answer(each, expect=service) for each in came]
        both.append([(each.outcome, each.insz, each.replaced_by, each.facts) for each in read])
    assert both[0] == both[1]


class TestTheTableIsComplete:
    def test_every_folder_of_a_service_is_spoken_or_has_its_reason(self) -> None:
        there = {path.name for path in SCHEMAS.glob("*Dienst-*")}
        spoken = {f"{each.domain}.{each.name}Dienst-{each.version}" for each in services.ALL}
        assert there - spoken <= set(NOT_SPOKEN), "zet de dienst in de tabel, of in NOT_SPOKEN met de reden"
        assert spoken <= there
        assert not spoken & set(NOT_SPOKEN)

    def test_every_schema_of_a_service_that_we_speak_is_validated_in_its_direction(self) -> None:
        asked = {version or service_of(each) for each, version in QUESTIONS}
        ours: set[tuple[Service, Variant, Kind]] = {
            (service, variant, "question") for service in asked for variant in ("WebService", "Service")
        }
        theirs: set[tuple[Service, Variant, Kind]] = {
            (row.values[0], row.values[1], "answer")
            for row in ROWS  # type: ignore[misc]
        }
        kinds: tuple[Kind, ...] = ("question", "answer")
        variants: tuple[Variant, ...] = ("WebService", "Service")
        wanted = {
            (service, variant, kind)
            for service in services.ALL
            for variant in variants
            for kind in kinds
            if schema_file(service, kind, variant).is_file()
        }
        assert wanted - ours - theirs == {
            (service, variant, "question") for service in ONLY_READ for variant in variants
        }
        assert set(ASK) == set(services.ALL)

    def test_the_namespaces_of_the_table_are_those_of_the_schemas(self) -> None:
        for service in services.ALL:
            for variant, namespace in (("WebService", service.namespace), ("Service", service.batch_namespace)):
                for kind in ("question", "answer"):
                    path = schema_file(service, kind, variant)  # type: ignore[arg-type]
                    assert etree.parse(path).getroot().get("targetNamespace") == namespace, path


class TestTheKnownConflicts:
    """Where public material contradicts itself: what we send follows the schema, what we read accepts both.

    INTERFACE 9.4: published answers of GeefPersoonMutatiesNotificaties stand in another namespace than the schema.
    INTERFACE 12 says that a file holds many answers, with level 1 beside an absent Repliek; four schemas allow one
    answer and three know no level 1 (decision 026).
    """

    def test_which_schemas_allow_one_answer_or_no_level_one_is_what_the_schemas_say(self) -> None:
        for service in services.ALL:
            schema = etree.parse(schema_file(service, "answer", "Service"))
            named = {each.get("name"): each for each in schema.iter("{http://www.w3.org/2001/XMLSchema}element")}
            assert (named["Antwoord"].get("maxOccurs") != "unbounded") is service.one_answer_a_file, service.name
            assert (named["Repliek"].get("minOccurs") == "0") is service.level_one_in_file, service.name

    def test_more_answers_than_the_schema_allows_are_read_all_the_same(self, tmp_path: Path) -> None:
        service, messages = services.KBI_2, []
        for insz in PEOPLE[12:14]:
            messages += answers(world_with(), service, "Service", [insz], tmp_path)
        both = etree.fromstring(messages[0])
        block = both.find("Repliek/Antwoorden")
        assert block is not None
        block.append(etree.fromstring(messages[1]).find("Repliek/Antwoorden/Antwoord"))
        path = tmp_path / "meer"
        path.write_bytes(etree.tostring(both))
        assert violations(service, "answer", path.read_bytes(), "Service")
        read = [read_answer(part.message).insz for part in batch.parts(path, batch.survey(path))]
        assert read == PEOPLE[12:14]

    def test_only_one_service_has_a_second_namespace(self) -> None:
        assert [each for each in services.ALL if each.other_namespaces] == [services.PERSON_NOTIFICATIONS]

    def test_the_other_namespace_is_read_alike_and_does_not_validate(self) -> None:
        service = services.PERSON_NOTIFICATIONS
        world = world_with(check_repertorium=True)
        came = world.answer(notifications(service=service)).body
        (other,) = service.other_namespaces
        published = came.replace(service.namespace.encode(), other.encode())
        assert published != came
        assert violations(service, "answer", came) == []
        assert violations(service, "answer", published)
        assert read_answer(published).outcome is read_answer(came).outcome
