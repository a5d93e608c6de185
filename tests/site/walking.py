"""Goes through the product as people of every role do, and finds every form that stands on a page.

The forms are read from the pages themselves, so that none can be forgotten. What is sent is what a browser would send
that checks nothing: nothing at all, or nonsense in every field.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

LONG = "Onzin is geen antwoord op een vraag. " * 11  # some 400 characters
NO_CHOICE = "bestaat-niet"
TYPED = {"text", "search", "tel", "email", "url", "number", "date", "time", "password", "textarea"}
INSTANCES = 2
"""How many dossiers, messages and so on are opened of one address."""


def route(path: str) -> str:
    """The address pattern that answers to a path."""
    return str(resolve(urlsplit(path).path).route)


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    options: tuple[str, ...] = ()
    most: int = 10**6
    """As many characters as a browser lets somebody type."""


@dataclass
class Form:
    """A form with one of its buttons."""

    page: str
    action: str
    button: tuple[str, str]
    hidden: list[tuple[str, str]]
    fields: list[Field] = field(default_factory=list)

    @property
    def key(self) -> tuple[Any, ...]:
        button = (self.button[0], "" if re.search(r"\d|TN-", self.button[1]) else self.button[1])
        return (route(self.action), button, tuple(sorted({(one.name, one.kind) for one in self.fields})))

    def __str__(self) -> str:
        return f"{self.page} -> {self.action} {'='.join(self.button) if self.button[0] else ''}".strip()

    def empty(self) -> dict[str, Any]:
        """Nothing typed, nothing ticked; a list without an empty line stands on its first."""
        sent: dict[str, Any] = {}
        for one in self.fields:
            if one.kind == "select":
                sent[one.name] = one.options[0] if one.options and "" not in one.options else ""
            elif one.kind in TYPED:
                sent[one.name] = ""
        return {**self._kept(), **sent}

    def nonsense(self, typed: str = LONG) -> dict[str, Any]:
        """In each field what does not belong there."""
        sent: dict[str, Any] = {}
        for one in self.fields:
            if one.kind in TYPED:
                sent[one.name] = typed
            elif one.kind == "file":
                sent[one.name] = SimpleUploadedFile("kat.csv", b"\x00\x01\xffkat")
            else:
                sent[one.name] = NO_CHOICE
        return {**self._kept(), **sent}

    def forged(self) -> dict[str, Any]:
        """Nonsense also where nobody can type."""
        return {name: NO_CHOICE for name, _ in [*self.hidden, self.button] if name} | {
            name: value for name, value in self.nonsense().items() if name not in dict(self.hidden)
        }

    def _kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in [*self.hidden, self.button]:
            if name:
                kept.setdefault(name, []).append(value)
        return kept


def forms_in(path: str, tree: Any) -> Iterator[Form]:
    """Each form of a page that is sent with POST, once for each of its buttons."""
    for form in tree.xpath("//form[translate(@method,'POST','post')='post']"):
        controls = form.xpath(".//input|.//select|.//textarea|.//button")
        if form.get("id"):
            controls += tree.xpath("//*[@form=$id]", id=form.get("id"))
        controls = [one for one in controls if one.get("form") in (None, form.get("id"))]
        hidden, found = [], {}
        for one in controls:
            name, kind = one.get("name"), one.get("type", "text") if one.tag == "input" else one.tag
            if not name or kind in ("submit", "button"):
                continue
            if kind == "hidden":
                hidden.append((name, one.get("value", "")))
            else:
                options = tuple(option.get("value", "") for option in one.iter("option")) if kind == "select" else ()
                found[name] = Field(name, kind, options, int(one.get("maxlength", 10**6)))
        buttons = [one for one in controls if one.tag == "button" and one.get("type", "submit") == "submit"]
        for button in buttons or [form]:
            action = button.get("formaction") or form.get("action") or path
            sender = (button.get("name", ""), button.get("value", "")) if button is not form else ("", "")
            yield Form(path, urljoin(path, action), sender, hidden, list(found.values()))


def written(tree: Any) -> str:
    """Everything that somebody reads or hears on a page."""
    dutch = "not(ancestor::script or ancestor::style or ancestor::*[@lang][not(@lang='nl')])"
    texts = tree.xpath(f"//body//text()[{dutch}]|//@aria-label|//@placeholder|//@title")
    return " ".join(" ".join(texts).split()) + "\n"


def links_in(path: str, tree: Any) -> Iterator[str]:
    for link in tree.xpath("//a/@href"):
        target = urlsplit(urljoin(path, link))
        if not target.netloc and not target.scheme and target.path.startswith("/"):
            yield target.path + (f"?{target.query}" if target.query else "")


def walk(client: Client, begin: list[str]) -> Iterator[tuple[str, Any]]:
    """Each page that can be reached by its links, a few of a kind: (path, tree)."""
    seen: set[str] = set()
    kinds: Counter[tuple[str, str]] = Counter()
    queue = deque(begin)
    while queue:
        path = queue.popleft()
        try:
            address = route(path)
        except Resolver404:
            continue
        query = re.sub(r"[0-9a-f-]{8,}|\d+", "#", urlsplit(path).query)
        kind = (address, re.sub(r"=[^&]*", "=", query))
        if path in seen or kinds[kind] >= INSTANCES or (query and kinds[address, "+"] >= 2 * INSTANCES):
            continue
        seen.add(path)
        kinds[kind] += 1
        kinds[address, "+"] += bool(query)
        answer = client.get(path, follow=True)
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        if answer.redirect_chain:
            path = answer.redirect_chain[-1][0]
        if not answer.content.strip():
            continue
        tree = html.fromstring(answer.content.decode())
        yield path, tree
        queue.extend(links_in(path, tree))
