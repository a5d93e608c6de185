"""The tellings of appointments, agreements, training and exceptions."""

from toeleiding.dossiers import events as e
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.telling import Told, sentences, telling_of
from toeleiding.web import dates

_EXCEPTIONS = {"SKIP_EXPLANATION": "de toelichting overslaan", "SUSPEND_TERM": "de termijn opschorten"}


@telling_of(e.ExceptionAsked)
def _exception_asked(data: e.ExceptionAsked) -> Told:
    since = f"Van {dates.long_date(data.begin)}" if data.begin else None
    until = f" tot en met {dates.long_date(data.end)}" if data.end else ""
    return Told(
        f"Uitzondering gevraagd: {_EXCEPTIONS[data.exception]}",
        sentences(f"{since}{until}" if since else None, f"Reden: {data.reason}", "De teamleider keurt"),
        "beslissing",
        "scale",
        "neutraal",
    )


@telling_of(e.ExceptionRefused)
def _exception_refused(data: e.ExceptionRefused) -> Told:
    title = f"Uitzondering afgekeurd: {_EXCEPTIONS[data.exception]}"
    return Told(title, sentences(f"Reden: {data.reason}"), "beslissing", "scale", "letop")


@telling_of(e.ExplanationSkipped)
def _explanation_skipped(data: e.ExplanationSkipped) -> Told:
    return Told("Toelichting overgeslagen", sentences(f"Reden: {data.reason}"), "beslissing", "arrow-right")


@telling_of(e.AppointmentPlanned)
def _planned(data: e.AppointmentPlanned) -> Told:
    return Told(f"Afspraak gepland: {w.SUBJECTS[data.subject].lower()}", _when_where(data), "gesprek", "calendar")


@telling_of(e.AppointmentMoved)
def _moved_to(data: e.AppointmentMoved) -> Told:
    return Told("Afspraak verplaatst", _when_where(data), "gesprek", "calendar")


def _when_where(data: e.AppointmentPlanned | e.AppointmentMoved) -> str:
    support = w.SUPPORT_KINDS.get(data.support) if isinstance(data, e.AppointmentPlanned) else None
    language = f"In het {w.language_name(data.language)}" if data.language else None
    return sentences(
        f"Op {dates.moment(data.at)}",
        ", ".join(part for part in (w.PLACES[data.form], data.place) if part),
        support,
        language,
        "Met tolk" if data.interpreter else None,
    )


@telling_of(e.AppointmentCancelled)
def _called_off(data: e.AppointmentCancelled) -> Told:
    why = f"Reden: {data.reason}" if data.reason else None
    return Told("Afspraak geannuleerd", sentences(why), "gesprek", "calendar", "neutraal")


@telling_of(e.AppointmentEnded)
def _ended(data: e.AppointmentEnded) -> Told:
    if data.held:
        return Told("Afspraak ging door", sentences(data.note or None), "gesprek", "calendar", "goed")
    return Told("Afspraak gemist", sentences("Bel samen", data.note or None), "gesprek", "calendar", "letop")


@telling_of(e.AgreementMade)
def _agreed(data: e.AgreementMade) -> Told:
    by = f"Tegen {dates.long_date(data.by)}" if data.by else None
    return Told(f"Wie doet wat: {w.PARTIES[data.who]}", sentences(data.what, by), "gesprek", "check")


@telling_of(e.AgreementClosed)
def _agreement_closed(data: e.AgreementClosed) -> Told:
    return Told("Gedaan" if data.kept else "Niet meer nodig", "", "gesprek", "check", "goed" if data.kept else "")


@telling_of(e.TrainingStarted)
def _training(data: e.TrainingStarted) -> Told:
    return Told("Opleiding gestart", sentences(data.what or None), "dienst", "book", "goed")
