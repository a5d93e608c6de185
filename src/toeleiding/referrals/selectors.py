"""The questions about referrals, each already narrowed to what the person who asks may see."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q, QuerySet

from toeleiding.dossiers.merging import with_absorbed
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Organisation, OrganisationKind, Role, Staff
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.states import State

# The drawers of an office: nothing is there before it was received.
INBOX: dict[str, tuple[str, tuple[State, ...]]] = {
    "nieuw": ("Nieuw", (State.RECEIVED, State.ANSWERED)),
    "vraag": ("Vraag gesteld", (State.QUESTION_ASKED,)),
    "aanvaard": ("Aanvaard", (State.ACCEPTED, State.TAKEN_OVER, State.CLOSED)),
    "teruggegeven": ("Teruggegeven", (State.RETURNED, State.WITHDRAWN)),
}
# The drawers of an agency.
DESK: dict[str, tuple[str, Q]] = {
    "aan-jou": (
        "Jij bent aan zet",
        Q(direction="OUT", state__in=("DRAFT", "NOT_ARRIVED", "QUESTION_ASKED"))
        | Q(direction="IN", state__in=("RECEIVED", "ANSWERED")),
    ),
    "bij-vdab": (
        "VDAB is aan zet",
        Q(direction="OUT", state__in=("SENT", "RECEIVED", "ANSWERED")) | Q(direction="IN", state="QUESTION_ASKED"),
    ),
    "aanvaard": ("Aanvaard", Q(state__in=("ACCEPTED", "TAKEN_OVER"))),
    "voorbij": ("Voorbij", Q(state__in=("RETURNED", "WITHDRAWN", "CLOSED"))),
}


def visible_to(access: Access) -> Q:
    """Which referrals somebody may see: each party its own.

    - A VDAB counsellor sees what came in at the own office. What was withdrawn before it arrived never came in.
    - A case worker and a team lead see those of the own agency, in both directions.
    - Nobody else: for oversight the DPO reads the timeline of the dossier.
    """
    if access.role is Role.VDAB_COUNSELLOR:
        return Q(office=access.organisation, direction=Direction.OUT, delivered_at__isnull=False)
    if access.role in (Role.CASE_WORKER, Role.TEAM_LEAD):
        return Q(agency=access.organisation)
    return Q(pk__in=[])


def referrals(access: Access) -> QuerySet[Referral]:
    """All referrals that somebody may see, with what a row shows."""
    return (
        Referral.objects.filter(visible_to(access))
        .select_related("dossier", "office", "agency", "sent_by")
        .defer("dossier__state")
    )


def inbox(access: Access, drawer: str) -> QuerySet[Referral]:
    """One drawer of an office; who has waited longest comes first, what is decided the latest first."""
    found = referrals(access).filter(state__in=[one.value for one in INBOX[drawer][1]])
    return found.order_by("since", "pk") if drawer in ("nieuw", "vraag") else found.order_by("-since", "pk")


def inbox_counts(access: Access) -> dict[str, int]:
    """How many lie in each drawer of an office: one query."""
    rows = Referral.objects.filter(visible_to(access)).order_by().values_list("state").annotate(Count("pk"))
    by_state: Counter[str] = Counter(dict(rows))
    return {name: sum(by_state[state] for state in states) for name, (_, states) in INBOX.items()}


def desk_counts(access: Access) -> dict[str, int]:
    """How many lie in each drawer of an agency: one query."""
    counted: dict[str, Any] = {name: Count("pk", filter=where) for name, (_, where) in DESK.items()}
    names = {name.replace("-", "_"): name for name in DESK}
    found = Referral.objects.filter(visible_to(access)).aggregate(
        **{short: counted[name] for short, name in names.items()}
    )
    return {names[short]: count for short, count in found.items()}


def of_dossier(dossier: Dossier) -> QuerySet[Referral]:
    """The referrals of a person, the latest first; also those of a dossier that this one took in."""
    mine = Referral.objects.filter(dossier__in=with_absorbed(dossier))
    return mine.select_related("office", "sent_by", "saved_by").order_by("-since", "-pk")


def offices() -> list[Organisation]:
    """To whom can be referred: VDAB's offices, and VDAB itself for who lives elsewhere."""
    kinds = (OrganisationKind.EMPLOYMENT_OFFICE, OrganisationKind.EMPLOYMENT_SERVICE)
    return [one for one in Organisation.objects.filter(kind__in=kinds).order_by("short_name") if _of_vdab(one)]


def _of_vdab(one: Organisation) -> bool:
    return one.code == "vdab" or one.code.startswith("vdab-")


def counsellors(office: Organisation) -> list[Staff]:
    """Who works as a counsellor at an office."""
    held = Staff.objects.filter(roles__role=Role.VDAB_COUNSELLOR, roles__organisation=office, is_active=True)
    return list(held.distinct().order_by("last_name", "first_name"))
