"""The verbs of a dossier. Each one checks what it is given, records events and logs who did it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.dossiers.numbers import take_numbers
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.timeline import NewEvent, NumberTakenError, load_state, open_many, record, record_many
from toeleiding.law import Suspension
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, Staff


class DossierError(Exception):
    """Something cannot be done with this dossier now. The message says what to do, in Dutch."""


class AlreadyThereError(DossierError):
    """A dossier for this INSZ exists."""

    def __init__(self, dossier: Dossier) -> None:
        super().__init__(f"Er bestaat al een dossier met dit nummer: {dossier.number}. Open dat dossier.")
        self.dossier = dossier


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why one dossier of a bulk action was passed over."""

    dossier: Dossier
    why: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a bulk action did: "12 van 14, 2 overgeslagen omdat ..."."""

    done: list[Dossier]
    skipped: list[Skipped]


def find_by_insz(insz: str) -> Dossier | None:
    """The dossier that holds this number now or held it before; an old number finds its person."""
    found = PersonNumber.objects.filter(insz=insz).select_related("dossier").first()
    return found.dossier if found else None


def likely_doubles(first_name: str, last_name: str, birth: str | None) -> list[Dossier]:
    """Dossiers that may be about the same person: same birth year and a name that is much alike."""
    found = Dossier.objects.filter(last_name__trigram_similar=last_name, first_name__trigram_similar=first_name).defer(
        "state"
    )
    if birth:
        found = found.filter(birth__startswith=birth[:4])
    return list(found.select_related("agency", "case_worker")[:5])


@transaction.atomic
def open_dossier(
    access: Access,
    news: Sequence[e.Data],
    *,
    agency: str,
    origin: Literal["KBI", "BY_HAND", "UPLOAD", "REFERRAL"],
    source: e.Source = e.Source.CASE_WORKER,
    case_worker: str | None = None,
) -> Dossier:
    """Open a dossier with what is known. Raises AlreadyThereError when its INSZ has one."""
    for data in news:
        for insz in _numbers_in(data):
            if there := find_by_insz(insz):
                raise AlreadyThereError(there)
    today = timezone.localdate()
    number = take_numbers(today.year)[0]
    first = e.Opened(agency=agency, case_worker=case_worker, origin=origin)
    events = [NewEvent(data, _occurred(data, today), source, access.staff) for data in (first, *news)]
    try:
        dossier = open_many([(number, events)])[0].dossier
    except NumberTakenError as taken:
        raise AlreadyThereError(taken.dossier) from taken
    access.log(AccessAction.CHANGED, [dossier.pk], "dossier geopend")
    return dossier


def _numbers_in(data: e.Data) -> tuple[str, ...]:
    """The numbers that an event gives to a person."""
    if isinstance(data, e.NumberAssigned):
        return (data.insz,)
    return (data.old, data.new) if isinstance(data, e.NumberReplaced) else ()


def _occurred(data: e.Data, today: date) -> date:
    return data.signed_on if isinstance(data, e.ContractRegistered) else today


@transaction.atomic
def assess_work(
    access: Access,
    dossier: Dossier,
    choice: str,
    *,
    basis: str = "TALK",
    on: date | None = None,
    reason: str = "",
    review_on: date | None = None,
) -> Dossier:
    """T1: note the caseworker's choice. "Kan tijdelijk niet werken" needs a review date (W-07)."""
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise DossierError("Deze datum ligt in de toekomst. Kies vandaag of een eerdere dag.")
    if choice == "TEMPORARILY_UNABLE" and review_on is None:
        raise DossierError("Kies een datum waarop je opnieuw nagaat of werken kan.")
    data = e.from_builtins(
        e.WorkSituationAssessed.kind,
        {"choice": choice, "basis": basis, "reason": reason, "review_on": review_on},
    )
    return _changed(access, dossier, "werksituatie", NewEvent(data, day, e.Source.CASE_WORKER, access.staff))


@transaction.atomic
def ask_employment_service(access: Access, dossiers: Sequence[Dossier]) -> Bulk:
    """T2: ask the employment service about these people. The exchange takes each question further.

    Who cannot be asked about is skipped with the reason: no INSZ, a question already under way, or living
    where neither VDAB nor Actiris serves. Two clicks at once ask one question: each looks at the dossiers as
    they are once it holds them.
    """
    now = _held(access, dossiers)
    ask: list[Dossier] = []
    skipped: list[Skipped] = []
    for dossier in (now.get(given.pk, given) for given in dossiers):
        why = _why_not_asked(dossier) if dossier.pk in now else _NOT_YOURS
        if why:
            skipped.append(Skipped(dossier, why))
        else:
            ask.append(dossier)
    today = timezone.localdate()
    recorded = record_many(
        {
            dossier.pk: [
                NewEvent(
                    e.EmploymentServiceAsked(
                        question=uuid4(), service="ACTIRIS" if dossier.region == "BRUSSEL" else "VDAB"
                    ),
                    today,
                    e.Source.CASE_WORKER,
                    access.staff,
                )
            ]
            for dossier in ask
        }
    )
    access.log(AccessAction.ASKED, [dossier.pk for dossier in ask], "VDAB-status")
    return Bulk([one.dossier for one in recorded], skipped)


