"""The verbs of a referral. Each holds the dossier and then the referral, asks the state machine, and records an event.

The state of a referral itself is moved by `subscribers`, in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to as dossiers_visible_to
from toeleiding.dossiers.services import AlreadyThereError, open_dossier
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.exchange.outbox import hold_referral
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.referrals import content, subscribers
from toeleiding.referrals.models import Direction, Referral, ReferralStep
from toeleiding.referrals.selectors import of_dossier, offices, referrals, visible_to
from toeleiding.referrals.states import OPEN, Action, NotAllowedError, Side, State, after
from toeleiding.rulebook.selectors import in_force


class ReferralError(Exception):
    """Something cannot be done with this referral now. The message says what to do, in Dutch."""


class SavedMeanwhileError(ReferralError):
    """Somebody else saved this draft since it was opened; nothing of theirs is overwritten."""

    def __init__(self, saved: Referral) -> None:
        who = str(saved.saved_by) if saved.saved_by else "Iemand"
        super().__init__(f"{who} wijzigde dit intussen. Klik op Ga verder om de verschillen te zien.")
        self.saved = saved


_NOT_YOURS = "Deze doorverwijzing is niet van jouw dienst. Vraag een collega van de juiste dienst."


def why_not(dossier: Dossier) -> str:
    """Why nobody can refer this person to VDAB now; empty when one can."""
    if dossier.insz is None:
        return "Er is geen rijksregisternummer. Vul het eerst in bij de persoonsgegevens."
    if dossier.region == "BRUSSEL":
        return "Deze persoon woont in Brussel. Actiris krijgt geen doorverwijzing via MAGDA: bel met Actiris."
    if dossier.region == "WALLONIE":
        return "Deze persoon woont in Wallonië. VDAB is daar niet bevoegd."
    if dossier.outcome == "NOT_APPLICABLE":
        return "De pijler werk geldt niet voor deze persoon. Bekijk de reden in het dossier."
    if dossier.tab == "DONE" and dossier.outcome in ("TO_REFER", "REGISTERED", "TO_ASSESS", "UNDETERMINED"):
        return "Het traject is afgerond. Start het traject opnieuw voor je doorverwijst."
    return ""


@transaction.atomic
def begin(access: Access, dossier: Dossier) -> Referral:
    """The open referral of this person to VDAB, or a new draft. Two clicks at once begin one draft."""
    _hold_dossier(access, dossier)
    there = of_dossier(dossier).filter(direction=Direction.OUT, state__in=OPEN).first()
    if there is not None:
        return there
    state, now = load_state(dossier), timezone.now()
    office = content.office_for(state.nis, offices())
    draft = content.Draft(office=office.code if office else "", phone=state.phone or "")
    return Referral.objects.create(
        direction=Direction.OUT,
        dossier=dossier,
        agency_id=dossier.agency_id,
        office=office,
        state=State.DRAFT,
        since=now,
        content=msgspec.to_builtins(draft),
        saved_by=access.staff,
    )


@transaction.atomic
def save(access: Access, referral: Referral, values: Mapping[str, str], seen: int | None = None) -> Referral:
    """Keep what the form holds. `seen` is the version it was opened with; None saves whatever stands there.

    Who is not overwritten is somebody else: a form that saves itself while its reader presses a button is one hand.
    Raises SavedMeanwhileError when words of somebody else would be lost, or ReferralError when it was sent meanwhile.
    """
    held = _hold(access, referral)
    if held.standing is not State.DRAFT:
        raise ReferralError("Deze doorverwijzing is al verstuurd. Laad de pagina opnieuw.")
    if seen is not None and seen != held.version and held.saved_by_id != access.staff.pk:
        theirs = content.draft_of(held.content)
        if any(getattr(theirs, name) not in ("", value) for name, value in values.items()):
            raise SavedMeanwhileError(held)
    known = {one.code: one for one in offices()}
    draft = content.draft_of({**held.content, **{name: value[:2000] for name, value in values.items()}})
    kept = msgspec.to_builtins(draft)
    if kept != held.content:
        held.content, held.version = kept, held.version + 1
    held.office = known.get(draft.office)
    held.saved_at, held.saved_by = timezone.now(), access.staff
    held.save(update_fields=["content", "version", "office", "saved_at", "saved_by"])
    return held


@transaction.atomic
def send(access: Access, referral: Referral) -> Referral:
    """Send it for the first time: the identity stands since the draft, the content is fixed from here on."""
    held = _hold(access, referral)
    _may(held, Side.SENDER, Action.SEND)
    if held.standing is not State.DRAFT:
        return _send_again(access, held)
    dossier = _dossier(held)
    if why := why_not(dossier):
        raise ReferralError(why)
    draft, state, now = content.draft_of(held.content), load_state(dossier), timezone.now()
    if lacking := content.lacks(draft, state, in_force(), now):
        raise ReferralError(lacking[0].sentence)
    assert held.office is not None
    held.insz = dossier.insz or ""
    held.save(update_fields=["insz"])
    data = e.ReferralSent(
        referral=held.pk,
        question=uuid4(),
        office=held.office.short_name,
        content=content.message(draft, state, dossier, held.office, access.staff),
        note=draft.note.strip() if content.needs_note(state, in_force(), now) else "",
    )
    return _record(access, held, data, "doorverwezen naar VDAB", action=AccessAction.ASKED)


def _send_again(access: Access, held: Referral) -> Referral:
    """The same identity and content in a new question: whether the first one arrived is not known."""
    sent = content.content_of(held.message)
    office = sent.receiver.name or "VDAB"
    data = e.ReferralSent(referral=held.pk, question=uuid4(), office=office, content=sent)
    return _record(access, held, data, "doorverwijzing opnieuw verstuurd", action=AccessAction.ASKED)


@transaction.atomic
def answer(access: Access, referral: Referral, text: str) -> Referral:
    """The sender answers the question; the receiver goes on with the same case."""
    held = _hold(access, referral)
    _may(held, Side.SENDER, Action.ANSWER)
    data = e.ReferralAnswered(referral=held.pk, text=_said(text, "Schrijf je antwoord."))
    return _record(access, held, data, "vraag over doorverwijzing beantwoord")


@transaction.atomic
def withdraw(access: Access, referral: Referral, reason: str) -> Referral:
    """The sender takes it back. No message of MAGDA does so (decision 022): who works elsewhere is called."""
    hold_referral(referral.pk)
    held = _hold(access, referral)
    _may(held, Side.SENDER, Action.WITHDRAW)
    data = e.ReferralWithdrawn(referral=held.pk, reason=_said(reason, "Schrijf waarom je de doorverwijzing intrekt."))
    return _record(access, held, data, "doorverwijzing ingetrokken")


@transaction.atomic
def close(access: Access, referral: Referral, reason: str) -> Referral:
    """Nothing is expected of either side any more."""
    held = _hold(access, referral)
    _may(held, Side.SENDER, Action.CLOSE)
    data = e.ReferralClosed(referral=held.pk, reason=_said(reason, "Schrijf waarom je de doorverwijzing afsluit."))
    return _record(access, held, data, "doorverwijzing afgesloten")


@transaction.atomic
def ask(access: Access, referral: Referral, text: str) -> Referral:
    """The receiver wants to know something first; the case does not get lost."""
    held = _hold(access, referral)
    _may(held, Side.RECEIVER, Action.ASK)
    data = e.ReferralQuestioned(referral=held.pk, text=_said(text, "Schrijf wat je wil weten."))
    return _record(access, held, data, "vraag over doorverwijzing gesteld")


@transaction.atomic
def accept(
    access: Access, referral: Referral, category: str, counsellor: e.Counsellor, appointment: e.Appointment
) -> Referral:
    """VDAB takes the person up, with everything that the agency needs: it stands in the dossier without retyping."""
    held = _hold(access, referral)
    _may(held, Side.RECEIVER, Action.ACCEPT)
    if not category:
        raise ReferralError("Kies een categorie.")
    data = e.ReferralAccepted(referral=held.pk, category=category, counsellor=counsellor, appointment=appointment)
    return _record(access, held, data, "doorverwijzing aanvaard")


@transaction.atomic
def give_back(access: Access, referral: Referral, reason: str, text: str = "") -> Referral:
    """The receiver gives it back with a reason."""
    held = _hold(access, referral)
    _may(held, Side.RECEIVER, Action.RETURN)
    data = e.ReferralReturned(referral=held.pk, reason=_said(reason, "Kies een reden."), text=text.strip())
    if reason == "OTHER" and not data.text:
        raise ReferralError("Schrijf waarom je de doorverwijzing teruggeeft.")
    if held.dossier_id is None:
        return _without_dossier(access, held, data)
    return _record(access, held, data, "doorverwijzing teruggegeven")


@transaction.atomic
def accept_incoming(access: Access, referral: Referral) -> Referral:
    """The agency takes up who was referred to it. Who has no dossier gets one now, by a person and not by a machine."""
    held = _hold(access, referral)
    _may(held, Side.RECEIVER, Action.ACCEPT)
    if held.dossier_id is None:
        held.dossier = _opened_for(access, held)
        held.save(update_fields=["dossier"])
    return _record(access, held, e.ReferralAccepted(referral=held.pk), "doorverwijzing van VDAB aanvaard")


def _opened_for(access: Access, held: Referral) -> Dossier:
    told = content.content_of(held.message)
    received = e.ReferralReceived(referral=held.pk, content=told)
    person = e.Identified(
        first_name=told.first_name or "",
        last_name=told.last_name or "",
        birth=told.birth.isoformat() if told.birth else None,
        sex={"M": "M", "V": "V", "O": "X"}.get(told.sex or ""),  # type: ignore[arg-type]
    )
    try:
        return open_dossier(
            access,
            [person, e.NumberAssigned(insz=held.insz), received],
            agency=held.agency.code,
            origin="REFERRAL",
            source=e.Source.VDAB,
            case_worker=access.staff.username if access.role is Role.CASE_WORKER else None,
        )
    except AlreadyThereError as there:
        return record(there.dossier, NewEvent(received, timezone.localdate(), e.Source.VDAB))


FeedbackKind = Literal["APPOINTMENT_HELD", "APPOINTMENT_MISSED", "TRAINING_STARTED", "WORK_FOUND", "STOPPED"]


@transaction.atomic
def report(access: Access, dossier: Dossier, event: FeedbackKind, on: Any, note: str = "") -> Dossier:
    """VDAB reports what happened with a joint client of the own office."""
    found = Dossier.objects.select_for_update().filter(dossiers_visible_to(access), pk=dossier.pk).first()
    if found is None or access.role is not Role.VDAB_COUNSELLOR:
        raise ReferralError("Deze persoon is geen gezamenlijke klant van jouw kantoor. Laad de lijst opnieuw.")
    if on > timezone.localdate():
        raise ReferralError("Deze datum ligt in de toekomst. Kies vandaag of een eerdere dag.")
    latest = of_dossier(found).filter(visible_to(access)).first()
    data = e.FeedbackGiven(event=event, referral=latest.pk if latest else None, note=note.strip())
    changed = record(found, NewEvent(data, on, e.Source.VDAB, access.staff))
    access.log(AccessAction.CHANGED, [found.pk], "terugmelding van VDAB")
    return changed


def _hold_dossier(access: Access, dossier: Dossier) -> Dossier:
    held = Dossier.objects.select_for_update().filter(dossiers_visible_to(access), pk=dossier.pk).first()
    if held is None or access.role not in (Role.CASE_WORKER, Role.TEAM_LEAD):
        raise ReferralError("Je mag dit dossier niet aanvullen. Werk je samen rond deze persoon? Vraag toegang.")
    return held


def _hold(access: Access, referral: Referral) -> Referral:
    """This referral, held: first its dossier and then itself, in the order in which answers are settled."""
    where = Dossier.objects.filter(referrals=referral.pk).first()
    if where is not None:
        Dossier.objects.select_for_update().filter(pk=where.kept.pk).values_list("pk").get()
    rows = Referral.objects.select_for_update(of=("self",)).select_related("office", "agency")
    held = rows.filter(visible_to(access), pk=referral.pk).first()
    if held is None:
        raise ReferralError(_NOT_YOURS)
    return held


def _may(held: Referral, side: Side, action: Action) -> None:
    try:
        after(held.standing, side, action)
    except NotAllowedError as trouble:
        raise ReferralError(str(trouble)) from None


def _dossier(held: Referral) -> Dossier:
    """Where the person is now."""
    assert held.dossier_id is not None
    return Dossier.objects.select_related("agency", "merged_into__agency").get(pk=held.dossier_id).kept


def _said(text: str, otherwise: str) -> str:
    if not text.strip():
        raise ReferralError(otherwise)
    return text.strip()[:2000]


def _record(
    access: Access, held: Referral, data: e.Data, what: str, action: AccessAction = AccessAction.CHANGED
) -> Referral:
    source = e.Source.VDAB if access.role is Role.VDAB_COUNSELLOR else e.Source.CASE_WORKER
    assert held.dossier_id is not None
    record(held.dossier_id, NewEvent(data, timezone.localdate(), source, access.staff))
    access.log(action, [held.dossier_id], what)
    held.refresh_from_db()
    return held


def _without_dossier(access: Access, held: Referral, data: e.ReferralReturned) -> Referral:
    """Nobody has a timeline to write this on: it stands with the referral alone."""
    now: datetime = timezone.now()
    new = NewEvent(data, timezone.localdate(now), e.Source.CASE_WORKER, access.staff)
    subscribers.move(held, new, now)
    access.log(AccessAction.CHANGED, detail="doorverwijzing van VDAB teruggegeven")
    return held


def thread(referral: Referral) -> list[ReferralStep]:
    """Everything that happened to it, in order, each with who did it."""
    return list(referral.steps.select_related("actor__organisation").order_by("id"))


def find(access: Access, key: str, direction: Direction) -> Referral | None:
    """The referral with this identity, out of an address, when this person may see it."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    return referrals(access).filter(pk=wanted, direction=direction).first()
