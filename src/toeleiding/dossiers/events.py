"""Everything that can happen in a dossier: the closed list of events and what each one holds.

An event is never changed. A wrong one is corrected by a new event of the same kind that names it in
`corrects`, or taken back by `Withdrawn`. `data` in the database is the JSON of the structs below.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from toeleiding.dossiers.event_appointments import AgreementClosed as AgreementClosed
from toeleiding.dossiers.event_appointments import AgreementMade as AgreementMade
from toeleiding.dossiers.event_appointments import AppointmentCancelled as AppointmentCancelled
from toeleiding.dossiers.event_appointments import AppointmentEnded as AppointmentEnded
from toeleiding.dossiers.event_appointments import AppointmentMoved as AppointmentMoved
from toeleiding.dossiers.event_appointments import AppointmentPlanned as AppointmentPlanned
from toeleiding.dossiers.event_appointments import Place as Place
from toeleiding.dossiers.event_appointments import Subject as Subject
from toeleiding.dossiers.event_appointments import TrainingStarted as TrainingStarted
from toeleiding.dossiers.event_base import Counsellor as Counsellor
from toeleiding.dossiers.event_base import Data as Data
from toeleiding.dossiers.event_base import Source as Source
from toeleiding.dossiers.event_client import MESSAGE_CHANNELS as MESSAGE_CHANNELS
from toeleiding.dossiers.event_client import ClientAskedHelp as ClientAskedHelp
from toeleiding.dossiers.event_client import HelpAnswered as HelpAnswered
from toeleiding.dossiers.event_client import MessagesChosen as MessagesChosen
from toeleiding.dossiers.event_client import MessageSent as MessageSent
from toeleiding.dossiers.referral_events import Appointment as Appointment
from toeleiding.dossiers.referral_events import FeedbackGiven as FeedbackGiven
from toeleiding.dossiers.referral_events import ReferralAccepted as ReferralAccepted
from toeleiding.dossiers.referral_events import ReferralAnswered as ReferralAnswered
from toeleiding.dossiers.referral_events import ReferralClosed as ReferralClosed
from toeleiding.dossiers.referral_events import ReferralContent as ReferralContent
from toeleiding.dossiers.referral_events import ReferralDelivered as ReferralDelivered
from toeleiding.dossiers.referral_events import ReferralNotDelivered as ReferralNotDelivered
from toeleiding.dossiers.referral_events import ReferralParty as ReferralParty
from toeleiding.dossiers.referral_events import ReferralQuestioned as ReferralQuestioned
from toeleiding.dossiers.referral_events import ReferralReceived as ReferralReceived
from toeleiding.dossiers.referral_events import ReferralReturned as ReferralReturned
from toeleiding.dossiers.referral_events import ReferralSent as ReferralSent
from toeleiding.dossiers.referral_events import ReferralWithdrawn as ReferralWithdrawn
from toeleiding.law import Answer, Suspension, WorkEntry


class Opened(Data):
    """The dossier begins. `agency` and `case_worker` are codes and usernames: they outlive row numbers."""

    kind = "OPENED"
    title = "Dossier geopend"
    agency: str
    case_worker: str | None = None
    origin: Literal["KBI", "BY_HAND", "UPLOAD", "REFERRAL"] = "BY_HAND"
    target_group: Literal["VERPLICHT", "RECHTHEBBEND"] | None = None


class Identified(Data):
    """Who the person is. Birth date as YYYY-MM-DD; `00` stands for an unknown month or day."""

    kind = "IDENTIFIED"
    title = "Persoonsgegevens"
    first_name: str
    last_name: str
    birth: str | None = None
    sex: Literal["M", "V", "X"] | None = None


class NumberAssigned(Data):
    """The person has this INSZ. Whether it is a BIS number is known, not read off the digits."""

    kind = "NUMBER_ASSIGNED"
    title = "Rijksregisternummer toegekend"
    insz: str
    is_bis: bool = False


class NumberReplaced(Data):
    """The number was replaced (BIS to national number, a correction); the old one stays findable."""

    kind = "NUMBER_REPLACED"
    title = "Rijksregisternummer vervangen"
    old: str
    new: str
    new_is_bis: bool = False


class NumberCancelled(Data):
    kind = "NUMBER_CANCELLED"
    title = "Rijksregisternummer geannuleerd"
    insz: str


class ContactChanged(Data):
    """How and in which language to reach the person. Language is a code of EXPERIENCE 5.3."""

    kind = "CONTACT_CHANGED"
    title = "Contactgegevens"
    language: str | None = None
    dutch_level: str | None = None
    phone: str | None = None
    email: str | None = None
    interpreter_needed: bool | None = None


class Moved(Data):
    """An address from `occurred_on` on. The region follows from the NIS code unless it is given."""

    kind = "MOVED"
    title = "Adres"
    nis: str | None = None
    municipality: str | None = None
    postal_code: str | None = None
    region: Literal["VLAANDEREN", "BRUSSEL", "WALLONIE"] | None = None


class TargetGroupSet(Data):
    kind = "TARGET_GROUP_SET"
    title = "Doelgroep"
    target_group: Literal["VERPLICHT", "RECHTHEBBEND"] | None = None


class ContractRegistered(Data):
    """A civic-integration contract, signed on `signed_on`; which one starts the term is a rule."""

    kind = "CONTRACT_REGISTERED"
    title = "Inburgeringscontract getekend"
    signed_on: date
    contract_type: str | None = None


class RightToWorkSeen(Data):
    """May this person work? The document was looked at on `occurred_on` (DOMAIN 4.3)."""

    kind = "RIGHT_TO_WORK_SEEN"
    title = "Recht om te werken nagekeken"
    may_work: bool
    document: str = ""


class CompulsoryEducationSet(Data):
    kind = "COMPULSORY_EDUCATION_SET"
    title = "Leerplicht"
    compulsory: bool


class TemporaryProtectionSet(Data):
    kind = "TEMPORARY_PROTECTION_SET"
    title = "Tijdelijke bescherming"
    protected: bool


class WorkAnswered(Data):
    """What the work register answered. `work` is empty when it found nothing, absent when it could not say."""

    kind = "WORK_ANSWERED"
    title = "Antwoord over werk"
    answer: Answer
    work: list[WorkEntry] | None = None


class WorkSituationAssessed(Data):
    """T1: the caseworker's choice out of six. `outcome` is what it means for the rules, if anything."""

    kind = "WORK_SITUATION_ASSESSED"
    title = "Werksituatie nagegaan"
    choice: Literal["LASTING_WORK", "WORK_NOT_LASTING", "NO_WORK", "STUDY", "TEMPORARILY_UNABLE", "UNCLEAR"]
    basis: Literal["TALK", "DOCUMENT", "ELECTRONIC"] = "TALK"
    reason: str = ""
    review_on: date | None = None


