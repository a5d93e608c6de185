"""What every event of a dossier shares: who says so, and the form of what it holds."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

import msgspec


class Source(StrEnum):
    """Who says so."""

    CLIENT = "CLIENT"
    CASE_WORKER = "CASE_WORKER"
    VDAB = "VDAB"
    ACTIRIS = "ACTIRIS"
    KBI = "KBI"
    RSZ = "RSZ"
    REGISTER = "REGISTER"
    SYSTEM = "SYSTEM"

    @property
    def label(self) -> str:
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    Source.CLIENT: "inburgeraar",
    Source.CASE_WORKER: "trajectbegeleider",
    Source.VDAB: "VDAB",
    Source.ACTIRIS: "Actiris",
    Source.KBI: "Kruispuntbank Inburgering (KBI)",
    Source.RSZ: "RSZ (Dimona)",
    Source.REGISTER: "rijksregister of KSZ",
    Source.SYSTEM: "systeem",
}


class Data(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """What one kind of event holds. `title` is the Dutch line on the timeline."""

    kind: ClassVar[str]
    title: ClassVar[str]


class Counsellor(msgspec.Struct, omit_defaults=True, frozen=True):
    """The bemiddelaar as the employment service gives him; every part may be missing."""

    name: str | None = None
    office: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as the fold sees it. `id` is None until the database gave it one; `actor` is a username.

    `absorbed`: it comes from the timeline of a dossier that was merged into this one.
    """

    data: Data
    occurred_on: date
    recorded_at: datetime
    source: Source
    actor: str = ""
    id: int | None = None
    corrects: int | None = None
    absorbed: bool = False
