"""Handing over a whole caseload: spread it, show who gets what, do it, and take it back within ten minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers.models import Dossier, Handover, Tab
from toeleiding.dossiers.selectors import by_deadline, dossiers
from toeleiding.dossiers.services import DossierError, assign
from toeleiding.dossiers.team import Colleague
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Staff

# Speaking the language of the client saves an interpreter at every talk; that outweighs so many dossiers more.
LANGUAGE_OUTWEIGHS = 5
# More than an agency gives one colleague (EXPERIENCE 1.1 assumes 40 to 150), and a page can still be read.
MOST_AT_ONCE = 300
UNDO_MINUTES = 10  # EXPERIENCE 7.3


@dataclass(frozen=True, slots=True)
class Item:
    """What matters of a dossier for who should get it."""

    dossier: int
    language: str


def spread(items: Sequence[Item], receivers: Sequence[Colleague]) -> dict[int, int]:
    """Dossier id -> staff id. In order of the items: the lightest load first, but rather somebody who speaks the
    client's language as long as she has at most LANGUAGE_OUTWEIGHS dossiers more than the lightest. Repeatable.
    """
    load = {one.pk: one.open for one in receivers if one.pk is not None}
    speaks = {one.pk: set(one.languages) for one in receivers if one.pk is not None}
    given: dict[int, int] = {}
    for item in items if load else ():
        lightest = min(load, key=lambda key: (load[key], key))
        able = [key for key in load if item.language and item.language in speaks[key]]
        best = min(able, key=lambda key: (load[key], key), default=lightest)
        chosen = best if load[best] <= load[lightest] + LANGUAGE_OUTWEIGHS else lightest
        given[item.dossier] = chosen
        load[chosen] += 1
    return given


def caseload(access: Access, giver: int | None) -> list[Dossier]:
    """The open dossiers of a colleague (or of nobody), the most urgent first."""
    found = dossiers(access).filter(case_worker=giver).exclude(tab=Tab.DONE)
    return list(by_deadline(found)[:MOST_AT_ONCE])


@transaction.atomic
def hand_over(access: Access, giver: Staff | None, plan: Mapping[int, int], note: str) -> tuple[UUID, int, int]:
    """Do what the preview showed. Gives the batch, how many went over, and how many changed hands or closed meanwhile.

    Raises DossierError without a note.
    """
    if not note.strip():
        raise DossierError("Vul in wat je collega's moeten weten.")
    batch, now = uuid4(), timezone.now()
    held = dossiers(access).select_for_update(of=("self",)).filter(pk__in=plan, case_worker=giver).exclude(tab=Tab.DONE)
    still = {one.pk: one for one in held.order_by("pk")}
    receivers = Staff.objects.in_bulk(set(plan.values()))
    done = 0
    for key, receiver in sorted(receivers.items()):
        theirs = [still[one] for one, to in plan.items() if to == key and one in still]
        if not theirs:
            continue
        given = assign(access, theirs, receiver, note).done
        done += len(given)
        Handover.objects.create(
            batch=batch,
            by=access.staff,
            giver=giver,
            receiver=receiver,
            dossiers=[one.pk for one in given],
            note=note,
            made_at=now,
        )
    return batch, done, len(plan) - done


@transaction.atomic
def take_back(access: Access, batch: UUID) -> int:
    """Undo a hand-over of the last ten minutes, for what is still with who got it. Gives how many went back.

    Raises DossierError when it is too late, or when somebody else handed over.
    """
    since = timezone.now() - timedelta(minutes=UNDO_MINUTES)
    rows = Handover.objects.select_for_update(of=("self",)).select_related("giver", "receiver")
    found = list(rows.filter(batch=batch, by=access.staff, undone_at__isnull=True, made_at__gte=since))
    if not found:
        raise DossierError("Dit kan niet meer ongedaan. Wijs de dossiers opnieuw toe.")
    back = 0
    for row in found:
        theirs = list(dossiers(access).filter(pk__in=row.dossiers, case_worker=row.receiver))
        if row.giver is None:
            raise DossierError("Deze dossiers waren van niemand. Wijs ze zelf toe.")
        back += len(assign(access, theirs, row.giver, "Toewijzing ongedaan gemaakt.").done)
    Handover.objects.filter(pk__in=[row.pk for row in found]).update(undone_at=timezone.now())
    return back


def unread(access: Access) -> list[Handover]:
    """What was handed over to this person and not read yet."""
    rows = Handover.objects.filter(receiver=access.staff, read_at__isnull=True, undone_at__isnull=True)
    return list(rows.select_related("by", "giver"))
