"""What is measured: each measure a name, a definition in plain Dutch, and one set-based query for all agencies.

The query of a flow gives (number of the window, agency id or null for all, numerator, denominator, value), that of how
things stand the same without the first. `value` is null without anything to measure. Norms are our own proposal and
say so on the page.
"""

from collections.abc import Mapping

from toeleiding.exchange.models import Kind, Service
from toeleiding.exchange.quality.kinds import Measure, Unit

_ANSWERS = "('KNOWN', 'NOT_KNOWN', 'PARTIAL')"
# The periods that are asked for, in one table: a query answers for all of them at once.
_W = "unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) with ordinality w(since, until, nr)"
_PER_WINDOW = "group by grouping sets ((w.nr, d.agency_id), (w.nr))"
_GROUP = "group by grouping sets ((d.agency_id), ())"

_OPEN = "d.merged_into_id is null and d.tab <> 'DONE'"
# An answer in part tells nothing of a registration (K-05): what it left out is not empty at the source.
_KNOWN = f"{_OPEN} and d.answer = 'KNOWN'"
# Registered at VDAB now: Actiris has no counsellor in its answer, and who is gone has none any more.
_AT_VDAB = (
    f"{_KNOWN} and d.service <> 'ACTIRIS' and coalesce((d.state->'employment'->>'ended_on')::date >= %(today)s, true)"
)
# VDAB gave the file itself; what a client showed or somebody typed holds no more than was typed.
_DELIVERED = (
    "not coalesce((d.state->'employment'->>'by_proof')::bool, false) and exists (select from dossiers_event v"
    " where v.dossier_id = d.id and v.kind = 'EMPLOYMENT_SERVICE_ANSWERED' and v.source = 'VDAB'"
    " and v.data->>'answer' = 'KNOWN' and v.occurred_on = d.answered_on)"
)
_FILE = f"{_AT_VDAB} and {_DELIVERED}"
_COUNSELLOR = "d.state->'employment'->'counsellor'"


def _share(good: str) -> str:
    return f"count(*) filter (where {good}), count(*), (count(*) filter (where {good}))::float / nullif(count(*), 0)"


def _people(code: str, name: str, what: str, among: str, good: str, *, norm: float) -> Measure:
    """A share of the people of now."""
    sql = f"select d.agency_id, {_share(good)} from dossiers_dossier d where {among} {_GROUP}"
    return Measure(code, name, what, Unit.SHARE, True, norm, sql, people=f"{among} and not ({good})")


def _filled(code: str, name: str, what: str, among: str, missing: str, norm: float = 0.95) -> Measure:
    """How often a field is filled in, among those of whom it could be."""
    return _people(code, name, what, among, f"not ({missing})", norm=norm)


def _count(code: str, name: str, what: str, among: str, bad: str) -> Measure:
    """How many people of now; none is best."""
    sql = (
        f"select d.agency_id, count(*) filter (where {bad}), count(*), (count(*) filter (where {bad}))::float"
        f" from dossiers_dossier d where {among} {_GROUP}"
    )
    return Measure(code, name, what, Unit.COUNT, False, 0.0, sql, people=f"{among} and {bad}")


def _about(questions: str) -> str:
    """The people about whom such questions are."""
    return f"exists (select from exchange_question q where q.dossier_id = d.id and {questions})"


_FROM_QUESTIONS = f"from {_W} join exchange_question q on"
_OF_DOSSIER = f"join dossiers_dossier d on d.id = q.dossier_id {_PER_WINDOW}"


def _answers(code: str, service: Service, name: str) -> Measure:
    """Of what was asked, not of what ended: who still waits after a day has no answer either."""
    asked = (
        f"q.service = '{service.value}' and q.asked_at >= w.since and q.asked_at < w.until"
        " and (q.finished_at < w.until or q.asked_at < w.until - interval '1 day')"
    )
    good = f"q.status = 'DONE' and q.outcome in {_ANSWERS} and q.finished_at < w.until"
    missing = f"{asked} and ({good}) is not true"
    return Measure(
        code, name,
        "Van de vragen van deze periode: hoeveel kregen een antwoord. Wat langer dan een dag wacht, telt als zonder"
        " antwoord. “Niet gekend” is een antwoord.",
        Unit.SHARE, True, 0.95, f"select w.nr, d.agency_id, {_share(good)} {_FROM_QUESTIONS} {asked} {_OF_DOSSIER}",
        flow=True, people=_about(missing), questions=missing,
    )  # fmt: skip


