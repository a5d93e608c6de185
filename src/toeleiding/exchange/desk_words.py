"""The words of the operator's desk: what an outcome, a failure or a code means, and what an operator does about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from toeleiding.exchange import words
from toeleiding.exchange.models import Service
from toeleiding.magda.outcomes import meaning
from toeleiding.web import dates

# "Geen gegevens gevonden" is an answer, not a failure (EXPERIENCE 1.7).
OUTCOMES = {
    "": "nog geen antwoord",
    "KNOWN": "gegevens gevonden",
    "NOT_KNOWN": "geen gegevens gevonden",
    "REPLACED": "nummer vervangen",
    "CANCELLED": "nummer geannuleerd",
    "NOT_INTEGRATED": "nog niet ingeschreven in het repertorium",
    "PARTIAL": "een deel van de gegevens",
    "REFUSED": "geweigerd",
    "AMBIGUOUS": "meer dan één dossier gevonden",
    "SOURCE_DOWN": "bron niet bereikbaar",
    "INVALID": "vraag niet juist opgesteld",
    "NOT_UNDERSTOOD": "antwoord niet te begrijpen",
}
_FAILURES = {
    "timeout": "geen antwoord binnen de tijd",
    "connection_lost": "verbinding verbroken tijdens de vraag",
    "no_connection": "geen verbinding",
    "too_large": "antwoord te groot",
    "unreadable": "antwoord niet leesbaar",
    "wrong_reference": "antwoord met een andere referte",
    "signature_refused": "handtekening van het antwoord geweigerd",
    "wrong_person": "antwoord over een ander nummer",
    "missing_in_file": "geen antwoord in het bestand dat terugkwam",
    "file_overdue": "geen bestand met antwoorden binnen de tijd",
    "file_not_written": "bestand kon niet klaargezet worden",
    "wrong_referral": "antwoord over een andere doorverwijzing",
}
# What an operator does; `words` tells the same to who follows the dossier.
_ADVICE = {
    "REPLACED": "Trajectbegeleiders vragen het nieuwe nummer aan de persoon. Speel daarna opnieuw af.",
    "CANCELLED": "Trajectbegeleiders kijken het nummer na op een document. Hier hoef je niets te doen.",
    "NOT_INTEGRATED": "Kijk na of de inschrijving in het repertorium lukte. Speel daarna opnieuw af.",
    "PARTIAL": "De bron gaf maar een deel. Opnieuw vragen helpt zelden. Trajectbegeleiders vullen aan.",
    "REFUSED": "Kijk de machtiging en de toegang na bij MAGDA. Zijn die in orde, speel dan opnieuw af.",
    "AMBIGUOUS": "Bel met de dienst welk dossier juist is. Speel daarna opnieuw af.",
    "SOURCE_DOWN": "De vraag liep af zonder antwoord. Doe een proef om te zien wat nog zin heeft.",
    "INVALID": "Kijk na of de nummers juist zijn. Zijn ze juist, meld het dan aan wie de toepassing maakt.",
    "NOT_UNDERSTOOD": "Meld de code aan de dienst. Speel opnieuw af als die hersteld is.",
}
_NO_NUMBER = "Trajectbegeleiders vullen het nummer in. Speel daarna opnieuw af."
_NOT_APPLIED = "Meld dit aan wie de toepassing maakt. Speel opnieuw af als het hersteld is."
_WITHOUT_REASON = {
    words.not_done(Service.INSCRIPTION).cause: (
        "Trajectbegeleiders kijken het nummer na. Is het juist, vraag MAGDA dan waarom en speel daarna opnieuw af."
    ),
    words.not_done(Service.DEREGISTER).cause: words.not_done(Service.DEREGISTER).next_step,
    words.not_done(Service.NOTIFY).cause: words.not_done(Service.NOTIFY).next_step,
}
# INTERFACE 1.3. A code that is not here is told by what it means for the question.
_CODES = {
    "13001": "geen toegang tot deze dienst",
    "13501": "geen toegang tot deze dienst",
    "13101": "onderdelen van de vraag passen niet samen, of er ontbreekt iets",
    "13202": "geen dossier in het repertorium voor deze persoon",
    "15021": "na het filteren op onze toegang bleef er niets over",
    "20002": "het rijksregisternummer heeft geen juiste vorm",
    "20003": "de begindatum ligt na de einddatum",
    "20004": "de einddatum is niet juist",
    "20006": "de datum ligt in de toekomst",
    "30001": "geen gegevens gevonden",
    "30002": "het rijksregisternummer is geannuleerd",
    "30003": "het rijksregisternummer bestaat niet",
    "30004": "de persoon heeft een nieuw rijksregisternummer",
    "30014": "de ontvangstreferte is niet bekend: er wordt opnieuw begonnen",
    "30016": "er zijn geen verdere gegevens",
    "30030": "de bron kortte de gegevens in",
    "30040": "de bron heeft meer gegevens dan ze gaf",
    "30042": "de bron vond er meer dan één en gaf er één",
    "40001": "er is geen geldige wettelijke basis bekend bij MAGDA",
    "40003": "geen inschrijving in het repertorium voor dit nummer",
    "40005": "toegang geweigerd",
    "40006": "toegang geweigerd",
    "40088": "interne fout in het repertorium",
    "40143": "de inschrijving bestond al: dat is in orde",
    "50000": "de vraag klopt niet met de afspraken",
    "60006": "de bron gaf geen antwoord aan MAGDA",
    "60007": "MAGDA begreep het antwoord van de bron niet",
    "60009": "interne fout bij MAGDA",
    "60011": "de toegang tot de bron is nog niet ingesteld bij MAGDA",
    "60013": "fout in de toegang tot de bron",
    "99994": "onverwachte fout bij de bron",
    "99995": "te veel vragen tegelijk",
    "99996": "de bron is tijdelijk niet beschikbaar",
}
NOUNS = {
    Service.VDAB_FILE: "VDAB",
    Service.JOB_SEEKER: "de dienst voor werk",
    Service.WORK: "de werkdatabank (Dimona)",
    Service.INSCRIPTION: "het repertorium van MAGDA",
    Service.REFERRAL: "VDAB",
    Service.DEREGISTER: "het repertorium van MAGDA (uitschrijven)",
    Service.NOTIFY: "het meldingenregister van MAGDA",
}


def outcome(code: str) -> str:
    """What became of a question or an attempt."""
    return OUTCOMES.get(code, "antwoord niet te begrijpen")


def failure(code: str) -> str:
    """Why a call gave no answer; empty when it gave one."""
    if code.startswith("http_"):
        return f"fout bij de bron (HTTP {code.removeprefix('http_')})"
    return _FAILURES.get(code, "onbekende storing") if code else ""


def exception(code: str) -> str:
    """What a code of an answer means, in plain Dutch."""
    if code in _CODES:
        return _CODES[code]
    known = meaning(code)
    return outcome(known.value) if known else "onbekende code: meld ze aan de dienst"


def advice(outcome_code: str, cause: str) -> str:
    """What an operator does about failures with one cause."""
    if cause == words.NO_NUMBER.cause:
        return _NO_NUMBER
    if cause == words.NOT_APPLIED.cause:
        return _NOT_APPLIED
    if cause in _WITHOUT_REASON:
        return _WITHOUT_REASON[cause]
    return _ADVICE.get(outcome_code, _ADVICE["NOT_UNDERSTOOD"])


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something happened: "2 minuten geleden"."""
    return "daarnet" if now - moment < timedelta(minutes=1) else f"{span(now - moment)} geleden"


def span(length: timedelta) -> str:
    """How long something lasts, in its largest unit: "20 minuten", "3 uur", "2 dagen"."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return "1 minuut" if minutes == 1 else f"{minutes} minuten"
    return f"{minutes // 60} uur" if minutes < 48 * 60 else dates.days(minutes // (24 * 60))


def seconds(length: float | None) -> str:
    """How long an answer took: "3,1 s"."""
    if length is None:
        return "nog niet bekend"
    return f"{dates.number(length, 1)} s" if length >= 0.1 else "minder dan 0,1 s"


def at(moment: datetime) -> str:
    """14.02 uur, with the day when it is not today."""
    today = timezone.localdate(moment) == timezone.localdate()
    return dates.clock(moment) if today else dates.moment(moment)


def listed(parts: Iterable[str]) -> str:
    """a, b en c"""
    *first, last = parts
    return f"{', '.join(first)} en {last}" if first else last


def counted(count: int, one: str, many: str) -> str:
    """1 vraag, 1.204 vragen"""
    return f"{dates.number(count)} {one if count == 1 else many}"
