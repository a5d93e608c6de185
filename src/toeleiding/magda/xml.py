"""Reading XML from outside in bounded time and memory, and writing it.

Everything that comes in is hostile until it is parsed: size is checked before the parser sees a
byte, a document type or entity is refused without parsing it, and libxml2 keeps its own limits on
depth and growth (`huge_tree` stays off).
"""

import re
from collections.abc import Sequence
from typing import TypeAlias

from lxml import etree

#: Largest message we read, in bytes. The longest published answer is 13 kB; a notification answer
#: of 100 subjects stays under 100 kB.
MAX_BYTES = 8_000_000

Element: TypeAlias = etree._Element
#: An element to write: its name and its text, or its name and its children. None leaves it out.
Node: TypeAlias = "tuple[str, str | Sequence[Node] | None]"

_PARSER = etree.XMLParser(
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    remove_blank_text=True,
    collect_ids=False,
)
_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# Encodings in which a document type can be recognised by its ASCII bytes.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"})


class UnreadableError(Exception):
    """The bytes cannot be read as XML that we accept. The message is a Dutch sentence for the user."""


class UnwritableError(ValueError):
    """A value cannot stand in a message. The message is a Dutch sentence for the user."""


def parse(data: bytes) -> Element:
    """The root element of a message.

    Args:
        data: the whole message; UTF-8, or one of the Latin encodings when declared.

    Raises:
        UnreadableError: empty, too large, too deep, not well formed, a DTD, or another encoding.
    """
    if not data:
        raise UnreadableError("Het bestand is leeg. Haal het antwoord opnieuw op.")
    if len(data) > MAX_BYTES:
        raise UnreadableError(too_large())
    refuse_strange(data, first=True)
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(syntax(error)) from None


def refuse_strange(data: bytes, first: bool = False) -> None:
    """Look at bytes before a parser sees them.

    Args:
        data: a message, or a piece of one.
        first: it begins here, so that it must look like XML in an encoding that we read.

    Raises:
        UnreadableError: no XML, a DTD, or another encoding.
    """
    if b"\0" in data:
        raise UnreadableError("Het bericht bevat nulbytes of staat in UTF-16. Bewaar het als XML in UTF-8.")
    if first and not _START.match(data):
        raise UnreadableError("Dit is geen XML. Geef het antwoord zoals het register het stuurde.")
    # A single byte is found far sooner than a word, and most messages hold no "!" at all.
    if b"!" in data and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
        raise UnreadableError("Het bericht bevat een DTD. Antwoorden van MAGDA hebben er geen: vertrouw dit niet.")
    declared = _DECLARED.match(data) if first else None
    if declared and declared[1].lower() not in _ENCODINGS:
        raise UnreadableError(f"De codering {declared[1].decode()} lezen we niet. Bewaar het bericht in UTF-8.")


def too_large() -> str:
    """The sentence for a message above the limit."""
    return f"Het bericht is groter dan {MAX_BYTES // 1_000_000} MB. Kijk na of dit wel een antwoord is."


def syntax(error: etree.XMLSyntaxError) -> str:
    """The sentence for what the parser found wrong."""
    reason = (error.msg or "").lower()
    if "depth" in reason:
        return "Het bericht is te diep genest. Antwoorden van MAGDA zijn dat nooit: vertrouw dit niet."
    if "utf-8" in reason or "encoding" in reason:
        return "De tekens kloppen niet met de codering van het bericht. Bewaar het als UTF-8."
    line = f" (regel {error.lineno})" if error.lineno else ""
    return f"Het bericht is geen goed gevormde XML{line}. Misschien is het afgebroken: haal het opnieuw op."


def children(element: Element | None) -> dict[str, Element]:
    """The child elements by name; of several with the same name the last. Empty for None."""
    return {} if element is None else {child.tag: child for child in element}


def text(element: Element | None) -> str | None:
    """The text with white space collapsed; None when the element is absent or empty.

    Published codes end in line breaks and indents (INTERFACE 4.1), so every value is collapsed.
    """
    if element is None:
        return None
    raw = element.text
    if raw is None:
        return None
    return " ".join(raw.split()) or None


def flag(element: Element | None) -> bool | None:
    """An XSD boolean; None when absent or neither true nor false."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text(element) or "")


def build(tag: str, nodes: Sequence[Node], prefix: str = "w") -> Element:
    """An element in a namespace with unqualified content: only the root is qualified (INTERFACE 1.2).

    Args:
        tag: "{namespace}name" of the root.
        nodes: what stands in it.
        prefix: the namespace prefix that is written.

    Raises:
        UnwritableError: a value holds a character that XML cannot carry.
    """
    return _filled(etree.Element(tag, nsmap={prefix: tag[1:].partition("}")[0]}), nodes)


def piece(name: str, nodes: Sequence[Node]) -> Element:
    """One element without a namespace, for a message that is written piece by piece (see `build`)."""
    return _filled(etree.Element(name), nodes)


def _filled(root: Element, nodes: Sequence[Node]) -> Element:
    try:
        _fill(root, nodes)
    except ValueError as error:
        raise UnwritableError("Een waarde bevat een onzichtbaar teken. Typ ze opnieuw.") from error
    return root


def _fill(parent: Element, nodes: Sequence[Node]) -> None:
    for name, content in nodes:
        if content is None:
            continue
        element = etree.SubElement(parent, name)
        if isinstance(content, str):
            element.text = content
        else:
            _fill(element, content)


def to_bytes(root: Element) -> bytes:
    """The document in UTF-8 with its declaration."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
