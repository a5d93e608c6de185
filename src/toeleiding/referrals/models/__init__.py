"""What is stored of the way from the counsellor's desk to VDAB, one idea a file."""

from toeleiding.referrals.models.appointments import Appointment, Feed
from toeleiding.referrals.models.follow_up import FirstLook, SeenMark
from toeleiding.referrals.models.intake import Intake
from toeleiding.referrals.models.referral import Direction, Referral, ReferralStep
from toeleiding.referrals.models.texts import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.models.tokens import ClientLink, WrongLink

__all__ = (
    "Appointment",
    "ClientLink",
    "Direction",
    "Feed",
    "FirstLook",
    "Intake",
    "Referral",
    "ReferralStep",
    "SeenMark",
    "TextVersion",
    "Translation",
    "TranslationStatus",
    "WrongLink",
)
