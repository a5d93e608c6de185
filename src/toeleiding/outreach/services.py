"""Making notices and putting them away."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.outreach import absences, levels, selectors
from toeleiding.outreach.models import Level, Notice, NoticeKind, NoticePreference


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that one member of staff is told. `by` did it and need not hear of it."""

    staff: int
    dossier: int | None
    kind: NoticeKind
    key: str
    url: str
    params: dict[str, Any] = field(default_factory=dict)
    by: int | None = None


def tell(told: Sequence[Told], now: datetime) -> int:
    """Make the notices that are not there yet, each as loud as its reader chose: three queries however many.

    Who stands in for who is away is told too (decision 050). Telling the same again changes nothing. Returns how
    many were handed over.
    """
    made = _notices(told, now)
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _notices(told: Sequence[Told], now: datetime) -> list[Notice]:
    told = [one for one in told if one.staff != one.by]
    if not told:
        return []
    away = absences.stand_ins(timezone.localdate(now))
    # What somebody hears for herself comes first: then she need not hear it for a colleague.
    pairs: list[tuple[Told, int | None]] = [(one, None) for one in told]
    pairs += [
        (replace(one, staff=reader), one.staff)
        for one in told
        for reader in sorted(absences.instead_of(one.staff, one.kind, away))
        if reader != one.by
    ]
    chosen = levels.chosen(one.staff for one, _ in pairs)
    made: dict[tuple[object, ...], Notice] = {}
    for one, instead_of in pairs:
        notice = Notice(
            staff_id=one.staff,
            dossier_id=one.dossier,
            kind=one.kind,
            level=chosen.get((one.staff, one.kind), levels.DEFAULTS[one.kind]),
            instead_of_id=instead_of,
            key=one.key,
            params=one.params,
            url=one.url,
            at=now,
        )
        made.setdefault((one.staff, one.dossier, one.kind, one.key), notice)
    return list(made.values())


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
