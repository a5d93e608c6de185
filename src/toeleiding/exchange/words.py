"""What an outcome means for the person who asked: the cause and the next step, in plain Dutch."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from toeleiding.exchange.models import Service


@dataclass(frozen=True, slots=True)
class Sentence:
    """Why there is no answer, and what somebody does now."""

    cause: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.cause} {self.next_step}"


_SAID = {
    Service.VDAB_FILE: "VDAB",
    Service.JOB_SEEKER: "De dienst voor werk",
    Service.WORK: "De werkdatabank (Dimona)",
    Service.INSCRIPTION: "Het repertorium van MAGDA",
    Service.REFERRAL: "VDAB",
    Service.DEREGISTER: "Het repertorium van MAGDA",
    Service.NOTIFY: "Het meldingenregister van MAGDA",
}


def source(service: str, employment_service: str = "") -> str:
    """Who answers, at the beginning of a sentence."""
    return "Actiris" if employment_service == "ACTIRIS" else _SAID[Service(service)]


def of(outcome: str, who: str, detail: str = "") -> Sentence:
    """The sentence of an outcome that is no answer. `detail` is a code and its origin, never a text from outside."""
    code = f" (code {detail})" if detail else ""
    match outcome:
        case "REPLACED":
            return Sentence(
                f"Het rijksregisternummer is vervangen, maar het nieuwe nummer is niet bruikbaar{code}.",
                "Vraag het nieuwe nummer aan de persoon, vul het in en vraag opnieuw.",
            )
        case "CANCELLED":
            return Sentence(
                f"Het rijksregisternummer bestaat niet of is geannuleerd{code}.",
                "Kijk het nummer na op een document, vul het juiste in en vraag opnieuw.",
            )
        case "NOT_INTEGRATED":
            return Sentence(
                f"De inschrijving in het repertorium werkt nog niet voor deze persoon{code}.",
                "Vraag het morgen opnieuw. Lukt het dan niet, verwittig de uitwisselingsbeheerder.",
            )
        case "PARTIAL":
            return Sentence(
                f"{who} gaf maar een deel van de gegevens{code}.",
                "Vraag de rest aan de persoon of bel met de dienst, en noteer het met de hand.",
            )
        case "REFUSED":
            return Sentence(
                f"{who} weigert deze vraag: er is geen toegang tot deze gegevens{code}.",
                "Verwittig de uitwisselingsbeheerder. Noteer intussen met de hand wat je weet.",
            )
        case "AMBIGUOUS":
            return Sentence(
                f"{who} vindt meer dan één dossier voor deze persoon{code}.",
                "Bel met de dienst welk dossier juist is, en noteer het met de hand.",
            )
        case "SOURCE_DOWN":
            return Sentence(f"{who} is nu niet bereikbaar{code}.", "Vraag het later opnieuw, of bel met de dienst.")
        case "INVALID":
            return Sentence(
                f"De vraag was niet juist opgesteld{code}.",
                "Kijk het rijksregisternummer na. Is dat juist, verwittig dan de uitwisselingsbeheerder.",
            )
    return Sentence(
        f"Het antwoord van {who} is niet te begrijpen{code}.",
        "Verwittig de uitwisselingsbeheerder. Noteer intussen met de hand wat je weet.",
    )


def feed_failed(feed: str, outcome: str, detail: str = "") -> Sentence:
    """Why the notifications could not be fetched, for the operator."""
    code = f" (code {detail})" if detail else ""
    match outcome:
        case "SOURCE_DOWN":
            return Sentence(
                f"MAGDA gaf de meldingen niet{code}.",
                "We proberen het vanzelf opnieuw. Wat wacht, blijft bij MAGDA bewaard.",
            )
        case "REFUSED":
            return Sentence(
                f"We mogen deze meldingen niet ophalen{code}.",
                "Kijk de machtiging en de toegang na bij MAGDA. Daarna lukt het vanzelf.",
            )
    return Sentence(
        f"Het antwoord op de vraag naar meldingen is niet te begrijpen{code}.",
        f"Meld de code aan MAGDA, met de naam van de dienst: {feed}. Wat wacht, blijft daar bewaard.",
    )


NO_NUMBER = Sentence("Er is geen rijksregisternummer.", "Vul het in bij de persoonsgegevens en vraag opnieuw.")
SIGNATURE = "Er is niets in het dossier geschreven. De uitwisselingsbeheerder bekijkt het bericht."
NOT_APPLIED = Sentence(
    "Het antwoord kwam aan, maar kon niet in het dossier geschreven worden.",
    "Verwittig de uitwisselingsbeheerder: het antwoord is bewaard en kan opnieuw verwerkt worden.",
)


def not_delivered(outcome: str, who: str, detail: str = "") -> Sentence:
    """Why a referral did not arrive, and what the case worker does."""
    if outcome in ("REPLACED", "CANCELLED"):
        found = of(outcome, who, detail)
        return Sentence(found.cause, "Vul het juiste rijksregisternummer in en verstuur opnieuw.")
    found = of(outcome, who, detail)
    cause = found.cause.replace("weigert deze vraag: er is geen toegang tot deze gegevens", "weigert de doorverwijzing")
    if outcome == "INVALID":
        cause = found.cause.replace("De vraag", "De doorverwijzing")
    return Sentence(cause, "Bel met VDAB. Verwittig de uitwisselingsbeheerder en verstuur later opnieuw.")


def not_taken(who: str, detail: str = "") -> Sentence:
    """An answer without the identity of the referral."""
    code = f" (code {detail})" if detail else ""
    return Sentence(
        f"{who} nam de doorverwijzing niet aan{code}.",
        "Kijk het rijksregisternummer na, bel met VDAB en verstuur opnieuw.",
    )


def unsent() -> Sentence:
    """A referral that was taken back before anybody proved to have it."""
    return Sentence("De doorverwijzing is ingetrokken voor VDAB ze bevestigde.", "Je hoeft niets te doen.")


_NOT_DONE = {
    Service.INSCRIPTION: Sentence(
        "De inschrijving in het repertorium is niet gelukt. MAGDA zegt niet waarom.",
        "Kijk het rijksregisternummer na. Is dat juist, verwittig dan de uitwisselingsbeheerder.",
    ),
    Service.DEREGISTER: Sentence(
        "De uitschrijving uit het repertorium is niet gelukt. MAGDA zegt niet waarom.",
        "Kijk bij MAGDA na of er voor dit nummer nog een inschrijving bestaat. Bestaat ze, speel dan opnieuw af.",
    ),
    Service.NOTIFY: Sentence(
        "De melding aan andere diensten is niet gelukt. MAGDA zegt niet waarom.",
        "Kijk na of MAGDA meldingen van ons aanvaardt. Is dat zo, speel dan opnieuw af.",
    ),
}


def not_done(service: Service) -> Sentence:
    """Resultaat 0: refused without any reason (INTERFACE chapter 8)."""
    return _NOT_DONE[service]


def expired(who: str) -> Sentence:
    """No answer came as long as the question was worth asking."""
    return Sentence(
        f"{who} gaf geen antwoord zolang de vraag liep.", "Vraag het opnieuw, of bel met de dienst en noteer het."
    )


def not_inscribed(cause: str) -> Sentence:
    """What goes first did not succeed."""
    return Sentence(
        f"De persoon kon niet in het repertorium ingeschreven worden. {cause}"[:300],
        "Kijk het rijksregisternummer na. Is dat juist, verwittig dan de uitwisselingsbeheerder.",
    )


def number_taken(dossier: str) -> Sentence:
    """The new number of this person already has a dossier."""
    return Sentence(
        f"Het nieuwe rijksregisternummer staat al in dossier {dossier}.",
        "Kijk na of het om dezelfde persoon gaat, en verwittig je teamleider om de dossiers samen te leggen.",
    )


def delayed(who: str, again: datetime) -> str:
    """While we keep trying (EXPERIENCE chapter 3)."""
    local = timezone.localtime(again)
    today = local.date() == timezone.localdate()
    when = f"om {local:%H.%M} uur" if today else f"op {local:%d/%m} om {local:%H.%M} uur"
    return f"{who} is nu niet bereikbaar. We proberen het opnieuw {when}."