_OLD_ENOUGH = "q.service = 'GeefDossierVDAB' and q.asked_at >= w.since and q.asked_at < w.until - interval '1 day'"
_SOON = "q.status = 'DONE' and q.finished_at <= q.asked_at + interval '1 day'"
_NOT_SOON = f"{_OLD_ENOUGH} and ({_SOON}) is not true"


def _latency(code: str, name: str, what: str, part: float, norm: float) -> Measure:
    """How long the sources take. What stood in a file was answered when the file was: that says nothing of them."""
    return Measure(
        code, name, what, Unit.SECONDS, False, norm,
        "select w.nr, d.agency_id, count(*), count(*),"
        f" percentile_cont({part}) within group (order by extract(epoch from a.ended_at - a.started_at))"
        f" from {_W} join exchange_attempt a on a.started_at >= w.since and a.started_at < w.until"
        " and a.ended_at < w.until and a.outcome <> 'SOURCE_DOWN' and a.file_id is null"
        f" join exchange_question q on q.id = a.question_id {_OF_DOSSIER}",
        flow=True,
    )  # fmt: skip


def _happened(code: str, kind: str, name: str, what: str, *, up: bool = False, norm: float = 50.0) -> Measure:
    """How often something was written down in the period."""
    sql = (
        f"select w.nr, d.agency_id, count(*), count(*), count(*)::float from {_W} join dossiers_event v"
        f" on v.kind = '{kind}' and v.recorded_at >= w.since and v.recorded_at < w.until"
        f" join dossiers_dossier d on d.id = v.dossier_id {_PER_WINDOW}"
    )
    people = (
        f"exists (select from dossiers_event v where v.dossier_id = d.id and v.kind = '{kind}'"
        " and v.recorded_at >= w.since and v.recorded_at < w.until)"
    )
    return Measure(code, name, what, Unit.COUNT, up, norm, sql, flow=True, people=people)


_LAST_LIST = "(select l.id from exchange_delivered l order by l.received_at desc limit 1)"
_LIST_IS_THERE = "(select l.erased_at is null from exchange_delivered l order by l.received_at desc limit 1)"


def _difference(kind: Kind) -> Measure:
    """How many people differ from the last list of VDAB. Nothing to measure without a list."""
    total = kind is Kind.ONLY_VDAB  # who has no dossier has no agency
    group = "" if total else _GROUP
    dossier = "" if total else " join dossiers_dossier d on d.id = x.dossier_id"
    there = f"select from exchange_difference x where x.dossier_id = d.id and x.list_id = {_LAST_LIST}"
    return Measure(
        f"LIST_{kind.value}", f"Lijst van VDAB: {kind.label[0].lower()}{kind.label[1:]}",
        "Hoeveel mensen op deze manier verschillen van de laatste lijst van VDAB.", Unit.COUNT, False, 0.0,
        f"select {'null' if total else 'd.agency_id'}, count(*), count(*), case when {_LIST_IS_THERE} then"
        f" count(*)::float end from exchange_difference x{dossier}"
        f" where x.list_id = {_LAST_LIST} and x.kind = '{kind.value}' {group}",
        people="" if total else f"exists ({there} and x.kind = '{kind.value}')",
    )  # fmt: skip


