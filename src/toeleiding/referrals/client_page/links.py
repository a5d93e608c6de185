"""Private links: made, opened, used and taken back. A token is kept nowhere but with who got it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from toeleiding.dossiers import events as e
from toeleiding.dossiers.merging import with_absorbed
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.timeline import NewEvent, load_state, record
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, Staff
from toeleiding.referrals.limits import (
    LINK_BYTES,
    LINK_DAYS,
    LINK_OPENINGS,
    OPEN_PAGE_SECONDS,
    QUARTER_SECONDS,
    WRONG_LINKS_A_QUARTER,
)
from toeleiding.referrals.models.tokens import ClientLink, WrongLink

_SIGNER = signing.TimestampSigner(salt="persoonlijke-pagina")


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was opened. `stay` lets its page be looked at again without counting."""

    link: ClientLink
    dossier: Dossier
    stay: str


def hashed(token: str) -> str:
    """Random tokens of 256 bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make(access: Access, dossier: Dossier) -> str:
    """A new link for this dossier; earlier ones stop. Returns the token, which is shown once.

    Raises DossierError when this person may not see the dossier.
    """
    if not Dossier.objects.filter(visible_to(access), pk=dossier.pk).exists():
        raise DossierError("Je mag dit dossier niet aanvullen.")
    revoke(dossier)
    token = issue(dossier, access.staff, timezone.now())
    access.log(AccessAction.CHANGED, [dossier.pk], "link naar persoonlijke pagina gemaakt")
    return token


def issue(dossier: Dossier, by: Staff, now: datetime) -> str:
    """One more link, for who was allowed it already: a message that was asked for gets its own when it is sent."""
    token = secrets.token_urlsafe(LINK_BYTES)
    ClientLink.objects.create(
        token_hash=hashed(token), dossier=dossier, made_by=by, made_at=now, expires_at=now + timedelta(days=LINK_DAYS)
    )
    return token


def revoke(dossier: Dossier) -> int:
    """Take back the links that are alive. Returns how many."""
    return alive(dossier).update(revoked_at=timezone.now())


def alive(dossier: Dossier) -> QuerySet[ClientLink]:
    """Links that were not taken back and did not expire: one that is used up may stand open on a phone.

    Those of a dossier that was merged into this one too: they open its page.
    """
    return of_dossier(dossier).filter(revoked_at=None, expires_at__gt=timezone.now())


def of_dossier(dossier: Dossier) -> QuerySet[ClientLink]:
    """Every link that ever led to the page of this dossier, the latest first."""
    return ClientLink.objects.filter(dossier__in=with_absorbed(dossier))


def find(token: str) -> ClientLink | None:
    """The link of a token, whether it may still be opened or not."""
    return ClientLink.objects.select_related("dossier").filter(token_hash=hashed(token)).first()


def works(link: ClientLink | None) -> bool:
    """May this link be opened now? Looking does not count."""
    return link is not None and _alive(link) and link.opened < LINK_OPENINGS


@transaction.atomic
def open_page(token: str, stay: str = "") -> Opened | None:
    """Open the page of a token: counted, unless `stay` says that it is open already. None when it does not work."""
    link = (
        ClientLink.objects.select_for_update(of=("self",))
        .select_related("dossier")
        .filter(token_hash=hashed(token))
        .first()
    )
    if link is None or not _alive(link):
        return None
    if not _stays(link, stay):
        if link.opened >= LINK_OPENINGS:
            return None
        ClientLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())
        stay = _SIGNER.sign(str(link.pk))
    return Opened(link, link.dossier.kept, stay)


def _alive(link: ClientLink) -> bool:
    return link.revoked_at is None and link.expires_at > timezone.now()


def _stays(link: ClientLink, stay: str) -> bool:
    try:
        return _SIGNER.unsign(stay, max_age=OPEN_PAGE_SECONDS) == str(link.pk)
    except signing.BadSignature:
        return False


@transaction.atomic
def report(opened: Opened) -> None:
    """ "Ik ben ingeschreven": reported by the client, to be confirmed. Twice is once."""
    today = timezone.localdate()
    if ClientLink.objects.filter(pk=opened.link.pk, reported_at=None).update(reported_at=timezone.now()):
        record(opened.dossier, NewEvent(e.RegistrationReported(registered_on=today), today, e.Source.CLIENT))


@transaction.atomic
def ask_help(opened: Opened) -> None:
    """ "Ik heb hulp nodig": a task for the case worker. Twice is once a day, until somebody answered."""
    now = timezone.now()
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=opened.dossier.pk)
    free = ClientLink.objects.filter(pk=opened.link.pk).exclude(help_asked_at__gt=now - timedelta(days=1))
    if free.update(help_asked_at=now) or load_state(dossier).help_asked_on is None:
        record(opened.dossier, NewEvent(e.ClientAskedHelp(), timezone.localdate(), e.Source.CLIENT))


@transaction.atomic
def stop_messages(opened: Opened) -> None:
    """ "Stop de berichten": over every channel. Twice is once."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=opened.dossier.pk)
    silent = load_state(dossier).no_messages
    today = timezone.localdate()
    news = [
        NewEvent(e.MessagesChosen(channel=channel, wanted=False), today, e.Source.CLIENT)
        for channel in e.MESSAGE_CHANNELS
        if channel not in silent
    ]
    if news:
        record(dossier, *news)


def too_many_wrong(address: str) -> bool:
    """Did so many wrong links come from this address lately that nothing is looked up any more?"""
    found = WrongLink.objects.filter(address=_address(address), quarter=_quarter()).first()
    return found is not None and found.count >= WRONG_LINKS_A_QUARTER


def note_wrong(address: str) -> None:
    """Count one wrong link, and forget the counts of yesterday."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {WrongLink._meta.db_table} (address, quarter, count) values (%s, %s, 1)"
            " on conflict (address, quarter) do update set count = referrals_wronglink.count + 1",
            [_address(address), _quarter()],
        )
    WrongLink.objects.filter(quarter__lt=_quarter() - 96).delete()


def _address(address: str) -> str:
    return salted_hmac("wrong-link", address, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def _quarter() -> int:
    return int(timezone.now().timestamp()) // QUARTER_SECONDS
