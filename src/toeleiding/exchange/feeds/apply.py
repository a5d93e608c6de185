"""From notifications to questions: a notification says that something changed, so the source is asked again.

Several about one person become one question. Nothing here tells a dossier what an employment service knows: that
comes with the answer. A dossier keeps what it knows meanwhile (decision 021).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from toeleiding.dossiers import bulk, merging
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Likeness
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.exchange import outbox
from toeleiding.exchange.bell import ring
from toeleiding.exchange.facts import is_bis
from toeleiding.exchange.feeds import meaning
from toeleiding.exchange.feeds.meaning import Topic
from toeleiding.exchange.feeds.people import Asked, Person, asked, people
from toeleiding.exchange.models import Notification, NotificationStatus, Service
from toeleiding.web import dates

log = structlog.get_logger("exchange")
# One transaction: what one answer of a feed holds, five times.
AT_ONCE = 500
WHY = "notification"
_COLUMNS = ("status", "note", "handled_at", "dossier_id", "question", "key", "cancelled_insz", "new_insz")
MOVED = (
    "Het rijksregister meldt een nieuw adres{since}. Het adres zelf komt niet mee met de melding. "
    "Vraag het aan de persoon en pas het aan."
)


@dataclass(slots=True)
class _Case:
    """One notification on its way."""

    one: Notification
    person: Person | None
    status: NotificationStatus = NotificationStatus.NOTHING
    question: UUID | None = None
    note: str = ""
    asks: bool = True


@dataclass(slots=True)
class _News:
    """What notifications tell a dossier themselves, without asking anybody."""

    events: dict[int, list[NewEvent]] = field(default_factory=lambda: defaultdict(list))
    pairs: list[merging.Pair] = field(default_factory=list)


def apply_waiting(now: datetime | None = None) -> dict[str, int]:
    """Handle everything that waits, a batch per transaction. Returns how many became what."""
    moment = now or timezone.now()
    counted: Counter[str] = Counter()
    while done := _batch(moment):
        counted.update(done)
    if counted:
        log.info("notifications_applied", **{status.lower(): count for status, count in counted.items()})
    return dict(counted)


@transaction.atomic
def _batch(now: datetime) -> Counter[str]:
    """Handle the oldest that nobody else handles, in a fixed number of queries."""
    waiting = Notification.objects.select_for_update(skip_locked=True).filter(status=NotificationStatus.RECEIVED)
    rows = list(waiting.order_by("pk")[:AT_ONCE])
    if not rows:
        return Counter()
    who = people(_numbers(rows))
    cases = [_case(one, who) for one in rows]
    followed = [case for case in cases if case.person is not None and case.person.followed]
    news = _News()
    for case in followed:
        _tell(case, who, news, now)
    _record(followed, news, now)
    merging.propose(news.pairs, now)
    _ask(followed, now)
    bulk.update(Notification, _COLUMNS, [_row(case, now) for case in cases])
    return Counter(case.status.value for case in cases)


def _numbers(rows: Sequence[Notification]) -> set[str]:
    return {insz for one in rows for insz in (one.key, one.cancelled_insz, one.new_insz) if insz}


def _case(one: Notification, who: dict[str, Person]) -> _Case:
    if not meaning.is_person(one):
        return _Case(one, None, NotificationStatus.NOT_FOLLOWED, note="Gaat niet over een persoon.")
    person = next((who[insz] for insz in (one.cancelled_insz, one.key) if insz in who), None)
    if person is None:
        return _Case(one, None, NotificationStatus.NOT_FOLLOWED)
    if not person.followed:
        return _Case(one, person, NotificationStatus.NOT_FOLLOWED, note="Het dossier is gesloten.")
    unknown = "" if meaning.is_known_kind(one) else meaning.UNKNOWN_KIND
    return _Case(one, person, note=unknown or meaning.nothing_to_ask(one))


def _tell(case: _Case, who: dict[str, Person], news: _News, now: datetime) -> None:
    """What stands in the notification itself: another number, or that there is another address."""
    person, one = case.person, case.one
    assert person is not None
    today = timezone.localdate(now)
    day = min(one.on, today) if one.on else today
    if (numbers := meaning.renumbered(one)) is not None:
        data = _renumbered(case, numbers, who, news)
        # Who learnt it first asked anew. Of two dossiers that may be one person nothing is asked before somebody
        # compared the two.
        case.asks = isinstance(data, e.NumberReplaced)
        if data is None and case.status is NotificationStatus.NOTHING:
            case.status = NotificationStatus.KNOWN
        told = [new.data for new in news.events[person.dossier]]
        if data is not None and data not in told:
            news.events[person.dossier].append(NewEvent(data, today, e.Source.REGISTER))
            case.status = NotificationStatus.NOTED
    elif meaning.moved(one):
        since = f" sinds {dates.long_date(one.on)}" if one.on else ""
        news.events[person.dossier].append(NewEvent(e.Noted(text=MOVED.format(since=since)), day, e.Source.REGISTER))
        case.status = NotificationStatus.NOTED


def _renumbered(case: _Case, numbers: tuple[str, str], who: dict[str, Person], news: _News) -> e.Data | None:
    """The event of a number that changed. One that another dossier holds becomes a proposal to compare the two."""
    old, new = numbers
    person = case.person
    assert person is not None
    held = who.get(old)
    if held is not None and held.dossier != person.dossier:
        return None
    if not new:
        return e.NumberCancelled(insz=old) if held is not None and held.status == "CURRENT" else None
    other = who.get(new)
    if other is None:
        return e.NumberReplaced(old=old, new=new, new_is_bis=is_bis(new))
    if other.dossier != person.dossier:
        news.pairs.append(merging.Pair(person.dossier, other.dossier, Likeness.REPLACED_NUMBER, new))
        case.note = "Het nieuwe nummer staat in een ander dossier: iemand vergelijkt de twee."
        case.status = NotificationStatus.NOTED
    return None


def _record(cases: Sequence[_Case], news: _News, now: datetime) -> None:
    """Write what was told; a dossier that cannot be written is set apart and the rest goes on."""
    telling = {dossier: events for dossier, events in news.events.items() if events}
    if not telling:
        return
    try:
        record_many(telling, now=now)
        return
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("batch_taken_apart", dossiers=len(telling), error=type(error).__name__)
    for dossier, events in telling.items():
        try:
            record_many({dossier: events}, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # this one: the notification is kept, the operator sees it
            log.error("notification_not_applied", dossier=dossier, error=type(error).__name__)
            for case in cases:
                if case.person is not None and case.person.dossier == dossier:
                    case.status, case.note = NotificationStatus.UNUSABLE, meaning.NOT_WRITTEN


def _ask(cases: Sequence[_Case], now: datetime) -> None:
    """One question per person and topic, unless one waits already or what we know was asked after the change."""
    before = asked({case.person.dossier for case in cases if case.person})
    who_now = people({case.person.insz for case in cases if case.person} | _numbers([case.one for case in cases]))
    holding = {person.dossier: person for person in who_now.values()}
    wanted: dict[tuple[int, Topic], outbox.Wanted] = {}
    for case in cases:
        assert case.person is not None
        person = holding.get(case.person.dossier, case.person)
        for topic in sorted(meaning.topics(case.one)) if case.asks else ():
            if topic is Topic.WORK and meaning.renumbered(case.one) and not person.work_asked:
                continue
            if person.insz:
                _one(case, person, topic, before.get((person.dossier, topic), Asked()), wanted)
    outbox.ask(list(wanted.values()), now)
    if wanted:
        transaction.on_commit(ring)


def _one(
    case: _Case, person: Person, topic: Topic, before: Asked, wanted: dict[tuple[int, Topic], outbox.Wanted]
) -> None:
    place = (person.dossier, topic)
    if place in wanted:
        case.status, case.question = NotificationStatus.ASKED, case.question or wanted[place].id
    elif before.waits is not None:
        case.question = case.question or before.waits
        if case.status is not NotificationStatus.ASKED:
            case.status = NotificationStatus.UNDER_WAY
    elif meaning.renumbered(case.one) is None and before.after(_changed_on(case.one)):
        if case.status is NotificationStatus.NOTHING:
            case.status = NotificationStatus.KNOWN
    else:
        wanted[place] = refresh(person.dossier, person.insz, person.service, topic, _due_on(person), WHY)
        case.status, case.question = NotificationStatus.ASKED, wanted[place].id


def _changed_on(one: Notification) -> date | None:
    """The day of the change. The Rijksregister's own says when, which is not when the employment service knew."""
    return None if meaning.moved(one) else one.on