class IncapacityEnded(Data):
    kind = "INCAPACITY_ENDED"
    title = "Kan opnieuw werken"


class EmploymentServiceAsked(Data):
    """T2: the question goes out. `question` is the stable id that every later message names."""

    kind = "EMPLOYMENT_SERVICE_ASKED"
    title = "Status gevraagd"
    question: UUID
    service: Literal["VDAB", "ACTIRIS"] = "VDAB"


class WorkAsked(Data):
    kind = "WORK_ASKED"
    title = "Werkgegevens gevraagd"
    question: UUID


class Invitation(msgspec.Struct, omit_defaults=True, frozen=True):
    """An invitation, advice or test of the employment service; `referral` is the ToeleidingsID it answers.

    `state` and `result` are shown as they were delivered; `attended` is what rule D-04 makes of the result.
    """

    referral: str | None = None
    on: date | None = None
    state: str | None = None
    result: str | None = None
    attended: bool | None = None


class EmploymentServiceAnswered(Data):
    """T2: what the employment service answered, out of the closed set."""

    kind = "EMPLOYMENT_SERVICE_ANSWERED"
    title = "Antwoord over de inschrijving"
    answer: Answer
    service: Literal["VDAB", "ACTIRIS"] = "VDAB"
    question: UUID | None = None
    category: str | None = None
    category_text: str | None = None
    registered_on: date | None = None
    ended_on: date | None = None
    counsellor: Counsellor | None = None
    invitations: tuple[Invitation, ...] = ()
    advices: tuple[Invitation, ...] = ()
    tests: tuple[Invitation, ...] = ()
    note: str = ""


