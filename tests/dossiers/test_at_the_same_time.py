"""Several people at work at once: real transactions, on a copy of the test database that is dropped afterwards."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test import Client
from tests.factories import make_dossier, make_insz, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.redecide import redecide_all
from toeleiding.dossiers.timeline import NewEvent, record, record_many

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
PATIENCE_SECONDS = 20
T = TypeVar("T")


@pytest.fixture(scope="module")
def copy(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The name of a copy of the test database."""
    with django_db_blocker.unblock():
        connection.close()
        held = connection.settings_dict
    name = f"{held['NAME']}_at_once"
    parts = {"host": held["HOST"], "port": held["PORT"] or None, "user": held["USER"], "password": held["PASSWORD"]}
    with psycopg.connect(**parts, dbname="postgres", autocommit=True) as server:
        server.execute(f'drop database if exists "{name}" with (force)')
        server.execute(f'create database "{name}" template "{held["NAME"]}"')
        yield name
        server.execute(f'drop database "{name}" with (force)')


@pytest.fixture(autouse=True)
def _on_the_copy(copy: str, db: None) -> Iterator[None]:
    """This thread and those that a test starts work on the copy, where a commit is a commit."""
    kept = connections["default"]
    settings = connections.settings["default"]
    name = settings["NAME"]
    settings["NAME"] = copy
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = name
        connections["default"] = kept


def at_once(*verbs: Callable[[], T]) -> list[T | Exception]:
    """Run verbs in threads of their own, each with its own connection; what each gave or raised."""
    ready = threading.Barrier(len(verbs))

    def run(verb: Callable[[], T]) -> T | Exception:
        try:
            connection.ensure_connection()
            ready.wait(PATIENCE_SECONDS)
            return verb()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def note(dossier: Dossier, text: str) -> Dossier:
    return record(dossier, NewEvent(e.Noted(text=text), TODAY, e.Source.CASE_WORKER))


def test_two_people_write_in_one_dossier_and_both_lines_stand() -> None:
    dossier = make_dossier(work=[])
    came = at_once(*[lambda n=n: note(dossier, f"lijn {n}") for n in range(4)])  # type: ignore[misc]
    assert not [one for one in came if isinstance(one, Exception)]
    now = Dossier.objects.get(pk=dossier.pk)
    assert Event.objects.filter(dossier=dossier, kind="NOTED").count() == 4
    assert now.events == Event.objects.filter(dossier=dossier).count()


def test_two_clicks_at_once_ask_one_question() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[])
    at_once(*[lambda: services.ask_employment_service(access, [dossier])] * 3)
    assert Event.objects.filter(dossier=dossier, kind="EMPLOYMENT_SERVICE_ASKED").count() == 1
    at_once(*[lambda: services.ask_work(access, dossier)] * 3)
    assert Event.objects.filter(dossier=dossier, kind="WORK_ASKED").count() == 1


def test_two_people_open_a_dossier_for_one_number() -> None:
    access, insz = make_staff(), make_insz()
    facts = [e.Identified(first_name="Yonas", last_name="Proefveld"), e.NumberAssigned(insz=insz)]

    def opened() -> Dossier:
        return services.open_dossier(access, facts, agency="agii", origin="BY_HAND")

    came = at_once(opened, opened, opened)
    made = [one for one in came if isinstance(one, Dossier)]
    assert len(made) == 1
    refused = [one for one in came if not isinstance(one, Dossier)]
    assert all(isinstance(one, services.AlreadyThereError) for one in refused), refused
    assert made[0].number in str(refused[0])


def test_a_double_click_makes_one_dossier_also_without_a_number() -> None:
    access = make_staff()
    typed = {"voornaam": "Yonas", "achternaam": "Dubbelklik"}
    desks = [sign_in(Client(), access) for _ in range(3)]
    at_once(*[lambda desk=desk: desk.post("/dossiers/nieuw/met-de-hand", typed) for desk in desks])  # type: ignore[misc]
    assert Dossier.objects.filter(last_name="Dubbelklik").count() == 1


def test_two_people_give_one_number_to_two_dossiers() -> None:
    access, insz = make_staff(), make_insz()
    pair = [make_dossier(access=access), make_dossier(access=access)]

    def given(dossier: Dossier) -> Dossier:
        replaced = e.NumberReplaced(old=dossier.insz or "", new=insz)
        return services.add_facts(access, dossier, replaced)

    came = at_once(lambda: given(pair[0]), lambda: given(pair[1]))
    assert {type(one) for one in came} == {Dossier, services.AlreadyThereError}, came


def test_a_rebuild_while_people_write_finds_no_difference() -> None:
    kept = [make_dossier(work=[]) for _ in range(20)]
    done = threading.Event()

    def write() -> int:
        rounds = 0
        while not done.is_set() and rounds < 400:
            note(kept[rounds % len(kept)], f"ronde {rounds}")
            rounds += 1
        return rounds

    def prove() -> list[Any]:
        try:
            return [found for _ in range(15) for found in rebuild()]
        finally:
            done.set()

    found, rounds = at_once(prove, write)
    assert found == []
    assert isinstance(rounds, int)
    assert rounds > 1, "somebody wrote meanwhile"


def test_deciding_again_while_people_write_loses_nothing_and_never_locks_up() -> None:
    kept = [make_dossier(work=[]) for _ in range(15)]
    news = {one.pk: [NewEvent(e.Noted(text="samen"), TODAY, e.Source.CASE_WORKER)] for one in kept}
    backwards = dict(reversed(news.items()))
    came = at_once(
        lambda: [redecide_all() for _ in range(5)],
        lambda: [record_many(news) for _ in range(10)],
        lambda: [record_many(backwards) for _ in range(10)],
    )
    assert not [one for one in came if isinstance(one, Exception)]
    assert Event.objects.filter(data__text="samen").count() == 20 * len(kept)
    assert not list(rebuild())


def test_a_question_waits_for_who_writes_and_then_sees_what_was_written() -> None:
    access = make_staff()
    dossier = make_dossier(access=access, work=[])
    written = threading.Event()

    def first() -> None:
        with transaction.atomic():
            services.ask_employment_service(access, [dossier])
            written.set()
            threading.Event().wait(0.3)

    def second() -> services.Bulk:
        assert written.wait(PATIENCE_SECONDS)
        return services.ask_employment_service(access, [dossier])

    _, done = at_once(first, second)
    assert isinstance(done, services.Bulk)
    assert [one.why for one in done.skipped] == ["Er loopt al een vraag. Het antwoord komt vanzelf."]
