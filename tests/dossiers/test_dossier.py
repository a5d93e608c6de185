"""`/dossiers/<nr>` as the person who asks may see it."""

import pytest
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Access:
    return make_staff(Role.CASE_WORKER)


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_page_renders(desk: Client, worker: Access) -> None:
    dossier = make_dossier(access=worker)
    page = desk.get(f"/dossiers/{dossier.number}")
    assert page.status_code == 200
    assert f"Dossier {dossier.number}, verplichte inburgeraar, Mechelen" in text_of(page)
