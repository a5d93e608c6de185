"""What a referral to VDAB holds: the draft that a case worker fills in, and what VDAB gets to see of it.

What is shown beside the form and what goes over the wire come from one list, so that they cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.referral_story import REASONS, reason_words
from toeleiding.dossiers.state import CHOICE_WORDS, State
from toeleiding.law import RuleSet
from toeleiding.organisations.models import Organisation, Staff
from toeleiding.web import dates

WAYS = {"ONLINE": "Zelf online", "TOGETHER": "Samen met de trajectbegeleider", "PHONE": "Telefonisch bij VDAB"}
INFORMED = {"TALK": "In een gesprek", "INTERPRETER": "In een gesprek met tolk", "WRITTEN": "Met een brief of bericht"}
# EXPERIENCE 2.3: what VDAB never gets from us.
NEVER = ("verblijfsgrond", "gezin", "gezondheid", "notities en tijdlijn", "bedragen van een uitkering")
_JOIN = "; "


class Draft(msgspec.Struct, omit_defaults=True):
    """What the form holds. Everything may be missing while it is a draft."""

    reason: str = "INSCHRIJVING_WERKZOEKENDE"
    explanation: str = ""
    office: str = ""
    way: str = "TOGETHER"
    informed: str = ""
    phone: str = ""
    start: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that keeps a referral from being sent: on which step it is asked, and what to do."""

    step: int
    field: str
    sentence: str


def draft_of(kept: object) -> Draft:
    """A stored draft in its typed form."""
    return msgspec.convert(kept, Draft, strict=False)


def lacks(draft: Draft, state: State, rules: RuleSet, now: datetime) -> list[Lack]:
    """What is still missing, in the order of the form."""
    found = []
    if draft.reason not in REASONS:
        found.append(Lack(1, "reden", "Kies waarom je doorverwijst."))
    if draft.reason == "ANDERE" and not draft.explanation.strip():
        found.append(Lack(1, "uitleg", "Schrijf in een zin waarom je doorverwijst."))
    if not draft.office:
        found.append(Lack(1, "kantoor", "Kies een kantoor van VDAB."))
    if draft.way not in WAYS:
        found.append(Lack(2, "manier", "Kies hoe de inburgeraar ingeschreven wil worden."))
    if draft.informed not in INFORMED:
        found.append(Lack(2, "ingelicht", "Kies hoe de inburgeraar ingelicht is."))
    if not is_phone(draft.phone):
        found.append(Lack(2, "telefoon", "Vul een telefoonnummer in, zoals 0470 12 34 56."))
    if needs_note(state, rules, now) and not draft.note.strip():
        found.append(Lack(3, "toch", "Schrijf waarom je toch doorverwijst, of vraag eerst de VDAB-status op."))
    return found


def is_phone(text: str) -> bool:
    """Whether this can be a telephone number: nine digits or more, as they are written here or abroad."""
    signs = text.replace(" ", "").replace("/", "").replace(".", "").replace("-", "")
    return signs.lstrip("+").isascii() and signs.lstrip("+").isdigit() and 9 <= len(signs.lstrip("+")) <= 15


def needs_note(state: State, rules: RuleSet, now: datetime) -> bool:
    """Rule D-03: unless VDAB said a short while ago that it does not know somebody, it may know the person already."""
    known = state.employment
    hours = rules.value("D-03", now.date())
    if known is None or not isinstance(hours, int):
        return True
    return known.answer != "NOT_KNOWN" or now - known.answered_at > timedelta(hours=hours)


def shown(draft: Draft, state: State, dossier: Dossier) -> list[tuple[str, str]]:
    """Everything that VDAB gets to see, as (what, value); what is not known is left out."""
    return [(label, value) for label, value in (*person(state), *_rest(draft, state, dossier)) if value]


def person(state: State) -> list[tuple[str, str]]:
    """The personalia, which the message holds in fields of their own."""
    return [
        ("Naam", state.name),
        ("Geboren", dates.birth_date(state.birth) if state.birth else ""),
    ]


def _rest(draft: Draft, state: State, dossier: Dossier) -> list[tuple[str, str]]:
    return [
        ("Reden", REASONS.get(draft.reason, "")),
        ("Uitleg", draft.explanation.strip() if draft.reason == "ANDERE" else ""),
        *_told(draft, state, dossier),
        ("Om te beginnen", draft.start.strip()),
    ]


def _told(draft: Draft, state: State, dossier: Dossier) -> list[tuple[str, str]]:
    """What goes into Commentaar: the message has no fields for it (INTERFACE 5)."""
    work = CHOICE_WORDS[state.assessment.choice] if state.assessment else "Nog niet nagegaan"
    return [
        ("Taal", w.language_name(state.language)),
        ("Nederlands", state.dutch_level or ""),
        ("Tolk", {True: "nodig", False: "niet nodig", None: ""}[state.interpreter_needed]),
        ("Woont in", state.municipality or ""),
        ("Werk", work),
        ("Uiterste datum", dates.long_date(dossier.due_on) if dossier.due_on else ""),
        ("Inschrijving", WAYS.get(draft.way, "")),
        ("Ingelicht", INFORMED.get(draft.informed, "")),
        ("Telefoon", draft.phone.strip()),
    ]


def message(draft: Draft, state: State, dossier: Dossier, office: Organisation, by: Staff) -> e.ReferralContent:
    """What goes over the wire."""
    agency = dossier.agency
    born = state.birth_dates()
    texts = [draft.explanation.strip() if draft.reason == "ANDERE" else "", draft.start.strip()]
    told = [(label, _plain(value)) for label, value in _told(draft, state, dossier) if value]
    return e.ReferralContent(
        sender=e.ReferralParty(
            type="KBI",
            kbo=agency.kbo or None,
            identification=None if agency.kbo else agency.code,
            name=agency.short_name,
            contact_name=by.last_name,
            contact_first_name=by.first_name,
        ),
        receiver=e.ReferralParty(type="VDAB", identification=office.code, name=office.short_name),
        reason=draft.reason,
        first_name=state.first_name or None,
        last_name=state.last_name or None,
        birth=born[0] if born and born[0] == born[1] else None,
        sex={"M": "M", "V": "V", "X": "O"}.get(state.sex or ""),  # type: ignore[arg-type]
        explanation="\n".join(text for text in texts if text) or None,
        comment=_JOIN.join(f"{label}: {value}" for label, value in told) or None,
    )


def _plain(value: str) -> str:
    return " ".join(value.replace(";", ",").split())


def read(content: e.ReferralContent) -> list[tuple[str, str]]:
    """A message that was sent or came in, as (what, value): exactly what stands in it."""
    found: list[tuple[str, str]] = [
        ("Naam", " ".join(part for part in (content.first_name, content.last_name) if part)),
        ("Geboren", dates.birth_date(content.birth) if content.birth else ""),
        ("Reden", reason_words(content.reason)),
    ]
    for part in (content.comment or "").split(_JOIN):
        label, colon, value = part.partition(": ")
        found.append((label, value) if colon else ("Opmerking", part))
    found.append(("Om te beginnen", content.explanation or ""))
    return [(label, value) for label, value in found if value]


def content_of(kept: object) -> e.ReferralContent:
    """A stored message in its typed form."""
    return msgspec.convert(kept, e.ReferralContent, strict=False)


def office_for(nis: str | None, among: Sequence[Organisation]) -> Organisation | None:
    """The office whose area holds a municipality, else VDAB itself, which then finds the office."""
    for office in among:
        if nis and nis in office.municipalities:
            return office
    return next((office for office in among if office.code == "vdab"), None)
