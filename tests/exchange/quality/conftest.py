"""Who looks at the quality of the exchange."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_staff, sign_in
from toeleiding.organisations.models import Role


@pytest.fixture
def operator(client: Client) -> Any:
    access = make_staff(Role.EXCHANGE_OPERATOR)
    sign_in(client, access)
    return access
