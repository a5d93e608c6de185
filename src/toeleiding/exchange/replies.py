"""One call, seen from outside: what was asked under which reference, and what came back."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from toeleiding.exchange.words import Sentence
from toeleiding.magda.answers import Answer

_WEIGHT = {"FOUT": 0, "WAARSCHUWING": 1, "INFORMATIE": 2}


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one attempt.

    `outcome` is of the closed set; without a usable answer it is SOURCE_DOWN and `failure` says what went wrong.
    `reference` is the one we sent, `answers` the one the answer names. `raw` is absent when nothing came.
    `note`: something came, but it is not our answer; it is put aside and the question is asked again.
    `sentence` is given when the question could not be sent at all. `received` is its place in the inbox.
    """

    question: UUID
    reference: UUID
    outcome: str
    started_at: datetime
    ended_at: datetime
    answer: Answer | None = None
    raw: bytes | None = field(default=None, repr=False)
    answers: str = ""
    failure: str = ""
    note: str = ""
    sentence: Sentence | None = None
    received: int | None = None

    def at(self, place: int | None) -> "Reply":
        """The same, with its place in the inbox."""
        return replace(self, received=place)

    @property
    def replaced_by(self) -> str:
        """The number that came in the place of the one we asked about, or empty."""
        return (self.answer.replaced_by or "") if self.answer else ""

    @property
    def exceptions(self) -> list[dict[str, str | int]]:
        """The exceptions by code; never their words, which may hold personal data."""
        return codes(self.answer)

    @property
    def code(self) -> str:
        """The exception that weighs most, by code and origin; empty when there is none."""
        if self.answer is None or not self.answer.exceptions:
            return ""
        worst = min(self.answer.exceptions, key=lambda line: _WEIGHT.get(line.type, 0))
        return f"{worst.id} {worst.origin}".strip()


def codes(answer: Answer | None) -> list[dict[str, str | int]]:
    """The exceptions of an answer by code, without their words."""
    lines = answer.exceptions if answer else ()
    return [{"id": line.id, "origin": line.origin, "type": line.type, "level": line.level} for line in lines]
