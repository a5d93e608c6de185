"""Looking by ourselves whether VDAB took up a referral: MAGDA has no message that says so (INTERFACE 5)."""

from datetime import datetime
from uuid import uuid4

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.merging import kept_of
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.referrals import limits
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.states import FOLLOWED, UNDECIDED

_LOOKED_AT = [one.value for one in (UNDECIDED | FOLLOWED)]


def look(now: datetime | None = None) -> int:
    """Ask VDAB's file about everybody whose referral is under way; returns about how many. Twice changes nothing.

    Nobody is asked about twice a day, nor while a question is under way, nor without a number.
    """
    moment = now or timezone.now()
    since = moment - limits.LOOK_AT_MOST_FOR
    under_way = Referral.objects.filter(direction=Direction.OUT, state__in=_LOOKED_AT, since__gte=since)
    referred = set(under_way.values_list("dossier", flat=True))
    where = [*referred, *kept_of(referred).values()]
    asked = Dossier.objects.filter(pk__in=where, asked_at=None, merged_into=None, insz__isnull=False)
    asked = asked.exclude(Q(region__in=("BRUSSEL", "WALLONIE")))
    recently = moment - limits.LOOK_AT_MOST_EVERY
    lately = Event.objects.filter(dossier=OuterRef("pk"), kind=e.EmploymentServiceAsked.kind, recorded_at__gt=recently)
    asked = asked.exclude(Exists(lately))
    today = timezone.localdate(moment)
    news = {
        key: [NewEvent(e.EmploymentServiceAsked(question=uuid4()), today, e.Source.SYSTEM)]
        for key in asked.values_list("pk", flat=True)
    }
    if news:
        record_many(news, now=moment)
    return len(news)
