"""What a timeline adds up to: the state of a dossier, before the rules speak."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from toeleiding.dossiers.events import Appointment, Counsellor, Invitation, Place, Subject
from toeleiding.law import (
    IN_FORCE,
    Answer,
    Determination,
    EmploymentService,
    Facts,
    Incapacity,
    Person,
    RuleSet,
    Suspension,
    WorkEntry,
)

Choice = Literal["LASTING_WORK", "WORK_NOT_LASTING", "NO_WORK", "STUDY", "TEMPORARILY_UNABLE", "UNCLEAR"]
CHOICE_WORDS: dict[str, str] = {
    "LASTING_WORK": "Duurzaam aan het werk",
    "WORK_NOT_LASTING": "Werkt, niet duurzaam",
    "NO_WORK": "Werkt niet en zoekt werk",
    "STUDY": "Studie of opleiding",
    "TEMPORARILY_UNABLE": "Kan tijdelijk niet werken",
    "UNCLEAR": "Nog onduidelijk",
}
BASIS_WORDS = {"TALK": "gesprek", "DOCUMENT": "document", "ELECTRONIC": "elektronische bron"}
# The six choices of T1 in the words of the rules. Two of them decide nothing by themselves.
OUTCOME_OF_CHOICE: dict[str, Literal["WORKING", "STUDYING", "NOT_WORKING"]] = {
    "LASTING_WORK": "WORKING",
    "WORK_NOT_LASTING": "NOT_WORKING",
    "NO_WORK": "NOT_WORKING",
    "STUDY": "STUDYING",
}


class Number(msgspec.Struct, omit_defaults=True):
    insz: str
    is_bis: bool = False
    status: Literal["CURRENT", "REPLACED", "CANCELLED"] = "CURRENT"
    replaced_by: str | None = None


class Contract(msgspec.Struct, omit_defaults=True):
    signed_on: date
    contract_type: str | None = None


class Assessment(msgspec.Struct, omit_defaults=True):
    """The caseworker's choice at T1."""

    choice: Choice
    basis: str
    on: date
    by: str
    reason: str = ""
    review_on: date | None = None


class Employment(msgspec.Struct, omit_defaults=True):
    """The last thing the employment service told us that means something, and where it stands."""

    answer: Answer
    service: Literal["VDAB", "ACTIRIS"]
    answered_on: date
    answered_at: datetime
    category: str | None = None
    category_text: str | None = None
    registered_on: date | None = None
    ended_on: date | None = None
    ended_derived: bool = False
    counsellor: Counsellor | None = None
    invitations: tuple[Invitation, ...] = ()
    advices: tuple[Invitation, ...] = ()
    tests: tuple[Invitation, ...] = ()
    copied_on: date | None = None
    by_proof: bool = False
    note: str = ""


class Failure(msgspec.Struct, omit_defaults=True):
    """The last time we could not find out. It stands beside what we know and never replaces it."""

    answer: Answer
    at: datetime
    message: str = ""
    retry_at: datetime | None = None


class Asked(msgspec.Struct, omit_defaults=True):
    """A question under way."""

    question: UUID
    at: datetime
    by: str
    service: str = "VDAB"


class Proof(msgspec.Struct, omit_defaults=True):
    registered_on: date
    on: date
    document: str = ""
    category: str | None = None


class Explanation(msgspec.Struct, omit_defaults=True):
    on: date
    by: str
    language: str | None = None
    channel: str = "TALK"
    interpreter_used: bool = False
    text_version: str = ""
    points: tuple[str, ...] = ()


class Support(msgspec.Struct, omit_defaults=True):
    on: date
    outcome: str
    support: str = ""
    obstacle: str | None = None
    obstacles: tuple[str, ...] = ()


class Planned(msgspec.Struct, omit_defaults=True):
    """An appointment as it stands now. `changes` counts how often it was moved or called off."""

    appointment: UUID
    subject: Subject
    at: datetime
    minutes: int = 60
    staff: str = ""
    form: Place = "OFFICE"
    place: str = ""
    language: str | None = None
    interpreter: bool = False
    support: str = ""
    status: Literal["PLANNED", "HELD", "MISSED", "CANCELLED"] = "PLANNED"
    changes: int = 0


class Agreement(msgspec.Struct, omit_defaults=True):
    """Who does what by when; `kept` is None as long as it stands open."""

    agreement: UUID
    who: str
    what: str
    on: date
    by: date | None = None
    kept: bool | None = None


ReferralStatus = Literal[
    "SENT", "RECEIVED", "NOT_ARRIVED", "QUESTION_ASKED", "ANSWERED",
    "ACCEPTED", "RETURNED", "TAKEN_OVER", "WITHDRAWN", "CLOSED",
]  # fmt: skip


class ReferralStanding(msgspec.Struct, omit_defaults=True):
    """Where the latest referral in one direction stands."""

    id: UUID
    status: ReferralStatus
    since: date


