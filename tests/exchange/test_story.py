"""The story of one question: who asked, why, every attempt, and what it did to the dossier."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange.people import ask, known
from tests.exchange.rows import NOW, QUERIES_A_PAGE, VDAB, question
from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Likeness, MergeProposal
from toeleiding.exchange import replay
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Attempt, Question, Service
from toeleiding.exchange.outbox import LEGAL_BASIS
from toeleiding.exchange.replay import Choice
from toeleiding.organisations.models import AccessLog, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]


class TestStory:
    def asked(self, outside: Any, **more: Any) -> tuple[Dossier, Question]:
        outside(check_repertorium=False)
        dossier = known("never-registered", last_name="Geheim", **more)
        ask(dossier)
        drain()
        return dossier, Question.objects.get(dossier=dossier, service=VDAB)

    def test_the_operator_reads_the_whole_story_without_the_person(self, outside, operator):
        dossier, found = self.asked(outside)
        page = operator.get(f"/uitwisseling/berichten/{found.pk}").content.decode()
        tried = Attempt.objects.get(question=found)
        for words in (
            "Begeleiding naar werk",
            "Nadia Testema",
            LEGAL_BASIS,
            str(tried.reference),
            "geen gegevens gevonden",
            "Antwoord over de inschrijving",
            "Afgeschermd",
        ):
            assert words in page
        for secret in ("Geheim", dossier.insz or "x", dossier.number):
            assert secret not in page

    def test_a_code_is_told_in_plain_dutch(self, outside, operator):
        outside(
            {"service": "GeefDossierVDAB", "fault": "exception:13501", "match": {"rate": 1.0}}, check_repertorium=False
        )
        ask(known("never-registered"))
        drain()
        found = Question.objects.get(service=VDAB)
        page = operator.get(f"/uitwisseling/berichten/{found.pk}").content.decode()
        assert "Code 13501" in page
        assert "geen toegang tot deze dienst" in page
        assert f"/uitwisseling/proef?bericht={found.pk}" in page

    def test_the_dpo_reads_the_same_with_the_way_to_the_dossier(self, outside, client):
        dossier, found = self.asked(outside)
        access = make_staff(Role.DPO)
        page = sign_in(client, access).get(f"/uitwisseling/berichten/{found.pk}").content.decode()
        assert f'href="/dossiers/{dossier.number}"' in page
        assert AccessLog.objects.filter(staff=access.staff, dossier=dossier.pk, action="OPENED").exists()

    def test_the_dpo_of_another_agency_does_not(self, outside, client):
        _, found = self.asked(outside)
        answer = sign_in(client, make_staff(Role.DPO, "atlas")).get(f"/uitwisseling/berichten/{found.pk}")
        assert answer.status_code == 403

    def test_the_caseworker_reads_it_in_plain_words_and_can_print_it(self, outside, client):
        dossier, _ = self.asked(outside)
        page = sign_in(client, make_staff()).get(f"/dossiers/{dossier.number}/berichten").content.decode()
        words = page.replace("\xa0", " ")
        assert "Op 23 november om 10.00 uur vroeg Nadia Testema aan VDAB of deze persoon" in words
        assert "Reden: begeleiding naar werk." in words
        assert "kwam het antwoord: geen gegevens gevonden." in words
        assert "data-print" in page
        assert "/uitwisseling/berichten/" not in page
        assert "/berichten" in sign_in(client, make_staff()).get(f"/dossiers/{dossier.number}").content.decode()

    def test_what_was_asked_in_a_dossier_that_was_taken_in_is_told_too(self, client):
        gone, kept = make_dossier(work=[]), make_dossier(work=[])
        found = question(gone, status="DONE", outcome="KNOWN")
        access = make_staff()
        merging.propose([merging.Pair(gone.pk, kept.pk, Likeness.NEAR_DOUBLE)])
        merging.merge(access, MergeProposal.objects.get(), kept, "Zelfde persoon.")
        page = sign_in(client, access).get(f"/dossiers/{kept.number}/berichten").content.decode()
        assert f"bericht-{found.pk}" in page

    def test_a_replay_stands_in_the_story(self, operator):
        found = question(make_dossier(), status="DEAD", service=Service.WORK, outcome="NOT_UNDERSTOOD")
        replay.replay(make_staff(Role.EXCHANGE_OPERATOR), Choice(), "De fout is hersteld.", uuid4(), NOW)
        page = operator.get(f"/uitwisseling/berichten/{found.pk}").content.decode()
        assert "De fout is hersteld." in page
        assert "Opnieuw gesteld" in page

    def test_a_story_takes_few_queries(self, outside, operator, client):
        dossier, found = self.asked(outside)
        with CaptureQueriesContext(connection) as captured:
            operator.get(f"/uitwisseling/berichten/{found.pk}")
        assert len(captured) <= QUERIES_A_PAGE
        other = sign_in(Client(), make_staff())
        with CaptureQueriesContext(connection) as captured:
            other.get(f"/dossiers/{dossier.number}/berichten")
        assert len(captured) <= QUERIES_A_PAGE

    @pytest.mark.parametrize("address", ["geen-bericht", "00000000-0000-4000-8000-000000000000"])
    def test_a_message_that_does_not_exist_is_not_found(self, operator, address):
        assert operator.get(f"/uitwisseling/berichten/{address}").status_code == 404


def test_the_messages_of_another_agency_stay_closed(client):
    dossier = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    assert sign_in(client, make_staff()).get(f"/dossiers/{dossier.number}/berichten").status_code == 403


def test_a_role_without_business_here_sees_no_message(client):
    found = question(asked_at=timezone.now())
    for role in (Role.CASE_WORKER, Role.TEAM_LEAD, Role.VDAB_COUNSELLOR, Role.PROJECT_LEAD):
        assert sign_in(client, make_staff(role)).get(f"/uitwisseling/berichten/{found.pk}").status_code == 403
