"""Making notices and putting them away."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from toeleiding.organisations.access import Access
from toeleiding.outreach import absences, levels, limits, selectors
from toeleiding.outreach.models import Level, Notice, NoticeKind, NoticePreference

# What comes by many together, and where all of it stands.
BUNDLES = {NoticeKind.REFERRAL_NEW: "/vdab/inbox", NoticeKind.ASSIGNED: "/werklijst"}


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

    Who stands in for who is away is told too, and what comes by many together is one notice that counts: two more
    queries (decision 050). Telling the same again changes nothing, but for what counts: a timeline tells that once.
    Returns how many were handed over.
    """
    made = _notices(told, now)
    alone = [one for one in made if one.kind not in BUNDLES]
    fresh, grown = _bundled([one for one in made if one.kind in BUNDLES], now)
    Notice.objects.bulk_create([*alone, *fresh], ignore_conflicts=True)
    if grown:
        Notice.objects.bulk_update(grown, ["dossier", "key", "params", "url"])
    return len(made)


def _bundled(made: Sequence[Notice], now: datetime) -> tuple[list[Notice], list[Notice]]:
    """What becomes a notice of its own, and what an earlier one grows by: not put away, and of this quarter."""
    if not made:
        return [], []
    there = Notice.objects.select_for_update().filter(
        staff__in={one.staff_id for one in made}, kind__in=BUNDLES, seen_at=None, at__gt=now - limits.BUNDLE
    )
    heads = {(one.staff_id, one.kind, one.instead_of_id): one for one in there.order_by("pk")}
    fresh: list[Notice] = []
    grown: dict[int, Notice] = {}
    for one in made:
        head = heads.setdefault((one.staff_id, one.kind, one.instead_of_id), one)
        if head is one:
            fresh.append(one)
        elif (head.dossier_id, head.key) != (one.dossier_id, one.key):
            _grow(head)
            if head.pk:
                grown[head.pk] = head
    return fresh, list(grown.values())


def _grow(head: Notice) -> None:
    if head.dossier_id is not None:
        # From here on it is about several; its place on a timeline alone would not be its own any more.
        head.key, head.dossier_id = f"{head.dossier_id}/{head.key}", None
    head.params = {"count": head.params.get("count", 1) + 1}
    head.url = BUNDLES[NoticeKind(head.kind)]


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
