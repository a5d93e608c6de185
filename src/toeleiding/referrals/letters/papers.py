"""What stands on each paper, as data for its Typst source. The words come through the gate like everywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils import timezone

from toeleiding.referrals.texts.content import DUTCH
from toeleiding.referrals.texts.gate import USE_AN_INTERPRETER, Given, texts_for
from toeleiding.referrals.texts.points import ANYBODY, Point, Term, points
from toeleiding.referrals.texts.runs import runs
from toeleiding.web import dates, pdf

HERE = Path(__file__).parent
Line = list[dict[str, Any]]
# What stands between a label and what it names, where that is not a bare colon.
_COLONS = {"fr": "\u00a0:", "ti": "፦"}


@dataclass(frozen=True, slots=True)
class Person:
    """To whom a letter goes. `lines` are the lines of the address that we know; `service` is VDAB or ACTIRIS."""

    first_name: str
    last_name: str
    language: str
    agency: str
    lines: tuple[str, ...] = ()
    due_on: date | None = None
    service: str = "VDAB"


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment on a card: when, and where in words."""

    at: datetime
    where: str


def leaflet(language: str, site: str, service: str = "VDAB", term: Term = ANYBODY) -> bytes:
    """The eight points, A4, Dutch left. `site` is the address of the product, such as https://toeleiding.example."""
    found = texts_for([DUTCH, language], service)
    dutch, other = found[DUTCH], found[language]
    data = {
        "title": dutch.say("titel"),
        "dutch": _whole(dutch, term),
        "other": _whole(other, term) if other.is_translation else None,
        "tolk": USE_AN_INTERPRETER if other.fallback else "",
        "qr": _qr(site, other.tongue.code, service),
    }
    return _compiled("folder", data)


def letters(people: Sequence[Person], site: str, today: date | None = None) -> bytes:
    """A letter to each of these people, one page each, in one document."""
    day = today or timezone.localdate()
    texts: dict[str, Any] = {}
    given: dict[str, dict[str, Given]] = {}
    for service in {one.service for one in people}:
        wanted = [DUTCH, *(one.language for one in people if one.service == service)]
        given[service] = texts_for(wanted, service, day)
        for code, text in given[service].items():
            texts[f"{code}-{service}"] = _short(text, site, service)
    rows = [_row(one, given[one.service], day) for one in people]
    return _compiled("brief", {"title": "Schrijf je in", "texts": texts, "people": rows}, day)


def card(person: Person, meeting: Meeting, site: str) -> bytes:
    """An appointment card, A6, with the date in words."""
    found = texts_for([DUTCH, person.language], person.service)
    dutch, other = found[DUTCH], found[person.language]
    shown = other if other.is_translation else None
    data = {
        "title": dutch.say("kaart_titel"),
        "dutch": _on_card(dutch),
        "other": _on_card(shown) if shown else None,
        "wanneer": {"nl": _when(dutch, meeting), "other": _when(shown, meeting) if shown else None},
        "waar": runs(meeting.where, dutch.tongue, isolate=True),
        "name": f"{person.first_name} {person.last_name}",
        "qr": _qr(site, other.tongue.code, person.service),
    }
    return _compiled("kaart", data)


def _compiled(name: str, data: dict[str, Any], day: date | None = None) -> bytes:
    """Held to PDF/UA-1, unless a name or a place has a sign that our fonts lack: then that sign alone is a box."""
    template, made_on = HERE / f"{name}.typ", day or timezone.localdate()
    try:
        return pdf.compile(template, data, made_on, accessible=True)
    except typst.TypstError:
        return pdf.compile(template, data, made_on)


def _words(text: Given, *keys: str) -> list[Line]:
    return [runs(said, text.tongue) for key in keys if (said := text.say(key))]


def _base(text: Given) -> dict[str, Any]:
    return {
        "lang": text.tongue.code,
        "rtl": text.tongue.direction == "rtl",
        "titel": runs(text.say("titel"), text.tongue),
        "scan": runs(text.say("scan"), text.tongue),
        "note": runs(text.note, text.tongue),
        "concept": text.concept,
    }


def _whole(text: Given, term: Term) -> dict[str, Any]:
    return {**_base(text), "points": [_point(text, one) for one in points(text, term)]}


def _point(text: Given, point: Point) -> dict[str, Any]:
    def lines(said: Iterable[str]) -> list[Line]:
        return [runs(one, text.tongue) for one in said]

    return {
        "heading": runs(point.heading, text.tongue),
        "before": lines(point.before),
        "items": lines(point.items),
        "after": lines(point.after),
    }


def _short(text: Given, site: str, service: str) -> dict[str, Any]:
    short = {
        "waarom": runs(f"{text.say('waarom')} {text.say('wie')}", text.tongue),
        "hoe": runs(text.say("hoe_kop"), text.tongue),
        "manieren": _words(text, "hoe_online", "hoe_telefoon", "hoe_samen"),
        "gevolg": runs(text.say("gevolg_attest"), text.tongue),
        "vragen": runs(text.say("vragen"), text.tongue),
    }
    return {**_base(text), "kort": short, "qr": _qr(site, text.tongue.code, service)}


def _row(person: Person, given: dict[str, Given], today: date) -> dict[str, Any]:
    other = given[person.language]
    return {
        "name": f"{person.first_name} {person.last_name}",
        "lines": list(person.lines),
        "agency": person.agency,
        "today": dates.long_date(today),
        "lang": person.language,
        "service": person.service,
        "nl": _own(person, given[DUTCH]),
        "other": _own(person, other) if other.is_translation else None,
    }


def _own(person: Person, text: Given) -> dict[str, Line]:
    due = text.say("wanneer_datum", datum=text.day(person.due_on)) if person.due_on else ""
    return {
        "beste": runs(text.say("beste", naam=person.first_name), text.tongue),
        "datum": runs(due, text.tongue) if due else [],
    }


def _on_card(text: Given) -> dict[str, Any]:
    colon = _COLONS.get(text.tongue.code, ":")
    said = {key: text.say(f"kaart_{key}") for key in ("titel", "wanneer", "waar", "afbellen")}
    said |= {label: said[label] + colon for label in ("wanneer", "waar")}
    return {**_base(text), "kaart": {key: runs(words, text.tongue) for key, words in said.items()}}


def _when(text: Given, meeting: Meeting) -> dict[str, Line]:
    at = timezone.localtime(meeting.at)
    hour = f"{at.hour}.{at.minute:02d} uur" if text.tongue.code == DUTCH else f"{at.hour}:{at.minute:02d}"
    return {
        "dag": runs(text.day(at.date(), weekday=True), text.tongue),
        "uur": runs(hour, text.tongue),
    }


def _qr(site: str, language: str, service: str) -> str:
    address = f"{site.rstrip('/')}/info/{language}/{service.lower()}"
    return segno.make(address, error="m").svg_inline(scale=4, border=2)
