"""What can happen to a referral between the agency and VDAB. `referral` is the ToeleidingsID everywhere."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from toeleiding.dossiers.event_base import Counsellor, Data


class ReferralParty(msgspec.Struct, omit_defaults=True, frozen=True):
    """Who refers or is referred to, as on the wire: exactly one of `kbo` and `identification` (INTERFACE 5)."""

    type: str
    kbo: str | None = None
    identification: str | None = None
    name: str | None = None
    contact_name: str | None = None
    contact_first_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None


class ReferralContent(msgspec.Struct, omit_defaults=True, frozen=True):
    """What goes to the other side, to the letter: every attempt sends the same."""

    sender: ReferralParty
    receiver: ReferralParty
    reason: str
    first_name: str | None = None
    last_name: str | None = None
    birth: date | None = None
    sex: Literal["M", "V", "O"] | None = None
    explanation: str | None = None
    comment: str | None = None


class Appointment(msgspec.Struct, omit_defaults=True, frozen=True):
    """A first appointment at VDAB. `at` is a local time, "10:00"; `place` an office, a number or a link."""

    on: date
    at: str | None = None
    form: Literal["OFFICE", "PHONE", "VIDEO"] = "OFFICE"
    place: str | None = None
    language: str | None = None
    interpreter: bool = False


class ReferralSent(Data):
    """A person is referred. It goes to the outbox as `question`; sent is not yet received.

    `note` says why although VDAB may know the person already (rule D-03).
    """

    kind = "REFERRAL_SENT"
    title = "Doorverwijzing verzonden"
    referral: UUID
    question: UUID
    office: str
    content: ReferralContent
    note: str = ""


class ReferralDelivered(Data):
    """The other side answered with the same identity: the proof that it has the referral."""

    kind = "REFERRAL_DELIVERED"
    title = "Doorverwijzing ontvangen"
    referral: UUID
    question: UUID


class ReferralNotDelivered(Data):
    """The referral did not arrive, or nobody can say that it did."""

    kind = "REFERRAL_NOT_DELIVERED"
    title = "Doorverwijzing niet aangekomen"
    referral: UUID
    question: UUID
    cause: str
    next_step: str


class ReferralReceived(Data):
    """A partner refers this person to us."""

    kind = "REFERRAL_RECEIVED"
    title = "Doorverwijzing gekregen"
    referral: UUID
    content: ReferralContent


class ReferralQuestioned(Data):
    """Whoever received it wants to know something first; the case stays open."""

    kind = "REFERRAL_QUESTIONED"
    title = "Vraag over de doorverwijzing"
    referral: UUID
    text: str


class ReferralAnswered(Data):
    """The question is answered; whoever received it goes on."""

    kind = "REFERRAL_ANSWERED"
    title = "Antwoord op de vraag"
    referral: UUID
    text: str


class ReferralAccepted(Data):
    """Accepted. From VDAB with category, counsellor and first appointment, which nobody types again."""

    kind = "REFERRAL_ACCEPTED"
    title = "Doorverwijzing aanvaard"
    referral: UUID
    category: str | None = None
    counsellor: Counsellor | None = None
    appointment: Appointment | None = None
    note: str = ""


class ReferralReturned(Data):
    """Given back with a reason."""

    kind = "REFERRAL_RETURNED"
    title = "Doorverwijzing teruggegeven"
    referral: UUID
    reason: str
    text: str = ""


class ReferralWithdrawn(Data):
    """Whoever sent it takes it back."""

    kind = "REFERRAL_WITHDRAWN"
    title = "Doorverwijzing ingetrokken"
    referral: UUID
    reason: str


class ReferralClosed(Data):
    """Nothing is expected of either side any more."""

    kind = "REFERRAL_CLOSED"
    title = "Doorverwijzing afgesloten"
    referral: UUID
    reason: str


class FeedbackGiven(Data):
    """VDAB reports what happened later with a joint client, on the day that it happened."""

    kind = "FEEDBACK_GIVEN"
    title = "Terugmelding van VDAB"
    event: Literal["APPOINTMENT_HELD", "APPOINTMENT_MISSED", "TRAINING_STARTED", "WORK_FOUND", "STOPPED"]
    referral: UUID | None = None
    note: str = ""
