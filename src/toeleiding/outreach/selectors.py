"""The questions about notices: everybody her own, and only of dossiers that she may still know of."""

from django.db.models import Q, QuerySet

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.outreach.levels import KINDS_OF_ROLE
from toeleiding.outreach.models import Level, Notice
from toeleiding.referrals.models import Referral
from toeleiding.referrals.selectors import visible_to as referrals_visible_to

FILTERS = {
    "nieuw": ("Nieuw", Q(seen_at__isnull=True)),
    "gezien": ("Gezien", Q(seen_at__isnull=False)),
    "alles": ("Alles", Q()),
}


def notices(access: Access) -> QuerySet[Notice]:
    """What somebody was told under this role.

    A counsellor is told of referrals, so there the referral decides; everywhere else the dossier. What is about no
    dossier or about several names none.
    """
    own = Notice.objects.filter(staff=access.staff, kind__in=KINDS_OF_ROLE[access.role])
    if access.role is Role.VDAB_COUNSELLOR:
        visible = Q(dossier__in=Referral.objects.filter(referrals_visible_to(access)).values("dossier"))
    else:
        visible = Q(dossier__in=Dossier.objects.filter(visible_to(access)).values("pk"))
    return own.filter(Q(dossier__isnull=True) | visible)


def at_the_bell(access: Access) -> int:
    """How many notices the badge counts: level Nu, not seen yet. One query."""
    return notices(access).filter(seen_at__isnull=True, level=Level.NOW).count()
