"""Every question that we write validates against its published schema."""

from datetime import date, datetime
from io import BytesIO

import pytest

from tests.conformance.schemas import violations
from toeleiding.magda import (
    Sender,
    batch,
    jobseeker,
    kbi,
    new_reference,
    notifications,
    referral,
    repertorium,
    services,
    vdab,
    work,
    write_question,
)
from toeleiding.magda.questions import Question, service_of
from toeleiding.magda.services import Service

pytestmark = pytest.mark.reference

INSZ = "90641210134"
SENDER = Sender("oefening.example/toeleiding-aip", "ipdc0000", "56663058952")
AT = datetime(2026, 3, 2, 10, 15, 30, 7_000)
FROM, TO = date(2026, 2, 2), date(2028, 2, 1)
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
AGENCY = referral.Partner(
    "KBI", kbo="0543307391", name="Agentschap & co", contact_name="Claes", contact_first_name="Tom",
    contact_phone="020000000", contact_email="tom.claes@example.org",
)  # fmt: skip
OFFICE = referral.Partner("VDAB", identification="WW-GENT-01")

QUESTIONS: list[tuple[Question, Service | None]] = [
    (kbi.Question(INSZ), services.KBI_1),
    (kbi.Question(INSZ, after_mutation=True), None),
    (vdab.Question(INSZ), None),
    (work.Question(INSZ, FROM), None),
    (work.Question(INSZ, FROM, TO, "1"), None),
    (jobseeker.Question(INSZ), None),
    (jobseeker.Question(INSZ, FROM, TO, ("VDAB", "ACTIRIS")), None),
    (referral.Question(INSZ, ID, AGENCY, OFFICE, "INSCHRIJVING_WERKZOEKENDE"), None),
    (
        referral.Question(
            INSZ, ID, AGENCY, OFFICE, "ANDERE", "Proef", "Testa", date(1990, 4, 12), "V", "<uitleg>",
            (datetime(2026, 3, 9, 9, 30), datetime(2026, 3, 9, 10, 15)), "Komt met tolk",
        ),
        None,
    ),
    (repertorium.Question(services.INSCRIBE_0, SENDER, INSZ, FROM), None),
    (repertorium.Question(services.INSCRIBE_0, SENDER, INSZ, FROM, TO), None),
    (repertorium.Question(services.INSCRIBE_1, SENDER, INSZ), None),
    (repertorium.Question(services.INSCRIBE_1, SENDER, INSZ, FROM, TO), None),
    (repertorium.Question(services.DEREGISTER_0, SENDER, INSZ), None),
    (repertorium.Question(services.DEREGISTER_0, SENDER, INSZ, FROM, TO), None),
    (repertorium.Question(services.DEREGISTER_1, SENDER, INSZ, end=TO), None),
    (repertorium.Question(services.DEREGISTER_1, SENDER, INSZ), None),
    (notifications.Question(SENDER), None),
    (notifications.Question(SENDER, "a8d6e7a4-0000-4000-8000-000000000041"), None),
    (notifications.Question(SENDER), services.PERSON_NOTIFICATIONS),
    (notifications.Question(SENDER, "a8d6e7a4-0000-4000-8000-000000000041"), services.PERSON_NOTIFICATIONS),
    (notifications.NotifyQuestion(ID, INSZ, "KBI"), None),
    (notifications.NotifyQuestion(ID, INSZ, "KBI", "DOSSIERKBI", AT, ("Contracten", "Trajecten")), None),
]  # fmt: skip


#: Services of which we read answers and that nothing here asks yet.
ONLY_READ = (services.PERSON,)


@pytest.mark.parametrize(("question", "version"), QUESTIONS, ids=lambda value: type(value).__module__)
@pytest.mark.parametrize("soap", [True, False], ids=["soap", "bare"])
def test_a_question_validates(question: Question, version: Service | None, soap: bool) -> None:
    message = write_question(question, SENDER, reference=new_reference(), at=AT, service=version, soap=soap)
    assert violations(version or service_of(question), "question", message) == []


@pytest.mark.parametrize(("question", "version"), QUESTIONS, ids=lambda value: type(value).__module__)
def test_a_file_of_questions_validates(question: Question, version: Service | None) -> None:
    service, out = version or service_of(question), BytesIO()
    many = min(3, batch.most_in_a_file(service))
    pieces = (batch.fragment(batch.Asked(new_reference(), question), service) for _ in range(many))
    assert batch.write(service, pieces, SENDER, out, reference=new_reference(), at=AT) == many
    assert violations(service, "question", out.getvalue(), "Service") == []
    one = batch.fragment(batch.Asked(new_reference(), question), service)
    alone = batch.alone(service, one, SENDER, reference=new_reference(), at=AT)
    assert violations(service, "question", alone, "Service") == []


def test_every_service_that_we_ask_is_in_the_list() -> None:
    asked = {version or service_of(question) for question, version in QUESTIONS}
    assert asked == set(services.ALL) - set(ONLY_READ)


def test_a_question_with_a_mistake_does_not_validate() -> None:
    message = write_question(vdab.Question(INSZ), SENDER, reference="x" * 37, at=AT)
    assert violations(services.VDAB, "question", message)
