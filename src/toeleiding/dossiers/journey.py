"""The way to the employment service: six steps with their dates, the term, and what comes next."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.state import CHOICE_WORDS, State
from toeleiding.law import RuleSet
from toeleiding.web import dates


@dataclass(frozen=True, slots=True)
class Step:
    """One of six. `status`: klaar, nu, overgeslagen, later (what `{% stapbalk %}` reads)."""

    label: str
    small: str
    status: str


@dataclass(frozen=True, slots=True)
class Term:
    """The pill beside the title and the sentence that goes with it."""

    pill: str
    tone: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `post` is the address it posts to; otherwise it is a link to `url`."""

    label: str
    url: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do now for this person: a sentence, why, and at most two buttons."""

    title: str
    text: str = ""
    primary: Action | None = None
    secondary: Action | None = None


def steps(dossier: Dossier, state: State, today: date) -> list[Step]:
    """The six steps in the order of the tasks, each with its own date or words."""
    service = w.service_name(dossier.service)
    tellings = [
        ("Contract", _contract(state)),
        ("Werksituatie", _work(state)),
        (f"{service} nagaan", _check(state)),
        ("Toelichting", _explanation(dossier, state)),
        ("Inschrijving", _registration(dossier, state)),
        ("Opvolging", _follow_up(state)),
    ]
    return [
        Step(label, small or _waiting_words(place, dossier), _status(place, dossier, bool(small), state))
        for place, (label, small) in enumerate(tellings, 1)
    ]


def _status(place: int, dossier: Dossier, told: bool, state: State) -> str:
    now = dossier.step_number
    if place == 1:
        return "klaar" if state.contracts else "later"
    if dossier.step == "CLOSED":
        settled = dossier.outcome in ("WORKING", "STUDYING") and place == 2
        return "klaar" if settled else "overgeslagen"
    if place == now:
        return "nu"
    if place > now:
        return "later"
    if place == 4 and state.explanation is None and state.explanation_skipped_on:
        return "overgeslagen"
    return "overgeslagen" if _not_needed(place, dossier, state) or not told else "klaar"


def _not_needed(place: int, dossier: Dossier, state: State) -> bool:
    """Explanation and registration fall away for who was registered without them."""
    if dossier.outcome != "REGISTERED":
        return False
    if place == 4:
        return state.explanation is None
    return place == 5 and dossier.pillar_state == "REEDS_GEKEND"


def _waiting_words(place: int, dossier: Dossier) -> str:
    if place == 1:
        return "nog niet getekend"
    return "niet nodig" if dossier.step == "CLOSED" or place < dossier.step_number else "nog niet gestart"


def _contract(state: State) -> str:
    signed = state.contract_signed_on()
    return dates.short_date(signed) if signed else ""


def _work(state: State) -> str:
    if state.assessment:
        words = CHOICE_WORDS[state.assessment.choice].lower()
        return f"{dates.short_date(state.assessment.on)}, {words}"
    if state.work_answered_on and state.work is not None:
        found = "geen werk gevonden" if not state.work else "volgens Dimona"
        return f"{dates.short_date(state.work_answered_on)}, {found}"
    return "antwoord verwacht" if state.work_asked else ""


def _check(state: State) -> str:
    if state.asked:
        return "antwoord verwacht"
    known = state.employment
    if known is None:
        return "geen antwoord" if state.failure else ""
    if known.answer == "KNOWN":
        words = "niet meer ingeschreven" if known.ended_on else "ingeschreven"
    else:
        words = w.answer_words(known.answer, "").short
    return f"{dates.short_date(known.answered_on)}, {words}"


def lapsed_on(state: State) -> date | None:
    """The day on which a registration ended, when there was one and it is over."""
    known = state.employment
    return known.ended_on if known and known.answer == "KNOWN" else None


def _explanation(dossier: Dossier, state: State) -> str:
    given = state.explanation
    if dossier.step == "EXPLANATION":
        return "opnieuw, voor de herinschrijving" if lapsed_on(state) else ""
    if given is None:
        return f"{dates.short_date(skipped)}, overgeslagen" if (skipped := state.explanation_skipped_on) else ""
    language = f", in het {w.language_name(given.language)}" if given.language else ""
    return f"{dates.short_date(given.on)}{language}"


def _registration(dossier: Dossier, state: State) -> str:
    known = state.employment
    if dossier.outcome == "REGISTERED":
        if dossier.pillar_state == "REEDS_GEKEND":
            return "niet nodig"
        return dates.short_date(known.registered_on) if known and known.registered_on else "ingeschreven"
    if dossier.step != "REGISTRATION":
        return ""
    if state.reported_on:
        return f"gemeld op {dates.short_date(state.reported_on)}"
    if state.support and state.support.outcome != "COMPLETED":
        return "niet voltooid"
    return "nog niet voltooid"


def _follow_up(state: State) -> str:
    return dates.short_date(state.contact_held_on) if state.contact_held_on else ""


def term(dossier: Dossier, state: State, today: date) -> Term:
    """The clock: days left or days over, and both dates in words. Who is registered or works is never late."""
    signed, due = dossier.contract_signed_on, dossier.due_on
    if signed is None:
        return Term("Termijn start bij contract", "neutraal", "")
    contract = f"Contract {w.day_words(signed, today)}"
    if due is None:
        if state.temporary_protection and dossier.outcome != "NOT_APPLICABLE":
            return Term("Geen termijn", "neutraal", f"{contract}. Tijdelijke bescherming: geen termijn.")
        return Term(dossier.pill, dossier.tone, contract)
    sentence = f"{contract}, inschrijven voor {w.day_words(due, today)}"
    left = (due - today).days
    if dossier.outcome != "TO_REFER":
        pill = Term(dossier.pill, dossier.tone, sentence)
        return Term("Termijn voorbij", "neutraal", sentence) if _open_and_past(dossier, left) else pill
    if left < 0:
        return Term(f"{dates.days(-left)} over de termijn", "fout", sentence)
    if left == 0:
        return Term("Vandaag laatste dag", "letop", sentence)
    return Term(f"nog {dates.days(left)}", "letop" if left <= 14 else "info", sentence)


def _open_and_past(dossier: Dossier, left: int) -> bool:
    return left < 0 and dossier.outcome in ("TO_ASSESS", "UNDETERMINED")


def stale(state: State, today: date, rules: RuleSet) -> bool:
    """Was the answer of the employment service given more than A-02 days ago?"""
    known = state.employment
    return known is not None and (today - known.answered_on).days > rules.in_force(today).stale_days


def next_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    """The one next thing to do. `reasons` are the sentences of the decision, for when a person must decide."""
    if dossier.conflict:
        return _conflict(dossier)
    if state.help_asked_on:
        return _help(dossier, state.help_asked_on)
    if state.call_since and dossier.step in ("REGISTRATION", "FOLLOW_UP"):
        return _call_together(dossier, state.call_since)
    if state.referral is not None and state.referral.status in _REFERRAL_STEPS:
        title, text, label = _REFERRAL_STEPS[state.referral.status]
        return NextStep(f"Volgende stap: {title}", text, Action(label, f"{_base(dossier)}/doorverwijzing"))
    return _BY_STEP[dossier.step](dossier, state, today, reasons)


# A referral that waits for the agency comes first: the other side stands still.
_REFERRAL_STEPS = {
    "QUESTION_ASKED": ("beantwoord de vraag van VDAB", "VDAB wacht op je antwoord.", "Bekijk de vraag"),
    "NOT_ARRIVED": (
        "de doorverwijzing kwam niet aan",
        "Bekijk de oorzaak, bel met VDAB of verstuur opnieuw.",
        "Bekijk de doorverwijzing",
    ),
}


def _base(dossier: Dossier) -> str:
    return f"/dossiers/{dossier.number}"


def _conflict(dossier: Dossier) -> NextStep:
    service = w.service_name(dossier.service)
    return NextStep(
        f"Volgende stap: beslis of {dossier.first_name} ingeschreven is",
        f"Het bewijs van de inburgeraar en het antwoord van {service} spreken elkaar tegen.",
        Action("Bekijk beide kanten", f"{_base(dossier)}/vdab#tegenspraak"),
    )


def _help(dossier: Dossier, asked_on: date) -> NextStep:
    """She pressed "Ik heb hulp nodig" on her own page."""
    text = f"{dossier.first_name} vroeg hulp op {dates.long_date(asked_on)}. Bel terug en noteer dat."
    return NextStep(
        f"Volgende stap: bel {dossier.first_name} terug",
        text,
        Action("Hulpvraag beantwoord", f"{_base(dossier)}/link#hulp"),
        Action("Plan ondersteuning", f"{_base(dossier)}/inschrijving"),
    )


def _call_together(dossier: Dossier, missed_on: date) -> NextStep:
    """A missed appointment is a sign that somebody needs guidance (EXPERIENCE 0.1)."""
    text = f"De afspraak van {dates.long_date(missed_on)} ging niet door."
    also = Action("Plan ondersteuning", f"{_base(dossier)}/inschrijving") if dossier.step == "REGISTRATION" else None
    contact = Action("Noteer contact", f"{_base(dossier)}/opvolging#contact")
    return NextStep("Afspraak gemist. Bel samen.", text, contact, also)


def missing_facts(state: State) -> list[str]:
    """Facts of the person card without which the rules cannot speak."""
    found = []
    if state.may_work is None:
        found.append("het recht om te werken")
    if state.birth is None and state.compulsory_education is not True:
        found.append("de geboortedatum")
    if state.region is None:
        found.append("de woonplaats")
    return found


def and_list(words: list[str]) -> str:
    """ "a, b en c"."""
    return " en ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _work_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    base = _base(dossier)
    work = Action("Vul werksituatie in", f"{base}/werksituatie")
    blocking = [fact for fact in missing_facts(state) if fact != "de woonplaats"]
    if blocking and state.assessment is not None:
        return NextStep(
            f"Volgende stap: vul {and_list(blocking)} aan",
            "Zonder dit kunnen de regels niets beslissen.",
            Action("Vul persoonsgegevens aan", f"{base}/persoon"),
            Action("Vul werksituatie in", f"{base}/werksituatie"),
        )
    if state.assessment and state.assessment.choice == "TEMPORARILY_UNABLE":
        on = state.assessment.review_on
        when = f" op {dates.long_date(on)}" if on else ""
        return NextStep(f"Volgende stap: ga{when} opnieuw na of werken kan", _join(reasons), work)
    if dossier.outcome == "UNDETERMINED":
        also = Action("Vul persoonsgegevens aan", f"{base}/persoon") if blocking else None
        return NextStep("Volgende stap: beslis over de werksituatie en geef een reden", _join(reasons), work, also)
    name = dossier.first_name
    return NextStep(f"Volgende stap: ga de werksituatie van {name} na", "Kies 1 van 6 en bewaar.", work)


def _check_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    service, base = w.service_name(dossier.service), _base(dossier)
    ask = Action("Vraag status op", post=f"{base}/vdab/vraag")
    by_hand = Action("Noteer zelf", f"{base}/vdab?deel=zelf#zelf")
    if state.asked:
        text = "Antwoord verwacht. Meestal binnen enkele minuten."
        if state.failure:
            text = failure_sentence(state, service)
        return NextStep(f"Volgende stap: wacht op het antwoord van {service}", text)
    if dossier.insz is None:
        return NextStep(
            "Volgende stap: vul het rijksregisternummer aan",
            f"Zonder nummer kunnen we niets vragen aan {service}.",
            Action("Vul persoonsgegevens aan", f"{base}/persoon"),
            by_hand,
        )
    if state.failure or (state.employment and state.employment.answer not in ("KNOWN", "NOT_KNOWN")):
        failed = state.failure or state.employment
        assert failed is not None
        words = w.answer_words(failed.answer, service)
        said = state.failure.message if state.failure else ""
        return NextStep(f"Geen antwoord van {service}: {words.short}", said or words.next, ask, by_hand)
    return NextStep(
        f"Volgende stap: vraag op of {service} {dossier.first_name} kent",
        "Je krijgt de categorie, de bemiddelaar en de datum van inschrijving.",
        ask,
    )


def failure_sentence(state: State, service: str) -> str:
    """Why there is no answer yet and when we try again; "" when nothing went wrong."""
    if state.failure is None:
        return ""
    cause = w.answer_words(state.failure.answer, service).sentence
    again = state.failure.retry_at
    if again is None:
        return state.failure.message or cause
    if again <= timezone.now():
        return f"{cause} We proberen het nu opnieuw."
    day = "" if dates.local_day(again) == timezone.localdate() else f"{dates.short_date(again)} "
    return f"{cause} We proberen het opnieuw {'op ' + day if day else ''}om {dates.clock(again)}."


def _explain_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    service, name, ended = w.service_name(dossier.service), dossier.first_name, lapsed_on(state)
    if ended:
        return NextStep(
            f"Volgende stap: geef {name} opnieuw toelichting, voor een herinschrijving",
            f"De inschrijving bij {service} eindigde op {dates.long_date(ended)}.",
            Action("Geef toelichting opnieuw", f"{_base(dossier)}/toelichting"),
        )
    language = w.language_name(state.language)
    text = f"Contacttaal: {language}." if language else "De contacttaal is nog niet genoteerd."
    return NextStep(
        f"Volgende stap: geef {name} toelichting over {service}",
        text,
        Action("Geef toelichting", f"{_base(dossier)}/toelichting"),
        Action("Noteer inschrijving", f"{_base(dossier)}/inschrijving#melding"),
    )


def _register_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    service, name, base = w.service_name(dossier.service), dossier.first_name, _base(dossier)
    if state.reported_on:
        if state.asked:
            return NextStep(
                f"Volgende stap: wacht tot {service} de inschrijving bevestigt",
                failure_sentence(state, service) or "Antwoord verwacht. Meestal binnen enkele minuten.",
            )
        return NextStep(
            f"Volgende stap: vraag {service} om de inschrijving te bevestigen",
            f"{name} meldde een inschrijving op {dates.long_date(state.reported_on)}. Nog niet bevestigd.",
            Action("Vraag status op", post=f"{base}/vdab/vraag"),
        )
    support = state.support
    text = f"{name} kreeg toelichting. Help bij de inschrijving, of noteer ze."
    if support and support.outcome != "COMPLETED":
        words = w.obstacle_words(support.obstacles or ((support.obstacle,) if support.obstacle else ()))
        obstacle = f" {words}." if words else ""
        text = f"Ondersteuning op {dates.long_date(support.on)}: {w.SUPPORT_OUTCOMES[support.outcome]}.{obstacle}"
    verb = "voltooien" if support else "doen"
    return NextStep(
        f"Volgende stap: help {name} om de inschrijving te {verb}",
        text,
        Action("Plan ondersteuning", f"{base}/inschrijving"),
        Action("Noteer inschrijving", f"{base}/inschrijving#melding"),
    )


def _follow_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    service, known, base = w.service_name(dossier.service), state.employment, _base(dossier)
    ask = Action("Vraag status op", post=f"{base}/vdab/vraag")
    if known and known.copied_on is None:
        return NextStep(
            "Volgende stap: neem de gegevens over in de intake",
            f"{service} gaf categorie, bemiddelaar en datum van inschrijving.",
            Action("Neem over", post=f"{base}/vdab/overnemen"),
            Action("Bekijk de verschillen", f"{base}/vdab#overnemen"),
        )
    coming = min((day for day in (dossier.appointment_on, *dossier.planned_on) if day and day >= today), default=None)
    if coming:
        return NextStep(
            f"Volgende stap: volg de afspraak van {dates.long_date(coming)} op",
            "",
            Action("Noteer contact", f"{base}/opvolging#contact"),
        )
    if known and known.counsellor is None:
        text = f"{service} noemde nog geen bemiddelaar. Vraag de status later opnieuw op."
        return NextStep("Volgende stap: vul bemiddelaar en afspraak aan", text, None if state.asked else ask)
    return NextStep(
        f"Volgende stap: volg op hoe het loopt bij {service}",
        "",
        Action("Noteer contact", f"{base}/opvolging#contact"),
        ask,
    )


def _closed_step(dossier: Dossier, state: State, today: date, reasons: list[str]) -> NextStep:
    again = Action("Kijk opnieuw na", f"{_base(dossier)}/werksituatie")
    titles = {
        "WORKING": f"{dossier.first_name} is aan het werk: geen inschrijving nodig",
        "STUDYING": f"{dossier.first_name} studeert: geen inschrijving nodig",
    }
    title = titles.get(dossier.outcome, "Niet van toepassing: geen inschrijving nodig")
    if dossier.outcome == "NOT_APPLICABLE":
        return NextStep(title, _join(reasons), None, Action("Bekijk reden", f"{_base(dossier)}/uitleg"))
    return NextStep(title, _join(reasons), None, again)


def _join(reasons: list[str]) -> str:
    return " ".join(reasons)


_BY_STEP = {
    "WORK_SITUATION": _work_step,
    "EMPLOYMENT_SERVICE_CHECK": _check_step,
    "EXPLANATION": _explain_step,
    "REGISTRATION": _register_step,
    "FOLLOW_UP": _follow_step,
    "CLOSED": _closed_step,
}
