"""A referral that a partner sends us. Who has a dossier reads it there; who has none waits until somebody opens it."""

from uuid import UUID

import msgspec
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.incoming import OtherReferralError, Taken
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.states import OPEN, State
from toeleiding.referrals.subscribers import due_on
from toeleiding.rulebook.selectors import in_force


def take(found: Taken) -> bool:
    """Keep an incoming referral, in the transaction in which its message is stored. It is received by coming in.

    Returns False when it is here already: its rows in the exchange went (rule K-15), it did not. Raises
    OtherReferralError when its identity is that of another referral.
    """
    dossier, here = found.dossier, Referral.objects.filter(pk=found.id).first()
    if here is not None:
        if (here.direction, here.insz) != (Direction.IN, found.insz):
            raise OtherReferralError
        return False
    Referral.objects.create(
        pk=found.id,
        direction=Direction.IN,
        dossier=dossier,
        agency=found.agency,
        state=State.RECEIVED,
        since=found.at,
        due_on=due_on(State.RECEIVED, timezone.localdate(found.at), in_force()),
        message=msgspec.to_builtins(found.content),
        insz=found.insz,
        sent_at=found.at,
        delivered_at=found.at,
    )
    if dossier is not None:
        data = e.ReferralReceived(referral=found.id, content=found.content)
        # Another partner than VDAB is named on the timeline; there is no source of its own for it.
        source = e.Source.VDAB if found.content.sender.type == "VDAB" else e.Source.SYSTEM
        new = NewEvent(data, timezone.localdate(found.at), source, message=found.message)
        record(dossier, new, now=found.at)
    return True


def still_open() -> list[UUID]:
    """The referrals of partners with which somebody must still do something."""
    found = Referral.objects.filter(direction=Direction.IN, state__in=[one.value for one in OPEN])
    return list(found.values_list("pk", flat=True))
