"""The timeline in plain Dutch: each event one title, one line, a date and who says so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers import (
    referral_story,
    story_client,  # noqa: F401 - it adds its tellings
    story_follow_up,  # noqa: F401 - it adds its tellings
)
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.state import BASIS_WORDS, CHOICE_WORDS
from toeleiding.dossiers.telling import TELLINGS as _TELLINGS
from toeleiding.dossiers.telling import Told
from toeleiding.dossiers.telling import sentences as _sentences
from toeleiding.dossiers.telling import telling_of as _of
from toeleiding.magda import insz
from toeleiding.web import dates

GROUPS = {
    "gesprek": "Gesprekken en notities",
    "dienst": "Dienst voor werk",
    "werk": "Werk",
    "persoon": "Persoon en contract",
    "beslissing": "Beslissingen",
}


def groups(service: str) -> dict[str, str]:
    """The groups by code, with the name of who serves this person."""
    return {**GROUPS, "dienst": service}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the timeline shows it."""

    id: int
    kind: str
    told: Told
    occurred_on: date
    when: str
    who: str
    corrects: int | None
    corrected_by: int | None
    data: e.Data

    @property
    def can_be_withdrawn(self) -> bool:
        """What a person noted can be taken back by a person; answers and decisions cannot."""
        return self.kind in WITHDRAWABLE and self.corrected_by is None


# Facts that people note themselves. Opening, numbers and what registers answered stay.
WITHDRAWABLE = {
    "NOTED",
    "WORK_SITUATION_ASSESSED",
    "RIGHT_TO_WORK_SEEN",
    "COMPULSORY_EDUCATION_SET",
    "TEMPORARY_PROTECTION_SET",
    "PROOF_SHOWN",
    "EXPLANATION_GIVEN",
    "SUPPORT_GIVEN",
    "REGISTRATION_REPORTED",
    "CONTACT_HELD",
    "INTAKE_COMPLETED",
    "TERM_SUSPENDED",
    "APPOINTMENT_ENDED",
    "AGREEMENT_MADE",
    "AGREEMENT_CLOSED",
    "TRAINING_STARTED",
    "EXPLANATION_SKIPPED",
    "EMPLOYMENT_DATA_COPIED",
}


def lines(events: Iterable[Event], service: str = "VDAB") -> list[Line]:
    """The events of one dossier as lines, the latest first. `service` is who serves this person."""
    found = sorted(events, key=lambda row: (row.occurred_on, row.pk), reverse=True)
    corrected = {row.corrects_id: row.pk for row in sorted(found, key=lambda r: r.pk) if row.corrects_id}
    return [_line(row, corrected.get(row.pk), service) for row in found]


def _line(row: Event, corrected_by: int | None, service: str) -> Line:
    data = e.from_builtins(row.kind, row.data)
    return Line(
        id=row.pk,
        kind=row.kind,
        told=_decided(data, service) if isinstance(data, e.Decided) else tell(data),
        occurred_on=row.occurred_on,
        when=_when(row),
        who=_who(row),
        corrects=row.corrects_id,
        corrected_by=corrected_by,
        data=data,
    )


_WITH_A_TIME = {
    "EMPLOYMENT_SERVICE_ASKED", "EMPLOYMENT_SERVICE_ANSWERED", "WORK_ASKED", "WORK_ANSWERED",
    "REFERRAL_SENT", "REFERRAL_DELIVERED", "REFERRAL_QUESTIONED", "REFERRAL_ANSWERED", "REFERRAL_ACCEPTED",
}  # fmt: skip


def _when(row: Event) -> str:
    """When it was true; beside it when we learned it, if that was another day."""
    learned = timezone.localdate(row.recorded_at)
    day = dates.long_date(row.occurred_on)
    if learned != row.occurred_on:
        return f"{day}, genoteerd op {dates.long_date(learned)}"
    return f"{day} om {dates.clock(row.recorded_at)}" if row.kind in _WITH_A_TIME else day


def _who(row: Event) -> str:
    """Who says so: a person in her own name, or a source with the person who brought it in."""
    if row.actor is None:
        return w.source_name(row.source)
    if row.source == e.Source.CASE_WORKER:
        return str(row.actor)
    return f"{w.source_name(row.source)}, via {row.actor}"


def tell(data: e.Data) -> Told:
    """Title and line of one event. An event without a telling of its own shows its own title."""
    telling = _TELLINGS.get(type(data))
    return telling(data) if telling else Told(data.title)


_ORIGINS = {
    "KBI": "Overgenomen uit de Kruispuntbank Inburgering (KBI)",
    "BY_HAND": "Met de hand gemaakt",
    "UPLOAD": "Uit een lijst",
    "REFERRAL": "Na een doorverwijzing van een partner",
}


