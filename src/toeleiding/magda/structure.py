"""The shape of a message without its content: element names, how often they stand there, and the length of values.

It is what may be logged and shown of an answer that was not understood (INTERFACE 1.6: never the content).
"""

import re
from collections import Counter

from toeleiding.magda.xml import Element, UnreadableError, parse

_MOST_LINES = 200
# Elements have names; what somebody hides a number in is no name.
_NUMBERS = re.compile(r"\d{5,}")


def outline(raw: bytes) -> list[str]:
    """One line per element in the order of the message, indented; values blanked to their length.

    Equal neighbours are counted instead of repeated. What is not XML has one line that says so.
    """
    try:
        root = parse(raw)
    except UnreadableError:
        return [f"geen leesbare XML, {len(raw)} bytes"]
    lines: list[str] = []
    _write(root, 0, lines)
    return lines[:_MOST_LINES]


def _write(element: Element, depth: int, lines: list[str]) -> None:
    children = [child for child in element if isinstance(child.tag, str)]
    value = (element.text or "").strip()
    shown = f" ({len(value)} tekens)" if value and not children else ""
    lines.append(f"{'  ' * depth}{_name(element)}{shown}")
    if len(lines) > _MOST_LINES:
        return
    names = Counter(_name(child) for child in children)
    seen: set[str] = set()
    for child in children:
        name = _name(child)
        if name in seen:
            continue
        seen.add(name)
        _write(child, depth + 1, lines)
        if names[name] > 1:
            lines.append(f"{'  ' * (depth + 1)}{name}: nog {names[name] - 1} keer")


def _name(element: Element) -> str:
    return _NUMBERS.sub("…", str(element.tag).rpartition("}")[2])[:60]
