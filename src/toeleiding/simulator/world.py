"""The simulated world: the population, a clock, and what callers did to it.

Thread-safe and deterministic: the same seed, the same day and the same questions in the same order
give the same answers, to the byte. `World.answer` is the whole simulator without a network.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from toeleiding.magda.envelope import write_fault
from toeleiding.simulator import numbers
from toeleiding.simulator.answers import respond
from toeleiding.simulator.chance import Chance, identifier
from toeleiding.simulator.disturbances import Faults
from toeleiding.simulator.happenings import lived
from toeleiding.simulator.ledger import Ledger, Registry
from toeleiding.simulator.life import Category, Counsellor, Invitation, Life, Registration
from toeleiding.simulator.outages import Outage
from toeleiding.simulator.places import office_of
from toeleiding.simulator.population import CAPACITY, DEFAULT_SEED, life_of
from toeleiding.simulator.reply import Reply, closed, deliver
from toeleiding.simulator.script import Script
from toeleiding.simulator.service_history import make_counsellor
from toeleiding.simulator.wire import Answer, Question, UnreadableError, parse


def belgian_today() -> date:
    """Today in Belgium, wherever the machine stands."""
    return datetime.now(tz=ZoneInfo("Europe/Brussels")).date()


def belgian_time() -> time:
    """The time of the day in Belgium, wherever the machine stands."""
    return datetime.now(tz=ZoneInfo("Europe/Brussels")).time()


class Standing(NamedTuple):
    """What a number means on a day: who it is, or why it cannot be used."""

    life: Life | None
    replaced_by: str | None = None
    cancelled: bool = False
    exists: bool = True


class Progress(NamedTuple):
    """How far VDAB is with a referral: each date comes true on its day."""

    invitation: Invitation
    counsellor: Counsellor
    registration: Registration


class World:
    """Everything the simulator knows.

    Args:
        seed: which population.
        today: a fixed day, or None for the real one.
        people: how many people exist (the first indexes).
        faults: rules of misbehaviour.
        journal: file in which changes survive a restart.
        check_repertorium: whether reading a person needs an inscription (as in reality).
        script: what happens while others ask.
    """

    def __init__(
        self,
        seed: int = DEFAULT_SEED,
        today: date | None = None,
        people: int = CAPACITY,
        faults: Faults | None = None,
        journal: Path | None = None,
        check_repertorium: bool = True,
        script: Script | None = None,
    ) -> None:
        self.seed = seed
        self.people = people
        self.check_repertorium = check_repertorium
        self.script = script or Script("", "", ())
        self.lock = RLock()
        self.ledger = Ledger(journal)
        self._time: Callable[[], time] = belgian_time
        self._clock: Callable[[], date] = (lambda: today) if today else belgian_today
        self.faults = faults or Faults((), seed)
        self._find = lru_cache(maxsize=8192)(lambda insz: life_of(seed, insz, people))

    @property
    def today(self) -> date:
        """The day on which the world stands."""
        return self._clock() + timedelta(days=self.ledger.days)

    @property
    def moment(self) -> datetime:
        """The world's own time: its day, and the time of the day in Belgium."""
        return datetime.combine(self.today, self._time())

    def outage(self, service: str) -> Outage | None:
        """The outage in which a service is now, if any."""
        return self.faults.outage(service, self.moment, datetime.combine(belgian_today(), self._time()))

    def answer(self, data: bytes) -> Reply:
        """Answer one message; what cannot be read becomes a SOAP Fault.

        Args:
            data: the HTTP body: a SOAP envelope or the bare question.
        """
        try:
            question = parse(data)
        except UnreadableError as error:
            return Reply(500, write_fault("Client", str(error)))
        self.script.due(self)
        subject, moment = subject_of(question), self.moment
        wait = self.faults.wait(question.service, subject, moment)
        if outage := self.outage(question.service):
            reply = closed(outage, question, self.own_reference(question))
        else:
            fired = self.faults.draw(question.service, subject)
            reply = deliver(fired, question, lambda: self.handle(question), self.own_reference(question))
        self.script.heard(self, question.service, subject)
        return replace(reply, delay=reply.delay + wait) if wait else reply

    def handle(self, question: Question) -> Answer:
        """Answer a question that was read, effect included, without any fault in between."""
        return respond(self, question)

    def own_reference(self, question: Question) -> str:
        """The gateway's own reference for its answer to this question."""
        return identifier(self.seed, "gateway", f"{question.service}|{question.sender_reference}")

    def standing(self, insz: str) -> Standing:
        """What this number means today."""
        life = self._lived(insz)
        if life is None:
            # A few numbers nobody ever had; the rest could exist, but no source holds anything.
            exists = numbers.read(insz) is not None and not Chance(self.seed, "stranger", insz).hit(0.03)
            return Standing(None, exists=exists)
        today = self.today
        if insz == life.replaced_by:
            started = life.replaced_on is not None and life.replaced_on <= today
            return Standing(life if started else None)
        if life.replaced_by and life.replaced_on and life.replaced_on <= today:
            return Standing(life, replaced_by=life.replaced_by)
        return Standing(life, cancelled=life.cancelled_on is not None and life.cancelled_on <= today)

    def _lived(self, insz: str) -> Life | None:
        life = self._find(insz) or self._find(self.ledger.renumbered.get(insz, ""))
        happened = self.ledger.happened.get(life.insz) if life else None
        return lived(life, happened) if life and happened else life

    def untouched(self, life: Life) -> Life:
        """The same person without what a scenario did: a scenario sends its own notifications."""
        return self._find(life.insz) or life

    def referred(self, life: Life) -> Life:
        """The life with what came of the referrals that were sent to this simulator."""
        for insz in (life.insz, life.replaced_by):
            for referral in self.ledger.referrals_of.get(insz or "", ()):
                if referral.partner == "VDAB":
                    progress = self.progress(referral.id, referral.received_on, life)
                    life = _joined(life, progress)
        return life

    def progress(self, referral_id: str, received_on: date, life: Life) -> Progress:
        """What VDAB does with a referral: an invitation within a week, then a counsellor and a category."""
        chance = Chance(self.seed, "referral", referral_id)
        nis = life.address_on(received_on).municipality.nis
        sent_on = chance.after(received_on, 2, 6)
        meeting_on = chance.after(sent_on, 5, 9)
        registered_on = chance.after(meeting_on, 0, 3)
        category = Category(chance.pick(("03", "03", "05")), registered_on)
        registration = Registration("VDAB", registered_on, None, (category,))
        counsellor = make_counsellor(chance, registered_on, nis)
        # Drawn last, so that the days of a referral stay what they were. One in five does not come.
        result: Literal["P", "O"] = "O" if chance.hit(0.2) else "P"
        invitation = Invitation(f"UIT-{referral_id[:8]}", referral_id, sent_on, meeting_on, result=result)
        return Progress(invitation, counsellor, registration)

    def waiting_office(self, life: Life) -> Counsellor:
        """The office that keeps the waiting file until somebody is found for it."""
        office = office_of(life.address_on(self.today).municipality.nis)
        return Counsellor(self.today, office.code, office.name, None, None, None)

    def may_read(self, question: Question, insz: str) -> bool:
        """Whether the caller has an inscription for this person today."""
        if not self.check_repertorium:
            return True
        registry = Registry(question.uri, question.capacity)
        with self.lock:
            found = self.ledger.inscriptions.get((registry, insz))
            return found is not None and found.active_on(self.today)

    def close(self) -> None:
        """Close the journal."""
        with self.lock:
            self.ledger.close()


