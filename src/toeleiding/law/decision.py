"""A decision: the outcome, the next step, the term, and the reasons that explain it."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from toeleiding.law.facts import Facts
from toeleiding.law.in_force import InForce
from toeleiding.law.validity import valid_until

if TYPE_CHECKING:
    from toeleiding.law.rules import Rule, RuleSet

Outcome = Literal["NOT_APPLICABLE", "TO_ASSESS", "UNDETERMINED", "WORKING", "STUDYING", "REGISTERED", "TO_REFER"]
Step = Literal["WORK_SITUATION", "EMPLOYMENT_SERVICE_CHECK", "EXPLANATION", "REGISTRATION", "FOLLOW_UP", "CLOSED"]
Service = Literal["VDAB", "ACTIRIS"]
SERVICE_NAMES: dict[str, str] = {"VDAB": "VDAB", "ACTIRIS": "Actiris"}

# A rule, the sentence it leads to, and what the sentence needs. Worded only when somebody reads it.
Note: TypeAlias = "tuple[Rule, Callable[..., str], tuple[Any, ...]]"


class Reason(msgspec.Struct, frozen=True):
    """One sentence of the explanation, with the rule behind it and how sure that rule is."""

    rule: str
    status: str
    text: str


class Decision:
    """What the rules say about some facts on a day.

    `days_left` is negative once the term is over. `question` is the number of the question that settled it, 1 to
    9 (CONTRACTS chapter 1). `reasons`, `unconfirmed` and `valid_until` are worked out when they are asked for.
    """

    __slots__ = (
        "_notes", "_reasons", "_rule_set", "_settled_by", "_unconfirmed", "as_of", "contract_signed_on", "due_on",
        "employment_service", "facts", "outcome", "question", "step", "suspended_days",
    )  # fmt: skip

    def __init__(
        self,
        facts: Facts,
        as_of: date,
        outcome: Outcome,
        step: Step,
        question: int,
        employment_service: Service | None,
        contract_signed_on: date | None,
        due_on: date | None,
        suspended_days: int,
        unconfirmed: list[str],
        notes: "list[Note]",
        settled_by: int,
        rule_set: "RuleSet",
    ) -> None:
        self.facts = facts
        self.as_of = as_of
        self.outcome = outcome
        self.step = step
        self.question = question
        self.employment_service = employment_service
        self.contract_signed_on = contract_signed_on
        self.due_on = due_on
        self.suspended_days = suspended_days
        self._unconfirmed = unconfirmed
        self._notes = notes
        self._settled_by = settled_by
        self._rule_set = rule_set
        self._reasons: tuple[Reason, ...] | None = None

    @property
    def days_left(self) -> int | None:
        """Days from `as_of` to `due_on`; None without a term."""
        return None if self.due_on is None else (self.due_on - self.as_of).days

    @property
    def overdue(self) -> bool:
        """Whether the term is over for somebody who still has to register."""
        return self.outcome == "TO_REFER" and self.due_on is not None and self.as_of > self.due_on

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The rules of status unconfirmed that decided the outcome or were tested for it."""
        return tuple(self._unconfirmed)

    @property
    def rule_set(self) -> str:
        """The name of the rules it was made with."""
        return self._rule_set.name

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, in plain Dutch, in the order of the questions; the term comes last."""
        if self._reasons is None:
            self._reasons = tuple(Reason(rule.id, rule.status, word(*given)) for rule, word, given in self._notes)
        return self._reasons

    @property
    def main_reason(self) -> Reason:
        """The reason that settled it: the one to show where there is room for one."""
        return self.reasons[self._settled_by]

    @property
    def rules_used(self) -> "tuple[Rule, ...]":
        """The version of each rule behind the reasons, in the same order."""
        return tuple(note[0] for note in self._notes)

    @property
    def valid_until(self) -> date | None:
        """The first day after `as_of` on which the same facts may lead to another outcome, step, term or
        `unconfirmed`; None when that cannot happen. Being overdue and the days left do not bound it."""
        return valid_until(self.facts, self.as_of, self.due_on, self._rule_set)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Decision({self.as_of}, {self.outcome}, {self.step}, due_on={self.due_on})"

    def _key(self) -> tuple[object, ...]:
        return (
            self.as_of, self.outcome, self.step, self.employment_service, self.due_on, self.suspended_days,
            self.unconfirmed, self.reasons, self.rule_set,
        )  # fmt: skip


class Inquiry:
    """The questions under way about one case: what is asked, and what was found so far."""

    __slots__ = ("as_of", "facts", "notes", "now", "service", "unconfirmed")

    def __init__(self, facts: Facts, as_of: date, now: InForce) -> None:
        self.facts = facts
        self.as_of = as_of
        self.now = now
        self.notes: list[Note] = []
        self.unconfirmed: list[str] = []
        self.service: Service | None = "VDAB"

    def note(self, rule_id: str, word: Callable[..., str], *given: Any) -> None:
        """Add a reason under the version of a rule that is in force on the day of the decision."""
        self.notes.append((self.now.rules[rule_id], word, given))

    def tested(self, rule_id: str) -> None:
        """Remember that a W rule was tested for the outcome; it shows when it is unconfirmed."""
        if self.now.rules[rule_id].status == "unconfirmed" and rule_id not in self.unconfirmed:
            self.unconfirmed.append(rule_id)