@_of(e.Opened)
def _opened(data: e.Opened) -> Told:
    return Told("Dossier geopend", _sentences(_ORIGINS[data.origin]), icon="folder")


@_of(e.Identified)
def _identified(data: e.Identified) -> Told:
    born = f"Geboren: {dates.birth_date(data.birth)}" if data.birth else None
    return Told("Persoonsgegevens genoteerd", _sentences(f"{data.first_name} {data.last_name}", born))


@_of(e.NumberAssigned)
def _number(data: e.NumberAssigned) -> Told:
    kind = "BIS-nummer" if data.is_bis else "Rijksregisternummer"
    return Told(f"{kind} genoteerd", f"{insz.mask(data.insz)}", icon="shield")


@_of(e.NumberReplaced)
def _replaced(data: e.NumberReplaced) -> Told:
    new = "BIS-nummer" if data.new_is_bis else "rijksregisternummer"
    text = f"{insz.mask(data.old)} is nu {insz.mask(data.new)}. Het oude nummer vindt dit dossier ook."
    return Told(f"Nummer vervangen door een {new}", text, icon="shield")


@_of(e.NumberCancelled)
def _cancelled(data: e.NumberCancelled) -> Told:
    text = f"{insz.mask(data.insz)} bestaat niet meer. Kijk het nummer na."
    return Told("Rijksregisternummer geannuleerd", text, icon="alert", tone="letop")


@_of(e.ContactChanged)
def _contact(data: e.ContactChanged) -> Told:
    interpreter = {True: "Er is een tolk nodig", False: "Er is geen tolk nodig", None: None}
    return Told(
        "Contactgegevens genoteerd",
        _sentences(
            f"Contacttaal {w.language_name(data.language)}" if data.language else None,
            f"Nederlands {data.dutch_level}" if data.dutch_level else None,
            f"Telefoon {w.phone_masked(data.phone)}" if data.phone else None,
            "E-mailadres ingevuld" if data.email else None,
            interpreter[data.interpreter_needed],
        ),
        icon="phone",
    )


@_of(e.Moved)
def _moved(data: e.Moved) -> Told:
    place = " ".join(part for part in (data.postal_code, data.municipality) if part)
    region = w.REGIONS.get(data.region or "", "")
    return Told("Adres genoteerd", _sentences(", ".join(part for part in (place, region) if part)), icon="home")


@_of(e.TargetGroupSet)
def _target_group(data: e.TargetGroupSet) -> Told:
    return Told("Doelgroep genoteerd", _sentences(w.TARGET_GROUPS.get(data.target_group or "", "onbekend")))


@_of(e.ContractRegistered)
def _contract(data: e.ContractRegistered) -> Told:
    kind = f"Soort: {data.contract_type}" if data.contract_type else None
    return Told(
        "Inburgeringscontract getekend",
        _sentences(f"Getekend op {dates.long_date(data.signed_on)}", kind),
        icon="document",
        tone="goed",
    )


@_of(e.RightToWorkSeen)
def _right(data: e.RightToWorkSeen) -> Told:
    seen = f"Document: {data.document}" if data.document else "Geen document genoteerd"
    title = "Recht om te werken: ja" if data.may_work else "Recht om te werken: nee"
    return Told(title, _sentences(seen), icon="document", tone="goed" if data.may_work else "letop")


@_of(e.CompulsoryEducationSet)
def _education(data: e.CompulsoryEducationSet) -> Told:
    return Told("Leerplicht: ja" if data.compulsory else "Leerplicht: nee", icon="book")


@_of(e.TemporaryProtectionSet)
def _protection(data: e.TemporaryProtectionSet) -> Told:
    return Told("Tijdelijke bescherming: ja" if data.protected else "Tijdelijke bescherming: nee", icon="shield")


@_of(e.WorkAsked)
def _work_asked(data: e.WorkAsked) -> Told:
    return Told("Werkgegevens gevraagd", "Vraag aan de RSZ (Dimona).", "werk", "send")


@_of(e.WorkAnswered)
def _work_answered(data: e.WorkAnswered) -> Told:
    if data.work is None:
        words = w.answer_words(data.answer, "De RSZ")
        return Told("Geen werkgegevens gekregen", words.sentence, "werk", "alert", "letop")
    if not data.work:
        text = "Dimona kent geen zelfstandig werk en geen werk in het buitenland."
        return Told("RSZ meldt: geen werk gevonden", text, "werk", "briefcase")
    open_now = sum(1 for entry in data.work if entry.end is None and not entry.cancelled)
    count = len(data.work)
    words_ = "1 tewerkstelling" if count == 1 else f"{count} tewerkstellingen"
    return Told("RSZ meldt werk", f"{words_}, waarvan {open_now} zonder einddatum.", "werk", "briefcase")


