"""What partners sent us: the list of it, and the story of one message from sender to timeline."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.selectors import visible_to
from toeleiding.exchange import legal_log
from toeleiding.exchange.models import CAME_IN, IncomingMessage, LegalKind, LegalLine
from toeleiding.exchange.story import Code, Effect, codes_of
from toeleiding.exchange.whose import dossier_of
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Purpose, Role, Staff

TONES = {LegalKind.TAKEN: "goed", LegalKind.REPEATED: "neutraal", LegalKind.REJECTED: "letop"}
_OUTCOMES = {
    LegalKind.TAKEN: "We namen de doorverwijzing aan en antwoordden met haar nummer.",
    LegalKind.REPEATED: "Het was dezelfde doorverwijzing als eerder. We gaven hetzelfde antwoord.",
    LegalKind.REJECTED: "We namen de doorverwijzing niet aan en antwoordden waarom.",
}
_TITLES = {
    kind.kind: kind.title
    for kind in (
        e.ReferralReceived,
        e.ReferralQuestioned,
        e.ReferralAnswered,
        e.ReferralAccepted,
        e.ReferralReturned,
        e.ReferralWithdrawn,
        e.ReferralClosed,
    )
}


@dataclass(frozen=True, slots=True)
class Story:
    """One message. `dossier` is where the person is now, None when nobody opened one; `others` are the other times
    that the same referral came. `gone`: its row was removed (rule K-15), and only the legal log still tells of it."""

    line: LegalLine
    gone: bool
    tone: str
    outcome: str
    purpose: str
    codes: Sequence[Code]
    dossier: Dossier | None
    effects: Sequence[Effect]
    others: Sequence[LegalLine]

    @property
    def nothing(self) -> str:
        """Why nothing changed in a dossier."""
        if self.line.kind == LegalKind.REJECTED:
            return "Niets. Een geweigerd bericht verandert niets."
        if self.line.kind == LegalKind.REPEATED:
            return "Niets. Wat er al stond, bleef staan."
        if self.gone:
            return "Dit bericht zelf bewaren we niet meer (regel K-15). Wat het deed, staat in het dossier."
        if self.dossier is None:
            return "Nog niets: er is geen dossier. Wie de doorverwijzing aanvaardt, opent het."
        return "Nog niets."


def lines(access: Access) -> QuerySet[LegalLine]:
    """The lines about people of one's own agency, and those about somebody without a dossier that are one's own: of
    its staff, or sent to it.

    A poll of a feed is about nobody and of nobody: every data protection officer sees it.
    """
    mine = Dossier.objects.filter(visible_to(access)).values("pk")
    ours = Staff.objects.filter(organisation=access.organisation).values("username")
    nobody = Q(staff="", agency__in=("", access.organisation.code))
    return legal_log.kept().filter(Q(dossier__in=mine) | Q(dossier=None) & (Q(staff__in=ours) | nobody))


def came_in(access: Access) -> QuerySet[LegalLine]:
    """What partners sent, the latest first: all of it for an operator, who sees no person; one's own for the DPO."""
    found = lines(access) if access.role is Role.DPO else legal_log.kept()
    return found.filter(kind__in=CAME_IN)


def may_see(access: Access, line: LegalLine, dossier: Dossier | None) -> bool:
    """Whether this message is shown: to an operator without the person, to the DPO of the agency whose person it is."""
    if access.role is not Role.DPO:
        return True
    if dossier is None:
        return line.agency == access.organisation.code
    return Dossier.objects.filter(visible_to(access), pk=dossier.pk).exists()


def dossier_now(line: LegalLine) -> Dossier | None:
    """Where the person of a message is now."""
    return dossier_of(line.subject) if line.subject else None


def story(line: LegalLine, dossier: Dossier | None) -> Story:
    """Everything that is known of one message that came in."""
    kind, message = (
        LegalKind(line.kind),
        IncomingMessage.objects.defer("raw", "answer").filter(pk=line.reference).first(),
    )
    effects: list[Effect] = []
    others: list[LegalLine] = []
    if message is not None and message.referral_id is not None:
        same = IncomingMessage.objects.filter(referral=message.referral_id).exclude(pk=message.pk).values("pk")
        others = list(legal_log.kept().filter(kind__in=CAME_IN, transaction__in=same).order_by("at"))
        if dossier is not None and kind is LegalKind.TAKEN:
            rows = Event.objects.filter(dossier=dossier, kind__in=_TITLES, data__referral=str(message.referral_id))
            effects = [Effect(row.recorded_at, _TITLES[row.kind]) for row in rows.order_by("id")]
    return Story(
        line, message is None, TONES[kind], _OUTCOMES[kind], Purpose(line.purpose).label, codes_of(line.codes), dossier,
        effects, others,
    )  # fmt: skip
