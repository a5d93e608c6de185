"""What this room stores, one idea a file."""

from toeleiding.referrals.models.appointments import Appointment, Feed
from toeleiding.referrals.models.follow_up import FirstLook, SeenMark

__all__ = ["Appointment", "Feed", "FirstLook", "SeenMark"]
