"""The sentences of the reasons: plain Dutch, short, with whole dates. Called only when a reason is read."""

from datetime import date
from math import floor

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
KINDS: dict[str | None, str] = {
    "EMPLOYEE": "werknemer",
    "INTERIM": "uitzendwerk",
    "SELF_EMPLOYED_MAIN": "zelfstandig in hoofdberoep",
    "SELF_EMPLOYED_SECONDARY": "zelfstandig in bijberoep",
    "FLEXI": "flexi-job",
    "STUDENT": "studentenjob",
    "OCCASIONAL": "gelegenheidswerk",
    "IBO": "IBO",
    "ART60": "artikel 60",
    "OTHER": "ander werk",
    None: "werk van een onbekende soort",
}
DETERMINED = {
    "WORKING": "de persoon is aan het werk",
    "STUDYING": "de persoon studeert",
    "NOT_WORKING": "de persoon werkt niet duurzaam",
}
# For each answer that is no answer: what happened, and what to do about it.
CAUSES = {
    "REPLACED": "Het rijksregisternummer is vervangen. Neem het nieuwe nummer over en vraag opnieuw.",
    "CANCELLED": "Het rijksregisternummer is geannuleerd. Zoek het juiste nummer op.",
    "NOT_INTEGRATED": "De persoon is nog niet ingeschreven in het repertorium. Schrijf in en vraag opnieuw.",
    "PARTIAL": "Het antwoord is niet volledig. Vraag later opnieuw.",
    "REFUSED": "De vraag is geweigerd. Kijk de rechten na met de beheerder.",
    "AMBIGUOUS": "Er zijn verschillende dossiers voor deze persoon. Laat uitzoeken welk dossier juist is.",
    "SOURCE_DOWN": "De bron is niet bereikbaar. Vraag later opnieuw.",
    "INVALID": "De vraag of het antwoord klopt niet. Kijk de gegevens na en vraag opnieuw.",
    "NOT_UNDERSTOOD": "Het antwoord is niet te begrijpen. Meld het aan de beheerder.",
    "KNOWN": "De persoon is gekend, maar zonder inschrijving die al telt. Vraag opnieuw.",
}


