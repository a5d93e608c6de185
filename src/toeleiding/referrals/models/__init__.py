"""What is stored of the way to work, one idea a file."""

from toeleiding.referrals.models.intake import Intake

__all__ = ("Intake",)
