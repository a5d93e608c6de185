"""The rules in force on a date, and the decision they lead to. Pure Python: no database, no clock, no network.

    >>> from datetime import date
    >>> from toeleiding.law import EmploymentService, Facts, Person, decide
    >>> person = Person(birth_date=date(1992, 7, 14), region="VLAANDEREN", may_work=True)
    >>> told = EmploymentService(answer="NOT_KNOWN", asked_on=date(2022, 4, 28))
    >>> facts = Facts(person=person, contract_signed_on=date(2022, 4, 1), work=[], employment_service=told)
    >>> decision = decide(facts, date(2022, 5, 1))
    >>> decision.outcome, decision.step, decision.due_on
    ('TO_REFER', 'EXPLANATION', datetime.date(2022, 5, 31))

- `Facts` is what is known, `Case` the same with an id and a day. What is absent is not known.
- `decide(facts, as_of, rules)` gives a `Decision`: outcome, step, term, reasons in Dutch, and `valid_until`, the
  next day on which it can change by itself.
- `situation(...)` gives the state, the pill and the next action of a decision; `deadlines(...)` its reminders.
- `IN_FORCE` are the rules that come with the product, from `rules.toml`. `RuleSet.with_changes` makes a draft,
  `dump` and `load` write and read one.
- `answer(line)` is one line of `toeleiding decide`.
"""

from toeleiding.law.deadlines import Deadlines, deadlines
from toeleiding.law.decide import decide
from toeleiding.law.decision import SERVICE_NAMES, Decision, Outcome, Reason, Service, Step
from toeleiding.law.facts import (
    Answer,
    Case,
    Determination,
    EmploymentService,
    Facts,
    Incapacity,
    Person,
    Region,
    Study,
    Suspension,
    TargetGroup,
    WorkEntry,
    WorkKind,
)
from toeleiding.law.in_force import InForce, RulesError
from toeleiding.law.lines import answer
from toeleiding.law.rules import IN_FORCE, STATUS_WORDS, Rule, RuleSet, Status, Value, dump, load
from toeleiding.law.states import ACTION_WORDS, Situation, State, Tone, situation

# What `decide` reads: changing another rule in a draft changes no decision.
RULES_READ = InForce.READ

__all__ = [
    "ACTION_WORDS",
    "IN_FORCE",
    "RULES_READ",
    "SERVICE_NAMES",
    "STATUS_WORDS",
    "Answer",
    "Case",
    "Deadlines",
    "Decision",
    "Determination",
    "EmploymentService",
    "Facts",
    "InForce",
    "Incapacity",
    "Outcome",
    "Person",
    "Reason",
    "Region",
    "Rule",
    "RuleSet",
    "RulesError",
    "Service",
    "Situation",
    "State",
    "Status",
    "Step",
    "Study",
    "Suspension",
    "TargetGroup",
    "Tone",
    "Value",
    "WorkEntry",
    "WorkKind",
    "answer",
    "deadlines",
    "decide",
    "dump",
    "load",
    "situation",
]