@_of(e.WorkSituationAssessed)
def _assessed(data: e.WorkSituationAssessed) -> Told:
    review = f"Opnieuw nagaan op {dates.long_date(data.review_on)}" if data.review_on else None
    return Told(
        f"Werksituatie: {CHOICE_WORDS[data.choice].lower()}",
        _sentences(data.reason or None, f"Bron: {BASIS_WORDS.get(data.basis, data.basis)}", review),
        "werk",
        "briefcase",
    )


@_of(e.IncapacityEnded)
def _incapacity(data: e.IncapacityEnded) -> Told:
    return Told("Kan opnieuw werken", "Ga de werksituatie opnieuw na.", "werk", "briefcase")


@_of(e.EmploymentServiceAsked)
def _asked(data: e.EmploymentServiceAsked) -> Told:
    return Told(f"Status gevraagd aan {w.service_name(data.service)}", "", "dienst", "send")


@_of(e.EmploymentServiceAnswered)
def _answered(data: e.EmploymentServiceAnswered) -> Told:
    service = w.service_name(data.service)
    by_hand = f"Met de hand genoteerd: {data.note}" if data.note and data.question is None else data.note or None
    if data.answer != "KNOWN":
        words = w.answer_words(data.answer, service)
        if data.answer == "NOT_KNOWN":
            return Told(f"{service} meldt: geen inschrijving gevonden", _sentences(by_hand), "dienst", "arrows")
        text = _sentences(by_hand or f"{words.sentence} {words.next}", *referral_story.steps_words(data))
        return Told(f"Geen antwoord van {service}: {words.short}", text, "dienst", "alert", "letop")
    title = f"{service} meldt: niet meer ingeschreven" if data.ended_on else f"{service} meldt: ingeschreven"
    text = _sentences(
        f"Sinds {dates.long_date(data.registered_on)}" if data.registered_on else None,
        f"Geëindigd op {dates.long_date(data.ended_on)}" if data.ended_on else None,
        f"Categorie {w.category_words(data.category, data.category_text)}" if data.category else None,
        f"Bemiddelaar {counsellor_words(data.counsellor)}" if data.counsellor else None,
        *referral_story.steps_words(data),
        by_hand,
    )
    return Told(title, text, "dienst", "arrows", "letop" if data.ended_on else "goed")


def counsellor_words(counsellor: e.Counsellor | None) -> str:
    """Name, office and phone of the bemiddelaar, of whatever is there."""
    if counsellor is None:
        return ""
    phone = dates.phone(counsellor.phone) if counsellor.phone else None
    return ", ".join(part for part in (counsellor.name, counsellor.office, phone) if part)


@_of(e.AnswerDelayed)
def _delayed(data: e.AnswerDelayed) -> Told:
    again = f"We proberen het opnieuw om {dates.clock(data.retry_at)}." if data.retry_at else ""
    return Told("Nog geen antwoord", data.message or again, "dienst", "clock", "letop")


@_of(e.IntakeCompleted)
def _intake(data: e.IntakeCompleted) -> Told:
    return Told(
        data.title,
        _sentences(data.wanted_job and f"Zoekt werk als {data.wanted_job}", data.agreements),
        "gesprek",
        "document",
    )


@_of(e.EmploymentDataCopied)
def _copied(data: e.EmploymentDataCopied) -> Told:
    return Told(data.title, "Categorie, bemiddelaar en datum van inschrijving.", "dienst", "download", "goed")


@_of(e.ProofShown)
def _proof(data: e.ProofShown) -> Told:
    return Told(
        data.title,
        _sentences(
            f"Inschrijving op {dates.long_date(data.registered_on)}",
            f"Document: {data.document}" if data.document else None,
            f"Categorie {w.category_words(data.category)}" if data.category else None,
        ),
        "dienst",
        "document",
    )


@_of(e.ConflictSettled)
def _settled(data: e.ConflictSettled) -> Told:
    chosen = "Het bewijs van de inburgeraar geldt" if data.chosen == "CLIENT" else "Het antwoord uit het register geldt"
    return Told("Tegenspraak beslist", _sentences(chosen, f"Reden: {data.reason}"), "dienst", "scale")


@_of(e.ExplanationGiven)
def _explained(data: e.ExplanationGiven) -> Told:
    return Told(
        "Toelichting gegeven",
        _sentences(
            f"In het {w.language_name(data.language)}" if data.language else None,
            f"Vorm: {w.CHANNELS[data.channel]}",
            "Met tolk" if data.interpreter_used else "Zonder tolk",
            f"Tekst {data.text_version}" if data.text_version else None,
        ),
        "gesprek",
        "globe",
        "goed",
    )