def _joined(life: Life, progress: Progress) -> Life:
    """A life with one referral's outcome; somebody already registered is only invited."""
    begin = progress.registration.begin
    life = replace(life, invitations=(*life.invitations, progress.invitation))
    if any(each.service == "VDAB" and each.open_on(begin) for each in life.registrations):
        return life
    return replace(
        life,
        registrations=(*life.registrations, progress.registration),
        counsellors=tuple(sorted((*life.counsellors, progress.counsellor), key=lambda each: each.begin)),
    )


def subject_of(question: Question) -> str:
    """Whom or what a question is about: the INSZ, else the caller (for the queues of notifications)."""
    for path in _SUBJECT_PATHS:
        found = question.text(path)
        if found:
            return found
    return f"{question.uri}|{question.capacity}"


_SUBJECT_PATHS = (
    "INSZ", "Criteria/Relatie/Werknemer/INSZ", "ssin", "Personalia/INSZ", "Inschrijving/INSZ",
    "Uitschrijving/INSZ", "Inschrijving/BetrokkenSubject/Subjecten/Subject/Sleutel",
    "Uitschrijving/BetrokkenSubject/Subjecten/Subject/Sleutel", "Notificatie/Subject/Sleutel", "Criteria/INSZ",
)  # fmt: skip
