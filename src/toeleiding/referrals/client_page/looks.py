"""Who looked at a file and why, in plain words for the person it is about: no names of staff."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from toeleiding.dossiers.merging import with_absorbed
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import AccessAction, AccessLog
from toeleiding.referrals.limits import LOOKS_DAYS, LOOKS_SHOWN
from toeleiding.referrals.texts.gate import Given

# A row in a list is not yet looking into the file.
_LOOKING = (
    AccessAction.OPENED,
    AccessAction.CHANGED,
    AccessAction.ASKED,
    AccessAction.SHOWN_INSZ,
    AccessAction.EXPORTED,
    AccessAction.PRINTED,
)


@dataclass(frozen=True, slots=True)
class Look:
    """One organisation on one day with one purpose."""

    day: str
    organisation: str
    why: str


def looks(dossier: Dossier, text: Given) -> list[Look]:
    """The latest, one line per day, organisation and purpose."""
    since = timezone.now() - timedelta(days=LOOKS_DAYS)
    found = (
        AccessLog.objects.filter(dossier__in=with_absorbed(dossier), action__in=_LOOKING, at__gte=since)
        .order_by()
        .values("at__date", "organisation__short_name", "purpose")
        .annotate(last=Max("at"))
        .order_by("-at__date", "organisation__short_name", "purpose")[:LOOKS_SHOWN]
    )
    return [
        Look(text.day(row["at__date"]), row["organisation__short_name"], text.say(f"doel_{row['purpose']}"))
        for row in found
    ]
