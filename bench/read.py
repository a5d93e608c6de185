"""Reading an answer (parse, map, outcome) beside bare lxml parsing of the same bytes."""

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from lxml import etree

from toeleiding.magda import read_answer

_REFERENCE = Path(os.environ.get("TOELEIDING_REFERENCE", Path(__file__).resolve().parents[2] / "shared" / "reference"))
_SETS = {"KBI": ("GeefDossierKBI-01.00", 0.25), "Werkrelaties": ("GeefWerkrelaties-02.00", 0.35)}
_ROUNDS = 400


def measure() -> list[dict[str, Any]]:
    """One result per service: ratio of speed, 1 = as fast as the bare parser."""
    return [_one(name, folder, target) for name, (folder, target) in _SETS.items()]


def _one(name: str, folder: str, target: float) -> dict[str, Any]:
    messages = _answers(_REFERENCE / "magda" / "samples" / folder)
    source = "gepubliceerde voorbeelden"
    if not messages:
        messages, source = [_own(name)], "een eigen antwoord (geen referentiemap)"
    ours, bare = _interleaved(messages)
    return {
        "name": f"antwoord lezen: {name}",
        "measured": ours,
        "baseline": bare,
        "ratio": bare / ours,
        "unit": "ratio of speed",
        "n": len(messages),
        "notes": f"seconden per bericht, {source}; minstens {target} gevraagd op de gepubliceerde voorbeelden",
    }


def _answers(folder: Path) -> list[bytes]:
    """The samples that hold data; an error answer would flatter the ratio."""
    found = [path.read_bytes() for path in sorted(folder.glob("*.xml"))] if folder.is_dir() else []
    return [data for data in found if b"<Inhoud" in data]


def _interleaved(messages: list[bytes]) -> tuple[float, float]:
    """Seconds per message, ours and bare: the median of rounds that take turns."""
    ours, bare = [], []
    for _ in range(_ROUNDS):
        bare.append(_timed(etree.fromstring, messages))
        ours.append(_timed(read_answer, messages))
    return median(ours) / len(messages), median(bare) / len(messages)


def _timed(read: Callable[[bytes], Any], messages: list[bytes]) -> float:
    start = perf_counter()
    for message in messages:
        read(message)
    return perf_counter() - start


def _own(name: str) -> bytes:
    """An answer of our own in the shape of the published ones."""
    from tests.magda import messages

    return messages.kbi() if name == "KBI" else messages.work()
