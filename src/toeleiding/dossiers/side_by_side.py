"""What two dossiers say about one person, fact by fact, with who said it and when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import effective, fold
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.state import CHOICE_WORDS, State
from toeleiding.dossiers.timeline import timeline_of
from toeleiding.magda import insz
from toeleiding.web import dates


@dataclass(frozen=True, slots=True)
class Said:
    """One fact of one dossier: its words, and "bron, datum" of the event it came from."""

    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    one: Said
    other: Said

    @property
    def differs(self) -> bool:
        return self.one.words != self.other.words


_UNKNOWN = "nog niet gekend"


def _number(state: State) -> str:
    return insz.mask(state.insz) if state.insz else ""


def _address(state: State) -> str:
    return " ".join(part for part in (state.postal_code, state.municipality) if part)


def _contract(state: State) -> str:
    signed = state.contract_signed_on()
    return dates.long_date(signed) if signed else ""


def _right(state: State) -> str:
    return {True: "ja", False: "nee", None: ""}[state.may_work]


def _work(state: State) -> str:
    return CHOICE_WORDS[state.assessment.choice] if state.assessment else ""


def _service(state: State) -> str:
    known = state.employment
    if known is None:
        return ""
    if known.answer == "KNOWN":
        category = f", categorie {known.category}" if known.category else ""
        return f"niet meer ingeschreven{category}" if known.ended_on else f"ingeschreven{category}"
    return w.answer_words(known.answer, w.service_name(known.service)).short


_FACTS: Sequence[tuple[str, Callable[[State], str], tuple[type[e.Data], ...]]] = (
    ("Naam", lambda state: state.name, (e.Identified,)),
    ("Geboren", lambda state: dates.birth_date(state.birth) if state.birth else "", (e.Identified,)),
    ("Rijksregisternummer", _number, (e.NumberAssigned, e.NumberReplaced, e.NumberCancelled)),
    ("Contacttaal", lambda state: w.language_name(state.language), (e.ContactChanged,)),
    ("Woonplaats", _address, (e.Moved,)),
    ("Contract getekend", _contract, (e.ContractRegistered,)),
    ("Recht om te werken", _right, (e.RightToWorkSeen,)),
    ("Werksituatie", _work, (e.WorkSituationAssessed,)),
    ("Dienst voor werk", _service, (e.EmploymentServiceAnswered,)),
    ("Toelichting", lambda state: dates.long_date(state.explanation.on) if state.explanation else "",
     (e.ExplanationGiven,)),
)  # fmt: skip


def compare(one: Dossier, other: Dossier) -> list[Row]:
    """The facts of two dossiers side by side, in one query."""
    timelines = timeline_of([one.pk, other.pk])
    left, right = _facts(timelines[one.pk]), _facts(timelines[other.pk])
    return [Row(label, left[label], right[label]) for label, _, _ in _FACTS]


def _facts(timeline: list[Happened]) -> dict[str, Said]:
    state, counting = fold(timeline), effective(timeline)
    found = {}
    for label, words, kinds in _FACTS:
        told = next((event for event in reversed(counting) if isinstance(event.data, kinds)), None)
        said = words(state)
        source = f"{w.source_name(told.source)}, {dates.long_date(told.occurred_on)}" if told and said else ""
        found[label] = Said(said or _UNKNOWN, source)
    return found
