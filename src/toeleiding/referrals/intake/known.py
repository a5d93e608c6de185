"""What the dossier knows already, each fact with who said it and how old it is: nobody types it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.state import State
from toeleiding.law import RuleSet
from toeleiding.web import dates


@dataclass(frozen=True, slots=True)
class Known:
    """One fact. `age` is in days; `stale` when it is VDAB's and older than rule A-02 allows."""

    label: str
    value: str
    source: str
    on: date
    age: int
    stale: bool = False

    @property
    def told(self) -> str:
        """VDAB, 17 november 2026, 8 dagen oud"""
        return f"{self.source}, {dates.long_date(self.on)}, {dates.days(self.age)} oud"


def facts(
    state: State, timeline: Sequence[Happened], today: date, rules: RuleSet, service: str
) -> dict[str, list[Known]]:
    """Step -> what is known of it. `timeline` are the events that count, in order."""
    last: dict[str, Happened] = {}
    for event in timeline:
        for name in _says(event.data):
            last[name] = event

    def known(name: str, label: str, value: str | None) -> list[Known]:
        event = last.get(name)
        if not value or event is None:
            return []
        age = max((today - event.occurred_on).days, 0)
        limit = rules.value("A-02", event.occurred_on)
        ours = event.source in (e.Source.VDAB, e.Source.ACTIRIS)
        stale = ours and isinstance(limit, int) and age > limit
        who = w.source_name(event.source)
        return [Known(label, value, who, event.occurred_on, age, stale)]

    told = state.employment
    category = w.category_words(told.category, told.category_text) if told and told.category else None
    worked = state.work_answer
    return {
        "wie": [
            *known("language", "Contacttaal", w.LANGUAGES.get(state.language or "", state.language)),
            *known("phone", "Telefoon", dates.phone(state.phone) if state.phone else None),
            *known("email", "E-mail", state.email),
        ],
        "studies": [],
        "werk": known("work", "Werk volgens Dimona", _work(state) if worked else None),
        "talen": known("dutch", "Nederlands", state.dutch_level),
        "plannen": [
            *known("employment", service, _registration(state)),
            *known("employment", "Categorie", category),
            *known("employment", "Bemiddelaar", told.counsellor.name if told and told.counsellor else None),
        ],
    }  # fmt: skip


def _says(data: e.Data) -> list[str]:
    match data:
        case e.ContactChanged():
            given = {"language": data.language, "phone": data.phone, "email": data.email, "dutch": data.dutch_level}
            return [name for name, value in given.items() if value]
        case e.WorkAnswered(answer="KNOWN" | "NOT_KNOWN" | "PARTIAL"):
            return ["work"]
        case e.EmploymentServiceAnswered(answer="KNOWN" | "NOT_KNOWN" | "PARTIAL"):
            return ["employment"]
    return []


def _work(state: State) -> str:
    entries = [entry for entry in state.work or () if not entry.cancelled]
    if not entries:
        return "Geen werk gevonden. Zelfstandig werk en werk in het buitenland staan daar niet in."
    running = sum(entry.end is None for entry in entries)
    return f"{len(entries)} {'tewerkstelling' if len(entries) == 1 else 'tewerkstellingen'}, waarvan {running} nu."


def _registration(state: State) -> str | None:
    told = state.employment
    if told is None:
        return None
    match told.answer:
        case "KNOWN" | "PARTIAL" if told.ended_on:
            return f"Niet meer ingeschreven sinds {dates.long_date(told.ended_on)}"
        case "KNOWN" | "PARTIAL" if told.registered_on:
            return f"Ingeschreven sinds {dates.long_date(told.registered_on)}"
        case "KNOWN" | "PARTIAL":
            return "Gekend"
        case "NOT_KNOWN":
            return "Niet gekend"
    return None
