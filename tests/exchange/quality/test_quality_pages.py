"""The pages of quality: who sees which figures, and the people and questions behind them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.exchange.quality.rows import asked, planned
from tests.factories import make_dossier, make_insz, make_staff, sign_in
from toeleiding.dossiers import events as e
from toeleiding.exchange.models import QualityFigure
from toeleiding.exchange.quality import snapshots
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.organisations.models import AccessLog, Role

pytestmark = pytest.mark.django_db


def test_a_week_and_own_days_have_figures_of_their_own(client: Client, operator: Any) -> None:
    dossier = make_dossier()
    for _ in range(30):
        asked(dossier, "KNOWN", days=2)
    for _ in range(33):
        asked(dossier, "KNOWN", days=20)
    snapshots.take()
    base = "/uitwisseling/kwaliteit"
    assert "30 van 30" in client.get(f"{base}?periode=7").content.decode()
    assert "63 van 63" in client.get(base).content.decode()
    today = timezone.localdate()
    first, last = today - timedelta(days=25), today - timedelta(days=10)
    own = client.get(f"{base}?periode=eigen&van={first}&tot={last}").content.decode()
    assert "35 van 35" in own
    assert "ronden we aantallen af op 5" in own
    wrong = client.get(f"{base}?periode=eigen&van={last}&tot={first}")
    assert wrong.status_code == 422
    assert "Kies een latere dag" in wrong.content.decode()


def test_an_operator_sees_the_questions_behind_a_figure_and_that_is_logged(client: Client, operator: Any) -> None:
    dossier = make_dossier(last_name="Geheimema")
    bad = [asked(dossier, "REFUSED") for _ in range(6)]
    for _ in range(30):
        asked(dossier, "KNOWN")
    snapshots.take()
    page = client.get("/uitwisseling/kwaliteit/ANSWERS").content.decode()
    assert f"/uitwisseling/berichten/{bad[0].pk}" in page
    assert "Geheimema" not in page
    assert AccessLog.objects.filter(dossier=dossier.pk, detail__startswith="kwaliteit, vragen").count() == 6


def test_questions_behind_a_figure_that_is_kept_back_are_kept_back(client: Client, operator: Any) -> None:
    bad = [asked(make_dossier(), "REFUSED") for _ in range(3)]
    snapshots.take()
    page = client.get("/uitwisseling/kwaliteit/DEAD").content.decode()
    assert "te weinig personen" in page
    assert str(bad[0].pk) not in page


def test_a_team_lead_sees_the_previous_number_masked_and_no_total(client: Client) -> None:
    old, new = make_insz(), make_insz()
    make_dossier(e.NumberReplaced(old=old, new=new), insz=old)
    snapshots.take()
    sign_in(client, make_staff(Role.TEAM_LEAD))
    page = client.get("/uitwisseling/kwaliteit/REPLACED").content.decode()
    assert f"vroeger nummer …{old[-4:]}, vervangen" in page
    assert old not in page
    assert "Alle samen" not in page


def test_before_the_first_night_the_page_says_so_and_can_measure(client: Client, operator: Any) -> None:
    assert "Er zijn nog geen cijfers" in client.get("/uitwisseling/kwaliteit").content.decode()
    client.post("/uitwisseling/kwaliteit/meet")
    page = client.get("/uitwisseling/kwaliteit").content.decode()
    assert "Vragen aan VDAB met een antwoord" in page
    assert "Er zijn nog geen cijfers" not in page


def test_a_large_population_is_measured_by_the_worker(client: Client, operator: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("toeleiding.exchange.quality.views.AT_ONCE", -1)
    client.post("/uitwisseling/kwaliteit/meet")
    client.post("/uitwisseling/kwaliteit/meet")
    assert not QualityFigure.objects.exists()
    from toeleiding.exchange.tasks import measure_quality

    measure_quality(timestamp=0)
    assert QualityFigure.objects.exists()


def test_a_team_lead_sees_the_own_agency_and_the_people_behind_a_figure(client: Client) -> None:
    mine = make_dossier(work=[], last_name="Eigenma")
    make_dossier(work=[], agency="atlas", nis="11002", municipality="Antwerpen", last_name="Vreemdma")
    snapshots.take()
    sign_in(client, make_staff(Role.TEAM_LEAD))
    page = client.get("/uitwisseling/kwaliteit/NEVER_ASKED").content.decode()
    assert "Eigenma" in page
    assert "Vreemdma" not in page
    assert "Atlas" not in page
    assert AccessLog.objects.filter(dossier=mine.pk, action="LISTED").exists()
    assert client.post("/uitwisseling/kwaliteit/meet").status_code == 403
    assert client.get("/uitwisseling/kwaliteit/acties/nieuw").status_code == 403


@pytest.mark.parametrize("code", [one.code for one in MEASURES.values() if one.people])
def test_the_people_behind_every_measure_can_be_listed(client: Client, code: str) -> None:
    make_dossier(work=[])
    snapshots.take()
    sign_in(client, make_staff(Role.TEAM_LEAD))
    assert client.get(f"/uitwisseling/kwaliteit/{code}").status_code == 200


def test_an_operator_sees_figures_and_no_person(client: Client, operator: Any) -> None:
    make_dossier(work=[], last_name="Geheimema")
    snapshots.take()
    page = client.get("/uitwisseling/kwaliteit/NEVER_ASKED").content.decode()
    assert "Geheimema" not in page
    assert "Atlas" in page
    assert client.get("/uitwisseling/kwaliteit/BESTAAT_NIET").status_code == 404


def test_pages_take_few_queries(client: Client, operator: Any, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        make_dossier(work=[])
    snapshots.take()
    planned(operator)
    for path, most in (("", 9), ("/FRESH", 10), ("/acties", 6)):
        with django_assert_max_num_queries(most):
            client.get(f"/uitwisseling/kwaliteit{path}")
