"""Dossiers of people whom the simulator knows, and questions about them."""

from collections.abc import Sequence
from typing import Any

from tests.factories import make_dossier, make_staff
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.services import ask_employment_service
from toeleiding.dossiers.timeline import State, load_state
from toeleiding.exchange.models import Question
from toeleiding.organisations.access import Access
from toeleiding.simulator.population import EDGE_CASES, number_of


def case(slug: str) -> str:
    """The number of an edge case of the simulator."""
    return number_of(EDGE_CASES[slug])


def known(slug: str, **more: Any) -> Dossier:
    """A dossier about an edge case."""
    return make_dossier(insz=case(slug), work=more.pop("work", []), **more)


def ask(*dossiers: Dossier, access: Access | None = None) -> Access:
    """T2: somebody asks the employment service about these people."""
    access = access or make_staff()
    ask_employment_service(access, dossiers)
    return access


def state(dossier: Dossier) -> State:
    """What the dossier knows now."""
    return load_state(Dossier.objects.get(pk=dossier.pk))


def questions(dossier: Dossier) -> Sequence[Question]:
    """The questions that were asked about somebody, in order."""
    return list(Question.objects.filter(dossier=dossier).order_by("asked_at", "service"))
