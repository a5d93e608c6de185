"""Latin words and numbers inside another script, so that page and paper can keep their order (EXPERIENCE 4.2)."""

import re
from typing import Any

from toeleiding.referrals.texts.content import Tongue

# Letters with any accent and loose accents too, and the plus of a phone number: "Élise" and "+32 2 505" stay whole.
_SIGN = r"A-Za-z0-9\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
LATIN_RUN = re.compile(rf"\+?[{_SIGN}](?:[{_SIGN} \u00a0.@/:+'’-]*[{_SIGN}])?")


def split(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is Latin."""
    parts, last = [], 0
    for found in LATIN_RUN.finditer(text):
        parts += [(text[last : found.start()], False), (found[0], True)]
        last = found.end()
    return [(piece, latin) for piece, latin in [*parts, (text[last:], False)] if piece]


def runs(text: str, tongue: Tongue, *, isolate: bool = False) -> list[dict[str, Any]]:
    """The pieces for a Typst source; one piece where the script is Latin anyway, unless it goes into any language."""
    if tongue.script == "Latin":
        return [{"t": text, "latin": isolate}]
    return [{"t": piece, "latin": latin} for piece, latin in split(text)]