def _due_on(person: Person) -> date | None:
    """Only a term that still runs makes a question urgent."""
    return person.due_on if person.outcome == "TO_REFER" else None


def refresh(dossier: int, insz: str, service: str, topic: Topic, due_on: date | None, why: str) -> outbox.Wanted:
    """A question of the application itself: nobody asked it, and `why` says what for (decision 021)."""
    details: dict[str, Any] = {"why": why}
    if topic is Topic.WORK:
        kind = Service.WORK
    elif service == "ACTIRIS":
        kind = Service.JOB_SEEKER
        details["employment_service"] = "ACTIRIS"
    else:
        kind = Service.VDAB_FILE
    return outbox.Wanted(kind, dossier, insz, due_on, uuid4(), details=details)


def _row(case: _Case, now: datetime) -> dict[str, Any]:
    """What became of it. The number of a stranger is not kept: its reference is enough to know it again."""
    one = case.one
    stranger = case.person is None and meaning.is_person(one)
    return {
        **{name: "" if stranger else getattr(one, name) for name in ("key", "cancelled_insz", "new_insz")},
        "id": case.one.pk,
        "status": case.status.value,
        "note": case.note,
        "handled_at": now,
        "dossier_id": case.person.dossier if case.person else None,
        "question": case.question,
    }
