"""Recorded events become notices, in the same transaction and set-based."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Event
from toeleiding.dossiers.timeline import NewEvent, Recorded
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.outreach import limits
from toeleiding.outreach.models import NoticeKind
from toeleiding.outreach.services import Told, tell
from toeleiding.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class _News:
    """One event to hear of. `asked` and `referral` say who is told, otherwise it is the case worker."""

    dossier: int
    case_worker: int | None
    kind: NoticeKind
    key: str
    url: str
    actor: int | None
    params: dict[str, Any] = field(default_factory=dict)
    asked: UUID | None = None
    referral: UUID | None = None


def on_recorded(recorded: Sequence[Recorded]) -> None:
    """Tell who must know what was just written down; never somebody of what she did herself.

    What is recorded with a moment of long ago (a population, a restored timeline) is no news.
    """
    if not recorded or recorded[0].dossier.changed_at < timezone.now() - timedelta(days=limits.NEWS_DAYS):
        return
    news = [one for done in recorded for one in _news(done)]
    if not news:
        return
    readers = _readers(news)
    tell(
        [
            Told(reader, one.dossier, one.kind, one.key, one.url, one.params, one.actor)
            for one in news
            for reader in readers(one)
        ],
        recorded[0].dossier.changed_at,
    )


def _news(done: Recorded) -> Iterator[_News]:
    dossier = done.dossier
    first = dossier.events - len(done.events)
    for place, new in enumerate(done.events, start=first):
        if new.corrects is not None:  # a mistake put right is no news
            continue
        if isinstance(new.data, e.EmploymentServiceAnswered) and (day := _missed(new.data, done)):
            yield _News(
                dossier.pk, dossier.case_worker_id, NoticeKind.APPOINTMENT_MISSED, f"missed/{day}",
                dossier.get_absolute_url(), new.actor.pk if new.actor else None,
            )  # fmt: skip
        found = _means(new)
        if found is None:
            continue
        kind, more = found
        if kind is NoticeKind.APPOINTMENT_MISSED:
            more["key"] = f"missed/{new.occurred_on}"  # VDAB and our own agenda tell of one happening
        yield _News(
            dossier=dossier.pk,
            case_worker=dossier.case_worker_id,
            kind=kind,
            key=more.pop("key", str(place)),
            url=more.pop("url", dossier.get_absolute_url()),
            actor=new.actor.pk if new.actor else None,
            **more,
        )


def _missed(told: e.EmploymentServiceAnswered, done: Recorded) -> date | None:
    """The day that VDAB's file says was missed, as long as nobody called: each answer says it again."""
    steps = (*told.invitations, *told.advices, *told.tests)
    since = done.state.call_since
    return since if any(step.attended is False and step.on == since for step in steps) else None


def _means(new: NewEvent) -> tuple[NoticeKind, dict[str, Any]] | None:
    """What kind of notice an event makes, and what is special about it; None when nobody is told."""
    match new.data:
        case e.EmploymentServiceAnswered(question=question, service=service) if question is not None:
            return NoticeKind.ANSWER, {"asked": question, "params": {"service": service}}
        case e.ReferralDelivered(referral=referral):
            return NoticeKind.REFERRAL_NEW, {"referral": referral, "url": f"/vdab/inbox/{referral}"}
        case e.ReferralAccepted():
            return NoticeKind.REFERRAL_ACCEPTED, {}
        case e.ReferralQuestioned():
            return NoticeKind.REFERRAL_QUESTIONED, {}
        case e.ReferralReturned():
            return NoticeKind.REFERRAL_RETURNED, {}
        case e.ReferralNotDelivered():
            return NoticeKind.REFERRAL_NOT_ARRIVED, {}
        case e.AppointmentPlanned(at=at):
            return NoticeKind.APPOINTMENT_PLANNED, {"params": {"on": timezone.localdate(at).isoformat()}}
        case e.ClientAskedHelp():
            return NoticeKind.HELP_ASKED, {}
        case e.AppointmentEnded(held=False):
            return NoticeKind.APPOINTMENT_MISSED, {}
        case e.ContactHeld(held=False):
            return NoticeKind.APPOINTMENT_MISSED, {}
        case e.FeedbackGiven(event="APPOINTMENT_MISSED"):
            return NoticeKind.APPOINTMENT_MISSED, {}
        case e.Assigned(case_worker=worker) if worker:
            return NoticeKind.ASSIGNED, {}
    return None


def _readers(news: Sequence[_News]) -> Callable[[_News], list[int]]:
    """Who is told of one event: two or three queries for all of them together, none when nothing needs them."""
    askers = _askers(news)
    offices = _offices(news)

    def readers(one: _News) -> list[int]:
        if one.asked is not None:
            return [askers[one.asked]] if one.asked in askers else []
        if one.referral is not None:
            return offices.get(one.referral, [])
        return [one.case_worker] if one.case_worker is not None else []

    return readers


def _askers(news: Sequence[_News]) -> dict[UUID, int]:
    """Question -> who asked it. What the system asks by itself was asked by nobody."""
    asked = {one.asked: one.dossier for one in news if one.asked is not None}
    if not asked:
        return {}
    rows = Event.objects.filter(
        dossier__in=set(asked.values()),
        kind=e.EmploymentServiceAsked.kind,
        actor__isnull=False,
        data__question__in=[str(question) for question in asked],
    )
    return {UUID(question): actor for question, actor in rows.values_list("data__question", "actor")}


def _offices(news: Sequence[_News]) -> dict[UUID, list[int]]:
    """Referral -> the counsellors of the office that received it."""
    wanted = {one.referral for one in news if one.referral is not None}
    if not wanted:
        return {}
    offices = dict(Referral.objects.filter(pk__in=wanted, office__isnull=False).values_list("pk", "office"))
    counsellors = (
        StaffRole.objects.held_on(timezone.localdate())
        .filter(organisation__in=set(offices.values()), role=Role.VDAB_COUNSELLOR)
        .values_list("organisation", "staff")
    )
    at_office: dict[int, list[int]] = {}
    for office, staff in counsellors:
        at_office.setdefault(office, []).append(staff)
    return {referral: at_office.get(office, []) for referral, office in offices.items()}
