"""Making notices and putting them away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.outreach import levels, selectors
from toeleiding.outreach.models import Level, Notice, NoticeKind, NoticePreference


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that one member of staff is told."""

    staff: int
    dossier: int | None
    kind: NoticeKind
    key: str
    url: str
    params: dict[str, Any]


def tell(told: Sequence[Told], now: datetime) -> int:
    """Make the notices that are not there yet, each as loud as its reader chose: two queries however many.

    Returns how many were handed over. Telling the same again changes nothing.
    """
    if not told:
        return 0
    chosen = levels.chosen(one.staff for one in told)
    Notice.objects.bulk_create(
        [
            Notice(
                staff_id=one.staff,
                dossier_id=one.dossier,
                kind=one.kind,
                level=chosen.get((one.staff, one.kind), levels.DEFAULTS[one.kind]),
                key=one.key,
                params=one.params,
                url=one.url,
                at=now,
            )
            for one in told
        ],
        ignore_conflicts=True,
    )
    return len(told)


def see(access: Access, notice: int | None = None) -> int:
    """Put one notice away, or all that this person sees under this role. Returns how many were new."""
    found = selectors.notices(access).filter(seen_at__isnull=True)
    if notice is not None:
        found = found.filter(pk=notice)
    return Notice.objects.filter(pk__in=found.order_by().values("pk")).update(seen_at=timezone.now())


@transaction.atomic
def choose(access: Access, wanted: dict[NoticeKind, Level]) -> None:
    """Keep how loud somebody wants each kind from now on; what was told already stays as loud as it was."""
    NoticePreference.objects.bulk_create(
        [NoticePreference(staff=access.staff, kind=kind, level=level) for kind, level in wanted.items()],
        update_conflicts=True,
        unique_fields=["staff", "kind"],
        update_fields=["level"],
    )
