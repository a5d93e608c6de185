"""Files on the command line and on the operator's desk."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.test import Client

from tests.exchange.files import NOW, about, folders, inscribed, other_side, read, standing, still, write  # noqa: F401
from tests.factories import make_staff, sign_in
from toeleiding.cli.exchange import command
from toeleiding.exchange.batch.folders import incoming
from toeleiding.exchange.models import (
    AnswerFile,
    BatchFile,
)
from toeleiding.organisations.models import Role
from toeleiding.simulator.population import number_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("toeleiding.cli.exchange_batch._prepare", lambda: None)

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(command, ["batch", *arguments])

    return call


class TestCommand:
    def test_dry_it_says_what_it_would_do_and_does_nothing(self, run: Any) -> None:
        inscribed(number_of(500), number_of(501))
        said = run("write", "--service", "GeefDossierVDAB")
        assert "2 vragen van GeefDossierVDAB zouden in een bestand gdvd_..." in said.output
        assert (BatchFile.objects.count(), standing()) == (0, {"done": 2, "waiting": 2})
        write()
        other_side()
        said = run("read", str(incoming()))
        assert "2 antwoorden op gdvd_20261123100000000 zouden verwerkt worden" in said.output
        assert (said.exit_code, AnswerFile.objects.count()) == (0, 0)

    def test_with_apply_it_writes_reads_and_lists(self, run: Any) -> None:
        inscribed(number_of(500), number_of(501))
        assert "gdvd_20261123100000000: 2 vragen" in run("write", "--service", "GeefDossierVDAB", "--apply").output
        assert "Klaargezet, wacht op antwoord" in run("list").output
        other_side()
        assert "2 antwoorden op gdvd_20261123100000000, 0 zonder antwoord" in run("read", "--apply").output
        assert "was al verwerkt" in run("read", "--apply").output
        assert "Beantwoord." in run("list").output
        assert "Er wacht niets" in run("write", "--service", "GeefDossierVDAB", "--apply").output

    def test_an_unknown_prefix_is_said_and_a_file_set_aside_is_exit_status_1(self, run: Any, settings: Any) -> None:
        settings.MAGDA_BATCH_PREFIXES = ""
        assert "niet gekend (nu XXX)" in run("write", "--service", "GeefDossierVDAB").output
        incoming().mkdir()
        (incoming() / "kapot").write_bytes(b"x")
        dry, real = run("read"), run("read", "--apply")
        assert (dry.exit_code, real.exit_code) == (1, 1)
        assert "zou apart gelegd worden" in dry.output
        assert "apart gelegd. Dit is geen XML" in real.output
        assert "kapot  apart gelegd" in run("list").output

    def test_wrong_calls_say_what_to_do(self, run: Any, tmp_path: Path) -> None:
        assert "Kies GeefDossierVDAB" in run("write", "--service", "GeefKoffie").output
        assert "bestaat niet" in run("read", str(tmp_path / "weg")).output


class TestPage:
    @pytest.fixture
    def operator(self, client: Client) -> Client:
        sign_in(client, make_staff(Role.EXCHANGE_OPERATOR))
        return client

    def test_it_shows_files_what_lies_apart_and_unknown_prefixes_without_a_person(self, operator: Client) -> None:
        (person,) = inscribed(number_of(500))
        file = write()
        incoming().mkdir()
        (incoming() / "kapot_20261123100000000").write_bytes(b"x")
        read()
        page = operator.get("/uitwisseling/bestanden").content.decode()
        assert file.name in page
        assert "Klaargezet, wacht op antwoord" in page
        assert "kapot_20261123100000000" in page
        assert "Werk volgens Dimona" in page.split("Die bestanden beginnen nu met XXX")[0]
        assert number_of(500) not in page
        assert person.last_name not in page

    def test_the_desk_says_that_a_question_stands_in_a_file(self, operator: Client) -> None:
        inscribed(number_of(500))
        write()
        page = operator.get("/uitwisseling?lijst=wacht").content.decode()
        assert "In een bestand: het antwoord wordt verwacht voor 24 november" in page

    def test_the_story_of_a_question_names_its_file(self, operator: Client) -> None:
        (person,) = inscribed(number_of(500))
        file = write()
        story = f"/uitwisseling/berichten/{about(person).pk}"
        assert f"in bestand {file.name}" in operator.get(story).content.decode()
        other_side('{"rules": [], "batch": {"missing": 1}}')
        read()
        page = operator.get(story).content.decode()
        assert "geen antwoord in het bestand dat terugkwam" in page
        assert "antwoord na" not in page

    def test_an_empty_desk_and_a_wrong_setting_have_a_sentence(self, operator: Client, settings: Any) -> None:
        assert "Er is nog geen bestand klaargezet" in operator.get("/uitwisseling/bestanden").content.decode()
        settings.MAGDA_BATCH_PREFIXES = "onzin"
        page = operator.get("/uitwisseling/bestanden").content.decode()
        assert "De instelling voor bestandsnamen klopt niet" in page

    def test_a_late_file_is_called_late_before_anybody_closes_it(self, operator: Client) -> None:
        inscribed(number_of(500))
        write()
        with time_machine.travel(NOW + timedelta(hours=25), tick=False):
            sign_in(operator, make_staff(Role.EXCHANGE_OPERATOR))
            assert "Geen antwoord op tijd" in operator.get("/uitwisseling/bestanden").content.decode()

    def test_it_takes_few_queries(self, operator: Client, django_assert_max_num_queries: Any) -> None:
        inscribed(*(number_of(at) for at in range(500, 510)))
        for _ in range(10):
            write(size=1)
        with django_assert_max_num_queries(10):
            operator.get("/uitwisseling/bestanden")

    def test_it_is_closed_to_others(self, client: Client) -> None:
        sign_in(client, make_staff(Role.CASE_WORKER))
        assert client.get("/uitwisseling/bestanden").status_code == 403
