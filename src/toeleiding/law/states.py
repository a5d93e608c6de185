"""From a decision to what people see: the state of the pillar, the pill, and what to do next.

States: DOMAIN 6.3. Words: EXPERIENCE 0.1 and the last table of CONTRACTS chapter 1.
"""

from dataclasses import dataclass
from typing import Literal

from toeleiding.law.decision import SERVICE_NAMES, Decision
from toeleiding.law.facts import EmploymentService, Facts
from toeleiding.law.wording import CAUSES

State = Literal[
    "TE_BEOORDELEN",
    "NIET_VAN_TOEPASSING",
    "AAN_HET_WERK",
    "STUDEERT",
    "REEDS_GEKEND",
    "TOE_TE_LEIDEN",
    "TOEGELICHT",
    "ONDERSTEUND",
    "INGESCHREVEN",
    "IN_BEGELEIDING",
    "UITGESCHREVEN",
]
Tone = Literal["neutraal", "info", "goed", "letop", "fout", "paars"]
ActionCode = Literal[
    "fill_work_situation",
    "decide_work_situation",
    "complete_person",
    "ask_status",
    "await_answer",
    "resolve_no_answer",
    "give_explanation",
    "repeat_explanation",
    "plan_support",
    "note_registration",
    "copy_data",
    "complete_counsellor",
    "follow_appointment",
    "look_again",
    "view_reason",
]
ACTION_WORDS: dict[ActionCode, str] = {
    "fill_work_situation": "Vul werksituatie in",
    "decide_work_situation": "Beslis en geef een reden",
    "complete_person": "Vul de persoonsgegevens aan",
    "ask_status": "Vraag {service}-status op",
    "await_answer": "Wacht op het antwoord van {service}",
    "resolve_no_answer": "Los op en vraag {service}-status opnieuw",
    "give_explanation": "Geef toelichting",
    "repeat_explanation": "Geef toelichting opnieuw",
    "plan_support": "Plan ondersteuning",
    "note_registration": "Noteer inschrijving",
    "copy_data": "Neem gegevens over",
    "complete_counsellor": "Vul bemiddelaar en afspraak aan",
    "follow_appointment": "Volg afspraak op",
    "look_again": "Kijk opnieuw na",
    "view_reason": "Bekijk reden",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What a screen shows for one dossier. `step_number` is the place on the bar of six steps, 1 to 6."""

    state: State
    pill: str
    tone: Tone
    step_number: int
    next_action: str
    next_action_code: ActionCode
    explanation: str


def situation(
    decision: Decision,
    facts: Facts,
    *,
    asked_pending: bool,
    support_given: bool,
    counsellor_known: bool,
    contact_held: bool,
) -> Situation:
    """The state, pill and next action that belong to a decision.

    `asked_pending`: a question to the employment service is under way. `support_given`: help to register was given.
    `counsellor_known` and `contact_held`: the bemiddelaar is known, and a first contact took place.
    """
    name = SERVICE_NAMES[decision.employment_service or "VDAB"]
    match decision.step:
        case "CLOSED":
            found = _closed(decision)
        case "WORK_SITUATION":
            found = _to_judge(decision)
        case "EMPLOYMENT_SERVICE_CHECK":
            found = _to_check(decision, facts, asked_pending)
        case "EXPLANATION":
            found = _to_explain(decision, facts)
        case "REGISTRATION":
            found = _to_register(support_given)
        case "FOLLOW_UP":
            found = _registered(decision, facts, counsellor_known and contact_held)
    state, pill, tone, number, code, explanation = found
    action = ACTION_WORDS[code].format(service=name)
    return Situation(state, pill, tone, number, action, code, explanation.format(service=name))


_Found = tuple[State, str, Tone, int, ActionCode, str]


def _closed(decision: Decision) -> _Found:
    if decision.outcome == "WORKING":
        return "AAN_HET_WERK", "Aan het werk", "goed", 2, "look_again", "Inschrijven bij {service} is nu niet nodig."
    if decision.outcome == "STUDYING":
        return "STUDEERT", "Studeert", "goed", 2, "look_again", "Inschrijven bij {service} is nu niet nodig."
    # Question 1 is about the contract, the others about the person.
    number = 1 if decision.question == 1 else 2
    why = "De pijler werk geldt niet voor deze persoon. Bekijk de reden."
    return "NIET_VAN_TOEPASSING", "Niet van toepassing", "neutraal", number, "view_reason", why


def _to_judge(decision: Decision) -> _Found:
    if decision.outcome == "TO_ASSESS":
        why = "De werksituatie is nog niet nagegaan."
        return "TE_BEOORDELEN", "Nog niet nagegaan", "neutraal", 2, "fill_work_situation", why
    pill = "Onbepaald: beslis en geef een reden"
    if decision.question in (3, 4):
        why = "De leeftijd, de leerplicht of het recht op werk is niet gekend."
        return "TE_BEOORDELEN", pill, "letop", 2, "complete_person", why
    why = "De regels zeggen niet of dit als werk of studie telt. Jij beslist."
    return "TE_BEOORDELEN", pill, "letop", 2, "decide_work_situation", why


def _counting(decision: Decision, facts: Facts) -> EmploymentService | None:
    """The answer, when it was there on the day of the decision."""
    told = facts.employment_service
    if told is None or told.answer is None or (told.asked_on is not None and told.asked_on > decision.as_of):
        return None
    return told


def _to_check(decision: Decision, facts: Facts, asked_pending: bool) -> _Found:
    if asked_pending:
        why = "De vraag aan {service} is verstuurd. Het antwoord verschijnt vanzelf."
        return "TE_BEOORDELEN", "Antwoord verwacht", "info", 3, "await_answer", why
    told = _counting(decision, facts)
    if told is None or told.answer is None:
        why = "{service} is nog niet gevraagd of de persoon ingeschreven is."
        return "TE_BEOORDELEN", "Nog niet nagegaan", "neutraal", 3, "ask_status", why
    return "TE_BEOORDELEN", "Geen antwoord", "letop", 3, "resolve_no_answer", CAUSES[told.answer]


def _to_explain(decision: Decision, facts: Facts) -> _Found:
    told = _counting(decision, facts)
    if told is not None and told.answer == "KNOWN":
        why = "De inschrijving bij {service} is gestopt. Leg opnieuw uit hoe je inschrijft."
        return "UITGESCHREVEN", "Gekend, niet meer ingeschreven", "letop", 4, "repeat_explanation", why
    why = "{service} kent de persoon niet. Leg uit wat {service} doet en hoe je inschrijft."
    return "TOE_TE_LEIDEN", "Niet gekend", "letop", 4, "give_explanation", why


def _to_register(support_given: bool) -> _Found:
    if support_given:
        why = "De persoon kreeg hulp bij de inschrijving. Noteer ze zodra ze rond is."
        return "ONDERSTEUND", "Ondersteuning bezig", "info", 5, "note_registration", why
    why = "De persoon weet hoe ze inschrijft bij {service}. Help waar het nodig is."
    return "TOEGELICHT", "Toelichting gekregen", "info", 5, "plan_support", why


def _registered(decision: Decision, facts: Facts, in_guidance: bool) -> _Found:
    if in_guidance:
        why = "De bemiddelaar is gekend en er was contact. Volg samen met {service} op."
        return "IN_BEGELEIDING", "Gezamenlijke klant", "paars", 6, "follow_appointment", why
    if _registered_by_contract(decision, facts):
        why = "De persoon was al ingeschreven bij het contract. Neem de gegevens over in de intake."
        return "REEDS_GEKEND", "Ingeschreven", "goed", 6, "copy_data", why
    why = "De persoon is ingeschreven bij {service}. Vul aan wie begeleidt en wanneer."
    return "INGESCHREVEN", "Ingeschreven", "goed", 6, "complete_counsellor", why


def _registered_by_contract(decision: Decision, facts: Facts) -> bool:
    """Registered on or before the contract date. Without a contract that counts: registered before it comes."""
    signed, told = decision.contract_signed_on, facts.employment_service
    if signed is None or told is None:
        return True
    seen = told.registered_on or told.asked_on
    return seen is not None and seen <= signed