def day(on: date) -> str:
    """A date in words, such as 14 mei 2022."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def days(count: int) -> str:
    """A number of days, such as 1 dag or 10 dagen."""
    return f"{count} dag" if count == 1 else f"{count} dagen"


def _dot(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else text + "."


def _share(share: float) -> str:
    """A percentage to the tenth, never rounded up: 0.4999 is not 50 %. The slack is that of W-01."""
    whole, tenth = divmod(floor(share * 1000 + 1e-6), 10)
    return f"{whole},{tenth} %" if tenth else f"{whole} %"


def before_start(as_of: date, start: date) -> str:
    return f"Op {day(as_of)} bestonden deze regels nog niet. We rekenen met de regels van {day(start)}."


def contract_before(signed: date, first: date) -> str:
    return f"Het contract is van {day(signed)}. De pijler werk geldt voor contracten vanaf {day(first)}."


def contract_later(signed: date, as_of: date) -> str:
    return f"Het contract is van {day(signed)}. Op {day(as_of)} telt het nog niet."


def contract_missing(as_of: date) -> str:
    return f"Op {day(as_of)} is er geen contract gekend. De termijn start bij het contract."


def lives_in(region: str, service: str) -> str:
    where = "Brussel" if region == "BRUSSEL" else "Vlaanderen"
    return f"De persoon woont in {where}. Daar is {service} de dienst voor werk."


def wallonia() -> str:
    return "De persoon woont in Wallonië. De regels gelden voor Vlaanderen en Brussel."


def region_missing(service: str) -> str:
    return f"Het gewest is niet gekend. We rekenen met {service}. Vul de woonplaats in."


def compulsory() -> str:
    return "De persoon is nog leerplichtig. De pijler geldt nog niet."


def too_young(age: int, as_of: date, lower: int) -> str:
    if age < 0:
        return f"De geboortedatum ligt na {day(as_of)}. Kijk de datum na. De pijler geldt vanaf {lower} jaar."
    return f"De persoon is {age} jaar op {day(as_of)}. De pijler geldt vanaf {lower} jaar."


def pension_age(age: int, as_of: date, upper: int) -> str:
    return f"De persoon is {age} jaar op {day(as_of)}. De pensioenleeftijd is dan {upper} jaar."


def working_age(age: int, as_of: date, lower: int, upper: int) -> str:
    return f"De persoon is {age} jaar op {day(as_of)}: tussen {lower} en {upper} jaar geldt de pijler."


def birth_date_missing() -> str:
    return "De geboortedatum is niet gekend. Vul ze in: de leeftijd beslist mee."


def compulsory_missing(age: int, until: int) -> str:
    return f"De persoon is {age} jaar. Vul in of de leerplicht nog geldt: dat moet onder {until} jaar."


def may_work() -> str:
    return "De persoon mag werken."


def may_not_work() -> str:
    return "De persoon mag niet werken. De pijler geldt voor wie mag werken."


def may_work_missing() -> str:
    return "Het recht op werk is niet gekend. Kijk het document na en vul het in."


def determined(outcome: str, by: str | None, on: date | None, reason: str) -> str:
    who = "De trajectbegeleider" if by in (None, "", "caseworker", "trajectbegeleider") else f"{by}"
    when = f" op {day(on)}" if on else ""
    return f"{who} besliste{when}: {DETERMINED[outcome]}. Reden: {_dot(reason)}"


def determination_later(on: date, as_of: date) -> str:
    return f"De vaststelling van {day(on)} telt nog niet op {day(as_of)}."


def look_again(on: date) -> str:
    return f"Na de vaststelling van {day(on)} veranderde het werk. Kijk opnieuw na."


def unfit(review_on: date | None) -> str:
    if review_on is None:
        return "De persoon kan tijdelijk niet werken. Beslis en vul een datum in om opnieuw te kijken."
    return f"De persoon kan tijdelijk niet werken. We kijken opnieuw op {day(review_on)}."


def unfit_ignored() -> str:
    return "De persoon kan tijdelijk niet werken. Volgens deze regels telt dat niet."


def review_passed(review_on: date) -> str:
    return f"De datum om opnieuw te kijken is voorbij: {day(review_on)}. Kijk na of de persoon weer kan werken."


def work_not_asked() -> str:
    return "De werksituatie is nog niet nagegaan. Vul de werksituatie in."


def self_employed(begin: date) -> str:
    return f"De persoon is zelfstandig in hoofdberoep sinds {day(begin)}. Dat telt als werk."


def self_employed_ignored() -> str:
    return "De persoon is zelfstandig in hoofdberoep. Volgens deze regels telt dat niet als werk."


def enough_work(total: float, share: float) -> str:
    return f"De persoon werkt {_share(total)} van voltijds. Vanaf {_share(share)} is dat werk."


def too_little_work(total: float, share: float) -> str:
    return f"Het werk dat telt is samen {_share(total)} van voltijds. Dat is minder dan {_share(share)}."


def single_jobs_only() -> str:
    return "Volgens deze regels tellen jobs niet samen. De grootste job telt."


def jobs_add_up(count: int) -> str:
    return f"De persoon heeft {count} jobs tegelijk. Die tellen samen."


def too_short(begin: date, end: date, months: int) -> str:
    return f"Het werk van {day(begin)} tot en met {day(end)} duurt minder dan {months} maanden. Het telt niet mee."


def fraction_missing() -> str:
    return "Van een lopende job is niet gekend hoeveel van voltijds ze is. Beslis en geef een reden."


def begin_missing(kind: str | None) -> str:
    return f"Van één job ({KINDS[kind]}) is het begin niet gekend. Beslis en geef een reden."


def placement(kind: str | None) -> str:
    return f"De persoon heeft een lopende plaats: {KINDS[kind]}. Beslis of dit als werk telt en geef een reden."


def placement_settled(kind: str | None, counts: bool) -> str:
    return f"De persoon heeft een lopende plaats: {KINDS[kind]}. Dat telt {'' if counts else 'niet '}als werk."


def secondary(kind: str | None, counts: bool) -> str:
    return f"De persoon heeft werk: {KINDS[kind]}. Dat alleen telt {'' if counts else 'niet '}als werk."


def nothing_found() -> str:
    return "Er is geen werk gevonden. Dimona bevat geen zelfstandig werk en geen werk in het buitenland."


def no_active_work(as_of: date) -> str:
    return f"Op {day(as_of)} loopt er geen werk. De pijler geldt voor wie niet werkt."


def studies() -> str:
    return "De persoon is ingeschreven voor een studie. Beslis of die telt en geef een reden."


def study_settled(counts: bool) -> str:
    return f"De persoon is ingeschreven voor een studie. Volgens deze regels telt die {'' if counts else 'niet '}mee."


def applies() -> str:
    return "De persoon werkt niet en studeert niet. Inschrijven hoort bij het traject."


def not_asked(service: str) -> str:
    return f"{service} is nog niet gevraagd of de persoon ingeschreven is. Vraag de status op."


def answered_later(service: str, asked_on: date, as_of: date) -> str:
    return f"Het antwoord van {service} is van {day(asked_on)}. Op {day(as_of)} telt het nog niet."


def no_answer(service: str, answer: str) -> str:
    return f"We weten niet of de persoon ingeschreven is bij {service}. {CAUSES[answer]}"


def registered(service: str, since: date | None, category: str | None) -> str:
    when = f" sinds {day(since)}" if since else ""
    code = f", categorie {category}" if category else ""
    return f"De persoon is ingeschreven bij {service}{when}{code}."


def not_known(service: str, asked_on: date | None) -> str:
    when = f" Dat is nagegaan op {day(asked_on)}." if asked_on else ""
    return f"{service} kent de persoon niet.{when} Help de persoon met de inschrijving."


def lapsed(service: str, ended_on: date) -> str:
    return f"De inschrijving bij {service} liep tot {day(ended_on)}. De persoon schrijft zich opnieuw in."


def explained(on: date) -> str:
    return f"De toelichting is gegeven op {day(on)}. De volgende stap is de inschrijving."


def explained_before_end(on: date, ended_on: date) -> str:
    return f"De toelichting van {day(on)} was voor het einde van de inschrijving op {day(ended_on)}. Geef ze opnieuw."


def stale(service: str, asked_on: date, age: int) -> str:
    return f"Het antwoord van {service} van {day(asked_on)} is {days(age)} oud. Vraag de status opnieuw op."


def old_term() -> str:
    return "De persoon was op tijd ingeschreven. Na de uitschrijving blijft de oude termijn gelden."


def term(due: date, signed: date, count: int, suspended: int) -> str:
    plus = f", plus {days(suspended)} opschorting" if suspended else ""
    return f"De termijn loopt tot {day(due)}: {days(count)} na het contract van {day(signed)}{plus}."


def term_starts(signed: date) -> str:
    return f"De termijn start op de dag van de handtekening: {day(signed)}."


def calendar_days() -> str:
    return "Elke kalenderdag telt, ook weekends en feestdagen."


def without_term() -> str:
    return "De persoon heeft tijdelijke bescherming. Inschrijven hoort erbij, maar zonder termijn en zonder sanctie."


def suspended(begin: date, end: date, count: int, running: bool, reason: str | None) -> str:
    why = f" Reden: {_dot(reason)}" if reason and reason.strip() else ""
    if running:
        return f"De termijn is opgeschort sinds {day(begin)}: {days(count)} tot en met {day(end)}.{why}"
    return f"De termijn was opgeschort van {day(begin)} tot en met {day(end)}: {days(count)}.{why}"


def suspension_ignored(begin: date | None, reason: str | None) -> str:
    which = f" met reden '{' '.join(reason.split())}'" if reason and reason.strip() else ""
    when = f" vanaf {day(begin)}" if begin else " zonder begindatum"
    return f"De opschorting{when}{which} geeft geen extra dagen: ze valt buiten de termijn of is al geteld."


OUTCOMES = {
    "NOT_APPLICABLE": "Niet van toepassing",
    "TO_ASSESS": "Nog niet nagegaan",
    "UNDETERMINED": "Onbepaald",
    "WORKING": "Aan het werk",
    "STUDYING": "Studeert",
    "REGISTERED": "Ingeschreven",
    "TO_REFER": "Toe te leiden",
}
STEPS = {
    "WORK_SITUATION": "Werksituatie",
    "EMPLOYMENT_SERVICE_CHECK": "Dienst nagaan",
    "EXPLANATION": "Toelichting",
    "REGISTRATION": "Inschrijving",
    "FOLLOW_UP": "Opvolging",
    "CLOSED": "Afgesloten",
}


def short(on: date) -> str:
    """A date for a table, such as 14 mei 2022 or 14 nov 2022."""
    return f"{on.day} {MONTHS[on.month - 1][:3] if on.month != 3 else 'mrt'} {on.year}"
