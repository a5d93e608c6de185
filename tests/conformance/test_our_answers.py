"""Every answer that we write to a partner validates against its published schema, accepted or not."""

from datetime import datetime

import pytest

from tests.conformance.schemas import violations
from toeleiding.magda import Sender, new_reference, referral, services, write_question
from toeleiding.magda.answers import read_answer
from toeleiding.magda.envelope import read_question
from toeleiding.magda.replying import Problem, write_answer

pytestmark = pytest.mark.reference

AT = datetime(2026, 3, 2, 10, 15, 30, 7_000)
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
US = Sender("oefening.example/toeleiding-aip", "ipdc0000")
ASKED = write_question(
    referral.Question(
        "90641210134", ID, referral.Partner("VDAB", identification="WW-GENT-01"),
        referral.Partner("KBI", kbo="0543307391"), "INB_OPV",
    ),
    Sender("wse.vlaanderen.be/vdab/oefen", "oefening"),
    reference=new_reference(),
    at=AT,
)  # fmt: skip


def test_accepted_with_the_identity_of_the_question() -> None:
    asked = read_question(ASKED)
    answer = write_answer(asked, [("Id", ID)], US, reference=new_reference(), at=AT)
    assert violations(services.REFERRAL, "question", ASKED) == []
    assert violations(services.REFERRAL, "answer", answer) == []
    read = read_answer(answer, expect=services.REFERRAL)
    assert read.facts == referral.Facts(True, ID)
    assert read.reference == asked.context.sender.reference


@pytest.mark.parametrize("code", ["20002", "13101", "50000", "30001"])
def test_refused_with_a_code(code: str) -> None:
    problems = [Problem(code, "Kijk het bericht na & stuur <opnieuw>.")]
    answer = write_answer(read_question(ASKED), None, US, reference=new_reference(), at=AT, problems=problems)
    assert violations(services.REFERRAL, "answer", answer) == []
    (line,) = read_answer(answer, expect=services.REFERRAL).exceptions
    assert (line.id, line.origin, line.type, line.level) == (code, "KBI", "FOUT", 3)
