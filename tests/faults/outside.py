"""The other side for the fault suite: the simulator, with a memory of what was sent and of what it did.

`Line` stands where the HTTP client stands, so that a schedule needs no network and no waiting.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from django.utils import timezone
from lxml import etree

from toeleiding.magda.answers import Answer, read_answer
from toeleiding.magda.transport import ConnectionFailed, Failure, HttpStatus, SoapFaultBody, TimedOut, Transport
from toeleiding.simulator.faults import Fault, Faults, read
from toeleiding.simulator.ledger import Step
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.reply import Reply
from toeleiding.simulator.wire import UnreadableError, parse
from toeleiding.simulator.world import World, subject_of

Effect = tuple[str, str, str]
_NUMBER = re.compile(b"<INSZ>[0-9]*</INSZ>")


class Outside(World):
    """A world on the clock of the test that remembers what it was asked, what it did and what is true.

    `truth` is reference -> what the source would have answered at that moment without any fault.
    `asked_by` is the bytes of an answer -> whom it is about.
    `misbehaved` counts the faults that really happened.
    `effects` counts each (number, begin, end) that was written in the repertorium, `left` each time that a number
    was taken out of it. `taken` counts how often each referral was, `contents` holds what it said each time besides
    the number, which a source may replace.
    """

    def __init__(self, *rules: dict[str, Any], **options: Any) -> None:
        faults = Faults(read(json.dumps({"rules": list(rules)}).encode()), DEFAULT_SEED)
        super().__init__(**{"faults": faults, **options})
        self._honest = World(check_repertorium=False, today=options.get("today"))
        # What was referred shows in VDAB's file; whether a referral would be taken is asked of a world without memory.
        self._honest.ledger.referrals_of = self.ledger.referrals_of
        self._receiving = World(check_repertorium=False, today=options.get("today"))
        self._memory = Lock()
        self.truth: dict[str, Answer] = {}
        self.asked_by: dict[bytes, str] = {}
        self.sent: list[tuple[str, str]] = []
        self.effects: Counter[Effect] = Counter()
        self.left: Counter[str] = Counter()
        self.misbehaved: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.contents: dict[str, set[bytes]] = defaultdict(set)
        draw = faults.draw

        def drawn(service: str, subject: str) -> Fault | None:
            fault = draw(service, subject)
            if fault is not None:
                self.misbehaved[fault.name] += 1
            return fault

        faults.draw = drawn  # type: ignore[method-assign]
        take = self.ledger.take

        def remember(step: Step) -> None:
            if step.op == "inscribe":
                self.effects[step.insz, str(step.begin), str(step.end)] += 1
            elif step.op == "leave":
                self.left[step.insz] += 1
            elif step.op == "refer" and step.referral is not None:
                self.taken[step.referral.id] += 1
            take(step)

        self.ledger.take = remember  # type: ignore[method-assign]

    def answer(self, data: bytes) -> Reply:
        """As the simulator does, remembering."""
        try:
            question = parse(data)
        except UnreadableError:  # half a message, of a worker that was killed while sending
            return super().answer(data)
        with self._memory:  # one at a time: what is true must not change before it is answered
            self.sent.append((question.service, question.sender_reference))
            honest = self._honest
            if question.service == "RegistreerToeleiding":
                honest = self._receiving
                honest.ledger.referrals.clear()
                said = _NUMBER.sub(b"", etree.tostring(question.content, method="c14n"))
                self.contents[question.text("Toeleiding/Id") or ""].add(said)
            if question.service != "RegistreerInschrijving":
                self.truth[question.sender_reference] = read_answer(honest.answer(data).body)
            reply = super().answer(data)
            self.asked_by[reply.body] = subject_of(question)
        return reply


@dataclass(frozen=True, slots=True)
class Outage:
    """Between two moments nobody answers; `service` empty: no service at all."""

    begin: datetime
    end: datetime
    service: str = ""


class Line(Transport):
    """A line without a network. What the simulator does with a connection becomes what httpx would make of it."""

    def __init__(self, world: Outside, outages: Sequence[Outage] = ()) -> None:
        self._world = world
        self._outages = outages

    def post(self, question: bytes, url: str, timeout: float = 30.0) -> bytes | Failure:
        """One call, answered at once."""
        now = timezone.now()
        for outage in self._outages:
            if outage.begin <= now < outage.end and f"<Naam>{outage.service}".encode() in question:
                self._world.misbehaved["outage"] += 1
                return ConnectionFailed(sent=False, reason="outage")
        reply = self._world.answer(question)
        if reply.line == "silence" or reply.delay > timeout:
            return TimedOut()
        if reply.line == "reset":
            return ConnectionFailed(sent=True, reason="reset")
        if reply.status == 200:
            return reply.body
        return SoapFaultBody(500, reply.body) if b"Fault" in reply.body else HttpStatus(reply.status)

    def close(self) -> None:
        """Nothing to close."""