@_of(e.SupportGiven)
def _supported(data: e.SupportGiven) -> Told:
    return Told(
        "Ondersteuning bij de inschrijving",
        _sentences(
            w.SUPPORT_KINDS.get(data.support, data.support) or None,
            f"Resultaat: {w.SUPPORT_OUTCOMES[data.outcome]}",
            w.obstacle_words(data.in_the_way) or None,
        ),
        "gesprek",
        "phone",
        "goed" if data.outcome == "COMPLETED" else "",
    )


@_of(e.RegistrationReported)
def _reported(data: e.RegistrationReported) -> Told:
    text = f"Ingeschreven op {dates.long_date(data.registered_on)}. Gemeld, nog niet bevestigd."
    return Told("Inschrijving gemeld door de inburgeraar", text, "dienst", "check")


@_of(e.ContactHeld)
def _contact_held(data: e.ContactHeld) -> Told:
    if data.held:
        title = "Samen gebeld" if data.by_phone else "Contact met de bemiddelaar"
        return Told(title, _sentences(data.note or None), "gesprek", "phone" if data.by_phone else "users", "goed")
    return Told("Afspraak gemist", _sentences("Bel samen", data.note or None), "gesprek", "users", "letop")


@_of(e.Noted)
def _noted(data: e.Noted) -> Told:
    return Told("Notitie", data.text, "gesprek", "pencil")


@_of(e.TermSuspended)
def _suspended(data: e.TermSuspended) -> Told:
    paused = data.suspension
    until = f"tot en met {dates.long_date(paused.end)}" if paused.end else "tot nader bericht"
    since = f"Van {dates.long_date(paused.begin)} " if paused.begin else "Opgeschort "
    text = _sentences(f"{since}{until}", f"Reden: {paused.reason}" if paused.reason else None)
    return Told("Termijn opgeschort", text, "beslissing", "pause")


@_of(e.Assigned)
def _assigned(data: e.Assigned) -> Told:
    return Told("Trajectbegeleider toegewezen", _sentences(data.note or None), "gesprek", "users")


_ENDINGS = {
    "ATTEST": "Attest behaald",
    "STOPPED": "Gestopt",
    "MOVED_AWAY": "Verhuisd buiten het werkingsgebied",
    "MISTAKE": "Per vergissing gemaakt",
    "DECEASED": "Overleden",
}


@_of(e.TrackEnded)
def _track_ended(data: e.TrackEnded) -> Told:
    return Told("Traject afgerond", _sentences(_ENDINGS[data.reason]), "beslissing", "check")


@_of(e.TrackReopened)
def _track_reopened(data: e.TrackReopened) -> Told:
    return Told("Traject opnieuw gestart", "", "beslissing", "refresh")


@_of(e.Withdrawn)
def _withdrawn(data: e.Withdrawn) -> Told:
    return Told("Rechtzetting: eerdere vermelding vervalt", _sentences(f"Reden: {data.reason}"), "gesprek", "undo")


@_of(e.MergedWith)
def _merged_with(data: e.MergedWith) -> Told:
    text = f"Dossier {data.number} gaat over dezelfde persoon. Zijn tijdlijn staat hier mee. Reden: {data.reason}"
    return Told("Samengevoegd met een ander dossier", _sentences(text), icon="users")


@_of(e.MergedInto)
def _merged_into(data: e.MergedInto) -> Told:
    return Told(
        "Opgegaan in een ander dossier", _sentences(f"Verder in {data.number}. Reden: {data.reason}"), icon="users"
    )


@_of(e.Split)
def _split(data: e.Split) -> Told:
    return Told("Weer gesplitst", _sentences(f"Los van dossier {data.number}. Reden: {data.reason}"), icon="users")


def _decided(data: e.Decided, service: str) -> Told:
    """What the rules made of it. When only the step moved, the step is the news."""
    step = w.step_name(data.step, service)
    due = f"Uiterste datum: {dates.long_date(data.due_on)}" if data.due_on else None
    if data.was == data.outcome and data.step != "CLOSED":
        return Told(f"Volgende stap: {step}", _sentences(due), "beslissing", "scale", "neutraal")
    return Told(
        f"Beslissing volgens de regels: {w.OUTCOMES.get(data.outcome, data.outcome)}",
        _sentences(
            f"Stap: {step}" if data.step != "CLOSED" else None,
            due,
            f"Eerst: {w.OUTCOMES.get(data.was, data.was)}" if data.was and data.was != data.outcome else None,
        ),
        "beslissing",
        "scale",
        "neutraal",
    )


def _told(telling: Callable[[Any], referral_story.Telling]) -> Callable[[Any], Told]:
    return lambda data: Told(*telling(data))


_TELLINGS.update({kind: _told(telling) for kind, telling in referral_story.TELLINGS.items()})