class AnswerDelayed(Data):
    """The question could not be answered yet; it is asked again. Never a reason to think "not registered"."""

    kind = "ANSWER_DELAYED"
    title = "Nog geen antwoord"
    question: UUID
    answer: Answer
    message: str
    retry_at: datetime | None = None


class EmploymentDataCopied(Data):
    """The caseworker took category, counsellor and date over into the intake ("Neem over")."""

    kind = "EMPLOYMENT_DATA_COPIED"
    title = "Gegevens overgenomen in de intake"


class ProofShown(Data):
    """The client shows a proof of registration; it stands beside the register's answer until settled."""

    kind = "PROOF_SHOWN"
    title = "Bewijs van inschrijving getoond"
    registered_on: date
    document: str = ""
    category: str | None = None


class ConflictSettled(Data):
    """A person decided which of two sides holds, and why."""

    kind = "CONFLICT_SETTLED"
    title = "Tegenspraak beslist"
    chosen: Literal["CLIENT", "REGISTER"]
    reason: str
    topic: Literal["REGISTRATION"] = "REGISTRATION"


class ExplanationGiven(Data):
    """T3: language, channel, interpreter and text version: the proof that the duty was met."""

    kind = "EXPLANATION_GIVEN"
    title = "Toelichting gegeven"
    language: str | None = None
    channel: Literal["TALK", "PHONE", "GROUP"] = "TALK"
    interpreter_used: bool = False
    text_version: str = ""
    points: tuple[str, ...] = ()  # ids of the points that were discussed; none = not noted


class SupportGiven(Data):
    """T3: help with registering."""

    kind = "SUPPORT_GIVEN"
    title = "Ondersteuning gegeven"
    support: str = ""
    outcome: Literal["COMPLETED", "PARTLY", "NOT"] = "PARTLY"
    obstacle: str | None = None
    obstacles: tuple[str, ...] = ()  # all of them, by code; `obstacle` is the one of before there could be several

    @property
    def in_the_way(self) -> tuple[str, ...]:
        """The codes of what stood in the way."""
        return self.obstacles or ((self.obstacle,) if self.obstacle else ())


class RegistrationReported(Data):
    """The client says to be registered; it stays "gemeld" until the employment service confirms it."""

    kind = "REGISTRATION_REPORTED"
    title = "Inschrijving gemeld"
    registered_on: date


class ContactHeld(Data):
    """T4: a contact with the employment service took place, or was missed."""

    kind = "CONTACT_HELD"
    title = "Contact met de bemiddelaar"
    held: bool = True
    by_phone: bool = False
    note: str = ""


class IntakeCompleted(Data):
    """The talk about studies, work, languages and plans is done. Codes are those of `referrals.intake.wording`.

    Health is not in it: nobody needs it to guide somebody to work (DOMAIN 5.5).
    """

    kind = "INTAKE_COMPLETED"
    title = "Intake afgerond"
    goal: str | None = None
    wanted_job: str = ""
    diploma: str | None = None
    longest_job: str = ""
    languages: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    agreements: str = ""


class Noted(Data):
    kind = "NOTED"
    title = "Notitie"
    text: str


class TermSuspended(Data):
    """A pause of the term, approved with a reason; `suspension.end` absent means still running."""

    kind = "TERM_SUSPENDED"
    title = "Termijn opgeschort"
    suspension: Suspension


