"""What others did to the simulated world, kept in memory and, when asked, in an append-only journal.

Every change is one step (a flat record with the day on which it happened); the state is what comes
of taking the steps in order. A restart takes the steps of the journal again.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from toeleiding.simulator.happenings import Happening

#: The two feeds of notifications: of MAGDA, and of the national register.
GENERAL, PERSONS = "ALGEMEEN", "PERSOON"


class Registry(Struct, frozen=True):
    """Who reads: a caller's Identificatie and Hoedanigheid."""

    uri: str
    capacity: str


class Inscription(Struct):
    """An inscription in the repertorium; `since` is the day on which it was made."""

    begin: date
    end: date | None
    since: date

    def active_on(self, day: date) -> bool:
        """Whether reading is granted on that day."""
        return self.begin <= day and (self.end is None or self.end >= day)


class Referral(Struct, frozen=True):
    """A RegistreerToeleiding that was accepted."""

    id: str
    insz: str
    partner: str
    fingerprint: str
    received_on: date


class Notification(Struct, frozen=True):
    """One mutation notification: that something changed, without the data."""

    reference: str
    subject_type: str
    key: str
    kind: str
    source: str
    on: date
    time: str
    blocks: tuple[str, ...]


class Queue(Struct):
    """Notifications of one feed for one reader, with the set that was offered and not confirmed yet.

    `looked_on` is the last day whose changes were added.
    """

    waiting: list[Notification] = []
    looked_on: date | None = None
    offered: int = 0
    receipt: str | None = None
    sets: int = 0


class Step(Struct, frozen=True, omit_defaults=True):
    """One change of the world.

    `front`: notifications go before those that wait. `happening`: what a scenario did to the person `insz`; `feed` is
    then the scenario and `count` how many of its steps are done after this one. `days`: how far the clock moved.
    """

    op: str
    on: date
    uri: str = ""
    capacity: str = ""
    feed: str = ""
    insz: str = ""
    begin: date | None = None
    end: date | None = None
    referral: Referral | None = None
    notifications: tuple[Notification, ...] = ()
    receipt: str = ""
    count: int = 0
    front: bool = False
    happening: Happening | None = None
    days: int = 0


class Progress(Struct):
    """How far a scenario is: since when it runs, and how many of its steps are done."""

    since: date
    done: int = 0


class JournalError(Exception):
    """The journal cannot be read; the message is a Dutch sentence that says what to do."""


