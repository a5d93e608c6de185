"""What a scenario does to a life: a pure function from the life and what happened to the life that follows.

The population stays what it is; what happened lies beside it in the ledger and is laid over it each time.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from toeleiding.simulator.chance import Chance
from toeleiding.simulator.life import Category, Counsellor, Invitation, Life, Registration, Service, WorkKind
from toeleiding.simulator.places import office_of
from toeleiding.simulator.service_history import make_counsellor
from toeleiding.simulator.work_history import make_job

What = Literal[
    "register", "category", "counsellor", "invite", "missed", "end", "hire", "leave", "replace", "cancel",
]  # fmt: skip


class Happening(Struct, frozen=True, omit_defaults=True):
    """One thing that happened to a person on a day.

    Attributes:
        what: register, category, counsellor, invite, missed, end: at the employment service; hire, leave: at an
            employer; replace, cancel: the number.
        key: makes what is invented about it (an employer, a counsellor) always the same.
    """

    what: What
    on: date
    key: str
    service: Service = "VDAB"
    category: str = "03"
    first_name: str = ""
    surname: str = ""
    meeting_on: date | None = None
    referral_id: str = ""
    kind: WorkKind = "EMPLOYEE"
    fraction: float = 1.0
    until: date | None = None
    new: str = ""


def lived(life: Life, happened: Iterable[Happening]) -> Life:
    """The life after these things, in the order in which they happened."""
    for one in happened:
        life = _after(life, one)
    return life


def _after(life: Life, one: Happening) -> Life:
    match one.what:
        case "register":
            fresh = Registration(one.service, one.on, None, (Category(one.category, one.on),))
            return replace(life, registrations=(*life.registrations, fresh), vdab_denies=False)
        case "category":
            return _changed(life, one, lambda open_: replace(open_, categories=_with(open_, one)))
        case "end":
            return _changed(life, one, lambda open_: replace(open_, end=one.on, end_reason="OTHER"))
        case "counsellor":
            return replace(life, counsellors=(*life.counsellors, _counsellor(life, one)))
        case "invite":
            meeting = one.meeting_on or one.on
            invited = Invitation(f"UIT-{one.key[:8]}", one.referral_id, one.on, meeting, opens_file=True)
            return replace(life, invitations=(*life.invitations, invited))
        case "missed":
            *before, last = life.invitations or (None,)
            return replace(life, invitations=(*before, replace(last, missed=True))) if last else life
        case "hire":
            job = make_job(Chance(0, "scenario job", one.key), one.kind, one.fraction, one.on, one.until)
            return replace(life, jobs=(*life.jobs, job))
        case "leave":
            jobs = (replace(job, end=one.on) if job.active_on(one.on) else job for job in life.jobs)
            return replace(life, jobs=tuple(jobs))
        case "replace":
            return replace(life, replaced_by=one.new, replaced_on=one.on)
        case "cancel":
            return replace(life, cancelled_on=one.on)
    assert_never(one.what)


def _with(open_: Registration, one: Happening) -> tuple[Category, ...]:
    earlier = tuple(each for each in open_.categories if each.begin < one.on)
    return (*earlier, Category(one.category, one.on))


def _changed(life: Life, one: Happening, change: Callable[[Registration], Registration]) -> Life:
    """The registration that is open on that day, changed."""
    return replace(
        life,
        registrations=tuple(
            change(each) if each.service == one.service and each.open_on(one.on) else each
            for each in life.registrations
        ),
    )


def _counsellor(life: Life, one: Happening) -> Counsellor:
    nis = life.address_on(one.on).municipality.nis
    if one.first_name and one.surname:
        office = office_of(nis)
        return Counsellor(one.on, office.code, office.name, one.first_name, one.surname, None)
    return make_counsellor(Chance(0, "scenario counsellor", one.key), one.on, nis)
