"""The cards beside the timeline: what the employment service said, and the person."""

from dataclasses import dataclass
from datetime import date, datetime

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.events import Counsellor
from toeleiding.dossiers.journey import stale
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.projection import appointment
from toeleiding.dossiers.referral_story import appointment_words
from toeleiding.dossiers.state import Number, State
from toeleiding.law import RuleSet
from toeleiding.magda import insz
from toeleiding.web import dates


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """The card of the employment service."""

    title: str
    pill: str
    tone: str
    facts: list[Fact]
    stale: bool
    waiting: bool
    reported: str
    can_ask: bool
    can_copy: bool
    copied: str


def service_card(dossier: Dossier, state: State, today: date, rules: RuleSet) -> ServiceCard:
    """What VDAB (or Actiris) told, when and through whom; what is not known says so."""
    known, service = state.employment, w.service_name(dossier.service)
    pill, tone = _status(dossier, state)
    facts = [
        Fact("Categorie", w.category_words(known.category, known.category_text) or "nog niet bepaald",
             w.category_line(known.category)) if known else Fact("Categorie", "nog niet bepaald"),
        Fact("Bemiddelaar", counsellor(known.counsellor if known else None)),
        Fact("Eerste afspraak", _appointment(state, today)),
    ]  # fmt: skip
    if known and known.registered_on:
        facts.append(Fact("Ingeschreven op", dates.long_date(known.registered_on)))
    if known and known.ended_on:
        derived = "Afgeleid: bij de laatste vraag was er geen inschrijving meer." if known.ended_derived else ""
        facts.append(Fact("Ingeschreven tot en met", dates.long_date(known.ended_on), derived))
    facts.append(Fact("Laatst nagegaan", _checked(state, service)))
    is_known = known is not None and known.answer == "KNOWN"
    return ServiceCard(
        title=service,
        pill=pill,
        tone=tone,
        facts=facts,
        stale=stale(state, today, rules),
        waiting=state.asked is not None,
        reported=dates.long_date(state.reported_on) if state.reported_on and not is_known else "",
        can_ask=dossier.insz is not None and state.asked is None and dossier.outcome != "NOT_APPLICABLE",
        can_copy=known is not None and is_known and known.ended_on is None and known.copied_on is None,
        copied=dates.long_date(known.copied_on) if known and known.copied_on else "",
    )


def _status(dossier: Dossier, state: State) -> tuple[str, str]:
    known = state.employment
    if state.asked:
        return "Antwoord verwacht", "letop"
    if known is None:
        return ("Geen antwoord", "letop") if state.failure else ("Nog niet nagegaan", "neutraal")
    if known.answer == "NOT_KNOWN":
        return "Niet gekend", "neutraal"
    if known.answer != "KNOWN":
        return "Geen antwoord", "letop"
    if known.ended_on:
        return "Gekend, niet meer ingeschreven", "letop"
    return ("Gezamenlijke klant", "paars") if dossier.pillar_state == "IN_BEGELEIDING" else ("Ingeschreven", "goed")


def counsellor(found: Counsellor | None) -> str:
    """Name and office of the bemiddelaar, or that there is none yet."""
    words = ", ".join(part for part in (found.name, found.office) if part) if found else ""
    return words or "nog niet toegewezen"


def _appointment(state: State, today: date) -> str:
    coming = appointment(state, today)
    first = state.first_appointment
    if first is not None and first.on == coming:
        return appointment_words(first)
    return dates.long_date(coming) if coming else "geen"


def _checked(state: State, service: str) -> str:
    known = state.employment
    if known is None:
        return "nog niet"
    who = "bewijs van de inburgeraar" if known.by_proof else service
    return f"{who}, {_moment(known.answered_at)}"


def _moment(at: datetime) -> str:
    return f"{dates.short_date(at)}, {dates.clock(at)}"


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number of the person's history, masked."""

    masked: str
    kind: str
    status: str


def number_history(state: State) -> list[NumberLine]:
    """All numbers, the latest first, with what became of each. Empty when there was only ever one."""
    lines = [_number_line(number) for number in reversed(state.numbers)]
    return lines if len(lines) > 1 or any(number.status != "CURRENT" for number in state.numbers) else []


def _number_line(number: Number) -> NumberLine:
    status = {
        "CURRENT": "geldig nu",
        "REPLACED": f"vervangen door {insz.mask(number.replaced_by)}" if number.replaced_by else "vervangen",
        "CANCELLED": "geannuleerd",
    }
    return NumberLine(
        insz.mask(number.insz), "BIS-nummer" if number.is_bis else "nationaal nummer", status[number.status]
    )


def person_facts(state: State) -> list[Fact]:
    """The person card, without number and phone: those are shown on request only."""
    return [
        Fact("Contacttaal", w.language_name(state.language) or "nog niet gevraagd"),
        Fact("Tolk", {True: "nodig", False: "niet nodig", None: "nog niet gevraagd"}[state.interpreter_needed]),
        Fact("Nederlands", state.dutch_level or "nog niet gekend"),
        Fact("Geboren", dates.birth_date(state.birth) if state.birth else "nog niet gekend"),
    ]


def duty_facts(state: State) -> list[Fact]:
    """The facts that the rules need: right to work, compulsory education, where the person lives."""
    return [
        Fact("Recht om te werken", _yes_no(state.may_work), _seen(state)),
        Fact("Leerplicht", _yes_no(state.compulsory_education)),
        Fact("Woonplaats", _place(state), w.REGIONS.get(state.region or "", "Gewest nog niet gekend")),
        Fact("Tijdelijke bescherming", "ja" if state.temporary_protection else "nee"),
    ]


def _yes_no(value: bool | None) -> str:
    return {True: "ja", False: "nee", None: "nog niet nagekeken"}[value]


def _seen(state: State) -> str:
    if state.may_work is None or state.may_work_seen_on is None:
        return ""
    document = f"{state.may_work_document}, " if state.may_work_document else ""
    return f"{document}gezien op {dates.long_date(state.may_work_seen_on)}"


def _place(state: State) -> str:
    return " ".join(part for part in (state.postal_code, state.municipality) if part) or "nog niet gekend"