class ExceptionAsked(Data):
    """A case worker asks the team lead for an exception: to skip the explanation, or to pause the term."""

    kind = "EXCEPTION_ASKED"
    title = "Uitzondering gevraagd"
    exception: Literal["SKIP_EXPLANATION", "SUSPEND_TERM"]
    reason: str
    begin: date | None = None
    end: date | None = None


class ExceptionRefused(Data):
    kind = "EXCEPTION_REFUSED"
    title = "Uitzondering afgekeurd"
    exception: Literal["SKIP_EXPLANATION", "SUSPEND_TERM"]
    reason: str


class ExplanationSkipped(Data):
    """A team lead approved that nothing needs to be explained any more; `reason` is the case worker's."""

    kind = "EXPLANATION_SKIPPED"
    title = "Toelichting overgeslagen"
    reason: str


class Assigned(Data):
    kind = "ASSIGNED"
    title = "Trajectbegeleider toegewezen"
    case_worker: str | None = None
    note: str = ""


class AgencyChanged(Data):
    kind = "AGENCY_CHANGED"
    title = "Ander agentschap"
    agency: str


class TrackEnded(Data):
    """The civic-integration track itself is over; the dossier leaves the worklist and keeps its history."""

    kind = "TRACK_ENDED"
    title = "Traject afgerond"
    reason: Literal["ATTEST", "STOPPED", "MOVED_AWAY", "DECEASED", "MISTAKE"]


class TrackReopened(Data):
    kind = "TRACK_REOPENED"
    title = "Traject opnieuw gestart"


class Withdrawn(Data):
    """Takes back the event it corrects."""

    kind = "WITHDRAWN"
    title = "Rechtzetting: eerdere vermelding vervalt"
    reason: str


class MergedWith(Data):
    """Another dossier turned out to be about the same person. From now on its timeline is read as part of this one.

    `number` is the other dossier's; `insz` the number that holds from now on, of all that the two had.
    """

    kind = "MERGED_WITH"
    title = "Samengevoegd met een ander dossier"
    number: str
    insz: str | None = None
    reason: str = ""


class MergedInto(Data):
    """This dossier became a signpost to the one that stayed."""

    kind = "MERGED_INTO"
    title = "Opgegaan in een ander dossier"
    number: str
    reason: str = ""


class Split(Data):
    """Undoes the merge that it corrects: each of the two stands on its own timeline again."""

    kind = "SPLIT"
    title = "Weer gesplitst"
    number: str
    reason: str = ""


class Decided(Data):
    """What the rules made of it: written each time outcome, step or due date changes."""

    kind = "DECIDED"
    title = "Beslissing volgens de regels"
    outcome: str
    step: str
    rule_set: str
    due_on: date | None = None
    was: str | None = None
    rules: tuple[str, ...] = ()


KINDS: dict[str, type[Data]] = {data.kind: data for data in Data.__subclasses__()}
_DECODERS = {kind: msgspec.json.Decoder(data) for kind, data in KINDS.items()}
_ENCODER = msgspec.json.Encoder()


class UnknownKindError(ValueError):
    """The timeline holds an event that this version does not know: a newer version wrote it."""


def encode(data: Data) -> bytes:
    """The JSON that stands in the timeline."""
    return _ENCODER.encode(data)


def decode(kind: str, raw: bytes | str) -> Data:
    """The typed form of a stored event. Raises UnknownKindError or msgspec.ValidationError."""
    try:
        decoder = _DECODERS[kind]
    except KeyError:
        raise UnknownKindError(f"Onbekend soort gebeurtenis '{kind}'. Werk de toepassing bij.") from None
    return decoder.decode(raw)


def from_builtins(kind: str, raw: dict[str, Any]) -> Data:
    """The typed form of what the database driver already decoded."""
    return msgspec.convert(raw, KINDS[kind], strict=False)
