"""The Uitzonderingen that the simulated sources give, at the level and with the origin seen in public.

Source: INTERFACE 1.3 and the chapters of the services.
"""

from typing import Literal

from toeleiding.simulator.wire import Answer, Level, Problem

Kind = Literal["FOUT", "WAARSCHUWING", "INFORMATIE"]

# code -> (origin, type, diagnosis in our own words)
_CATALOGUE: dict[str, tuple[str, Kind, str]] = {
    "13001": ("MAGDA", "FOUT", "Geen toegang tot deze dienst"),
    "13101": ("MAGDA", "FOUT", "Deze combinatie van vraagelementen is niet toegelaten"),
    "13202": ("MAGDA", "FOUT", "Voor deze persoon is geen dossier geregistreerd"),
    "13501": ("MAGDA", "FOUT", "Geen machtiging voor deze vraag"),
    "15021": ("MAGDA", "FOUT", "Na toepassing van de machtiging blijven geen gegevens over"),
    "20002": ("MAGDA", "FOUT", "De structuur van het INSZ is niet geldig"),
    "20003": ("MAGDA", "FOUT", "De begindatum ligt na de einddatum"),
    "20005": ("MAGDA", "FOUT", "Identificatie of hoedanigheid verschilt van de context"),
    "20007": ("MAGDA", "FOUT", "Het ondernemingsnummer is niet geldig"),
    "25001": ("MAGDA", "FOUT", "De gevraagde taal is niet ondersteund"),
    "30001": ("MAGDA", "FOUT", "Geen gegevens gevonden voor de vraag"),
    "30002": ("KSZ", "FOUT", "Het INSZ is geannuleerd"),
    "30003": ("KSZ", "FOUT", "Het INSZ bestaat niet"),
    "30004": ("MAGDA", "FOUT", "De persoon heeft een nieuw INSZ"),
    "30014": ("MAGDA", "FOUT", "De ontvangstreferte is niet gekend"),
    "30016": ("MAGDA", "FOUT", "Er zijn geen verdere gegevens"),
    "30030": ("KSZ", "WAARSCHUWING", "De gegevens van de bron zijn ingekort"),
    "30034": ("MAGDA", "FOUT", "Een periode is niet toegelaten voor ondernemingen"),
    "30040": ("MAGDA", "INFORMATIE", "Bij de bron zijn meer gegevens aanwezig"),
    "30042": ("MAGDA", "INFORMATIE", "Er zijn meerdere voorkomens, één ervan is gegeven"),
    "40001": ("MAGDA", "FOUT", "Er is geen geldige wettelijke context"),
    "40003": ("MAGDA", "FOUT", "Er is geen inschrijving voor dit INSZ"),
    "40005": ("KSZ", "FOUT", "De toegang is geweigerd"),
    "40006": ("MAGDA", "FOUT", "Fout bij het nagaan van de machtiging"),
    "40035": ("MAGDA", "FOUT", "Er is meer dan één subject gegeven"),
    "40088": ("MAGDA", "FOUT", "Interne fout in het repertorium"),
    "40143": ("MAGDA", "WAARSCHUWING", "De inschrijving in het repertorium bestaat al"),
    "50000": ("MAGDA", "FOUT", "De vraag is niet geldig"),
    "60006": ("MAGDA", "FOUT", "De bron gaf geen antwoord"),
    "60007": ("MAGDA", "FOUT", "Het antwoord van de bron is niet begrepen"),
    "60009": ("MAGDA", "FOUT", "Interne fout"),
    "60011": ("MAGDA", "FOUT", "De toegang tot de bron is niet ingesteld"),
    "60013": ("MAGDA", "FOUT", "Fout bij de toegang tot de bron"),
    "70001": ("KSZ", "WAARSCHUWING", "Antwoord met waarschuwing"),
    "70002": ("KSZ", "FOUT", "Geen resultaat bij de bron"),
    "70003": ("KSZ", "FOUT", "Technische fout bij de bron"),
    "99982": ("MAGDA", "FOUT", "Onbekende code in de vraag"),
    "99983": ("MAGDA", "FOUT", "Onbekende code ontvangen van de bron"),
    "99984": ("MAGDA", "WAARSCHUWING", "Voor deze code bestaat nog geen omschrijving"),
    "99986": ("MAGDA", "FOUT", "Onbekende fout van de bron"),
    "99994": ("MAGDA", "FOUT", "Onverwachte fout bij de bron"),
    "99995": ("MAGDA", "FOUT", "Te veel gelijktijdige vragen"),
    "99996": ("MAGDA", "FOUT", "De bron is tijdelijk niet beschikbaar"),
    "99997": ("MAGDA", "FOUT", "De dienst achter MAGDA is niet bereikbaar"),
}
#: Every code that the simulated sources know.
CODES: tuple[str, ...] = tuple(_CATALOGUE)
# 30001 comes from the source where public answers or the service's nature say so.
_NOT_FOUND_ORIGIN = {"GeefDossierVDAB": "VDAB", "GeefWerkrelaties": "KSZ", "GeefPersoon": "RR"}
# What the gateway itself finds, before a source is asked, concerns the message: level 2.
_OF_THE_MESSAGE = frozenset(("13001", "13101", "13501", "40001", "50000", "99994", "99995", "99996", "99997"))


def problem(code: str, service: str, notes: tuple[tuple[str, str], ...] = (), kind: Kind | None = None) -> Problem:
    """The Uitzondering of a code, as this service gives it.

    An unlisted code becomes a FOUT of MAGDA, as a client must expect. GeefDossierKBI puts everything at
    level 2 (INTERFACE 4); the others keep level 2 for what concerns the message.
    """
    origin, usual, diagnosis = _CATALOGUE.get(code, ("MAGDA", "FOUT", "Fout zonder omschrijving"))
    if code == "30001":
        origin = _NOT_FOUND_ORIGIN.get(service, origin)
    level: Level = 2 if service == "GeefDossierKBI" or code in _OF_THE_MESSAGE else 3
    return Problem(code, origin, kind or usual, diagnosis, level, notes)


def refusal(code: str, service: str, notes: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer that holds nothing but one Uitzondering."""
    return Answer(None, (problem(code, service, notes),))


def replaced(service: str, old: str, new: str) -> Problem:
    """30004: a warning beside the data in GeefPersoon, a refusal everywhere else."""
    kind: Kind = "WAARSCHUWING" if service == "GeefPersoon" else "FOUT"
    return problem("30004", service, (("Oud INSZ", old), ("Nieuw INSZ", new)), kind)
