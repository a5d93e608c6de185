"""`toeleiding exchange notifications`: files read dry, stored on request, and doubled by nothing."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.conf import settings

from tests.exchange.feeding import poll, waits
from tests.exchange.people import ask, known
from tests.magda.test_publications import published, subject
from toeleiding.cli.exchange import command
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Feed, FeedState, Notification, Question
from toeleiding.simulator.ledger import Notification as Told
from toeleiding.simulator.population import DEFAULT_SEED
from toeleiding.simulator.publications import PERSONS, publication, write_notifications

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toeleiding.cli.exchange._prepare", lambda: None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["notifications", *arguments])


def followed(outside: Any) -> Dossier:
    outside()
    with time_machine.travel(TODAY - timedelta(days=3)):
        dossier = known("registered-before-arrival")
        ask(dossier)
        drain()
    return dossier


def file(tmp_path: Path, subjects: str, name: str = "meldingen.xml", **more: Any) -> str:
    path = tmp_path / name
    path.write_bytes(more.get("data") or published(subjects, *more.get("kind", ())))
    return str(path)


def test_read_is_dry_unless_told_otherwise(outside, tmp_path):
    dossier = followed(outside)
    path = file(tmp_path, subject("m1", dossier.insz or "") + subject("m2"))
    done = run("read", path)
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "meldingen.xml: 2 meldingen, 2 nieuw, 1 over wie we volgen.",
        "Er is niets bewaard en niets gevraagd. Voeg --apply toe om dat te doen.",
    ]
    assert not Notification.objects.exists()


def test_with_apply_they_are_stored_and_the_source_is_asked(outside, tmp_path):
    dossier = followed(outside)
    path = file(tmp_path, subject("m1", dossier.insz or "") + subject("m2"))
    done = run("read", path, "--apply")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1:] == ["De bron is opnieuw gevraagd: 1.", "We volgen deze persoon niet: 1."]
    assert Question.objects.get(details__why="notification").dossier == dossier
    assert Notification.objects.get(reference="m1").file == "meldingen.xml"
    assert run("read", path, "--apply").output.startswith("meldingen.xml: 2 meldingen, 0 nieuw")
    assert Question.objects.filter(details__why="notification").count() == 1


def test_a_file_and_a_feed_that_tell_the_same_tell_it_once(outside, tmp_path):
    world = outside()
    told = Told("m1", "PERS", "90660510075", "DOSSIERVDAB", "VDAB", TODAY, "10:00", ("Dossier",))
    waits(world, told)
    poll(world)
    assert run("read", file(tmp_path, subject("m1")), "--apply").output.startswith(
        "meldingen.xml: 1 meldingen, 0 nieuw"
    )
    assert Notification.objects.count() == 1


def test_a_file_of_the_register_of_persons_lands_in_its_own_feed(tmp_path):
    us = (settings.MAGDA_IDENTIFICATIE, settings.MAGDA_HOEDANIGHEID)
    write_notifications(tmp_path, 150, DEFAULT_SEED, TODAY, us, 30)
    done = run("read", str(tmp_path / "meldingen-personen.xml"), "--apply")
    assert done.exit_code == 0, done.output
    assert set(Notification.objects.values_list("feed", "source")) == {(Feed.PERSONS.value, "RR")}


def test_a_file_for_somebody_else_is_not_taken(tmp_path):
    data = publication(PERSONS, "", DEFAULT_SEED, TODAY, ("een.andere/organisatie", "ipdc0009")).encode()
    done = run("read", file(tmp_path, "", data=data), "--apply")
    assert done.exit_code == 1
    assert "voor een andere ontvanger" in done.output
    assert not Notification.objects.exists()


def test_one_bad_file_does_not_cost_the_good_ones(tmp_path):
    bad, good = file(tmp_path, "", "slecht.xml", data=b"<x/>"), file(tmp_path, subject())
    done = run("read", bad, str(tmp_path / "weg.xml"), good, "--apply")
    assert done.exit_code == 1
    assert "slecht.xml: Het hoofdelement x is geen bestand met meldingen" in done.output
    assert "weg.xml: Kan niet gelezen worden" in done.output
    assert Notification.objects.count() == 1


def test_fetch_is_dry_unless_told_otherwise(outside):
    world = outside()
    done = run("fetch")
    assert done.exit_code == 0
    assert "Er is niets opgehaald. Voeg --apply toe om dat te doen." in done.output
    assert world.heard == []
    assert not FeedState.objects.exists()


def test_fetch_with_apply_fetches_both_feeds(outside):
    world = outside()
    done = run("fetch", "--apply")
    assert done.exit_code == 0
    assert "Wijzigingen bij VDAB en andere bronnen: 0 meldingen, 0 nieuw." in done.output
    assert world.asked == {Feed.GENERAL: 1, Feed.PERSONS: 1}


def test_the_simulator_writes_such_files(tmp_path):
    from toeleiding.cli.simulate import command as simulate

    day = ("--today", "2026-11-23", "--count", "100")
    done = CliRunner().invoke(simulate, ["--write-notifications", str(tmp_path), *day])
    assert done.exit_code == 0, done.output
    assert run("read", *map(str, sorted(tmp_path.glob("*.xml")))).exit_code == 0
