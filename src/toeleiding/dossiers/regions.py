"""From a municipality's NIS code to its region (CONTRACTS chapter 3)."""

from typing import Literal

Region = Literal["VLAANDEREN", "BRUSSEL", "WALLONIE"]


def region_of(nis: str | None) -> Region | None:
    """The region of a five-digit NIS code; None when there is none or when it is no NIS code."""
    if not nis or len(nis) != 5 or not (nis.isascii() and nis.isdigit()):
        return None
    if nis.startswith("21"):
        return "BRUSSEL"
    if nis.startswith("25") or nis[0] in "5689":
        return "WALLONIE"
    return "VLAANDEREN"
