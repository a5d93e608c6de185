"""What has to be there before some forms stand on a page; the demonstration does not have it by itself."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.client_lists import files

from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Likeness
from toeleiding.exchange.models import Service
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role
from toeleiding.outreach import absences
from toeleiding.referrals.client_page import links
from toeleiding.web.dates import long_date


def sow(client: Client, access: Access) -> None:
    """Done by somebody of a role, as that person would; raises when a seed does not take."""
    today = long_date(timezone.localdate())
    match access.role:
        case Role.CASE_WORKER:
            one, other = Dossier.objects.filter(case_worker=access.staff, merged_into=None).order_by("pk")[:2]
            merging.propose([merging.Pair(one.pk, other.pk, Likeness.NEAR_DOUBLE)])
            colleague = absences.colleagues(access).first()
            assert colleague
            away = {"van": today, "tot": today, "wie": colleague.pk}
            _send(client, "/meldingen/afwezigheid", away)
            _send(client, "/werklijst/filters", {"naam": "Mijn lijst", "filter": "taal=ar"})
            _send(client, f"/dossiers/{one.number}/notitie", {"tekst": "Gebeld."})
        case Role.TEAM_LEAD:
            row = ("123", "Fout", "Voorbeeldma", *[""] * 5), ("", "Nieuw", "Lijstma", "3/5/1990", *[""] * 4)
            _send(client, "/lijsten/nieuw", {"bestand": SimpleUploadedFile("lijst.csv", files.text(row))})
        case Role.PROJECT_LEAD:
            _send(client, "/regels/concept/nieuw", {"name": "proef", "note": ""})
        case Role.EXCHANGE_OPERATOR:
            _send(client, "/uitwisseling/tegenhouden", {"dienst": Service.VDAB_FILE, "reden": "Onderhoud."})
        case Role.VDAB_COUNSELLOR | Role.DPO:
            pass


def private_link(access: Access) -> str:
    """The page of a newcomer, for who holds its address."""
    dossier = Dossier.objects.filter(case_worker=access.staff, step="EXPLANATION").first()
    assert dossier
    return f"/m/{links.make(access, dossier)}"


def _send(client: Client, path: str, sent: dict[str, Any]) -> None:
    answer = client.post(path, sent)
    assert answer.status_code == 302, f"{path}: {answer.status_code}"
