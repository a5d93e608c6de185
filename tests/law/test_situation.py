"""What people see of a decision: state, pill, next action; and the moments of a term."""

from datetime import date

import pytest

from toeleiding.law import (
    IN_FORCE,
    Decision,
    EmploymentService,
    Facts,
    Incapacity,
    Person,
    Situation,
    Suspension,
    WorkEntry,
    deadlines,
    decide,
    situation,
)

DAY = date(2022, 5, 1)
SIGNED = date(2022, 3, 5)
PERSON = Person(birth_date=date(1990, 2, 3), region="VLAANDEREN", may_work=True)


def facts(**known: object) -> Facts:
    return Facts(**({"person": PERSON, "contract_signed_on": SIGNED, "work": []} | known))  # type: ignore[arg-type]


def told(answer: str, **more: object) -> EmploymentService:
    return EmploymentService(answer=answer, **more)  # type: ignore[arg-type]


def shown(known: Facts, *circumstances: str, on: date = DAY) -> Situation:
    names = ("asked_pending", "support_given", "counsellor_known", "contact_held")
    return situation(decide(known, on), known, **{name: name in circumstances for name in names})


LAPSED = told("KNOWN", registered_on=date(2021, 1, 1), ended_on=date(2022, 4, 1))
OPEN = told("KNOWN", registered_on=date(2022, 4, 1))


@pytest.mark.parametrize(
    ("known", "circumstances", "state", "pill", "tone", "number", "action"),
    [
        (facts(work=None), (), "TE_BEOORDELEN", "Nog niet nagegaan", "neutraal", 2, "Vul werksituatie in"),
        (facts(incapacity=Incapacity()), (), "TE_BEOORDELEN", "Onbepaald: beslis en geef een reden", "letop", 2,
         "Beslis en geef een reden"),
        (facts(person=None), (), "TE_BEOORDELEN", "Onbepaald: beslis en geef een reden", "letop", 2,
         "Vul de persoonsgegevens aan"),
        (facts(), (), "TE_BEOORDELEN", "Nog niet nagegaan", "neutraal", 3, "Vraag VDAB-status op"),
        (facts(), ("asked_pending",), "TE_BEOORDELEN", "Antwoord verwacht", "info", 3,
         "Wacht op het antwoord van VDAB"),
        (facts(employment_service=told("SOURCE_DOWN")), (), "TE_BEOORDELEN", "Geen antwoord", "letop", 3,
         "Los op en vraag VDAB-status opnieuw"),
        (facts(employment_service=told("SOURCE_DOWN")), ("asked_pending",), "TE_BEOORDELEN", "Antwoord verwacht",
         "info", 3, "Wacht op het antwoord van VDAB"),
        (facts(employment_service=told("NOT_KNOWN")), (), "TOE_TE_LEIDEN", "Niet gekend", "letop", 4,
         "Geef toelichting"),
        (facts(employment_service=LAPSED), (), "UITGESCHREVEN", "Gekend, niet meer ingeschreven", "letop", 4,
         "Geef toelichting opnieuw"),
        (facts(employment_service=told("NOT_KNOWN"), explained_on=date(2022, 4, 2)), (), "TOEGELICHT",
         "Toelichting gekregen", "info", 5, "Plan ondersteuning"),
        (facts(employment_service=told("NOT_KNOWN"), explained_on=date(2022, 4, 2)), ("support_given",), "ONDERSTEUND",
         "Ondersteuning bezig", "info", 5, "Noteer inschrijving"),
        (facts(employment_service=OPEN), (), "INGESCHREVEN", "Ingeschreven", "goed", 6,
         "Vul bemiddelaar en afspraak aan"),
        (facts(employment_service=told("KNOWN", registered_on=SIGNED)), (), "REEDS_GEKEND", "Ingeschreven", "goed", 6,
         "Neem gegevens over"),
        (facts(employment_service=OPEN), ("counsellor_known",), "INGESCHREVEN", "Ingeschreven", "goed", 6,
         "Vul bemiddelaar en afspraak aan"),
        (facts(employment_service=OPEN), ("counsellor_known", "contact_held"), "IN_BEGELEIDING", "Gezamenlijke klant",
         "paars", 6, "Volg afspraak op"),
        (facts(work=[WorkEntry(kind="SELF_EMPLOYED_MAIN", begin=SIGNED)]), (), "AAN_HET_WERK", "Aan het werk", "goed",
         2, "Kijk opnieuw na"),
        (facts(contract_signed_on=date(2021, 1, 1)), (), "NIET_VAN_TOEPASSING", "Niet van toepassing", "neutraal", 1,
         "Bekijk reden"),
    ],
)  # fmt: skip
def test_what_is_shown(
    known: Facts, circumstances: tuple[str, ...], state: str, pill: str, tone: str, number: int, action: str
) -> None:
    found = shown(known, *circumstances)
    assert (found.state, found.pill, found.tone) == (state, pill, tone)
    assert (found.step_number, found.next_action) == (number, action)
    assert found.explanation


def test_no_answer_says_why_and_what_to_do() -> None:
    found = shown(facts(employment_service=told("REPLACED")))
    assert found.explanation == "Het rijksregisternummer is vervangen. Neem het nieuwe nummer over en vraag opnieuw."


def test_brussels_speaks_of_actiris() -> None:
    person = Person(birth_date=date(1990, 2, 3), region="BRUSSEL", may_work=True)
    assert shown(facts(person=person)).next_action == "Vraag Actiris-status op"


def moments(decision: Decision) -> list[str]:
    found = deadlines(decision)
    return [str(day) for day in (found.reminder_on, found.escalation_on, found.due_on, found.overdue_on)]


def test_the_moments_of_a_term() -> None:
    assert moments(decide(facts(), DAY)) == ["2022-04-04", "2022-04-19", "2022-05-04", "2022-05-05"]


def test_suspended_days_move_only_what_comes_after_them() -> None:
    ten = [Suspension(begin=date(2022, 4, 10), end=date(2022, 4, 19))]
    assert moments(decide(facts(suspensions=ten), DAY)) == ["2022-04-04", "2022-04-29", "2022-05-14", "2022-05-15"]


def test_without_a_term_there_is_nothing_to_remind_of() -> None:
    with pytest.raises(ValueError, match="geen termijn"):
        deadlines(decide(facts(contract_signed_on=None), DAY))


def test_a_shorter_term_in_a_draft_never_reminds_after_its_end() -> None:
    from dataclasses import replace

    short = IN_FORCE.with_changes("kort", [replace(IN_FORCE.versions("R-05")[0], value=20)])
    found = deadlines(decide(facts(), DAY, short), short)
    assert found.reminder_on == found.due_on == date(2022, 3, 25)
