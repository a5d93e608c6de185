"""What is measured: each measure a name, a definition in plain Dutch, and one set-based query per agency and in total.

A query gives (agency id or null for all, numerator, denominator, value). `value` is null without anything to measure.
Shares are fractions of 1, times are days or seconds. Norms are our own proposal and say so on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from toeleiding.rulebook.selectors import in_force

PERIOD = timedelta(days=28)
# Below this many there is no percentage to speak of (EXPERIENCE 6.3: own organisation).
FEW = 10
_QUESTIONS = "('GeefDossierVDAB', 'GeefInschrijvingWerkzoekende', 'GeefWerkrelaties')"
_ANSWERS = "('KNOWN', 'NOT_KNOWN', 'PARTIAL')"


class Unit(StrEnum):
    SHARE = "SHARE"
    COUNT = "COUNT"
    DAYS = "DAYS"
    SECONDS = "SECONDS"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `up`: more is better. `norm` is our proposal, in the unit of the value.

    `people` is a condition on `dossiers_dossier d` for those about whom somebody can do something; empty when the
    measure is not about people.
    """

    code: str
    name: str
    definition: str
    unit: Unit
    up: bool
    norm: float
    sql: str
    people: str = ""

    def tells(self, denominator: int) -> bool:
        """Whether a value may be shown: a share of a few people is about those people."""
        return self.unit is not Unit.SHARE or denominator >= FEW

    def gap(self, value: float) -> float:
        """How far a value falls short of the norm, as a part of it; 0 when it does not."""
        if self.unit is Unit.SHARE:
            return max(self.norm - value, 0.0) if self.up else max(value - self.norm, 0.0)
        if self.unit is Unit.COUNT:
            return min(max(value - self.norm, 0.0) / 100, 1.0)
        return max(value / self.norm - 1, 0.0) if self.norm else 0.0


_OPEN = "d.merged_into_id is null and d.tab <> 'DONE'"
_KNOWN = f"{_OPEN} and d.answer in ('KNOWN', 'PARTIAL')"
_SOON = "q.status = 'DONE' and q.finished_at <= q.asked_at + interval '1 day'"
# What was asked an hour ago may still be in time.
_A_DAY_AGO = "%(until)s::timestamptz - interval '1 day'"
_GROUP = "group by grouping sets ((d.agency_id), ())"


def _share_of_people(among: str, good: str) -> str:
    return (
        f"select d.agency_id, count(*) filter (where {good}), count(*),"
        f" (count(*) filter (where {good}))::float / nullif(count(*), 0) from dossiers_dossier d where {among} {_GROUP}"
    )


def _count_of_people(among: str, bad: str) -> str:
    return (
        f"select d.agency_id, count(*) filter (where {bad}), count(*), (count(*) filter (where {bad}))::float"
        f" from dossiers_dossier d where {among} {_GROUP}"
    )


def _filled(code: str, name: str, what: str, among: str, missing: str, norm: float = 0.95) -> Measure:
    """How often a field is there. What a register does not deliver is as absent as what nobody filled in."""
    return Measure(
        code,
        name,
        what,
        Unit.SHARE,
        True,
        norm,
        _share_of_people(among, f"not ({missing})"),
        f"{among} and ({missing})",
    )


