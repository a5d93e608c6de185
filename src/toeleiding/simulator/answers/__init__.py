"""What each service answers, one module per source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from toeleiding.simulator.answers import jobseekers, kbi, notifications, persons, repertorium, vdab, work
from toeleiding.simulator.wire import Answer, Question

if TYPE_CHECKING:
    from toeleiding.simulator.world import World

_HANDLERS: dict[str, Callable[[World, Question], Answer]] = {
    "GeefDossierKBI": kbi.give,
    "GeefDossierVDAB": vdab.give,
    "RegistreerToeleiding": vdab.refer,
    "GeefWerkrelaties": work.give,
    "GeefInschrijvingWerkzoekende": jobseekers.give,
    "RegistreerInschrijving": repertorium.inscribe,
    "RegistreerUitschrijving": repertorium.leave,
    "GeefMutatiesNotificaties": notifications.give,
    "RegistreerMutatieNotificatie": notifications.register,
    "GeefPersoon": persons.give,
    "GeefPersoonMutatiesNotificaties": notifications.give_persons,
}


def respond(world: World, question: Question) -> Answer:
    """The answer to a question, effect included."""
    return _HANDLERS[question.service](world, question)
