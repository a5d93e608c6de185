"""The e-mail of the day to staff (EXPERIENCE 7.1): dossier numbers, never a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.law.quiet import hour_of, is_working_day
from toeleiding.organisations.access import Access, access_of
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.outreach import absences, levels, limits, selectors
from toeleiding.outreach.messages.models import Channel, Message, MessageKind, MessageState, StaffAddress
from toeleiding.outreach.models import Absence, Level, Notice, NoticeKind
from toeleiding.outreach.words import sentence
from toeleiding.rulebook.selectors import in_force

_TROUBLE = (MessageState.FAILED, MessageState.BOUNCED, MessageState.UNSURE)
_LEFT = (MessageState.SENT, MessageState.DELIVERED)
_ROWS = ("kind", "params", "url", "dossier__number")


def ask(now: datetime) -> int:
    """Put today's e-mails in the outbox once the hour of K-23 has come: one per person and day, however often asked."""
    local = timezone.localtime(now)
    rules = in_force()
    hour = hour_of(rules, "K-23", local.date())
    if hour is None or local.hour < hour or not is_working_day(rules, local.date()):
        return 0
    readers = StaffAddress.objects.filter(staff__is_active=True).values_list("staff", flat=True)
    return _put([(staff, f"digest:{staff}:{local:%Y-%m-%d}") for staff in readers], MessageKind.DIGEST, now)


def alarm(now: datetime) -> int:
    """ "Nu + e-mail": what an operator is told now goes by e-mail too, unless she is away."""
    kinds = levels.KINDS_OF_ROLE[Role.EXCHANGE_OPERATOR]
    news = Notice.objects.filter(
        kind__in=kinds, level=Level.NOW, seen_at=None, at__gt=now - timedelta(hours=1), staff__address__isnull=False
    )
    away = Absence.objects.filter(absences.on(timezone.localdate(now)), role=Role.EXCHANGE_OPERATOR)
    news = news.exclude(staff__in=away.order_by().values("staff"))
    wanted = [(staff, f"alarm:{notice}") for notice, staff in news.values_list("pk", "staff")]
    return _put(wanted, MessageKind.ALARM, now)


def _put(wanted: Sequence[tuple[int, str]], kind: MessageKind, now: datetime) -> int:
    there = set(Message.objects.filter(key__in=[key for _, key in wanted]).values_list("key", flat=True))
    fresh = [
        Message(
            key=key,
            staff_id=staff,
            channel=Channel.EMAIL,
            kind=kind,
            reason=kind.label,
            asked_at=now,
            not_before=now,
            changed_at=now,
        )
        for staff, key in wanted
        if key not in there
    ]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def words(message: Message) -> tuple[str, str]:
    """Subject and text of an e-mail to staff, made when it is sent; no text when there is nothing to tell."""
    if message.kind == MessageKind.ALARM:
        notice = int(message.key.split(":")[1])
        told = _sentences(Notice.objects.filter(pk=notice, seen_at=None))
        return "Toeleiding: dit vraagt nu je aandacht", _letter("Dit vraagt nu je aandacht:", told)
    return "Toeleiding: je dagoverzicht", _letter("Dit is nieuw sinds je vorige dagoverzicht:", _told(message))


def _letter(opening: str, told: Sequence[str]) -> str:
    if not told:
        return ""
    more = len(told) - limits.DIGEST_LINES
    lines = [*told[: limits.DIGEST_LINES], *([f"En nog {more}. Kijk bij je meldingen."] if more > 0 else [])]
    closing = f"Al je meldingen: {settings.PUBLIC_URL}/meldingen\nLiever niet meer? Kies bij Instellingen."
    return "\n\n".join([opening, *lines, closing]) + "\n"


def _told(message: Message) -> list[str]:
    """What is new, under each role that its reader holds today and does not rest under: there somebody stands in."""
    today = timezone.localdate()
    held = StaffRole.objects.held_on(today).filter(~Exists(absences.resting(today)), staff=message.staff)
    earlier = Message.objects.filter(staff=message.staff, kind=MessageKind.DIGEST, asked_at__lt=message.asked_at)
    moments = list(earlier.order_by("-asked_at").values_list("asked_at", "state"))
    told: dict[str, None] = {}
    for one in held.select_related("staff", "organisation"):
        access = access_of(one)
        since = _since(access, moments, message.asked_at)
        told.update(dict.fromkeys(_notices(access, message, since)))
        if access.role is Role.CASE_WORKER:
            told.update(dict.fromkeys(_troubles(access, message, since)))
    return list(told)


def _since(access: Access, moments: Sequence[tuple[datetime, str]], now: datetime) -> datetime:
    """The moment up to which this role was told: that of the last e-mail that left on a day without rest.

    One that did not leave told nothing, and neither did one that left while she rested under this role: who comes
    back, or whose e-mails stood still, reads all that is open since.
    """
    mine = Absence.objects.filter(staff=access.staff, role=access.role, organisation=access.organisation)
    away = list(mine.order_by().values_list("begin", "end"))
    for moment, state in moments:
        day = timezone.localdate(moment)
        if state in _LEFT and not any(begin <= day <= end for begin, end in away):
            return moment
    first = moments[-1][0] if moments else now
    return first - timedelta(days=limits.DIGEST_DAYS)


def _notices(access: Access, message: Message, since: datetime) -> list[str]:
    """What has level Vandaag and was not put away."""
    found = selectors.notices(access).filter(level=Level.TODAY, seen_at=None, at__gt=since, at__lte=message.asked_at)
    return _sentences(found.order_by("at", "pk"))


def _sentences(notices: QuerySet[Notice]) -> list[str]:
    return [
        _line(sentence(NoticeKind(kind), params), number, url)
        for kind, params, url, number in notices.values_list(*_ROWS)
    ]


def _troubles(access: Access, message: Message, since: datetime) -> Iterable[str]:
    """Messages that did not arrive, to her clients and to those of whom she stands in for."""
    away = absences.stood_in_for(access).filter(absences.on(timezone.localdate()))
    hers = Q(dossier__case_worker=access.staff) | Q(dossier__case_worker__in=away.order_by().values("staff"))
    found = Message.objects.filter(
        hers,
        dossier__in=Dossier.objects.filter(visible_to(access)),
        state__in=_TROUBLE,
        changed_at__gt=since,
        changed_at__lte=message.asked_at,
    )
    for number in dict.fromkeys(found.order_by("changed_at").values_list("dossier__number", flat=True)):
        url = f"/dossiers/{number}/berichten/klant"
        yield _line("Een bericht aan een klant kwam misschien niet aan.", str(number), url)


def _line(said: str, number: str | None, url: str) -> str:
    where = f" Dossier {number}." if number else ""
    return f"{said}{where}\n{settings.PUBLIC_URL}{url}"
