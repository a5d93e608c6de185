"""Every address says who may open it; what says nothing is closed."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.organisations.models import Role


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def filled(address: str) -> str:
    """An address with something in each of its places."""
    plain = address.replace("^", "").replace("$", "")
    plain = re.sub(r"\(\?P<rule>[^)]*\)", "W-01", plain)
    plain = re.sub(r"\(\?P<name>[^)]*\)", "proef", plain)
    plain = re.sub(r"\(\?P<\w+>[^)]*\)", "TN-2026-00001", plain)
    plain = re.sub(r"<dossiernummer:\w+>", "TN-2026-00001", plain)
    plain = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", plain)
    return "/" + re.sub(r"<[^>]+>", "1", plain)


# Open to all: they hold no personal data.
PUBLIC = {
    "gezond",
    "metrics",
    "",
    "aanmelden",
    "rol",
    "afmelden",
    "samen-kijken/stop",
    "toegankelijkheid",
    "privacyverklaring",
    "hulp",
    "hulp/gids",
    "hulp/gids/<slug:chapter>",
    "sneltoetsen",
    "magda/toeleiding",  # messages of partners: the signature decides
    "info/<slug:language>/vdab",
    "info/<slug:language>/actiris",
    "m/<str:token>",  # for who holds a private link: tests/referrals/test_client_page.py
    "m/<str:token>/ingeschreven",
    "m/<str:token>/hulp",
    "m/<str:token>/berichten",
    "stop/<str:token>",  # for who got a message: tests/outreach/messages/test_pages.py
    "berichten/ontvangst",  # for the gateway: the shared secret decides
    "afspraken/<str:token>.ics",  # for who holds the secret address; no person stands in it
}


@pytest.mark.parametrize(("address", "entry"), [pytest.param(a, e, id=a or "/") for a, e in patterns()])
def test_every_address_says_who_may_open_it(address: str, entry: URLPattern) -> None:
    if address in PUBLIC:
        return
    roles = getattr(entry.callback, "roles", "nothing said")
    assert isinstance(roles, frozenset), f"{address}: zet @for_roles of @everyone op deze pagina"
    assert roles, f"{address} is voor niemand"
    assert roles <= set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "entry"), [pytest.param(a, e, id=a or "/") for a, e in patterns()])
def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(client: Client, address: str, entry: URLPattern) -> None:
    if address in PUBLIC:
        return
    answer = client.get(filled(address))
    assert answer.status_code in (302, 405)
    if answer.status_code == 302:
        assert answer["Location"].startswith("/aanmelden?verder=")


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_dossier_of_another_agency_stays_closed(client: Client, role: Role) -> None:
    dossier = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    office = "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"
    sign_in(client, make_staff(role, office))
    answer = client.get(dossier.get_absolute_url())
    assert answer.status_code == 403
    assert "Voorbeeld" not in answer.content.decode()