class State(msgspec.Struct, omit_defaults=True):
    """A dossier as its timeline tells it. Only `fold` writes here."""

    first_name: str = ""
    last_name: str = ""
    birth: str | None = None
    sex: str | None = None
    numbers: list[Number] = []
    agency: str = ""
    case_worker: str | None = None
    language: str | None = None
    dutch_level: str | None = None
    phone: str | None = None
    email: str | None = None
    no_messages: tuple[str, ...] = ()  # the channels over which she wants none
    interpreter_needed: bool | None = None
    nis: str | None = None
    municipality: str | None = None
    postal_code: str | None = None
    region: Literal["VLAANDEREN", "BRUSSEL", "WALLONIE"] | None = None
    target_group: Literal["VERPLICHT", "RECHTHEBBEND"] | None = None
    contracts: list[Contract] = []
    may_work: bool | None = None
    may_work_document: str = ""
    may_work_seen_on: date | None = None
    compulsory_education: bool | None = None
    temporary_protection: bool = False
    work: list[WorkEntry] | None = None
    work_answer: Answer | None = None
    work_answered_on: date | None = None
    work_asked: Asked | None = None
    assessment: Assessment | None = None
    employment: Employment | None = None
    failure: Failure | None = None
    asked: Asked | None = None
    proof: Proof | None = None
    conflict: bool = False
    explanation: Explanation | None = None
    support: Support | None = None
    reported_on: date | None = None
    help_asked_on: date | None = None  # on the personal page, and nobody answered yet
    contact_held_on: date | None = None
    contact_missed_on: date | None = None
    intake_on: date | None = None
    referral: ReferralStanding | None = None  # to VDAB
    referred_to_us: ReferralStanding | None = None
    first_appointment: Appointment | None = None
    work_reported_on: date | None = None
    call_since: date | None = None  # an appointment was missed on this day and nobody called together since
    planned: list[Planned] = []
    agreements: list[Agreement] = []
    explanation_skipped_on: date | None = None
    suspensions: list[Suspension] = []
    ended_on: date | None = None
    ended_reason: str | None = None
    absorbed: list[str] = []  # numbers of the dossiers whose timelines are read as part of this one
    merged_into: str | None = None

    @property
    def insz(self) -> str | None:
        """The number in force, or None."""
        for number in reversed(self.numbers):
            if number.status == "CURRENT":
                return number.insz
        return None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def _explained_on(self) -> date | None:
        """When the way to registering lay open: explained, or found not to need it."""
        days = [self.explanation.on if self.explanation else None, self.explanation_skipped_on]
        return max((day for day in days if day), default=None)

    def contract_signed_on(self, rules: RuleSet = IN_FORCE) -> date | None:
        """Which contract starts the term: the first from R-01 on, else the last before it."""
        signed = sorted(contract.signed_on for contract in self.contracts)
        start = rules.value("R-01", date.max)
        assert isinstance(start, date), "the rule set checks this when it is made"
        counted = [day for day in signed if day >= start]
        return counted[0] if counted else (signed[-1] if signed else None)

    def birth_dates(self) -> tuple[date, date] | None:
        """The first and the last day on which the person may have been born; None when not known."""
        return birth_range(self.birth)

    def facts(self, rules: RuleSet = IN_FORCE, born: date | None = None) -> Facts:
        """What the rules may know. `born` is the birth date to reckon with, when it is complete."""
        known = self.employment
        assessed = self.assessment
        return Facts(
            person=Person(
                birth_date=born,
                region=self.region,
                may_work=self.may_work,
                compulsory_education=self.compulsory_education,
                temporary_protection=self.temporary_protection,
                target_group=self.target_group,
            ),
            contract_signed_on=self.contract_signed_on(rules),
            work=self.work,
            incapacity=(
                Incapacity(review_on=assessed.review_on)
                if assessed and assessed.choice == "TEMPORARILY_UNABLE"
                else None
            ),
            determination=(
                Determination(
                    outcome=OUTCOME_OF_CHOICE[assessed.choice],
                    reason=assessed.reason or _words_of(assessed),
                    by=assessed.by,
                    on=assessed.on,
                )
                if assessed and assessed.choice in OUTCOME_OF_CHOICE
                else None
            ),
            employment_service=(
                EmploymentService(
                    answer=known.answer,
                    category=known.category,
                    registered_on=known.registered_on,
                    ended_on=known.ended_on,
                    asked_on=known.answered_on,
                )
                if known
                else None
            ),
            explained_on=self._explained_on(),
            suspensions=self.suspensions or None,
        )


def _words_of(assessed: Assessment) -> str:
    return f"{CHOICE_WORDS[assessed.choice]}. Bron: {BASIS_WORDS.get(assessed.basis, assessed.basis)}."


def birth_range(birth: str | None) -> tuple[date, date] | None:
    """The span of a birth date written YYYY-MM-DD, with 00 for an unknown month or day.

    >>> birth_range("1990-00-00")
    (datetime.date(1990, 1, 1), datetime.date(1990, 12, 31))
    """
    if not birth:
        return None
    year, month, day = (int(part) for part in birth.split("-"))
    if month == 0:
        return date(year, 1, 1), date(year, 12, 31)
    if day == 0:
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    exact = date(year, month, day)
    return exact, exact