def can_be_asked(dossiers: Sequence[Dossier]) -> tuple[list[Dossier], list[Skipped]]:
    """Who can be asked about, and who not with the reason: what `ask_employment_service` would do, before it does."""
    whys = [(dossier, _why_not_asked(dossier)) for dossier in dossiers]
    return [one for one, why in whys if not why], [Skipped(one, why) for one, why in whys if why]


_NOT_YOURS = "Je mag dit dossier niet aanvullen. Werk je samen rond deze persoon? Vraag toegang."


def _held(access: Access, dossiers: Sequence[Dossier]) -> dict[int, Dossier]:
    """Those of these dossiers that this person may see, as they are now; nobody else writes there until we end."""
    keys = [dossier.pk for dossier in dossiers]
    found = Dossier.objects.select_for_update().filter(visible_to(access), pk__in=keys).order_by("pk")
    return {dossier.pk: dossier for dossier in found}


def _why_not_asked(dossier: Dossier) -> str:
    if dossier.merged_into_id is not None:
        return "Dit dossier is samengevoegd met een ander. Vraag het daar."
    if dossier.insz is None:
        return "Er is geen rijksregisternummer. Vul het eerst in bij de persoonsgegevens."
    if dossier.asked_at is not None:
        return "Er loopt al een vraag. Het antwoord komt vanzelf."
    if dossier.region == "WALLONIE":
        return "Deze persoon woont in Wallonië. VDAB en Actiris zijn daar niet bevoegd."
    return ""


@transaction.atomic
def ask_work(access: Access, dossier: Dossier) -> Dossier:
    """T1: ask the work register (Dimona) about this person."""
    held = _held(access, [dossier]).get(dossier.pk)
    if held is None:
        raise DossierError(_NOT_YOURS)
    dossier = held
    if dossier.insz is None:
        raise DossierError("Er is geen rijksregisternummer. Vul het eerst in bij de persoonsgegevens.")
    if load_state(dossier).work_asked is not None:
        raise DossierError("Er loopt al een vraag. Het antwoord komt vanzelf.")
    event = NewEvent(e.WorkAsked(question=uuid4()), timezone.localdate(), e.Source.CASE_WORKER, access.staff)
    changed = record(dossier, event)
    access.log(AccessAction.ASKED, [dossier.pk], "werkgegevens")
    return changed


@transaction.atomic
def note_answer_by_hand(
    access: Access,
    dossier: Dossier,
    *,
    answer: Literal["KNOWN", "NOT_KNOWN"],
    reason: str,
    category: str | None = None,
    registered_on: date | None = None,
    counsellor: e.Counsellor | None = None,
) -> Dossier:
    """T2 by hand, with a reason: what a counsellor told by phone, when the exchange cannot say."""
    if not reason.strip():
        raise DossierError("Vul in waarom je dit zelf noteert, zoals: gebeld met VDAB Mechelen.")
    if answer == "KNOWN" and not (category or registered_on):
        raise DossierError("Vul de categorie of de datum van inschrijving in.")
    data = e.EmploymentServiceAnswered(
        answer=answer,
        service="ACTIRIS" if dossier.region == "BRUSSEL" else "VDAB",
        category=category or None,
        registered_on=registered_on,
        counsellor=counsellor,
        note=reason,
    )
    event = NewEvent(data, timezone.localdate(), e.Source.CASE_WORKER, access.staff)
    return _changed(access, dossier, "VDAB-status met de hand", event)


@transaction.atomic
def copy_into_intake(access: Access, dossier: Dossier) -> Dossier:
    """ "Neem over": category, counsellor and registration date become part of the intake."""
    return _simple(access, dossier, e.EmploymentDataCopied(), "overgenomen in intake")


@transaction.atomic
def show_proof(
    access: Access, dossier: Dossier, registered_on: date, document: str, category: str | None = None
) -> Dossier:
    """The client shows a proof of registration. It stands beside the register's answer until settled."""
    if registered_on > timezone.localdate():
        raise DossierError("De inschrijving ligt in de toekomst. Kijk de datum op het bewijs na.")
    data = e.ProofShown(registered_on=registered_on, document=document, category=category)
    return _changed(access, dossier, "bewijs", NewEvent(data, timezone.localdate(), e.Source.CLIENT, access.staff))


