"""What all events share: who says so, and the form of what they hold."""

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
