"""One dossier as one row on screen: everything a template prints, made ready, so that a row costs little."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString

from toeleiding.dossiers.filters import STEPS
from toeleiding.dossiers.models import Dossier, Tab, Task, TaskKind
from toeleiding.dossiers.wording import language_name
from toeleiding.web import dates
from toeleiding.web.templatetags.tn import ministapjes, pil, termijn

COLUMNS = (
    "pk",
    "number",
    "first_name",
    "last_name",
    "language",
    "municipality",
    "step_number",
    "pillar_state",
    "pill",
    "tone",
    "next_action",
    "tab",
    "outcome",
    "due_on",
    "contract_signed_on",
    "service",
    "asked_at",
    "conflict",
    "call_since",
)


@dataclass(frozen=True, slots=True)
class Action:
    """What the button of a row says, and which page of the dossier it opens. No page: it posts a question."""

    label: str
    page: str | None


# By the code of the decision's next action. "Vraag status op" is sent from the row itself: one click.
ACTIONS = {
    "fill_work_situation": Action("Vul werksituatie in", "/werksituatie"),
    "decide_work_situation": Action("Beslis en geef reden", "/werksituatie"),
    "complete_person": Action("Vul gegevens aan", "/persoon"),
    "ask_status": Action("Vraag status op", None),
    "await_answer": Action("Bekijk de vraag", "/vdab"),
    "resolve_no_answer": Action("Bekijk de oorzaak", "/vdab"),
    "give_explanation": Action("Geef toelichting", "/toelichting"),
    "repeat_explanation": Action("Geef toelichting opnieuw", "/toelichting"),
    "plan_support": Action("Plan ondersteuning", "/inschrijving"),
    "note_registration": Action("Noteer inschrijving", "/inschrijving#melding"),
    "copy_data": Action("Neem gegevens over", "/vdab"),
    "complete_counsellor": Action("Vul bemiddelaar aan", "/vdab"),
    "follow_appointment": Action("Volg afspraak op", "/opvolging"),
    "look_again": Action("Kijk opnieuw na", "/werksituatie"),
    "view_reason": Action("Bekijk reden", "/uitleg"),
}

# Two sides that contradict each other come first, as on the page of the dossier.
_SETTLE = Action("Bekijk beide kanten", "/vdab#tegenspraak")
_CALL = Action("Bel samen", "/opvolging#contact")
_HELP = Action("Bel terug", "/link#hulp")
_EXPECTED = "Antwoord verwacht"
_TERM_DAYS = 60  # the length of a bar when the contract date is not known; DOMAIN R-05


def rows(found: QuerySet[Dossier], today: date) -> list[dict[str, Any]]:
    """The rows of a list, in one query."""
    return [row(values, today) for values in with_help(found).values(*COLUMNS, "help_asked")]


def with_help(found: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """The same dossiers with `help_asked`: the person asked for help and nobody answered yet."""
    asked = Task.objects.filter(dossier=OuterRef("pk"), kind=TaskKind.CLIENT_HELP, closed_at__isnull=True)
    return found.annotate(help_asked=Exists(asked))


def row(of: dict[str, Any], today: date) -> dict[str, Any]:
    """What a template prints of one dossier. `of` holds COLUMNS, and whether the person asked for help."""
    days_left = (of["due_on"] - today).days if of["due_on"] else None
    closed = of["tab"] == Tab.DONE
    late = of["outcome"] == "TO_REFER" and not closed and days_left is not None and days_left < 0
    action = _SETTLE if of["conflict"] else ACTIONS[of["next_action"]]
    if of["call_since"] and not of["conflict"] and of["step_number"] >= 5 and not closed:
        action = _CALL
    help_asked = of.get("help_asked", False) and not closed
    if help_asked and not of["conflict"]:
        action = _HELP
    return {
        "id": of["pk"],
        "number": of["number"],
        "name": f"{of['first_name']} {of['last_name']}".strip(),
        "language": language_name(of["language"]) or "niet bekend",
        "municipality": of["municipality"],
        "step": "Afgerond" if closed else step_name(of["step_number"], of["service"]),
        "blocks": "" if closed else ministapjes(of["step_number"], _skipped(of["pillar_state"])),
        "term": _term(of, days_left, late, closed),
        "pill": pil(of["pill"], of["tone"]),
        "asked": asked_words(of["asked_at"], of["pill"], today),
        "pending": of["asked_at"] is not None,
        "conflict": of["conflict"],
        "help": help_asked,
        "late": late,
        "action": action.label,
        "page": f"/dossiers/{of['number']}{action.page}" if action.page is not None else "",
    }


def step_name(number: int, service: str) -> str:
    """One of the six steps; in Brussels Actiris stands in VDAB's place (R-08)."""
    return STEPS[number].replace("VDAB", "Actiris") if service == "ACTIRIS" else STEPS[number]


def _skipped(state: str) -> str:
    """Who was registered before the contract needs neither explanation nor registration."""
    return "45" if state == "REEDS_GEKEND" else ""


def _term(of: dict[str, Any], days_left: int | None, late: bool, closed: bool) -> SafeString:
    """The term, as long as it asks something of somebody: who works or is registered need not read that it is over."""
    settled = closed or (of["outcome"] == "REGISTERED" and days_left is not None and days_left < 0)
    if settled:
        return termijn(None, None, False, "niet meer nodig")
    return termijn(days_left, _length(of), late, _without_term(of))


def _length(of: dict[str, Any]) -> int:
    if of["due_on"] and of["contract_signed_on"]:
        return int((of["due_on"] - of["contract_signed_on"]).days)
    return _TERM_DAYS


def _without_term(of: dict[str, Any]) -> str:
    if of["outcome"] != "NOT_APPLICABLE" and of["contract_signed_on"] is None:
        return "start bij contract"
    return "geen termijn"


def asked_words(asked_at: datetime | None, shown: str, today: date) -> str:
    """When the question went out: the time today, the day before that. Who is asked about again keeps the pill
    of what we know, so there the words say that an answer is on its way.
    """
    if asked_at is None:
        return ""
    when = f"om {dates.clock(asked_at)}" if dates.local_day(asked_at) == today else f"op {dates.short_date(asked_at)}"
    return f"gevraagd {when}" if shown == _EXPECTED else f"{_EXPECTED}, gevraagd {when}"


def pending(shown: Iterable[dict[str, Any]]) -> list[int]:
    """The ids of the rows that wait for an answer."""
    return [one["id"] for one in shown if one["pending"]]
