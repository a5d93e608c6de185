"""Every edge case of DOMAIN 6.4 as a person of its own, at the first indexes and findable by name.

An edge case starts as a plain person (not working, not registered, may work, obliged, Flanders) and
changes one thing. Each has a birth date of its own and a sequence number that no ordinary person has.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from toeleiding.simulator import names, numbers, places
from toeleiding.simulator.chance import Chance, identifier
from toeleiding.simulator.life import (
    Address,
    Category,
    Guidance,
    Incapacity,
    Invitation,
    Life,
    Registration,
    Service,
    Study,
    WorkKind,
)  # fmt: skip
from toeleiding.simulator.ordinary_life import home
from toeleiding.simulator.service_history import make_counsellor
from toeleiding.simulator.work_history import make_job

_PEOPLE = (
    ("Samira", "Haddad", "V", names.MOROCCO), ("Yonas", "Tesfay", "M", names.ERITREA),
    ("Olena", "Prykladna", "V", names.UKRAINE), ("Farid", "Rahimvar", "M", names.AFGHANISTAN),
    ("Elif", "Örnekoğlu", "V", names.TURKEY), ("Omar", "Halabar", "M", names.SYRIA),
    ("Priya", "Udaharan", "V", names.INDIA), ("Mamadou", "Exemplou", "M", names.GUINEA),
    ("Hodan", "Tusaalan", "V", names.SOMALIA), ("Ibrahim", "Mithaly", "M", names.PALESTINE),
)  # fmt: skip
_FIRST_SIGNED = date(2026, 1, 12)

Builder = Callable[[Life, Chance], Life]
#: In order of index: slug -> (builder, own birth date if it matters, own contract date if it matters).
BUILDERS: dict[str, tuple[Builder, tuple[int, int | None, int | None] | None, date | None]] = {}


def _edge(
    slug: str, born: tuple[int, int | None, int | None] | None = None, signed: date | None = None
) -> Callable[[Builder], Builder]:
    def keep(builder: Builder) -> Builder:
        BUILDERS[slug] = (builder, born, signed)
        return builder

    return keep


def edge_number(index: int) -> numbers.Numbered:
    """The number of an edge case."""
    _, born, _ = list(BUILDERS.values())[index]
    year, month, day = born or (1978 + index % 24, index % 12 + 1, index % 27 + 1)
    return numbers.edge(numbers.Birth(year, month, day), _PEOPLE[index % len(_PEOPLE)][2])


def build_edge_case(seed: int, index: int) -> Life:
    """The life of an edge case: the plain person with the one thing that is special."""
    slug = list(BUILDERS)[index]
    builder, _, signed = BUILDERS[slug]
    chance = Chance(seed, "edge", slug)
    life = builder(_plain(index, slug, signed or _FIRST_SIGNED + timedelta(days=2 * index), chance), chance)
    guidance = life.guidance
    if guidance.referral_id is None and guidance.referred_on:
        guidance = replace(guidance, referral_id=identifier(seed, "referral", slug))
        life = replace(life, guidance=guidance)
    return life


def _plain(index: int, slug: str, signed: date, chance: Chance) -> Life:
    first_name, surname, sex, origin = _PEOPLE[index % len(_PEOPLE)]
    if turn := index // len(_PEOPLE):  # everybody has a name of her own
        given = origin.women if sex == "V" else origin.men
        first_name, surname = given[turn % len(given)], origin.surnames[turn % len(origin.surnames)]
    numbered = edge_number(index)
    reported = signed - timedelta(days=20)
    return Life(
        index=index,
        edge_case=slug,
        insz=numbers.insz(*numbered),
        is_bis=False,
        replaced_by=None,
        replaced_on=None,
        cancelled_on=None,
        surname=surname,
        first_name=first_name,
        sex="V" if sex == "V" else "M",
        birth_text=numbered.birth.text,
        birth_date=numbered.birth.exact,
        birth_year=numbered.birth.year,
        country=origin.country,
        nationality_group="NON_EU",
        residence_ground="GEZINSHERENIGING",
        schooling="SECUNDAIR",
        language=origin.language,
        dutch_level="GEEN",
        addresses=(home(chance, places.MECHELEN, signed - timedelta(days=200)),),
        target_group="VERPLICHT",
        contract_on=signed,
        earlier_contract_on=None,
        duty_on=signed - timedelta(days=60),
        attest_on=None,
        may_work=True,
        compulsory_education=False,
        temporary_protection=False,
        jobs=(),
        study=None,
        incapacity=None,
        registrations=(),
        counsellors=(),
        trainings=(),
        invitations=(),
        vdab_denies=False,
        trouble=(),
        guidance=Guidance(reported_on=reported, work_checked_on=signed + timedelta(days=3), permit_seen_on=reported),
    )


def _guided(life: Life, **changes: Any) -> Life:
    return replace(life, guidance=replace(life.guidance, **changes))


def _working(
    life: Life,
    chance: Chance,
    kind: WorkKind,
    fraction: float,
    begin: int,
    end: int | None = None,
    **more: Any,
) -> Life:
    """One more job; begin and end are days after the contract."""
    job = make_job(
        chance, kind, fraction, life.contract_on + timedelta(days=begin),
        None if end is None else life.contract_on + timedelta(days=end),
    )  # fmt: skip
    return replace(life, jobs=(*life.jobs, replace(job, **more)))


def _registered(
    life: Life, chance: Chance, begin: int, end: int | None = None, category: str = "03",
    service: Service = "VDAB", reason: str | None = None, named: bool = True,
) -> Life:  # fmt: skip
    """One more registration with a counsellor; begin and end are days after the contract."""
    since = life.contract_on + timedelta(days=begin)
    until = None if end is None else life.contract_on + timedelta(days=end)
    registration = Registration(service, since, until, (Category(category, since),), reason)  # type: ignore[arg-type]
    nis = life.addresses[-1].municipality.nis
    extra = (make_counsellor(chance, since + timedelta(days=5), nis, named),) if service == "VDAB" else ()
    return replace(life, registrations=(*life.registrations, registration), counsellors=(*life.counsellors, *extra))


def _moving(life: Life, chance: Chance, there: places.Municipality, days: int) -> Life:
    moved = life.contract_on + timedelta(days=days)
    left = replace(life.addresses[-1], end=moved - timedelta(days=1))
    return replace(life, addresses=(*life.addresses[:-1], left, home(chance, there, moved)))


def _living(life: Life, chance: Chance, there: places.Municipality) -> Life:
    address: Address = home(chance, there, life.addresses[0].begin)
    return replace(life, addresses=(address,))


def _explained(life: Life, days: int = 4) -> Life:
    return _guided(life, explained_on=life.contract_on + timedelta(days=days), explained_in=life.language)


def _as_it_is(life: Life, chance: Chance) -> Life:
    """The plain person; what is special is in the dates."""
    return life


@_edge("loses-job-in-week-3")
def _loses_job(life: Life, chance: Chance) -> Life:
    working = _working(life, chance, "EMPLOYEE", 1.0, -200, 17)
    return _guided(working, determination="WORKING", determination_reason="Arbeidscontract gezien")


@_edge("works-one-day-a-week")
def _one_day(life: Life, chance: Chance) -> Life:
    working = _working(life, chance, "EMPLOYEE", 0.2, -90)
    return _guided(working, determination="NOT_WORKING", determination_reason="Eén dag per week, contract gezien")


@_edge("flexi-job")
def _flexi(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "FLEXI", 0.2, -40)


@_edge("student-job")
def _student_job(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "STUDENT", 0.25, -30)


@_edge("occasional-work")
def _occasional(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "OCCASIONAL", 0.1, -20)


@_edge("interim-work")
def _interim(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "INTERIM", 1.0, -60)


@_edge("ibo-training")
def _ibo(life: Life, chance: Chance) -> Life:
    return _registered(_working(life, chance, "IBO", 1.0, -15, 160), chance, -120)


@_edge("article-60")
def _article_60(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "ART60", 1.0, -35)


@_edge("self-employed-secondary")
def _self_employed_secondary(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "SELF_EMPLOYED_SECONDARY", 0.2, -300)


@_edge("self-employed-main")
def _self_employed_main(life: Life, chance: Chance) -> Life:
    working = _working(life, chance, "SELF_EMPLOYED_MAIN", 1.0, -300)
    return _guided(working, determination="WORKING", determination_reason="Zelfstandig in hoofdberoep, bewijs gezien")


@_edge("two-half-time-jobs")
def _two_jobs(life: Life, chance: Chance) -> Life:
    first = _working(life, chance, "EMPLOYEE", 0.3, -120)
    return _working(first, chance, "EMPLOYEE", 0.3, -80)


@_edge("lasting-job")
def _lasting_job(life: Life, chance: Chance) -> Life:
    working = _working(life, chance, "EMPLOYEE", 1.0, -400)
    return _guided(working, determination="WORKING", determination_reason="Voltijds contract gezien")


@_edge("cancelled-declaration")
def _cancelled_declaration(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "EMPLOYEE", 1.0, -25, cancelled=True)


@_edge("unknown-worker-type")
def _unknown_worker_type(life: Life, chance: Chance) -> Life:
    return _working(life, chance, "OTHER", 1.0, -50, worker_type="ZZQ")


@_edge("registered-before-arrival")
def _registered_before(life: Life, chance: Chance) -> Life:
    return _registered(life, chance, -75)


@_edge("registered-on-day-60")
def _day_60(life: Life, chance: Chance) -> Life:
    return _registered(_explained(life), chance, 60)


@_edge("registered-on-day-61")
def _day_61(life: Life, chance: Chance) -> Life:
    return _registered(_explained(life), chance, 61)


_edge("never-registered")(_as_it_is)


@_edge("explained-not-registered")
def _explained_only(life: Life, chance: Chance) -> Life:
    return _explained(life)


@_edge("supported-not-registered")
def _supported(life: Life, chance: Chance) -> Life:
    return _guided(_explained(life), supported_on=life.contract_on + timedelta(days=9), support="BALIE")


@_edge("referred-and-invited")
def _referred(life: Life, chance: Chance) -> Life:
    known = _registered(_explained(life), chance, 33)
    referred = life.contract_on + timedelta(days=6)
    referral = identifier(0, "referral", "referred-and-invited")
    invitation = Invitation("UIT-EDGE", referral, referred + timedelta(days=7), referred + timedelta(days=16))
    known = replace(known, invitations=(invitation,))
    return _guided(
        known, referred_on=referred, referral_id=referral,
        first_contact_on=life.contract_on + timedelta(days=40), contact_held=True,
    )  # fmt: skip


@_edge("actiris-moves-to-flanders")
def _actiris(life: Life, chance: Chance) -> Life:
    there = _living(life, chance, places.BRUSSELS)
    there = _registered(there, chance, 15, 79, service="ACTIRIS", reason="MOVED")
    return _moving(there, chance, places.VILVOORDE, 80)


@_edge("lives-in-brussels")
def _brussels(life: Life, chance: Chance) -> Life:
    return _registered(_living(life, chance, places.BRUSSELS), chance, 22, service="ACTIRIS")


@_edge("moves-to-wallonia")
def _wallonia(life: Life, chance: Chance) -> Life:
    return _moving(life, chance, places.LIEGE, 25)


@_edge("moves-antwerp-mechelen")
def _moves(life: Life, chance: Chance) -> Life:
    moved = _moving(_living(life, chance, places.ANTWERP), chance, places.MECHELEN, 30)
    return _registered(_explained(moved), chance, 45)


@_edge("lives-in-ghent")
def _ghent(life: Life, chance: Chance) -> Life:
    return _registered(_explained(_living(life, chance, places.GHENT)), chance, 12)


@_edge("bis-to-national-number")
def _bis(life: Life, chance: Chance) -> Life:
    number = numbers.insz(*numbers.replacing(edge_number(life.index)))
    known = _registered(life, chance, 20)
    return replace(known, is_bis=True, replaced_by=number, replaced_on=life.contract_on + timedelta(days=35))


@_edge("cancelled-number")
def _cancelled_number(life: Life, chance: Chance) -> Life:
    return replace(life, cancelled_on=life.contract_on + timedelta(days=10))


_edge("turns-66-within-term", born=(1960, 2, 20), signed=date(2026, 1, 15))(_as_it_is)


_edge("past-pension-age", born=(1957, 5, 9))(_as_it_is)


@_edge("compulsory-education", born=(2009, 9, 14))
def _pupil(life: Life, chance: Chance) -> Life:
    return replace(life, compulsory_education=True)


@_edge("no-right-to-work")
def _no_right(life: Life, chance: Chance) -> Life:
    return replace(life, may_work=False, residence_ground="ANDERE")


@_edge("incomplete-birth-date", born=(1988, None, None))
def _incomplete(life: Life, chance: Chance) -> Life:
    return _registered(life, chance, 18)


_edge("birth-month-only", born=(1994, 6, None))(_as_it_is)


@_edge("studying")
def _studying(life: Life, chance: Chance) -> Life:
    begin = life.contract_on - timedelta(days=100)
    study = replace(life, study=Study(begin, begin + timedelta(days=700), "Hogeschool Voorbeeld"))
    return _guided(study, determination="STUDYING", determination_reason="Inschrijvingsbewijs gezien")


@_edge("incapacity")
def _incapacity(life: Life, chance: Chance) -> Life:
    begin = life.contract_on - timedelta(days=30)
    return replace(life, incapacity=Incapacity(begin, None, life.contract_on + timedelta(days=90)))


@_edge("suspended-term")
def _suspended(life: Life, chance: Chance) -> Life:
    span = (life.contract_on + timedelta(days=10), life.contract_on + timedelta(days=41))
    return _guided(_explained(life), suspension=span)


@_edge("vdab-no-data-with-proof")
def _denied(life: Life, chance: Chance) -> Life:
    known = replace(_registered(_explained(life), chance, 14), vdab_denies=True)
    return _guided(known, printed_proof_on=life.contract_on + timedelta(days=21))


@_edge("lapsed-category-93")
def _lapsed(life: Life, chance: Chance) -> Life:
    return _registered(_explained(life), chance, 10, 131, category="93", reason="NOT_CONFIRMED")


@_edge("lapsed-and-back")
def _lapsed_and_back(life: Life, chance: Chance) -> Life:
    lapsed = _registered(_explained(life), chance, 8, 90, reason="NOT_CONFIRMED")
    return _registered(lapsed, chance, 140)


@_edge("unknown-category")
def _unknown_category(life: Life, chance: Chance) -> Life:
    return _registered(life, chance, 25, category="47")


@_edge("counsellor-empty")
def _no_counsellor(life: Life, chance: Chance) -> Life:
    return replace(_registered(life, chance, 21), counsellors=())


@_edge("counsellor-left")
def _counsellor_left(life: Life, chance: Chance) -> Life:
    known = _registered(life, chance, 13)
    left = make_counsellor(chance, life.contract_on + timedelta(days=70), places.MECHELEN.nis, named=False)
    return replace(known, counsellors=(*known.counsellors, left))


@_edge("temporary-protection")
def _protected(life: Life, chance: Chance) -> Life:
    return replace(
        life,
        temporary_protection=True,
        residence_ground="TIJDELIJKE_BESCHERMING",
        target_group="RECHTHEBBEND",
        first_name="Olena" if life.sex == "V" else "Andrii",
        surname="Zrazkenko",
        country="Oekraïne",
        language="uk",
    )


@_edge("ocmw-registers")
def _ocmw(life: Life, chance: Chance) -> Life:
    return _registered(life, chance, 16, category="05")


_edge("contract-before-pillar-3", signed=date(2022, 2, 11))(_as_it_is)


@_edge("duty-before-pillar-3", signed=date(2022, 3, 14))
def _duty_before(life: Life, chance: Chance) -> Life:
    return replace(_registered(life, chance, 40), duty_on=date(2022, 1, 20))


@_edge("second-contract")
def _second_contract(life: Life, chance: Chance) -> Life:
    return replace(life, earlier_contract_on=date(2021, 5, 4))


@_edge("entitled-declines")
def _declines(life: Life, chance: Chance) -> Life:
    entitled = replace(_explained(life), target_group="RECHTHEBBEND")
    return _guided(entitled, declined_on=life.contract_on + timedelta(days=11))


@_edge("messages-out-of-order")
def _out_of_order(life: Life, chance: Chance) -> Life:
    return _registered(life, chance, 19)


@_edge("duplicate-message")
def _duplicate(life: Life, chance: Chance) -> Life:
    return _registered(life, chance, 27)


@_edge("dossier-without-category")
def _without_category(life: Life, chance: Chance) -> Life:
    return replace(_registered(life, chance, 17), registrations=())


@_edge("partial-register-answer")
def _partial(life: Life, chance: Chance) -> Life:
    return replace(_registered(life, chance, 23), trouble=(("GeefInschrijvingWerkzoekende", "INCOMPLETE_DATA"),))


@_edge("vdab-source-down")
def _vdab_down(life: Life, chance: Chance) -> Life:
    return replace(life, trouble=(("GeefDossierVDAB", "99996"),))


@_edge("vdab-refused")
def _vdab_refused(life: Life, chance: Chance) -> Life:
    return replace(life, trouble=(("GeefDossierVDAB", "15021"),))


@_edge("work-source-down")
def _work_down(life: Life, chance: Chance) -> Life:
    return replace(life, trouble=(("GeefWerkrelaties", "99996"),))


@_edge("work-not-understood")
def _work_not_understood(life: Life, chance: Chance) -> Life:
    return replace(life, trouble=(("GeefWerkrelaties", "60007"),))


@_edge("kbi-source-down")
def _kbi_down(life: Life, chance: Chance) -> Life:
    return replace(life, trouble=(("GeefDossierKBI", "99996"),))


@_edge("inscription-fails")
def _inscription_fails(life: Life, chance: Chance) -> Life:
    return replace(life, trouble=(("RegistreerInschrijving", "0"),))


#: Slug -> index of every edge case.
EDGE_CASES: dict[str, int] = {slug: index for index, slug in enumerate(BUILDERS)}
