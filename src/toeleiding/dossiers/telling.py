"""What an event says on the timeline, and the register of who tells which event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toeleiding.dossiers import events as e


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says. `group` is one of GROUPS, `tone` a colour of the ball on the timeline."""

    title: str
    text: str = ""
    group: str = "persoon"
    icon: str = "user"
    tone: str = ""


TELLINGS: dict[type[e.Data], Callable[[Any], Told]] = {}


def telling_of(kind: type[e.Data]) -> Callable[[Callable[[Any], Told]], Callable[[Any], Told]]:
    def register(telling: Callable[[Any], Told]) -> Callable[[Any], Told]:
        TELLINGS[kind] = telling
        return telling

    return register


def sentences(*parts: str | None) -> str:
    """Join the parts that are there, each ending in one full stop."""
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)
