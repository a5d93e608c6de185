"""What if other rules held? Every dossier is decided again and compared; nothing is written."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import msgspec
from django.utils import timezone

from toeleiding.dossiers.projection import verdict
from toeleiding.dossiers.redecide import Standing, stream
from toeleiding.law import Decision, RuleSet
from toeleiding.organisations.models import Organisation
from toeleiding.rulebook.selectors import in_force

EXAMPLES_PER_AGENCY = 100


class Outlook(msgspec.Struct, frozen=True):
    """Where a dossier stands, as far as a change of rules can move it."""

    outcome: str
    step: str
    due_on: date | None


class Transition(msgspec.Struct, frozen=True):
    """How many dossiers go from one standing to another, by which rules. `due_moves`: only the term moves."""

    was_outcome: str
    was_step: str
    outcome: str
    step: str
    due_moves: bool
    rules: tuple[str, ...]
    count: int


class Share(msgspec.Struct, frozen=True):
    """How many dossiers of one agency change."""

    agency: str
    changed: int
    seen: int


class Example(msgspec.Struct, frozen=True):
    """One dossier that changes and the new reasons. No name: who may see the dossier looks it up."""

    dossier: int
    was: Outlook
    now: Outlook
    rules: tuple[str, ...]
    why: tuple[str, ...]


class WhatIf(msgspec.Struct, frozen=True):
    """What another rule set would change on a day, over the whole population."""

    rule_set: str
    as_of: date
    seen: int
    changed: int
    transitions: tuple[Transition, ...]
    agencies: tuple[Share, ...]
    examples: tuple[Example, ...]


def what_if(rules: RuleSet, as_of: date | None = None, progress: Callable[[int], None] | None = None) -> WhatIf:
    """Decide about everybody by `rules` and say who changes, from what to what, and why.

    Dossiers are streamed, so that memory stays the same whatever their number. What is compared with is the
    decision that stands; where a day has passed that changes it by itself, the decision of `as_of` by the
    rules in force, so that no passing of time is blamed on the rules. `progress` gets the size of each batch.
    """
    day = as_of or timezone.localdate()
    standing = in_force()
    moved = differing(standing, rules)
    tally = _Tally()
    for batch in stream():
        for one in batch:
            now = verdict(one.state, day, rules).decision
            tally.add(one, _was(one, day, standing), now, moved)
        if progress:
            progress(len(batch))
    return tally.result(rules.name, day)


def differing(standing: RuleSet, other: RuleSet) -> frozenset[str]:
    """The ids of the rules that are not the same in two sets."""
    ids = {*standing.ids, *other.ids}
    return frozenset(key for key in ids if standing.versions(key) != other.versions(key))


def _was(one: Standing, day: date, rules: RuleSet) -> Outlook:
    if one.valid_until is not None and one.valid_until <= day:
        return _outlook(verdict(one.state, day, rules).decision)
    return Outlook(one.outcome, one.step, one.due_on)


def _outlook(decision: Decision) -> Outlook:
    return Outlook(decision.outcome, decision.step, decision.due_on)


class _Tally:
    """The counts, built up dossier by dossier."""

    def __init__(self) -> None:
        self.seen: Counter[int] = Counter()
        self.changed: Counter[int] = Counter()
        self.transitions: Counter[tuple[str, str, str, str, bool, tuple[str, ...]]] = Counter()
        self.examples: list[Example] = []

    def add(self, one: Standing, was: Outlook, decision: Decision, moved: frozenset[str]) -> None:
        self.seen[one.agency_id] += 1
        now = _outlook(decision)
        if now == was:
            return
        named = tuple(dict.fromkeys(rule.id for rule in decision.rules_used))
        rules = tuple(rule for rule in named if rule in moved) or named
        due_moves = (was.outcome, was.step) == (now.outcome, now.step)
        self.transitions[was.outcome, was.step, now.outcome, now.step, due_moves, rules] += 1
        if self.changed[one.agency_id] < EXAMPLES_PER_AGENCY:
            why = tuple(reason.text for reason in decision.reasons if reason.rule in rules)
            self.examples.append(Example(one.id, was, now, rules, why))
        self.changed[one.agency_id] += 1

    def result(self, rule_set: str, day: date) -> WhatIf:
        codes = dict(Organisation.objects.filter(pk__in=self.seen).values_list("pk", "code"))
        return WhatIf(
            rule_set,
            day,
            self.seen.total(),
            self.changed.total(),
            tuple(Transition(*key, count) for key, count in self.transitions.most_common()),
            tuple(Share(codes[key], self.changed[key], seen) for key, seen in sorted(self.seen.items())),
            tuple(self.examples),
        )
