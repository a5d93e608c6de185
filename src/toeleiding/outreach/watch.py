"""What nobody records on a timeline: late actions, outdated translations, a source that does not answer, a long queue,
what is about to be erased."""

from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from toeleiding.exchange import retention
from toeleiding.exchange.models import Circuit, CircuitState, Hold, ImprovementAction, Question, Status
from toeleiding.exchange.quality import actions
from toeleiding.organisations.models import Role, StaffRole
from toeleiding.outreach import limits
from toeleiding.outreach.messages import retention as messages
from toeleiding.outreach.models import NoticeKind
from toeleiding.outreach.services import Told, tell
from toeleiding.referrals.texts import services as texts


def tell_of_actions(today: date | None = None) -> int:
    """Tell the owner of an action that its day passed, and who made it; once for each day it was promised for."""
    day = today or timezone.localdate()
    late = ImprovementAction.objects.filter(state__in=actions.OPEN, due_on__lt=day)
    told = [
        Told(staff, None, NoticeKind.ACTION_LATE, f"{one.pk}/{one.due_on}", one.get_absolute_url(), {"on": _iso(one)})
        for one in late
        for staff in sorted({one.owner_id, one.made_by_id})
    ]
    return tell(told, timezone.now())


def _iso(action: ImprovementAction) -> str:
    return action.due_on.isoformat()


def tell_of_translations() -> int:
    """Tell who keeps the texts which translations the latest Dutch version outdated; once a version and number."""
    count = texts.outdated()
    if not count:
        return 0
    kind, key = NoticeKind.TRANSLATION_OUTDATED, f"{texts.newest().number}/{count}"
    told = [Told(one, None, kind, key, "/beheer/teksten", {"count": count}) for one in _who(Role.PROJECT_LEAD)]
    return tell(told, timezone.now())


def tell_of_the_exchange(now: datetime | None = None) -> int:
    """Tell operators that a source does not answer for a quarter of an hour. One outage is told once."""
    moment = now or timezone.now()
    held = Hold.objects.filter(released_at=None).values("service")
    shut = Circuit.objects.exclude(state=CircuitState.CLOSED).exclude(service__in=held)
    since = shut.aggregate(since=Min("opened_at"))["since"]
    if since is None or since > moment - limits.FAILING_AFTER:
        return 0
    kind, began = NoticeKind.EXCHANGE_FAILING, since.isoformat()
    told = [
        Told(one, None, kind, began, "/uitwisseling", {"since": timezone.localtime(since).isoformat()})
        for one in _who(Role.EXCHANGE_OPERATOR)
    ]
    return tell(told, moment)


def tell_of_the_queue(now: datetime | None = None) -> int:
    """Tell operators once a day that more questions could leave than leave in an hour; what is held does not count."""
    moment = now or timezone.now()
    held = Hold.objects.filter(released_at=None).values("service")
    ready = Question.objects.filter(status=Status.WAITING, next_attempt_at__lte=moment).exclude(service__in=held)
    count = ready.count()
    if count <= limits.QUEUE_LIMIT:
        return 0
    kind, key = NoticeKind.QUEUE_LONG, timezone.localdate(moment).isoformat()
    told = [
        Told(one, None, kind, key, "/uitwisseling?lijst=wacht", {"count": count})
        for one in _who(Role.EXCHANGE_OPERATOR)
    ]
    return tell(told, moment)


def tell_of_retention(now: datetime | None = None) -> int:
    """Tell data protection officers once a week how much is erased within a week, by the rules that hold then."""
    moment = now or timezone.now()
    until = moment + limits.RETENTION_AHEAD
    count = retention.due(until) + messages.remove_rows(until, apply=False)
    if not count:
        return 0
    today, kind = timezone.localdate(moment), NoticeKind.RETENTION_DUE
    week = (today - timedelta(days=today.weekday())).isoformat()
    params = {"count": count, "on": timezone.localdate(until).isoformat()}
    told = [Told(one, None, kind, week, "/uitwisseling/wettelijk-logboek", params) for one in _who(Role.DPO)]
    return tell(told, moment)


def _who(role: Role) -> list[int]:
    held = StaffRole.objects.held_on(timezone.localdate()).filter(role=role)
    return list(held.order_by("staff").values_list("staff", flat=True).distinct())
