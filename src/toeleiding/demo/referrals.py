"""Referrals in the exercise environment: one in each state for every office, so that no drawer is empty."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import dossiers
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.organisations.access import Access, access_of
from toeleiding.organisations.models import Organisation, Role, Staff, StaffRole
from toeleiding.referrals import content, services
from toeleiding.referrals.models import Direction, Referral

OFFICES = ("vdab-mechelen", "vdab-antwerpen", "vdab-gent")
_STARTS = (
    "Werkte 6 jaar als lasser. Wil graag een opleiding in de bouw.",
    "Heeft ervaring in de zorg en wil deeltijds werken.",
    "Zoekt werk in een magazijn en heeft een rijbewijs.",
)


def refer_some(colleagues: dict[str, list[Staff]]) -> int:
    """Refer some people of every office and let the course of each go on to another state; returns how many."""
    made = 0
    for code in OFFICES:
        office = Organisation.objects.get(code=code)
        held = StaffRole.objects.select_related("staff", "organisation").filter(
            role=Role.VDAB_COUNSELLOR, organisation=office
        )
        counsellor = access_of(held[0])
        for place, (dossier, access) in enumerate(_people(office, colleagues)):
            _refer(access, dossier, place)
            COURSES[place](access, counsellor, dossier)
            made += 1
    return made


def _people(office: Organisation, colleagues: dict[str, list[Staff]]) -> list[tuple[Dossier, Access]]:
    """Who lives where the office is and still has to be referred, each with who follows her."""
    found = []
    for first, *_ in colleagues.values():
        access = access_of(StaffRole.objects.select_related("staff", "organisation").get(staff=first))
        waiting = dossiers(access).filter(outcome="TO_REFER", asked_at=None, insz__isnull=False, region="VLAANDEREN")
        waiting = waiting.exclude(tab="DONE").filter(state__nis__in=office.municipalities).order_by("number")
        found += [(one, access) for one in waiting]
    return found[: len(COURSES)]


def _refer(access: Access, dossier: Dossier, place: int) -> None:
    """Sent and received as it was done this morning: both are told at once, so nothing goes out again."""
    full = Dossier.objects.select_related("agency").get(pk=dossier.pk)
    draft = services.begin(access, full)
    filled = {"informed": "TALK", "phone": "0470 12 34 56", "start": _STARTS[place % len(_STARTS)]}
    draft = services.save(access, draft, filled)
    assert draft.office is not None
    if place == 0:  # the first is still a draft that somebody left
        return
    sent = e.ReferralSent(
        referral=draft.pk,
        question=uuid4(),
        office=draft.office.short_name,
        content=content.message(content.draft_of(draft.content), load_state(full), full, draft.office, access.staff),
    )
    received = e.ReferralDelivered(referral=draft.pk, question=sent.question)
    record(
        full,
        NewEvent(sent, timezone.localdate(), e.Source.CASE_WORKER, access.staff),
        NewEvent(received, timezone.localdate(), e.Source.VDAB),
    )


def _latest(dossier: Dossier) -> Referral:
    return Referral.objects.filter(dossier=dossier, direction=Direction.OUT).latest("since")


def _nothing(access: Access, counsellor: Access, dossier: Dossier) -> None:
    """It waits at VDAB."""


def _question(access: Access, counsellor: Access, dossier: Dossier) -> None:
    services.ask(counsellor, _latest(dossier), "Welke opleiding heeft deze persoon al gevolgd?")


def _answered(access: Access, counsellor: Access, dossier: Dossier) -> None:
    _question(access, counsellor, dossier)
    services.answer(access, _latest(dossier), "Lager onderwijs, daarna zes jaar werk.")


def _accepted(access: Access, counsellor: Access, dossier: Dossier) -> None:
    office = counsellor.organisation.short_name
    who = e.Counsellor(name=str(counsellor.staff), office=office, phone="015 00 00 00")
    meeting = e.Appointment(on=_weekday(timezone.localdate() + timedelta(days=8)), at="10:00", place=office)
    services.accept(counsellor, _latest(dossier), "03", who, meeting)


def _weekday(day: date) -> date:
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def _missed(access: Access, counsellor: Access, dossier: Dossier) -> None:
    _accepted(access, counsellor, dossier)
    services.report(counsellor, dossier, "APPOINTMENT_MISSED", timezone.localdate())


def _returned(access: Access, counsellor: Access, dossier: Dossier) -> None:
    services.give_back(counsellor, _latest(dossier), "OTHER_REGION", "Verhuist volgende maand naar Leuven")


def _withdrawn(access: Access, counsellor: Access, dossier: Dossier) -> None:
    services.withdraw(access, _latest(dossier), "Wil eerst Nederlands leren")


def _taken_over(access: Access, counsellor: Access, dossier: Dossier) -> None:
    _accepted(access, counsellor, dossier)
    services.report(counsellor, dossier, "APPOINTMENT_HELD", timezone.localdate())


COURSES: tuple[Callable[[Access, Access, Dossier], None], ...] = (
    _nothing,
    _nothing,
    _question,
    _accepted,
    _answered,
    _returned,
    _missed,
    _withdrawn,
    _taken_over,
)
