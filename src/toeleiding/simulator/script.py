"""Playing a scenario: its steps happen one after the other, each when its turn has come.

Everything that happens goes through the ledger, so that a world with a journal still knows it after a restart.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from toeleiding.simulator import numbers
from toeleiding.simulator.chance import identifier
from toeleiding.simulator.happenings import Happening
from toeleiding.simulator.ledger import GENERAL, PERSONS, Notification, Progress, Step
from toeleiding.simulator.scenario import Act, Notice

if TYPE_CHECKING:
    from toeleiding.simulator.world import World

_log = logging.getLogger(__name__)
# What a reader of notifications hears: feed, Soort, Bron and the blocks that changed (INTERFACE 9.2 and 9.4).
_HEARD: dict[str, tuple[str, str, str, str]] = {
    "register": (GENERAL, "DOSSIERVDAB", "VDAB", "Dossier"),
    "category": (GENERAL, "DOSSIERVDAB", "VDAB", "Dossier"),
    "end": (GENERAL, "DOSSIERVDAB", "VDAB", "Dossier"),
    "counsellor": (GENERAL, "DOSSIERVDAB", "VDAB", "DossierBeheerder"),
    "invite": (GENERAL, "TOELEIDING", "VDAB", "Uitnodigingen"),
    "missed": (GENERAL, "TOELEIDING", "VDAB", "Uitnodigingen"),
    "notify": (GENERAL, "DOSSIERVDAB", "VDAB", "Dossier"),
    "replace": (PERSONS, "000", "RR", "3"),
    "cancel": (PERSONS, "000", "RR", "3"),
}


class ScenarioStepError(Exception):
    """A step cannot happen now; the message is a Dutch sentence that says what to do."""


class Script:
    """A scenario that is being played. Its place is kept by the ledger of the world that plays it.

    Args:
        name: under which the ledger keeps its place; empty for no scenario.
        about: one sentence for who looks.
        acts: the steps, in order.
    """

    def __init__(self, name: str, about: str, acts: tuple[Act, ...]) -> None:
        self.name = name
        self.about = about
        self.acts = acts
        self._heard: Counter[tuple[str, str]] = Counter()

    def due(self, world: World) -> None:
        """Let the steps happen whose moment has come; a step waits for those before it."""
        while self.acts:
            with world.lock:
                progress = self._progress(world)
                if progress.done >= len(self.acts) or not self._has_come(world, progress):
                    return
                try:
                    self._happen(world, self.acts[progress.done], progress.done + 1)
                except ScenarioStepError as error:  # who asks something has nothing to do with it
                    _log.warning("stap %s van %s is overgeslagen: %s", progress.done + 1, self.name, error)
                    world.ledger.take(Step("scenario", world.today, feed=self.name, count=progress.done + 1))

    def heard(self, world: World, service: str, subject: str) -> None:
        """A question was answered: a step may wait for that."""
        if self.acts:
            with world.lock:
                self._heard[service, ""] += 1
                self._heard[service, subject] += 1
            self.due(world)

    def next(self, world: World) -> Act | None:
        """Let the next step happen now, whatever it waits for; None when all are done.

        Raises:
            ScenarioStepError: it cannot happen; its place is kept.
        """
        with world.lock:
            done = self._progress(world).done if self.acts else 0
            if done >= len(self.acts):
                return None
            self._happen(world, self.acts[done], done + 1)
            return self.acts[done]

    def also(self, world: World, act: Act) -> None:
        """Let something happen now that stands in no scenario.

        Raises:
            ScenarioStepError: it cannot happen.
        """
        with world.lock:
            self._happen(world, act, None)

    def state(self, world: World) -> dict[str, Any]:
        """What there is to tell: the steps, which are done, and the day."""
        with world.lock:
            done = self._progress(world).done if self.acts else 0
        return {
            "naam": self.name or None,
            "over": self.about or None,
            "dag": world.today.isoformat(),
            "gedaan": done,
            "stappen": [{**act.told(), "gedaan": at < done} for at, act in enumerate(self.acts)],
        }

    def _progress(self, world: World) -> Progress:
        if self.name not in world.ledger.scenarios:
            world.ledger.take(Step("scenario", world.today, feed=self.name))
        return world.ledger.scenarios[self.name]

    def _has_come(self, world: World, progress: Progress) -> bool:
        act = self.acts[progress.done]
        if act.after is not None:
            subject = _person(act.after.insz) if act.after.insz else ""
            return self._heard[act.after.service, subject] >= act.after.nth
        if act.day is not None:
            return world.today >= progress.since + timedelta(days=act.day)
        return act.at is not None and world.moment >= act.at

    def _happen(self, world: World, act: Act, done: int | None) -> None:
        moment = world.moment
        place = {"feed": self.name, "count": done} if done is not None else {}
        if act.do == "clock":
            world.ledger.take(Step("scenario", moment.date(), days=act.days, **place))  # type: ignore[arg-type]
            return
        number = _person(act.insz)
        life = world.standing(number).life
        if life is None:
            raise ScenarioStepError(f"Niemand heeft vandaag het nummer {number}. Kijk het INSZ van deze stap na.")
        many = len(world.ledger.happened.get(life.insz, ()))
        key = identifier(world.seed, "scenario", f"{act.do}|{life.insz}|{moment.date()}|{many}|{done}")
        self._notify(world, act, number, key, moment)
        happening = _happening(world, act, life.insz, key, moment.date()) if act.do != "notify" else None
        world.ledger.take(
            Step("scenario", moment.date(), insz=life.insz, happening=happening, **place)  # type: ignore[arg-type]
        )

    def _notify(self, world: World, act: Act, number: str, key: str, moment: datetime) -> None:
        notice, heard = act.notify or Notice(), _HEARD.get(act.do)
        if heard is None or notice.times == 0:
            return
        feed, kind, source, block = heard
        one = Notification(
            reference=key,
            subject_type="PERS",
            key=number,
            kind=kind,
            source=source,
            on=moment.date(),
            time=f"{moment:%H:%M}",
            blocks=(block,),
        )
        for registry in sorted(world.ledger.by_person.get(number, ()), key=lambda each: (each.uri, each.capacity)):
            world.ledger.take(
                Step(
                    "tell",
                    moment.date(),
                    registry.uri,
                    registry.capacity,
                    feed,
                    begin=moment.date() + timedelta(days=notice.late_days) if notice.late_days else None,
                    notifications=(one,) * notice.times,
                    front=notice.first,
                )
            )


def _person(given: str) -> str:
    """The number of a step: as it stands, or that of an edge case by its name."""
    from toeleiding.simulator.population import EDGE_CASES, number_of

    return number_of(EDGE_CASES[given]) if given in EDGE_CASES else given


def _happening(world: World, act: Act, insz: str, key: str, on: date) -> Happening:
    meeting = on + timedelta(days=act.meeting_in_days) if act.do == "invite" else None
    new = ""
    if act.do == "replace":
        new = act.new or _replacing(insz)
        if world.standing(new).life is not None or new == insz:
            raise ScenarioStepError(f"Het nummer {new} is al van iemand. Geef in deze stap een ander nieuw nummer.")
    return Happening(
        what=act.do,  # type: ignore[arg-type]
        on=on,
        key=key,
        service=act.service,
        category=act.category,
        first_name=act.first_name,
        surname=act.surname,
        meeting_on=meeting,
        referral_id=act.referral or _last_referral(world, insz) or key,
        kind=act.kind,
        fraction=act.fraction,
        until=on + timedelta(days=act.until_days) if act.until_days is not None else None,
        new=new,
    )


def _last_referral(world: World, insz: str) -> str:
    sent = world.ledger.referrals_of.get(insz, [])
    return sent[-1].id if sent else ""


def _replacing(insz: str) -> str:
    read = numbers.read(insz)
    assert read is not None
    return numbers.insz(*numbers.replacing(read))
