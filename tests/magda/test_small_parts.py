"""The table of codes, dates, and questions as they are written."""

from datetime import date, datetime
from itertools import chain

import pytest

from tests.magda import messages as m
from toeleiding.magda import (
    Outcome,
    Sender,
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
from toeleiding.magda.dates import earliest, incomplete, latest
from toeleiding.magda.envelope import read_question, write_fault
from toeleiding.magda.outcomes import TABLE, CodeRow, meaning, work_kind, worst
from toeleiding.magda.xml import UnreadableError, UnwritableError

SENDER = Sender("oefening.example/toeleiding-aip", "ipdc0000", m.OTHER)
AT = datetime(2026, 3, 2, 10, 15, 30, 7_000)

# CONTRACTS chapter 2, written down once more by hand.
CODES = {
    "NOT_KNOWN": "30001 30016",
    "REPLACED": "30004 MSG00006",
    "CANCELLED": "30002 30003 MSG00005",
    "NOT_INTEGRATED": "13202 40003 MSG00012",
    "PARTIAL": "30030 30040",
    "REFUSED": "15021 13001 13501 40001 40005 40006 60011 MSG00013 MSG00015",
    "AMBIGUOUS": "30042",
    "SOURCE_DOWN": "40088 60006 60009 60013 70003 99986 99994 99995 99996 99997",
    "INVALID": "20002 20003 20004 20005 20006 20007 13101 25001 30014 30034 40035 50000",
    "NOT_UNDERSTOOD": "60007",
    "KNOWN": "40143",
}


@pytest.mark.parametrize(("outcome", "codes"), CODES.items())
def test_every_code_of_the_contract_means_what_it_says(outcome: str, codes: str) -> None:
    for code in codes.split():
        assert meaning(code) == meaning(code, date(2026, 3, 2)) == outcome


def test_a_code_that_is_not_listed_has_no_meaning_and_none_is_listed_twice() -> None:
    assert meaning("12345") is None
    assert len({row.code for row in TABLE}) == len(TABLE)
    assert all(row.source for row in TABLE)


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    row = CodeRow("1", Outcome.KNOWN, "proef", date(2026, 1, 1), date(2026, 1, 31))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
    assert [row.holds_on(day) for day in days] == [False, True, True, False]


def test_not_known_is_the_mildest_failure() -> None:
    for outcome in set(Outcome) - {Outcome.KNOWN}:
        assert worst([Outcome.KNOWN, outcome, Outcome.NOT_KNOWN]) is outcome or outcome is Outcome.NOT_KNOWN


def test_dimona_codes() -> None:
    kinds = {
        "EMPLOYEE": "OTH DWD BCW PMP", "STUDENT": "STU", "FLEXI": "FLX",
        "OCCASIONAL": "EXT A17 T17 S17 O17", "IBO": "IVT", "OTHER": "QUA RTA XYZ",
    }  # fmt: skip
    for kind, codes in kinds.items():
        assert {work_kind(code) for code in codes.split()} == {kind}
    assert work_kind(None) == "OTHER"


@pytest.mark.parametrize(
    ("written", "first", "last", "birth"),
    [
        ("2026-02-03", date(2026, 2, 3), date(2026, 2, 3), "2026-02-03"),
        ("2026-02-10T09:12:00", date(2026, 2, 10), date(2026, 2, 10), "2026-02-10"),
        ("1990-02-00", date(1990, 2, 1), date(1990, 2, 28), "1990-02-00"),
        ("1990-99-99", date(1990, 1, 1), date(1990, 12, 31), "1990-00-00"),
        ("2023-02-30", date(2023, 2, 1), date(2023, 2, 28), "2023-02-00"),
        ("9999-12-31", None, None, None),
        ("9999-99-99", None, None, None),
        ("0000-00-00", None, None, None),
        ("morgen", None, None, None),
        ("٢٠٢٦-01-01", None, None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_dates_may_be_incomplete(written: str | None, first: date | None, last: date | None, birth: str | None) -> None:
    assert (earliest(written), latest(written), incomplete(written)) == (first, last, birth)


def test_a_question_carries_one_reference_twice_and_the_employee() -> None:
    reference = new_reference()
    asked = read_question(write_question(vdab.Question(m.INSZ), SENDER, reference=reference, at=AT))
    assert (asked.service, asked.reference) == (services.VDAB, reference)
    context = asked.context
    assert (context.name, context.version, context.type) == ("GeefDossierVDAB", "01.00.0000", "VRAAG")
    assert (context.date, context.time) == ("2026-03-02", "10:15:30.007")
    assert (context.sender.uri, context.sender.capacity) == (SENDER.uri, SENDER.capacity)
    assert (context.sender.reference, context.sender.user) == (reference, m.OTHER)


def test_a_referral_never_names_the_employee() -> None:
    partner = referral.Partner("VDAB", identification="WW-1")
    question = referral.Question(m.INSZ, new_reference(), partner, partner, "ANDERE")
    message = write_question(question, SENDER, reference=new_reference(), at=AT)
    assert b"Gebruiker" not in message
    assert read_question(message).context.sender.user is None


def test_the_older_version_is_asked_when_wanted() -> None:
    message = write_question(kbi.Question(m.INSZ), SENDER, reference="r", at=AT, service=services.KBI_1)
    assert read_question(message).service is services.KBI_1


@pytest.mark.parametrize(
    "question",
    [
        vdab.Question("٩٠٦٤١٢١٠١٣٤"),
        work.Question("123", date(2026, 1, 1)),
        repertorium.Question(services.INSCRIBE_0, SENDER, m.INSZ),
        repertorium.Question(services.INSCRIBE_1, SENDER, m.INSZ, end=date(2026, 1, 1)),
        notifications.Question(SENDER, "\x00"),
        referral.Question(m.INSZ, "id", referral.Partner("VDAB"), referral.Partner("VDAB", "1", "2"), "ANDERE"),
    ],
    ids=lambda question: type(question).__module__,
)
def test_what_cannot_be_asked_says_so_in_a_sentence(question: vdab.Question) -> None:
    with pytest.raises(UnwritableError) as caught:
        write_question(question, SENDER, reference="r", at=AT)
    assert str(caught.value).endswith(".")


def test_roots_are_unique() -> None:
    namespaces = chain.from_iterable(
        (each.namespace, each.batch_namespace, *each.other_namespaces) for each in services.ALL
    )
    assert len(services.ROOTS) == 2 * len(list(namespaces))


@pytest.mark.parametrize("data", [m.kbi(), write_fault("Server", "stuk"), b"<a/>", b"niets"])
def test_a_server_refuses_what_is_no_question(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_question(data)