_COUNSELLOR = "d.state->'employment'->'counsellor'"
_LIST = (
    Measure(
        "ANSWERS", "Vragen met een antwoord",
        "Van de vragen die in deze periode afliepen: hoeveel kregen een antwoord. Ook “niet gekend” is een antwoord.",
        Unit.SHARE, True, 0.95,
        f"select d.agency_id, count(*) filter (where q.status = 'DONE' and q.outcome in {_ANSWERS}), count(*),"
        f" (count(*) filter (where q.status = 'DONE' and q.outcome in {_ANSWERS}))::float / nullif(count(*), 0)"
        " from exchange_question q join dossiers_dossier d on d.id = q.dossier_id"
        f" where q.service in {_QUESTIONS} and q.finished_at >= %(since)s and q.finished_at < %(until)s {_GROUP}",
    ),
    Measure(
        "WITHIN_A_DAY", "Antwoord binnen een dag",
        "Van de vragen van deze periode die minstens een dag oud zijn: hoeveel kregen binnen 24 uur een antwoord.",
        Unit.SHARE, True, 0.9,
        f"select d.agency_id, count(*) filter (where {_SOON}), count(*),"
        f" (count(*) filter (where {_SOON}))::float / nullif(count(*), 0)"
        " from exchange_question q join dossiers_dossier d on d.id = q.dossier_id"
        f" where q.service in {_QUESTIONS} and q.asked_at >= %(since)s and q.asked_at < {_A_DAY_AGO} {_GROUP}",
    ),
    Measure(
        "LATENCY", "Antwoordtijd van de bronnen",
        "De tijd waarbinnen 95 % van de bevragingen van deze periode beantwoord is.",
        Unit.SECONDS, False, 10.0,
        "select d.agency_id, count(*), count(*),"
        " percentile_cont(0.95) within group (order by extract(epoch from a.ended_at - a.started_at))"
        " from exchange_attempt a join exchange_question q on q.id = a.question_id"
        " join dossiers_dossier d on d.id = q.dossier_id"
        " where a.started_at >= %(since)s and a.started_at < %(until)s and a.ended_at is not null"
        f" and a.outcome <> 'SOURCE_DOWN' {_GROUP}",
    ),
    Measure(
        "FRESH", "VDAB-gegevens niet verouderd",
        "Van wie VDAB of Actiris iets vertelde: hoeveel antwoorden zijn niet ouder dan regel A-02 toelaat.",
        Unit.SHARE, True, 0.8,
        _share_of_people(f"{_OPEN} and d.answered_on is not null", "d.answered_on >= %(today)s - %(stale)s"),
        f"{_OPEN} and d.answered_on < %(today)s - %(stale)s",
    ),
    Measure(
        "AGE", "Leeftijd van VDAB-gegevens",
        "De mediaan van de dagen sinds het laatste antwoord van VDAB of Actiris.",
        Unit.DAYS, False, 14.0,
        "select d.agency_id, count(*), count(*), percentile_cont(0.5) within group (order by %(today)s - d.answered_on)"
        f" from dossiers_dossier d where {_OPEN} and d.answered_on is not null {_GROUP}",
    ),
    _filled("CATEGORY", "Categorie ingevuld", "Van wie gekend is: hoeveel hebben een categorie.", _KNOWN,
            "d.category = ''"),
    _filled("COUNSELLOR", "Bemiddelaar ingevuld", "Van wie gekend is: hoeveel hebben een bemiddelaar met naam.", _KNOWN,
            f"coalesce({_COUNSELLOR}->>'name', '') = ''", 0.8),
    _filled("CONTACT", "Bemiddelaar bereikbaar",
            "Van wie gekend is: bij hoeveel staat een telefoon of e-mail van de bemiddelaar.", _KNOWN,
            f"coalesce(nullif({_COUNSELLOR}->>'phone', ''), {_COUNSELLOR}->>'email', '') = ''", 0.8),
    _filled("REGISTERED_ON", "Datum van inschrijving ingevuld",
            "Van wie gekend is: bij hoeveel kennen we de dag van inschrijving.", _KNOWN, "d.registered_on is null"),
    _filled("NUMBER", "Rijksregisternummer gekend", "Hoeveel open dossiers hebben een nummer.", _OPEN,
            "d.insz is null"),
    _filled("CONTRACT", "Contractdatum gekend", "Hoeveel open dossiers hebben een contractdatum.", _OPEN,
            "d.contract_signed_on is null", 0.9),
    _filled("LANGUAGE", "Contacttaal gekend", "Hoeveel open dossiers hebben een contacttaal.", _OPEN,
            "d.language = ''"),
    _filled("REGION", "Gewest gekend", "Hoeveel open dossiers hebben een gewest, dus een dienst voor werk.", _OPEN,
            "d.region = ''"),
    Measure(
        "CONFLICTS", "Open tegenspraken",
        "Hoeveel mensen tonen een bewijs dat VDAB tegenspreekt, en niemand besliste al.",
        Unit.COUNT, False, 0.0, _count_of_people(_OPEN, "d.conflict"), f"{_OPEN} and d.conflict",
    ),
    Measure(
        "REPLACED", "Vervangen nummers",
        "Hoeveel rijksregisternummers in deze periode vervangen zijn. BIS dat rijksregister wordt is gewoon.",
        Unit.COUNT, False, 50.0,
        "select d.agency_id, count(*), count(*), count(*)::float from dossiers_event v"
        " join dossiers_dossier d on d.id = v.dossier_id where v.kind = 'NUMBER_REPLACED'"
        f" and v.recorded_at >= %(since)s and v.recorded_at < %(until)s {_GROUP}",
    ),
    Measure(
        "MANUAL", "Met de hand ingevuld",
        "Van de antwoorden over inschrijving in deze periode: hoeveel typte een mens in plaats van een register.",
        Unit.SHARE, False, 0.05,
        "select d.agency_id, count(*) filter (where v.source in ('CASE_WORKER', 'CLIENT')), count(*),"
        " (count(*) filter (where v.source in ('CASE_WORKER', 'CLIENT')))::float / nullif(count(*), 0)"
        " from dossiers_event v join dossiers_dossier d on d.id = v.dossier_id"
        " where v.kind in ('EMPLOYMENT_SERVICE_ANSWERED', 'PROOF_SHOWN')"
        f" and v.recorded_at >= %(since)s and v.recorded_at < %(until)s {_GROUP}",
    ),
    Measure(
        "DOUBLES", "Mogelijk dubbele dossiers",
        "Hoeveel paren van dossiers gaan misschien over dezelfde persoon, en niemand besliste al.",
        Unit.COUNT, False, 0.0,
        "select d.agency_id, count(*), count(*), count(*)::float from dossiers_mergeproposal p"
        f" join dossiers_dossier d on d.id = p.one_id where p.status = 'OPEN' {_GROUP}",
        f"{_OPEN} and exists (select from dossiers_mergeproposal p"
        " where p.status = 'OPEN' and d.id in (p.one_id, p.other_id))",
    ),
    Measure(
        "DEAD", "Vastgelopen vragen",
        "Hoeveel vragen wachten op iemand: er komt vanzelf geen antwoord meer.",
        Unit.COUNT, False, 0.0,
        "select d.agency_id, count(*), count(*), count(*)::float from exchange_question q"
        " join dossiers_dossier d on d.id = q.dossier_id where q.status = 'DEAD' and q.handled = ''"
        f" {_GROUP}",
        f"{_OPEN} and exists (select from exchange_question q where q.dossier_id = d.id and q.status = 'DEAD'"
        " and q.handled = '')",
    ),
    Measure(
        "NEVER_ASKED", "Nog nooit nagegaan",
        "Hoeveel mensen zijn niet duurzaam aan het werk en vroegen we nog nooit aan VDAB of Actiris.",
        Unit.COUNT, False, 0.0,
        _count_of_people(f"{_OPEN} and d.outcome = 'TO_REFER'", "d.answer = '' and d.asked_at is null"),
        f"{_OPEN} and d.outcome = 'TO_REFER' and d.answer = '' and d.asked_at is null",
    ),
    Measure(
        "ONLY_KBI", "In KBI en niet bij VDAB",
        "Van wie niet duurzaam werkt en nagegaan is: hoeveel kent VDAB of Actiris niet of niet meer.",
        Unit.SHARE, False, 0.25,
        _share_of_people(
            f"{_OPEN} and d.outcome in ('TO_REFER', 'REGISTERED') and d.answer in {_ANSWERS}", "d.outcome = 'TO_REFER'"
        ),
        f"{_OPEN} and d.outcome = 'TO_REFER' and d.answer in {_ANSWERS}",
    ),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {measure.code: measure for measure in _LIST}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, with the counts behind it. `agency` is an id, or None for all together."""

    measure: str
    agency: int | None
    numerator: int
    denominator: int
    value: float | None


def parameters(now: datetime) -> dict[str, Any]:
    """The period and the day with which the queries are asked. A-02 comes from the rules in force."""
    today = timezone.localdate(now)
    stale = in_force().value("A-02", today)
    return {
        "since": now - PERIOD,
        "until": now,
        "today": today,
        "stale": stale if isinstance(stale, int) else 14,
    }


def measure_all(now: datetime) -> list[Figure]:
    """Measure everything, one query per measure whatever the number of agencies and dossiers."""
    given = parameters(now)
    found = []
    with connection.cursor() as cursor:
        for measure in MEASURES.values():
            cursor.execute(measure.sql, given)
            rows = {row[0]: row[1:] for row in cursor.fetchall()}
            rows.setdefault(None, (0, 0, None))
            found += [
                Figure(measure.code, agency, int(top), int(bottom), None if value is None else float(value))
                for agency, (top, bottom, value) in rows.items()
            ]
    return found
