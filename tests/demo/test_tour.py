"""The tour of each role: five steps, and each opens a page that this role may see."""

import pytest
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.demo.tours import CASE, TOURS
from toeleiding.organisations.models import Role
from toeleiding.simulator import population

pytestmark = pytest.mark.django_db


def test_every_role_has_five_steps() -> None:
    assert {role: len(stops) for role, stops in TOURS.items()} == dict.fromkeys(Role, 5)


@pytest.mark.parametrize("role", list(Role))
def test_each_step_of_a_tour_opens_for_that_role(client: Client, role: Role) -> None:
    if role is not Role.VDAB_COUNSELLOR:  # who sees a dossier once it is a joint client
        make_dossier(insz=population.number_of(population.EDGE_CASES[CASE]))
    sign_in(client, make_staff(role, "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"))
    steps = client.get("/rondleiding").context["stappen"]
    assert len(steps) == 5
    for step in steps:
        assert client.get(step["address"]).status_code == 200, step["address"]


def test_the_tour_goes_through_the_exercise_dossier_and_else_through_the_newest(client: Client) -> None:
    access = make_staff()
    sign_in(client, access)
    newest = make_dossier(access=access)
    assert f"/dossiers/{newest.number}" in client.get("/rondleiding").content.decode()
    exercise = make_dossier(access=access, insz=population.number_of(population.EDGE_CASES[CASE]))
    make_dossier(access=access)
    assert f'href="/dossiers/{exercise.number}"' in client.get("/rondleiding").content.decode()


def test_there_is_no_tour_outside_the_exercise_environment(client: Client, settings: object) -> None:
    settings.OEFENOMGEVING = False  # type: ignore[attr-defined]
    settings.SECURE_SSL_REDIRECT = False  # type: ignore[attr-defined]
    assert sign_in(client, make_staff()).get("/rondleiding").status_code == 404


def test_the_tour_asks_few_things_of_the_database(client: Client, django_assert_max_num_queries: object) -> None:
    access = make_staff()
    sign_in(client, access)
    for _ in range(10):
        make_dossier(access=access)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/rondleiding")
