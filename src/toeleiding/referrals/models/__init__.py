"""What is stored of the way from the counsellor's desk to VDAB, one idea a file."""

from toeleiding.referrals.models.intake import Intake
from toeleiding.referrals.models.referral import Direction, Referral, ReferralStep

__all__ = ("Direction", "Intake", "Referral", "ReferralStep")
