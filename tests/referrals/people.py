"""Somebody to refer, a case worker who does, and a counsellor at the office that receives."""

from typing import Any
from uuid import UUID

from tests.exchange.people import case
from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.drain import drain
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.referrals import services
from toeleiding.referrals.models import Referral

FILLED = {"informed": "TALK", "phone": "0470 12 34 56", "start": "Werkte 6 jaar als lasser.", "note": "Pas gebeld."}


def somebody(access: Access, **more: Any) -> Dossier:
    """A person whom the simulator knows and VDAB does not, in Mechelen."""
    return make_dossier(access=access, insz=more.pop("insz", case("never-registered")), work=[], **more)


def drafted(access: Access, dossier: Dossier, **more: str) -> Referral:
    """A draft with everything filled in."""
    return services.save(access, services.begin(access, dossier), {**FILLED, **more})


def referred(access: Access, dossier: Dossier, **more: str) -> Referral:
    """Sent, and not yet on its way."""
    return services.send(access, drafted(access, dossier, **more))


def arrived(access: Access, dossier: Dossier, **more: str) -> Referral:
    """Sent, and the other side proved to have it."""
    sent = referred(access, dossier, **more)
    drain()
    return again(sent)


def again(referral: Referral | UUID) -> Referral:
    """The referral as it is now."""
    return Referral.objects.get(pk=referral.pk if isinstance(referral, Referral) else referral)


def counsellor(office: str = "vdab-mechelen") -> Access:
    """A VDAB counsellor of an office."""
    return make_staff(Role.VDAB_COUNSELLOR, office)


WHO = e.Counsellor(name="Els Maes", office="Werkwinkel Mechelen", phone="015 12 34 56")
