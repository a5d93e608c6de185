"""What is stored of the way from the counsellor's desk to VDAB, one idea a file."""

from toeleiding.referrals.models.appointments import Appointment, Feed
from toeleiding.referrals.models.follow_up import FirstLook, SeenMark
from toeleiding.referrals.models.intake import Intake
from toeleiding.referrals.models.referral import Direction, Referral, ReferralStep

__all__ = ("Appointment", "Direction", "Feed", "FirstLook", "Intake", "Referral", "ReferralStep", "SeenMark")