@transaction.atomic
def settle_conflict(access: Access, dossier: Dossier, chosen: Literal["CLIENT", "REGISTER"], reason: str) -> Dossier:
    """A person decides which of two sides holds, and says why."""
    if not dossier.conflict:
        raise DossierError("Er is geen tegenspraak meer in dit dossier. Bekijk de tijdlijn.")
    if not reason.strip():
        raise DossierError("Vul in waarom je zo beslist.")
    return _simple(access, dossier, e.ConflictSettled(chosen=chosen, reason=reason), "tegenspraak beslist")


@transaction.atomic
def report_registration(access: Access, dossier: Dossier, registered_on: date) -> Dossier:
    """The client says to be registered: "gemeld", until the employment service confirms."""
    if registered_on > timezone.localdate():
        raise DossierError("Deze datum ligt in de toekomst. Kies vandaag of een eerdere dag.")
    data = e.RegistrationReported(registered_on=registered_on)
    return _changed(
        access,
        dossier,
        "inschrijving gemeld",
        NewEvent(data, timezone.localdate(), e.Source.CLIENT, access.staff),
    )


@transaction.atomic
def give_explanation(access: Access, dossier: Dossier, data: e.ExplanationGiven, on: date | None = None) -> Dossier:
    """T3: note that the pillar was explained."""
    event = NewEvent(data, on or timezone.localdate(), e.Source.CASE_WORKER, access.staff)
    return _changed(access, dossier, "toelichting", event)


@transaction.atomic
def suspend_term(access: Access, dossier: Dossier, begin: date, end: date | None, reason: str) -> Dossier:
    """Pause the term, with a reason. The days count from the day after the signature."""
    if not reason.strip():
        raise DossierError("Vul in waarom de termijn wordt opgeschort.")
    if end is not None and end < begin:
        raise DossierError("De einddatum ligt voor de begindatum. Verbeter een van de twee.")
    data = e.TermSuspended(suspension=Suspension(begin=begin, end=end, reason=reason))
    return _simple(access, dossier, data, "termijn opgeschort")


@transaction.atomic
def add_facts(access: Access, dossier: Dossier, *facts: e.Data, on: date | None = None) -> Dossier:
    """Note facts of the person card: right to work, region, address, language, a note..."""
    day = on or timezone.localdate()
    events = [NewEvent(data, _occurred(data, day), e.Source.CASE_WORKER, access.staff) for data in facts]
    return _changed(access, dossier, ", ".join(data.title.lower() for data in facts), *events)


@transaction.atomic
def assign(access: Access, dossiers: Sequence[Dossier], to: Staff, note: str = "") -> Bulk:
    """Give dossiers to a colleague of the same agency."""
    mine = [dossier for dossier in dossiers if dossier.agency_id == to.organisation_id]
    skipped = [
        Skipped(dossier, "Deze collega werkt voor een ander agentschap.")
        for dossier in dossiers
        if dossier.agency_id != to.organisation_id
    ]
    event = NewEvent(
        e.Assigned(case_worker=to.username, note=note),
        timezone.localdate(),
        e.Source.CASE_WORKER,
        access.staff,
    )
    recorded = record_many({dossier.pk: [event] for dossier in mine})
    access.log(AccessAction.CHANGED, [dossier.pk for dossier in mine], "toegewezen")
    return Bulk([one.dossier for one in recorded], skipped)


@transaction.atomic
def correct(access: Access, dossier: Dossier, event: int, data: e.Data, on: date) -> Dossier:
    """Put an earlier event right. The old one stays on the timeline, struck through."""
    new = NewEvent(data, on, e.Source.CASE_WORKER, access.staff, corrects=event)
    return _changed(access, dossier, "rechtzetting", new)


def _simple(access: Access, dossier: Dossier, data: e.Data, what: str) -> Dossier:
    return _changed(access, dossier, what, NewEvent(data, timezone.localdate(), e.Source.CASE_WORKER, access.staff))


def _changed(access: Access, dossier: Dossier, what: str, *events: NewEvent) -> Dossier:
    """Record, but only in a dossier that this person may see; and log it."""
    if not Dossier.objects.filter(visible_to(access), pk=dossier.pk).exists():
        raise DossierError(_NOT_YOURS)
    try:
        changed = record(dossier, *events)
    except NumberTakenError as taken:
        raise AlreadyThereError(taken.dossier) from taken
    access.log(AccessAction.CHANGED, [dossier.pk], what[:200])
    return changed
