"""The words of a referral on the timeline: title, line, group, icon and tone of each event."""

from collections.abc import Callable
from typing import Any

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.web import dates

Telling = tuple[str, str, str, str, str]

FORMS = {"OFFICE": "op kantoor", "PHONE": "per telefoon", "VIDEO": "per video"}
# RedenToeleiding has no public code list (INTERFACE 5): these are ours, towards VDAB.
REASONS = {
    "INSCHRIJVING_WERKZOEKENDE": "Inschrijving als werkzoekende",
    "INTAKE_WERK": "Intake over werk",
    "OPLEIDING_NT2_WERKVLOER": "Nederlands op de werkvloer",
    "DIPLOMAERKENNING": "Erkenning van een diploma",
    "ANDERE": "Iets anders",
}
RETURN_REASONS = {
    "NOT_TARGET_GROUP": "Hoort niet bij de doelgroep",
    "OTHER_REGION": "Woont in een andere regio",
    "ALREADY_FOLLOWED": "Wordt al begeleid",
    "NOT_REACHED": "Was niet te bereiken",
    "OTHER": "Iets anders",
}
FEEDBACK = {
    "APPOINTMENT_HELD": "Afspraak gehouden",
    "APPOINTMENT_MISSED": "Afspraak gemist",
    "TRAINING_STARTED": "Opleiding gestart",
    "WORK_FOUND": "Werk gevonden",
    "STOPPED": "Begeleiding gestopt",
}
_ADVICE = {
    "APPOINTMENT_MISSED": "Bel samen. Een gemiste afspraak is een teken, geen straf.",
    "WORK_FOUND": "Ga de werksituatie opnieuw na.",
}


def reason_words(code: str) -> str:
    """Why somebody is referred, in words. A partner's own code, such as those of the KBI, has no public meaning."""
    return REASONS.get(code) or f"code {code.replace('_', ' ')}"


def appointment_words(found: e.Appointment | None) -> str:
    """3 december 2026 om 10.00 uur, op kantoor (Werkwinkel Mechelen), met tolk"""
    if found is None:
        return ""
    when = dates.long_date(found.on) + (f" om {found.at.replace(':', '.')} uur" if found.at else "")
    where = FORMS[found.form] + (f" ({found.place})" if found.place else "")
    spoken = f"in het {w.language_name(found.language)}" if found.language else ""
    return ", ".join(part for part in (when, where, spoken, "met tolk" if found.interpreter else "") if part)


def steps_words(data: e.EmploymentServiceAnswered) -> tuple[str, ...]:
    """What VDAB's file says of invitations, advices and tests, each in one sentence."""
    kinds = (("Uitnodiging", data.invitations), ("Advies", data.advices), ("Test", data.tests))
    return tuple(_step(kind, step) for kind, steps in kinds for step in steps)


def _step(kind: str, step: e.Invitation) -> str:
    when = f" voor {dates.long_date(step.on)}" if step.on else ""
    said = ", ".join(part for part in (step.state, step.result) if part)
    missed = ". Bel samen" if step.attended is False else ""
    return f"{kind}{when}{f' ({said})' if said else ''}{missed}"


def _sent(data: e.ReferralSent) -> Telling:
    because = f" Toch doorverwezen: {data.note.rstrip('.')}." if data.note else ""
    text = f"{reason_words(data.content.reason)}. Nog niet ontvangen.{because}"
    return f"Doorverwijzing verzonden naar {data.office}", text, "dienst", "send", ""


def _delivered(data: e.ReferralDelivered) -> Telling:
    return "VDAB ontving de doorverwijzing", "VDAB antwoordde met hetzelfde nummer.", "dienst", "check", "goed"


def _not_delivered(data: e.ReferralNotDelivered) -> Telling:
    return "Doorverwijzing niet aangekomen", f"{data.cause} {data.next_step}", "dienst", "alert", "letop"


def _received(data: e.ReferralReceived) -> Telling:
    who = data.content.sender.name or data.content.sender.type
    more = f" {data.content.explanation.rstrip('.')}." if data.content.explanation else ""
    return f"Doorverwijzing gekregen van {who}", f"{reason_words(data.content.reason)}.{more}", "dienst", "download", ""


def _questioned(data: e.ReferralQuestioned) -> Telling:
    return "Vraag over de doorverwijzing", data.text, "dienst", "help", "letop"


def _answered(data: e.ReferralAnswered) -> Telling:
    return "Antwoord op de vraag", data.text, "dienst", "send", ""


def _accepted(data: e.ReferralAccepted) -> Telling:
    who = ", ".join(part for part in (data.counsellor.name, data.counsellor.office) if part) if data.counsellor else ""
    parts = (
        f"Categorie {w.category_words(data.category)}" if data.category else "",
        f"Bemiddelaar {who}" if who else "",
        f"Eerste afspraak {appointment_words(data.appointment)}" if data.appointment else "",
        data.note,
    )
    return data.title, " ".join(f"{part.rstrip('.')}." for part in parts if part), "dienst", "check", "goed"


def _returned(data: e.ReferralReturned) -> Telling:
    reason = RETURN_REASONS.get(data.reason, data.reason)
    more = f" {data.text.rstrip('.')}." if data.text else ""
    return data.title, f"{reason}.{more}", "dienst", "undo", "letop"


def _withdrawn(data: e.ReferralWithdrawn) -> Telling:
    return data.title, f"Reden: {data.reason.rstrip('.')}.", "dienst", "undo", ""


def _closed(data: e.ReferralClosed) -> Telling:
    return data.title, f"Reden: {data.reason.rstrip('.')}.", "dienst", "check", ""


def _feedback(data: e.FeedbackGiven) -> Telling:
    parts = (data.note, _ADVICE.get(data.event, ""))
    text = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    tone = "letop" if data.event in ("APPOINTMENT_MISSED", "STOPPED") else "goed"
    return f"VDAB meldt: {FEEDBACK[data.event].lower()}", text, "dienst", "users", tone


TELLINGS: dict[type[e.Data], Callable[[Any], Telling]] = {
    e.ReferralSent: _sent,
    e.ReferralDelivered: _delivered,
    e.ReferralNotDelivered: _not_delivered,
    e.ReferralReceived: _received,
    e.ReferralQuestioned: _questioned,
    e.ReferralAnswered: _answered,
    e.ReferralAccepted: _accepted,
    e.ReferralReturned: _returned,
    e.ReferralWithdrawn: _withdrawn,
    e.ReferralClosed: _closed,
    e.FeedbackGiven: _feedback,
}
