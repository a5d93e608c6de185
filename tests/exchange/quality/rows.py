"""Questions and answers to measure, and the figures that come of them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.models import Attempt, ImprovementAction, Question
from toeleiding.exchange.quality import actions
from toeleiding.exchange.quality.measures import Window, flows, standing
from toeleiding.organisations.models import Organisation


def asked(dossier: Dossier, outcome: str, *, days: int = 1, hours: float = 1, **more: Any) -> Question:
    """A question of some days ago that ended after so many hours."""
    at = timezone.now() - timedelta(days=days)
    done = outcome in ("KNOWN", "NOT_KNOWN", "PARTIAL")
    given = {
        "service": "GeefDossierVDAB", "version": "01.00", "dossier": dossier, "insz": dossier.insz or "",
        "purpose": "GUIDANCE", "legal_basis": "grond", "asked_at": at, "expires_at": at + timedelta(days=7),
        "next_attempt_at": at, "finished_at": at + timedelta(hours=hours), "outcome": outcome,
        "status": "DONE" if done else "DEAD", "cause": "" if done else "x", "next_step": "" if done else "y",
    }  # fmt: skip
    question = Question.objects.create(**{**given, **more})
    ended = at + timedelta(seconds=2)
    Attempt.objects.create(reference=uuid4(), question=question, started_at=at, ended_at=ended, outcome=outcome)
    return question


def told(dossier: Dossier, on: date, **more: Any) -> None:
    data = e.EmploymentServiceAnswered(answer="KNOWN", **more)
    record(dossier, NewEvent(data, on, e.Source.VDAB))


def figures() -> dict[tuple[str, str], tuple[int, int, float | None]]:
    codes = {None: "alle", **dict(Organisation.objects.values_list("pk", "code"))}
    return {
        (one.measure, codes[one.agency]): (one.numerator, one.denominator, one.value)
        for one in (*standing(timezone.now()), *flows([Window.back(30, timezone.now())])[0])
    }


def planned(access: Any, **more: Any) -> ImprovementAction:
    given = {"measure": "FRESH", "agency": None, "title": "Vaker vragen", "why": "", "owner": access.staff,
             "due_on": timezone.localdate() + timedelta(days=30)}  # fmt: skip
    return actions.make(access, actions.Plan(**{**given, **more}))
