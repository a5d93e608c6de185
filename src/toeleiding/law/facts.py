"""What the rules may know about a person: a case as it stands in a file, in a message or in the database.

Every field may be absent or null: then it is not known. Three things differ from that. Absent `cancelled` is
false. Absent `study`, `incapacity`, `determination`, `suspensions` and `temporary_protection` mean that there
is none. `work` null is "not asked", `work` empty is "asked, nothing found".
Encoding leaves out what is not known, so that `decode(encode(x)) == x` and the text stays short.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

Region = Literal["VLAANDEREN", "BRUSSEL", "WALLONIE"]
TargetGroup = Literal["VERPLICHT", "RECHTHEBBEND"]
WorkKind = Literal[
    "EMPLOYEE",
    "INTERIM",
    "SELF_EMPLOYED_MAIN",
    "SELF_EMPLOYED_SECONDARY",
    "FLEXI",
    "STUDENT",
    "OCCASIONAL",
    "IBO",
    "ART60",
    "OTHER",
]
Determined = Literal["WORKING", "STUDYING", "NOT_WORKING"]
Answer = Literal[
    "KNOWN",
    "NOT_KNOWN",
    "REPLACED",
    "CANCELLED",
    "NOT_INTEGRATED",
    "PARTIAL",
    "REFUSED",
    "AMBIGUOUS",
    "SOURCE_DOWN",
    "INVALID",
    "NOT_UNDERSTOOD",
]
# More than full-time occurs; 50 is a slip for 50 %.
Fraction = Annotated[float, msgspec.Meta(ge=0, le=2)]
Written = Annotated[str, msgspec.Meta(pattern=r"\S")]


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who it is about, as far as the rules ask."""

    birth_date: date | None = None
    region: Region | None = None
    may_work: bool | None = None
    compulsory_education: bool | None = None
    temporary_protection: bool | None = None
    target_group: TargetGroup | None = None


class WorkEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One job. Both ends included; `end` None is open. `fraction` of full-time, 0 to 1; None is not known."""

    kind: WorkKind | None = None
    begin: date | None = None
    end: date | None = None
    fraction: Fraction | None = None
    cancelled: bool | None = None


class Study(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the person is enrolled in a study or training."""

    enrolled: bool | None = None


class Incapacity(msgspec.Struct, frozen=True, omit_defaults=True):
    """The person cannot work for now. It stays open until it is removed."""

    review_on: date | None = None


class Determination(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a caseworker decided about the work situation. The reason is required."""

    reason: Written
    outcome: Determined | None = None
    by: str | None = None
    on: date | None = None


class EmploymentService(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last answer of VDAB (in Brussels Actiris), and the last registration it told of."""

    answer: Answer | None = None
    category: str | None = None
    registered_on: date | None = None
    ended_on: date | None = None
    asked_on: date | None = None


class Suspension(msgspec.Struct, frozen=True, omit_defaults=True):
    """Days that do not count for the term. Both ends included; `end` None is still running."""

    begin: date | None = None
    end: date | None = None
    reason: str | None = None


class Facts(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything a decision is made from, but the day."""

    person: Person | None = None
    contract_signed_on: date | None = None
    work: list[WorkEntry] | None = None
    study: Study | None = None
    incapacity: Incapacity | None = None
    determination: Determination | None = None
    employment_service: EmploymentService | None = None
    explained_on: date | None = None
    suspensions: list[Suspension] | None = None


class Case(Facts, frozen=True, omit_defaults=True, kw_only=True):
    """Facts with a name and the day on which to decide: one line of `toeleiding decide`."""

    id: str | int
    as_of: date

    @property
    def facts(self) -> Facts:
        """The facts alone, as they are stored with a dossier."""
        return Facts(**{name: getattr(self, name) for name in Facts.__struct_fields__})