_BY_HAND = "v.source in ('CASE_WORKER', 'CLIENT')"
_GONE = "d.outcome = 'TO_REFER'"
# VDAB or Actiris told whether somebody is registered; an answer in part did not (K-05).
_LOOKED_INTO = f"{_OPEN} and d.outcome in ('TO_REFER', 'REGISTERED') and d.step <> 'EMPLOYMENT_SERVICE_CHECK'"
_FAILED = "q.status = 'DEAD' and q.handled = ''"
_FIRST_FAILURE = (
    "(select min(a.ended_at) from exchange_attempt a where a.question_id in (select q.id union all select r.question_id"
    f" from exchange_replayed r where r.became_id = q.id) and a.outcome not in {_ANSWERS})"
)
_LIST = (
    _answers("ANSWERS", Service.VDAB_FILE, "Vragen aan VDAB met een antwoord"),
    _answers("ANSWERS_SEEKER", Service.JOB_SEEKER, "Vragen over inschrijving (KSZ) met een antwoord"),
    _answers("ANSWERS_WORK", Service.WORK, "Vragen over werk (RSZ) met een antwoord"),
    Measure(
        "WITHIN_A_DAY", "Antwoord binnen een dag",
        "Van de vragen aan VDAB van deze periode die minstens een dag oud zijn: hoeveel kregen binnen 24 uur een"
        " antwoord.",
        Unit.SHARE, True, 0.9,
        f"select w.nr, d.agency_id, {_share(_SOON)} {_FROM_QUESTIONS} {_OLD_ENOUGH} {_OF_DOSSIER}",
        flow=True, people=_about(_NOT_SOON), questions=_NOT_SOON,
    ),
    _latency("LATENCY_HALF", "Helft beantwoord binnen",
             "De tijd waarbinnen de helft van de bevragingen van deze periode beantwoord is.", 0.5, 3.0),
    _latency("LATENCY", "95 % beantwoord binnen",
             "De tijd waarbinnen 95 % van de bevragingen van deze periode beantwoord is.", 0.95, 10.0),
    Measure(
        "RESOLUTION", "Tijd van mislukt tot opgelost",
        "De mediaan van de tijd tussen een eerste mislukte poging en het antwoord, voor wat in deze periode opgelost"
        " is.",
        Unit.HOURS, False, 24.0,
        "select w.nr, d.agency_id, count(*), count(*), percentile_cont(0.5) within group"
        " (order by extract(epoch from q.finished_at - f.at) / 3600)"
        f" {_FROM_QUESTIONS} q.status = 'DONE' and q.finished_at >= w.since and q.finished_at < w.until"
        f" cross join lateral (select {_FIRST_FAILURE} as at) f"
        f" join dossiers_dossier d on d.id = q.dossier_id where f.at < q.finished_at {_PER_WINDOW}",
        flow=True,
    ),
    Measure(
        "DEAD", "Vastgelopen vragen",
        "Hoeveel vragen wachten op iemand: er komt vanzelf geen antwoord meer.",
        Unit.COUNT, False, 0.0,
        "select d.agency_id, count(*), count(*), count(*)::float from exchange_question q"
        f" join dossiers_dossier d on d.id = q.dossier_id where {_FAILED} {_GROUP}",
        people=_about(_FAILED), questions=_FAILED,
    ),
    _people("FRESH", "VDAB-gegevens niet verouderd",
            "Van wie VDAB of Actiris iets vertelde: hoeveel antwoorden zijn niet ouder dan regel A-02 toelaat.",
            f"{_OPEN} and d.answered_on is not null", "d.answered_on >= %(today)s - %(stale)s", norm=0.8),
    Measure(
        "AGE", "Leeftijd van VDAB-gegevens",
        "De mediaan van de dagen sinds het laatste antwoord van VDAB of Actiris.",
        Unit.DAYS, False, 14.0,
        "select d.agency_id, count(*), count(*), percentile_cont(0.5) within group (order by %(today)s - d.answered_on)"
        f" from dossiers_dossier d where {_OPEN} and d.answered_on is not null {_GROUP}",
    ),
    _people("DELIVERED", "Dossier van VDAB geleverd",
            "Van wie nu bij VDAB ingeschreven is: van hoeveel gaf VDAB het dossier zelf. Van de anderen is er enkel een"
            " bewijs of wat iemand intikte: die velden zijn niet geleverd, niet leeg.",
            _AT_VDAB, _DELIVERED, norm=0.9),
    _filled("CATEGORY", "Categorie ingevuld",
            "Van wie VDAB het dossier gaf: bij hoeveel staat er een categorie in.", _FILE, "d.category = ''"),
    _filled("COUNSELLOR", "Bemiddelaar ingevuld",
            "Van wie VDAB het dossier gaf: bij hoeveel staat er een bemiddelaar met naam in.", _FILE,
            f"coalesce({_COUNSELLOR}->>'name', '') = ''", 0.8),
    _filled("CONTACT", "Bemiddelaar bereikbaar",
            "Van wie VDAB het dossier gaf: bij hoeveel staat er een telefoon of e-mail van de bemiddelaar in.", _FILE,
            f"coalesce(nullif({_COUNSELLOR}->>'phone', ''), {_COUNSELLOR}->>'email', '') = ''", 0.8),
    _filled("OFFICE", "Kantoor ingevuld",
            "Van wie VDAB het dossier gaf: bij hoeveel staat er een kantoor in.", _FILE, "d.office = ''", 0.8),
    _filled("REGISTERED_ON", "Datum van inschrijving ingevuld",
            "Van wie gekend is bij VDAB of Actiris: van hoeveel kennen we de dag van inschrijving.", _KNOWN,
            "d.registered_on is null"),
    _filled("NUMBER", "Rijksregisternummer gekend", "Hoeveel open dossiers hebben een nummer.", _OPEN,
            "d.insz is null"),
    _filled("CONTRACT", "Contractdatum gekend", "Hoeveel open dossiers hebben een contractdatum.", _OPEN,
            "d.contract_signed_on is null", 0.9),
    _filled("LANGUAGE", "Contacttaal gekend", "Hoeveel open dossiers hebben een contacttaal.", _OPEN,
            "d.language = ''"),
    _filled("MUNICIPALITY", "Gemeente gekend", "Hoeveel open dossiers hebben een gemeente.", _OPEN,
            "d.municipality = ''"),
    _filled("REGION", "Gewest gekend", "Hoeveel open dossiers hebben een gewest, dus een dienst voor werk.", _OPEN,
            "d.region = ''"),
    _count("NO_STEP", "Dossiers zonder volgende stap",
           "Hoeveel mensen moeten nog naar VDAB of Actiris, en er staat niets te doen in hun dossier.",
           f"{_OPEN} and d.outcome in ('TO_ASSESS', 'UNDETERMINED', 'TO_REFER')",
           "d.asked_at is null and not exists (select from dossiers_task t where t.dossier_id = d.id and"
           " t.closed_at is null)"),
    _count("CONFLICTS", "Open tegenspraken",
           "Hoeveel mensen tonen een bewijs dat VDAB tegenspreekt, en niemand besliste al.", _OPEN, "d.conflict"),
    _happened("SETTLED", "CONFLICT_SETTLED", "Besliste tegenspraken",
              "Over hoeveel tegenspraken iemand in deze periode besliste.", up=True, norm=0.0),
    _happened("REPLACED", "NUMBER_REPLACED", "Vervangen nummers",
              "Hoeveel rijksregisternummers in deze periode vervangen zijn. BIS dat rijksregister wordt is gewoon."),
    _happened("CANCELLED", "NUMBER_CANCELLED", "Geannuleerde nummers",
              "Hoeveel rijksregisternummers in deze periode geannuleerd zijn.", norm=0.0),
    Measure(
        "MANUAL", "Met de hand ingevuld",
        "Van de antwoorden over inschrijving in deze periode: hoeveel typte een mens in plaats van een register.",
        Unit.SHARE, False, 0.05,
        f"select w.nr, d.agency_id, {_share(_BY_HAND)} from {_W} join dossiers_event v"
        " on v.kind in ('EMPLOYMENT_SERVICE_ANSWERED', 'PROOF_SHOWN') and v.recorded_at >= w.since"
        f" and v.recorded_at < w.until join dossiers_dossier d on d.id = v.dossier_id {_PER_WINDOW}",
        flow=True,
    ),
    Measure(
        "DOUBLES", "Mogelijk dubbele dossiers",
        "Hoeveel paren van dossiers gaan misschien over dezelfde persoon, en niemand besliste al.",
        Unit.COUNT, False, 0.0,
        "select d.agency_id, count(*), count(*), count(*)::float from dossiers_mergeproposal p"
        f" join dossiers_dossier d on d.id = p.one_id where p.status = 'OPEN' {_GROUP}",
        people=f"{_OPEN} and exists (select from dossiers_mergeproposal p"
        " where p.status = 'OPEN' and d.id in (p.one_id, p.other_id))",
    ),
    _count("NEVER_ASKED", "Nog nooit nagegaan",
           "Hoeveel mensen zijn niet duurzaam aan het werk en vroegen we nog nooit aan VDAB of Actiris.",
           f"{_OPEN} and d.outcome = 'TO_REFER'", "d.answer = '' and d.asked_at is null"),
    Measure(
        "ONLY_KBI", "In KBI en niet bij VDAB",
        "Van wie niet duurzaam werkt en nagegaan is: hoeveel kent VDAB of Actiris niet of niet meer.",
        Unit.SHARE, False, 0.25,
        f"select d.agency_id, {_share(_GONE)} from dossiers_dossier d where {_LOOKED_INTO} {_GROUP}",
        people=f"{_LOOKED_INTO} and {_GONE}",
    ),
    *(_difference(kind) for kind in Kind if kind is not Kind.EQUAL),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {measure.code: measure for measure in _LIST}
