"""Somebody with an address and a mobile number, in the daytime of an ordinary Wednesday."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from time_machine import Traveller, travel

from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.law.quiet import BRUSSELS
from toeleiding.organisations.access import Access

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=BRUSSELS)
SECRETS = ("Samira", "Voorbeeld", "samira", "Testema")


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    with travel(NOON, tick=False) as moving:
        yield moving


@pytest.fixture(autouse=True)
def _postbus(settings: Any, tmp_path: Path) -> None:
    settings.POSTBUS = tmp_path / "postbus"
    settings.PUBLIC_URL = "https://toeleiding.voorbeeld.be"
    mail.outbox = []


@pytest.fixture
def worker() -> Access:
    return make_staff()


@pytest.fixture
def dossier(worker: Access) -> Dossier:
    reachable = e.ContactChanged(language="ar", email="samira@voorbeeld.be", phone="0470 12 34 56")
    return make_dossier(reachable, access=worker, work=[])
