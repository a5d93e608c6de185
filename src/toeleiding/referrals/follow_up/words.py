"""Each change in plain Dutch: what is new, beside what was."""

from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

import msgspec

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.cards import counsellor
from toeleiding.dossiers.referral_story import TELLINGS
from toeleiding.magda import insz
from toeleiding.referrals.follow_up.changes import Change, ChangeKind
from toeleiding.web import dates

LABELS: dict[ChangeKind, str] = {
    ChangeKind.MISSED: "Afspraak gemist",
    ChangeKind.ENDED: "Inschrijving gestopt",
    ChangeKind.HANDED: "Nieuw bij jou",
    ChangeKind.NEW: "Nieuwe gezamenlijke klant",
    ChangeKind.APPOINTMENT: "Afspraak gepland",
    ChangeKind.KEPT: "Afspraak ging door",
    ChangeKind.CATEGORY: "Andere categorie",
    ChangeKind.COUNSELLOR: "Andere bemiddelaar",
    ChangeKind.TRAINING: "Opleiding gestart",
    ChangeKind.WORK: "Werk gewijzigd",
    ChangeKind.NUMBER: "Nummer vervangen",
    ChangeKind.ACCEPTED: "Doorverwijzing aanvaard",
    ChangeKind.QUESTIONED: "Vraag over de doorverwijzing",
    ChangeKind.RETURNED: "Doorverwijzing teruggegeven",
    ChangeKind.LOST: "Doorverwijzing niet aangekomen",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One change as it stands on screen."""

    title: str
    text: str
    tone: str
    when: str
    source: str
    call: bool
    event: int


def said(change: Change, service: str) -> Said:
    """A change in words. `service` is the name of who serves this person."""
    title, text, tone = _words(change, service)
    return Said(
        title,
        text,
        tone,
        dates.short_date(change.occurred_on),
        w.source_name(change.source),
        change.kind is ChangeKind.MISSED,
        change.event,
    )


def _words(change: Change, service: str) -> tuple[str, str, str]:
    data, before = change.data, change.before or {}
    match change.kind:
        case ChangeKind.MISSED:
            return "Afspraak gemist", "Bel samen.", "letop"
        case ChangeKind.KEPT:
            return "Afspraak ging door", "", "goed"
        case ChangeKind.ENDED if data.get("event") == "STOPPED":
            return f"{service} meldt dat het traject stopte", str(data.get("note") or ""), "letop"
        case ChangeKind.ENDED:
            ended = data.get("ended_on")
            on = f" op {_day(ended)}" if ended else ""
            return f"Inschrijving bij {service} gestopt{on}", "Geef toelichting opnieuw.", "letop"
        case ChangeKind.HANDED:
            return "Nieuw bij jou", str(data.get("note") or "Overgenomen van een collega."), "info"
        case ChangeKind.NEW:
            return "Nieuwe gezamenlijke klant", _registered(data, service), "paars"
        case ChangeKind.APPOINTMENT:
            return _appointment(data, before, service)
        case ChangeKind.CATEGORY:
            new = w.category_words(data.get("category"), data.get("category_text")) or "geen categorie"
            was = w.category_words(before.get("category"), before.get("category_text"))
            return f"Nieuwe categorie: {new}", f"Eerst: {was}." if was else "", "info"
        case ChangeKind.COUNSELLOR:
            new, was = _counsellor(data), _counsellor(before)
            title = f"Nieuwe bemiddelaar: {new}" if data.get("counsellor") else "Geen bemiddelaar meer"
            return title, f"Eerst: {was}." if before.get("counsellor") else "", "info"
        case ChangeKind.TRAINING:
            return "Opleiding gestart", str(data.get("what") or ""), "goed"
        case ChangeKind.WORK if data.get("event") == "WORK_FOUND":
            return "Vond werk", str(data.get("note") or "Kijk de werksituatie na."), "goed"
        case ChangeKind.WORK:
            return _work(data, before)
        case ChangeKind.NUMBER:
            return _number(data)
        case ChangeKind.ACCEPTED | ChangeKind.QUESTIONED | ChangeKind.RETURNED | ChangeKind.LOST:
            return _referral(change.kind, data)
        case _:
            assert_never(change.kind)


def _referral(kind: ChangeKind, data: dict[str, Any]) -> tuple[str, str, str]:
    """What became of a referral, in the words of the timeline."""
    known: dict[ChangeKind, type[e.Data]] = {
        ChangeKind.ACCEPTED: e.ReferralAccepted,
        ChangeKind.QUESTIONED: e.ReferralQuestioned,
        ChangeKind.RETURNED: e.ReferralReturned,
        ChangeKind.LOST: e.ReferralNotDelivered,
    }
    told = known[kind]
    _, text, _, _, tone = TELLINGS[told](msgspec.convert(data, told, strict=False))
    return LABELS[kind], text, tone


def _registered(data: dict[str, Any], service: str) -> str:
    since = f" sinds {_day(data['registered_on'])}" if data.get("registered_on") else ""
    who = f" Bemiddelaar: {_counsellor(data)}." if data.get("counsellor") else ""
    category = w.category_words(data.get("category"), data.get("category_text"))
    return f"Ingeschreven bij {service}{since}.{f' Categorie {category}.' if category else ''}{who}"


def _appointment(data: dict[str, Any], before: dict[str, Any], service: str) -> tuple[str, str, str]:
    if "at" in data:
        told = msgspec.convert(data, e.AppointmentPlanned, strict=False)
        return f"Afspraak gepland op {dates.moment(told.at)}", told.place, "info"
    old = {one.get("on") for one in before.get("invitations", ())}
    days = sorted({one["on"] for one in data.get("invitations", ()) if one.get("on") and one["on"] not in old})
    first = "Eerste afspraak" if not old - {None} else "Nieuwe afspraak"
    return f"{first} bij {service}: {', '.join(map(_day, days))}", "", "info"


def _work(data: dict[str, Any], before: dict[str, Any]) -> tuple[str, str, str]:
    """Work that began is said before work that ended; a correction of what we knew says only that."""
    now, was = data.get("work") or [], before.get("work") or []
    begun = [one.get("begin") for one in now if _open(one) and one.get("begin") not in {o.get("begin") for o in was}]
    if begun:
        since = max((day for day in begun if day), default=None)
        return f"Begon te werken{f' op {_day(since)}' if since else ''}", "Kijk de werksituatie na.", "info"
    open_before, open_now = sum(map(_open, was)), sum(map(_open, now))
    if open_now < open_before:
        ended = max((one["end"] for one in now if one.get("end")), default=None)
        return f"Werk gestopt{f' op {_day(ended)}' if ended else ''}", "Kijk de werksituatie na.", "letop"
    return "Werkgegevens gewijzigd", "Kijk de werksituatie na.", "info"


def _open(entry: dict[str, Any]) -> bool:
    return not entry.get("end") and not entry.get("cancelled")


def _number(data: dict[str, Any]) -> tuple[str, str, str]:
    if "new" in data:
        text = f"{insz.mask(data['old'])} is nu {insz.mask(data['new'])}."
        return "Rijksregisternummer vervangen", text, "info"
    return "Rijksregisternummer geannuleerd", "Kijk het nummer na.", "letop"


def _counsellor(data: dict[str, Any]) -> str:
    found = data.get("counsellor")
    return counsellor(msgspec.convert(found, e.Counsellor) if found else None)


def _day(text: str) -> str:
    return dates.long_date(date.fromisoformat(text))
