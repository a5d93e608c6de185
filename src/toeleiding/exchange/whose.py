"""Whom a message that comes in is about, and which agency it is meant for."""

from toeleiding.dossiers.merging import kept_of
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.magda.referral import Partner
from toeleiding.organisations.models import Organisation
from toeleiding.organisations.selectors import agencies, agency_for


def dossier_of(insz: str) -> Dossier | None:
    """The dossier of who has or had this number; of a merged one, where the person is now."""
    held = PersonNumber.objects.filter(insz=insz).select_related("dossier__agency").first()
    if held is None:
        return None
    kept = kept_of([held.dossier_id]).get(held.dossier_id)
    return Dossier.objects.select_related("agency").get(pk=kept) if kept else held.dossier


def agency_of(receiver: Partner | None) -> Organisation:
    """The agency that is named in Naar, or the one for everybody else."""
    known = agencies()
    if receiver is None:
        return agency_for(None, known)
    named = [one for one in known.values() if receiver.kbo and one.kbo == receiver.kbo]
    return named[0] if named else known.get(receiver.identification or "") or agency_for(None, known)
