"""Asking the KBI about somebody who has no dossier yet.

The exchange is a room higher: it is reached through the function that `settings.KBI_LOOKUP` names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from toeleiding.dossiers import events as e
from toeleiding.organisations.access import Access

DEFAULT = "toeleiding.exchange.lookup.kbi_dossier"
# insz, access -> outcome of the closed set, what the file holds, a Dutch sentence that says what to do
Lookup = Callable[[str, Access], tuple[str, list[e.Data], str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What the KBI answered. `facts` is empty unless `outcome` is KNOWN or PARTIAL."""

    outcome: str
    facts: Sequence[e.Data]
    sentence: str

    @property
    def usable(self) -> bool:
        """Is there a person in it?"""
        return any(isinstance(data, e.Identified) for data in self.facts)


def look_up(insz: str, access: Access) -> Found:
    """Ask the KBI, synchronously and outside any transaction. The function logs each call with its purpose."""
    ask: Lookup = import_string(getattr(settings, "KBI_LOOKUP", DEFAULT))
    outcome, facts, sentence = ask(insz, access)
    return Found(outcome, facts, sentence)