class Ledger:
    """The state of the world and the only way to change it. The caller holds the lock."""

    def __init__(self, journal: Path | None = None) -> None:
        self.inscriptions: dict[tuple[Registry, str], Inscription] = {}
        self.by_person: dict[str, set[Registry]] = {}
        self.by_registry: dict[Registry, set[str]] = {}
        self.referrals: dict[str, Referral] = {}
        self.referrals_of: dict[str, list[Referral]] = {}
        self.queues: dict[tuple[Registry, str], Queue] = {}
        self.later: list[Step] = []
        self.happened: dict[str, list[Happening]] = {}
        self.renumbered: dict[str, str] = {}
        self.scenarios: dict[str, Progress] = {}
        self.days = 0
        self._changes: dict[str, Callable[[Step], None]] = {
            "inscribe": self._inscribe,
            "leave": self._leave,
            "shorten": self._shorten,
            "refer": self._refer,
            "tell": self._tell,
            "look": self._look,
            "offer": self._offer,
            "confirm": self._confirm,
            "arrive": self._arrive,
            "scenario": self._scenario,
        }
        self._file: IO[bytes] | None = None
        if journal is not None:
            self._open(journal)

    def _open(self, journal: Path) -> None:
        try:
            lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else []
            if lines and not lines[-1].endswith(b"\n"):
                # A process that died while writing leaves half a line: that step never counted.
                kept = b"".join(lines[:-1])
                journal.write_bytes(kept)
                lines = lines[:-1]
            decoder = msgspec.json.Decoder(Step)
            for number, line in enumerate(lines, 1):
                try:
                    self._apply(decoder.decode(line))
                except (msgspec.DecodeError, KeyError) as error:
                    raise JournalError(
                        f"Regel {number} van het journaal {journal} is niet leesbaar. "
                        "Herstel die regel of begin met een nieuw journaal."
                    ) from error
            self._file = journal.open("ab")
        except OSError as error:
            raise JournalError(
                f"Het journaal {journal} kan niet geopend worden ({error.strerror}). Kies een ander bestand."
            ) from error

    def take(self, step: Step) -> None:
        """Make one change, journal first, so that what was answered is never forgotten."""
        if self._file is not None:
            self._file.write(msgspec.json.encode(step) + b"\n")
            self._file.flush()
        self._apply(step)

    def close(self) -> None:
        """Close the journal."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _apply(self, step: Step) -> None:
        self._changes[step.op](step)

    def _inscribe(self, step: Step) -> None:
        registry = Registry(step.uri, step.capacity)
        known = self.inscriptions.get((registry, step.insz))
        if known is None:
            self.inscriptions[registry, step.insz] = Inscription(step.begin or step.on, step.end, step.on)
            self.by_person.setdefault(step.insz, set()).add(registry)
            self.by_registry.setdefault(registry, set()).add(step.insz)
        else:
            known.begin, known.end = min(known.begin, step.begin or step.on), step.end

    def _leave(self, step: Step) -> None:
        registry = Registry(step.uri, step.capacity)
        del self.inscriptions[registry, step.insz]
        self.by_person[step.insz].discard(registry)
        self.by_registry[registry].discard(step.insz)

    def _shorten(self, step: Step) -> None:
        self.inscriptions[Registry(step.uri, step.capacity), step.insz].end = step.end

    def _refer(self, step: Step) -> None:
        referral = step.referral
        if referral is not None:
            self.referrals[referral.id] = referral
            self.referrals_of.setdefault(referral.insz, []).append(referral)

    def queue(self, registry: Registry, feed: str) -> Queue:
        """The notifications of one feed for one reader."""
        return self.queues.setdefault((registry, feed), Queue())

    def _tell(self, step: Step) -> None:
        if step.begin is not None and step.begin > step.on:
            self.later.append(step)
            return
        queue = self.queue(Registry(step.uri, step.capacity), step.feed)
        # What was offered and not confirmed yet keeps its place.
        at = queue.offered if step.front else len(queue.waiting)
        queue.waiting[at:at] = step.notifications

    def _arrive(self, step: Step) -> None:
        """Notifications that were held back come in, up to and with a day."""
        registry, feed = Registry(step.uri, step.capacity), step.feed
        due = [one for one in self.later if self._is_due(one, registry, feed, step.on)]
        self.later = [one for one in self.later if one not in due]
        for one in due:
            self.queue(registry, feed).waiting.extend(one.notifications)

    def has_late(self, registry: Registry, feed: str, on: date) -> bool:
        """Whether notifications that were held back may come in now."""
        return any(self._is_due(one, registry, feed, on) for one in self.later)

    @staticmethod
    def _is_due(one: Step, registry: Registry, feed: str, on: date) -> bool:
        return (one.uri, one.capacity, one.feed) == (registry.uri, registry.capacity, feed) and (
            one.begin is None or one.begin <= on
        )

    def _scenario(self, step: Step) -> None:
        self.days += step.days
        if step.happening is not None:
            self.happened.setdefault(step.insz, []).append(step.happening)
            if step.happening.new:
                self.renumbered[step.happening.new] = step.insz
        if step.feed:
            self.scenarios.setdefault(step.feed, Progress(step.on)).done = step.count

    def _look(self, step: Step) -> None:
        queue = self.queue(Registry(step.uri, step.capacity), step.feed)
        queue.waiting.extend(step.notifications)
        queue.looked_on = step.on

    def _offer(self, step: Step) -> None:
        queue = self.queue(Registry(step.uri, step.capacity), step.feed)
        queue.offered, queue.receipt, queue.sets = step.count, step.receipt, queue.sets + 1

    def _confirm(self, step: Step) -> None:
        queue = self.queue(Registry(step.uri, step.capacity), step.feed)
        del queue.waiting[: queue.offered]
        queue.offered, queue.receipt = 0, None
