"""Rows of the exchange as the operator finds them at nine in the morning."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.factories import make_dossier
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.models import Attempt, Circuit, Question, Service
from toeleiding.exchange.outbox import LEGAL_BASIS
from toeleiding.organisations.models import Purpose

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VDAB = Service.VDAB_FILE
QUERIES_A_PAGE = 17


def question(dossier: Dossier | None = None, **more: Any) -> Question:
    """A question that waits, unless told otherwise."""
    status = more.get("status", "WAITING")
    if status == "DEAD":
        more = {"cause": "VDAB weigert.", "next_step": "Vraag het na.", "outcome": "REFUSED", **more}
    if status in ("DONE", "DEAD"):
        more = {"finished_at": NOW, **more}
    given = {
        "service": VDAB,
        "version": "01.00",
        "dossier": dossier or make_dossier(work=[]),
        "purpose": Purpose.GUIDANCE,
        "legal_basis": LEGAL_BASIS,
        "asked_at": NOW,
        "expires_at": NOW + timedelta(days=7),
        "next_attempt_at": NOW,
        **more,
    }
    return Question.objects.create(**given)


def attempt(of: Question, ago: timedelta, seconds: float = 1.0, outcome: str = "KNOWN") -> Attempt:
    begun = NOW - ago
    return Attempt.objects.create(
        reference=uuid4(),
        question=of,
        started_at=begun,
        ended_at=begun + timedelta(seconds=seconds),
        outcome=outcome,
        failure="timeout" if outcome == "SOURCE_DOWN" else "",
    )


def circuit(**more: Any) -> Circuit:
    given = {"opened_at": NOW - timedelta(minutes=20), "probe_at": NOW + timedelta(minutes=10), **more}
    return Circuit.objects.create(service=VDAB, state="open", failures=7, **given)
