"""The words of dossiers that are data and not screens: languages, categories, answers, sources.

Languages: EXPERIENCE 5.3. Categories: DOMAIN 4.1 (rule C-04); the list is known to change, so an unknown code
is shown as such and never guessed at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from toeleiding.dossiers import obstacles
from toeleiding.dossiers.events import Source
from toeleiding.law import Answer
from toeleiding.web import dates

LANGUAGES: dict[str, str] = {
    "nl": "Nederlands",
    "en": "Engels",
    "fr": "Frans",
    "ar": "Arabisch",
    "uk": "Oekraïens",
    "tr": "Turks",
    "prs": "Dari",
    "fa": "Farsi",
    "ps": "Pashto",
    "ti": "Tigrinya",
    "so": "Somali",
    "ru": "Russisch",
    "es": "Spaans",
    "pt": "Portugees",
    "ro": "Roemeens",
    "bg": "Bulgaars",
    "pl": "Pools",
    "ckb": "Koerdisch (Sorani)",
    "kmr": "Koerdisch (Kurmanji)",
    "sq": "Albanees",
}

TARGET_GROUPS = {"VERPLICHT": "verplichte inburgeraar", "RECHTHEBBEND": "rechthebbende inburgeraar"}
REGIONS = {"VLAANDEREN": "Vlaanderen", "BRUSSEL": "Brussel", "WALLONIE": "Wallonië"}
SERVICES = {"VDAB": "VDAB", "ACTIRIS": "Actiris"}

# code -> (words, one line of explanation)
CATEGORIES: dict[str, tuple[str, str]] = {
    "00": ("werkzoekende met uitkeringsaanvraag", "Heeft of vraagt een werkloosheidsuitkering."),
    "02": ("jongere in beroepsinschakelingstijd", "Net van school, 310 dagen lang."),
    "03": ("vrij ingeschreven", "Geen uitkering, schrijft zich in om begeleid te worden."),
    "05": ("ten laste van OCMW", "Krijgt een leefloon, ingeschreven via het OCMW."),
    "06": ("erkende handicap", "Werkzoekende met een erkende handicap."),
    "07": ("vrijwillig deeltijds", "Werkte vrijwillig deeltijds en heeft geen werk."),
    "09": ("beroep bij de verzekeringsinstelling", "Wacht op een uitspraak over een uitkering."),
    "10": ("in vooropzeg", "Werkt nog, in de opzegperiode."),
    "11": ("deeltijds leerplichtig", "Deeltijds leerplichtig in beroepsinschakelingstijd."),
    "14": ("uitgesloten van uitkering", "Heeft nu geen recht op een uitkering."),
    "80": ("deeltijds met inkomensgarantie", "Werkt deeltijds en krijgt een inkomensgarantie-uitkering."),
    "82": ("deeltijds in beroepsinschakelingstijd", "Werkt deeltijds, net van school."),
    "93": ("deeltijds met behoud van rechten", "Moet de inschrijving elke 4 maanden bevestigen."),
}

OUTCOMES = {
    "NOT_APPLICABLE": "niet van toepassing",
    "TO_ASSESS": "nog te beoordelen",
    "UNDETERMINED": "onbepaald: een mens beslist",
    "WORKING": "aan het werk",
    "STUDYING": "studeert",
    "REGISTERED": "ingeschreven",
    "TO_REFER": "nog in te schrijven",
}

STEPS = {
    "WORK_SITUATION": "Werksituatie",
    "EMPLOYMENT_SERVICE_CHECK": "VDAB nagaan",
    "EXPLANATION": "Toelichting",
    "REGISTRATION": "Inschrijving",
    "FOLLOW_UP": "Opvolging",
    "CLOSED": "Afgerond",
}

CHANNELS = {"TALK": "gesprek", "PHONE": "telefoon", "GROUP": "groep"}
SUPPORT_KINDS = {
    "ONLINE": "Samen online inschrijven",
    "CALL": "Samen bellen",
    "EMAIL": "E-mailadres maken",
    "IDENTITY": "itsme of eID in orde brengen",
    "INTERPRETER": "Tolk geregeld",
    "OFFICE": "Mee naar het kantoor",
}
SUPPORT_OUTCOMES = {"COMPLETED": "voltooid", "PARTLY": "deels voltooid", "NOT": "niet voltooid"}
OBSTACLES = {one.code: one.words for one in obstacles.KNOWN}
SUBJECTS = {
    "SUPPORT": "Hulp bij de inschrijving",
    "TALK": "Gesprek",
    "GROUP": "Groepstoelichting",
    "EMPLOYMENT_SERVICE": "Bij de dienst voor werk",
}
PLACES = {"OFFICE": "Op kantoor", "PHONE": "Met de telefoon", "VIDEO": "Met video"}
PARTIES = {"CLIENT": "inburgeraar", "CASE_WORKER": "trajectbegeleider", "EMPLOYMENT_SERVICE": "dienst voor werk"}


def obstacle_words(codes: Sequence[str]) -> str:
    """ "Drempel: geen e-mailadres", or "Drempels: ..., ..."; "" when there was none."""
    words = [OBSTACLES.get(code, code).lower() for code in codes]
    return f"{'Drempel' if len(words) == 1 else 'Drempels'}: {', '.join(words)}" if words else ""


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """How an answer is said: in a few words, in a sentence and as what to do next."""

    short: str
    sentence: str
    next: str


def answer_words(answer: Answer | str, service: str) -> AnswerWords:
    """The words for one of the closed set of answers. `service` is the name on screen, such as "VDAB"."""
    short, sentence, advice = _ANSWERS[answer]
    return AnswerWords(short, sentence.format(dienst=service), advice.format(dienst=service))


_ANSWERS: dict[str, tuple[str, str, str]] = {
    "KNOWN": ("gekend", "{dienst} kent deze persoon.", "Neem de gegevens over in de intake."),
    "NOT_KNOWN": ("niet gekend", "{dienst} heeft geen gegevens gevonden.", "Geef toelichting."),
    "REPLACED": (
        "nummer vervangen",
        "Het rijksregisternummer is vervangen door een ander nummer.",
        "Vraag de status opnieuw op: we gebruiken het nieuwe nummer.",
    ),
    "CANCELLED": (
        "nummer geannuleerd",
        "Het rijksregisternummer bestaat niet meer.",
        "Kijk het nummer na op het verblijfsdocument en vul het juiste nummer in.",
    ),
    "NOT_INTEGRATED": (
        "nog geen toegang",
        "Onze dienst staat voor deze persoon nog niet in het verwijzingsrepertorium.",
        "We regelen dat automatisch. Vraag de status morgen opnieuw op.",
    ),
    "PARTIAL": (
        "onvolledig antwoord",
        "{dienst} gaf een onvolledig antwoord.",
        "Vraag de status opnieuw op, of bel met {dienst} en noteer het antwoord zelf.",
    ),
    "REFUSED": (
        "geweigerd",
        "De vraag is geweigerd.",
        "Meld dit aan de uitwisselingsbeheerder. Bel intussen met {dienst} en noteer het antwoord zelf.",
    ),
    "AMBIGUOUS": (
        "meer dan 1 dossier",
        "Er zijn meerdere dossiers voor deze persoon.",
        "Bel met {dienst} en noteer het juiste antwoord zelf.",
    ),
    "SOURCE_DOWN": (
        "niet bereikbaar",
        "{dienst} is nu niet bereikbaar.",
        "We proberen het opnieuw. Dringend? Bel met {dienst} en noteer het antwoord zelf.",
    ),
    "INVALID": (
        "vraag niet aanvaard",
        "De vraag is niet aanvaard.",
        "Kijk het rijksregisternummer na en vraag de status opnieuw op.",
    ),
    "NOT_UNDERSTOOD": (
        "antwoord niet begrepen",
        "We begrijpen het antwoord van {dienst} niet.",
        "De uitwisselingsbeheerder bekijkt het. Bel met {dienst} en noteer het antwoord zelf.",
    ),
}


def language_name(code: str | None) -> str:
    """Arabisch for "ar". An unknown code is given back as it came."""
    return LANGUAGES.get(code, code) if code else ""


def language_asked(wanted: str, of_the_file: str | None) -> str:
    """The language that somebody chose, when it is one of ours; otherwise that of the file, or Dutch."""
    return wanted if wanted in LANGUAGES else of_the_file or "nl"


def service_name(service: str | None) -> str:
    """VDAB or, in Brussels, Actiris. Where neither serves the texts speak of VDAB."""
    return SERVICES.get(service or "", "VDAB")


def step_name(step: str, service: str) -> str:
    """Werksituatie, VDAB nagaan (in Brussels Actiris nagaan), Toelichting..."""
    return f"{service} nagaan" if step == "EMPLOYMENT_SERVICE_CHECK" else STEPS.get(step, step)


def category_words(code: str | None, given: str | None = None) -> str:
    """Code and words: "03 vrij ingeschreven", or "onbekende code 47"; "" when there is no code.

    `given` are the words that the employment service sent; they are shown when our list lacks the code.
    """
    if not code:
        return ""
    if code in CATEGORIES:
        return f"{code} {CATEGORIES[code][0]}"
    return f"onbekende code {code}" + (f" ({given})" if given else "")


def category_line(code: str | None) -> str:
    """The one-line explanation of a category, or what to do with an unknown one."""
    if not code:
        return ""
    return CATEGORIES[code][1] if code in CATEGORIES else "Deze code staat niet in onze lijst. Vraag ze na."


def day_words(day: date, today: date) -> str:
    """21 september, with the year when it is not this year."""
    words = f"{day.day} {dates.MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def phone_masked(phone: str) -> str:
    """04•• •• •• 18: safe to turn the screen to the client's neighbour."""
    shown = dates.phone(phone)
    digits = [place for place, sign in enumerate(shown) if sign.isdigit()]
    hidden = set(digits[2:-2])
    return "".join("•" if place in hidden else sign for place, sign in enumerate(shown))


def source_name(source: str) -> str:
    return Source(source).label
