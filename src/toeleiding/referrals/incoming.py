"""A referral that a partner sends us. Who has a dossier reads it there; who has none waits until somebody opens it."""

import msgspec
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.merging import kept_of
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.incoming import Taken
from toeleiding.organisations.models import Organisation
from toeleiding.organisations.selectors import agencies, agency_for
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.states import State
from toeleiding.referrals.subscribers import due_on
from toeleiding.rulebook.selectors import in_force


def take(found: Taken) -> None:
    """Keep an incoming referral, in the transaction in which its message is stored. It is received by coming in."""
    dossier = dossier_of(found.insz)
    Referral.objects.create(
        pk=found.id,
        direction=Direction.IN,
        dossier=dossier,
        agency=dossier.agency if dossier else agency_of(found.content.receiver),
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


def dossier_of(insz: str) -> Dossier | None:
    """The dossier of who has or had this number; of a merged one, where the person is now."""
    held = PersonNumber.objects.filter(insz=insz).select_related("dossier__agency").first()
    if held is None:
        return None
    kept = kept_of([held.dossier_id]).get(held.dossier_id)
    return Dossier.objects.select_related("agency").get(pk=kept) if kept else held.dossier


def agency_of(receiver: e.ReferralParty) -> Organisation:
    """The agency that is named in Naar, or the one for everybody else."""
    known = agencies()
    named = [one for one in known.values() if receiver.kbo and one.kbo == receiver.kbo]
    return named[0] if named else known.get(receiver.identification or "") or agency_for(None, known)
