"""The questions about uploaded lists, already narrowed to the agency of who asks."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from toeleiding.client_lists.commit import READY
from toeleiding.client_lists.models import Done, Kind, Row, Upload
from toeleiding.organisations.access import Access


def uploads(access: Access) -> QuerySet[Upload]:
    """The lists of one's own agency, the latest first, without their bytes."""
    return Upload.objects.filter(agency=access.organisation).select_related("by").defer("content")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a list stand where."""

    kinds: dict[str, int]
    repaired: int
    ready: int
    writes: int
    done: int
    undecided: int
    kept: int


def counts(upload: Upload) -> Counts:
    """Count the rows of a list in one query, whatever its length."""
    pending = Q(done=Done.PENDING)
    found = Row.objects.filter(upload=upload).order_by().aggregate(
        **{kind: Count("pk", filter=Q(kind=kind)) for kind in Kind.values},
        repaired=Count("pk", filter=~Q(repairs={})),
        ready=Count("pk", filter=READY),
        writes=Count("pk", filter=READY & ~Q(kind=Kind.UNCHANGED) & ~Q(choice="SKIP")),
        finished=Count("pk", filter=Q(done=Done.DONE)),
        undecided=Count("pk", filter=pending & Q(kind__in=(Kind.QUESTION, Kind.CONFLICT), choice="")),
        kept=Count("pk", filter=Q(done=Done.KEPT)),
    )  # fmt: skip
    kinds = {kind: found[kind] for kind in Kind.values}
    return Counts(
        kinds, found["repaired"], found["ready"], found["writes"], found["finished"], found["undecided"], found["kept"]
    )
