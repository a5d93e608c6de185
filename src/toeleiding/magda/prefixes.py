"""How a batch file is called: `<prefix>_<yyyyMMddHHmmssSSS>`, with a prefix per service (INTERFACE 12).

Only one prefix is public. The others are given at onboarding: until then they are `XXX`, and whoever shows
a file name shows that too.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from toeleiding.magda.services import ALL, DEREGISTER_0, Service

Status = Literal["documented", "configured", "unknown"]
UNKNOWN = "XXX"
_FORM = re.compile(r"[A-Za-z0-9]{1,16}")
_NAME = re.compile(r"([A-Za-z0-9]{1,16})_(\d{17})(?:\.[A-Za-z0-9]{1,8})?")


class PrefixRow(Struct, frozen=True):
    """One line of the table.

    Attributes:
        service: which service, in which version.
        prefix: what stands before the underscore; `XXX` while nobody told us.
        status: documented, or unknown.
        source: where that is written.
        valid_from: first day on which the line holds; None = as long as we know.
        valid_to: last day; None = still.
    """

    service: Service
    prefix: str
    status: Status
    source: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the line is in force on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


TABLE: tuple[PrefixRow, ...] = (
    PrefixRow(DEREGISTER_0, "rgud", "documented", "INTERFACE 8 (W-RU)"),
    *(
        PrefixRow(service, UNKNOWN, "unknown", "INTERFACE 12 (W-BATCH)")
        for service in ALL
        if service is not DEREGISTER_0
    ),
)


class Prefix(Struct, frozen=True):
    """The prefix of a service today, and how we know it."""

    text: str
    status: Status

    @property
    def known(self) -> bool:
        """Somebody who can know it told us."""
        return self.status != "unknown"


def prefix_of(service: Service, own: Mapping[str, str], on: date) -> Prefix:
    """The prefix of a service.

    Args:
        service: whose files.
        own: what this installation was given: "GeefDossierVDAB 01.00" or "GeefDossierVDAB" -> prefix.
        on: the day on which the file is made.

    Raises:
        ValueError: a given prefix that cannot stand in a file name; the message is a Dutch sentence.
    """
    given = own.get(f"{service.name} {service.version}") or own.get(service.name)
    if given and given != UNKNOWN:
        if not _FORM.fullmatch(given):
            raise ValueError(f"De prefix {given!r} kan niet in een bestandsnaam staan. Gebruik letters en cijfers.")
        return Prefix(given, "configured")
    row = next((row for row in reversed(TABLE) if row.service == service and row.holds_on(on)), None)
    return Prefix(row.prefix, row.status) if row else Prefix(UNKNOWN, "unknown")


def read_own(text: str) -> dict[str, str]:
    """The setting `MAGDA_BATCH_PREFIXES`: "GeefDossierVDAB=abcd, GeefWerkrelaties 02.00=efgh".

    Raises:
        ValueError: not of that form; the message is a Dutch sentence.
    """
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, sign, prefix = (part.strip() for part in pair.partition("="))
        if not sign or not name or not _FORM.fullmatch(prefix):
            raise ValueError(
                f"MAGDA_BATCH_PREFIXES: {pair!r} klopt niet. Schrijf dienst=prefix, gescheiden door een komma."
            )
        found[name] = prefix
    return found


def file_name(prefix: str, at: datetime) -> str:
    """The name of a file made at a moment (local time)."""
    return f"{prefix}_{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03}"


def stem(name: str) -> str | None:
    """The name without an extension; None when it is no name of a batch file."""
    match = _NAME.fullmatch(name)
    return f"{match[1]}_{match[2]}" if match else None
