"""A suite that never fails proves nothing: it must see an engine that is broken."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from tests.faults.run import run
from toeleiding.exchange import inbox, lease, settle
from toeleiding.exchange.models import Question
from toeleiding.exchange.ruling import Ruling, Status


def _forgets_the_lease(real: Callable[..., Any]) -> Callable[..., Any]:
    def claim(*args: Any) -> Any:
        batch = real(*args)
        Question.objects.filter(status="IN_FLIGHT").update(leased_until="2030-01-01T00:00:00Z")
        return batch

    return claim


def _takes_failure_for_unknown(real: Callable[..., Any]) -> Callable[..., Any]:
    def rule(question: Any, reply: Any, known: Any) -> Ruling:
        ruling = real(question, reply, known)
        if reply.outcome != "SOURCE_DOWN" or question.service != "GeefDossierVDAB":
            return ruling
        told = settle.e.EmploymentServiceAnswered(answer="NOT_KNOWN", question=question.pk)
        return Ruling(Status.DONE, "NOT_KNOWN", events=(told,))

    return rule


def _applies_twice(real: Callable[..., Any]) -> Callable[..., Any]:
    def tell(cases: Any, now: Any) -> None:
        real(cases, now)
        real(cases, now)

    return tell


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("owner", "name", "broken", "number", "said"),
    [
        (lease, "claim", _forgets_the_lease, 33, "longer than leases last"),
        (settle, "rule", _takes_failure_for_unknown, 225, "NOT_KNOWN in a dossier"),
        (settle, "_tell", _applies_twice, 0, "took effect 2 times"),
        (inbox, "unfinished", lambda real: lambda *args: [], 68, "never dealt with"),
    ],
)
def test_the_suite_sees_a_broken_engine(owner: Any, name: str, broken: Any, number: int, said: str) -> None:
    with patch.object(owner, name, broken(getattr(owner, name))):
        found = run(number).breaches
    assert any(said in breach for breach in found), found
