"""The report says what the page says, as a PDF and as a spreadsheet, the same bytes each time."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.exchange.quality.rows import told
from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.exchange.models import ActionState, QualityFigure
from toeleiding.exchange.quality import actions, files, report, snapshots
from toeleiding.organisations.models import AccessLog, Organisation, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Any:
    return make_staff(Role.EXCHANGE_OPERATOR)


@pytest.fixture
def made(operator: Any) -> report.Report:
    """A report over a dozen people, with a trend and an action whose title looks like a formula."""
    today = timezone.localdate()
    for _ in range(30):
        told(make_dossier(work=[]), today - timedelta(days=20), category="03")
    for weeks in (1, 2, 3):
        QualityFigure.objects.create(
            on=today - timedelta(weeks=weeks),
            measure="FRESH",
            numerator=15 + weeks,
            denominator=30,
            value=0.5 + weeks / 30,
        )
    snapshots.take()
    plan = actions.Plan("FRESH", None, '=HYPERLINK("x") #strong[x]', "", operator.staff, date(2026, 12, 31))
    actions.close(actions.make(operator, plan), ActionState.DONE, "ok")
    found = report.build(operator, None)
    assert found is not None
    return found


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_report_says_what_the_page_says(client: Client, operator: Any, made: report.Report) -> None:
    sign_in(client, operator)
    page = client.get("/uitwisseling/kwaliteit").content.decode()
    for row in made.rows:
        assert row.name in page
        assert row.now.words in page
        assert row.norm in page
    assert made.finding in page


def test_few_people_are_kept_back_everywhere(operator: Any) -> None:
    told(make_dossier(work=[]), timezone.localdate(), category="03")
    snapshots.take()
    found = report.build(operator, None)
    assert found is not None
    fresh = next(row for row in found.rows if row.code == "FRESH")
    assert (fresh.now.words, fresh.now.number, fresh.now.counts) == ("te weinig personen", None, "")
    row = next(line for line in sheets(files.as_xlsx(found))["Samenvatting"] if line[0] == fresh.name)
    assert row[1:4] == ["te weinig personen", "", ""]


def test_the_spreadsheet_has_the_same_numbers_real_dates_and_no_formula(made: report.Report) -> None:
    found = sheets(files.as_xlsx(made))
    assert list(found) == ["Samenvatting", "Per agentschap", "Verloop", "Acties", "Definities"]
    assert all(lines[0][0].startswith("Vertrouwelijk") for lines in found.values())
    assert [line[0] for line in found["Samenvatting"][2:]] == [row.name for row in made.rows]
    told = [line[1] for line in found["Samenvatting"][2:]]
    assert told == [row.now.words if row.now.number is None else row.now.number for row in made.rows]
    fresh = next(line for line in found["Samenvatting"] if line[0] == "VDAB-gegevens niet verouderd")
    assert fresh[1:5] == [0.0, 0.0, 30.0, 0.8], "numbers are numbers"
    assert fresh[5:] == ["minstens", "haalt ons voorstel niet"]
    agii = found["Per agentschap"][1].index("AgII")
    assert next(line for line in found["Per agentschap"] if line[0] == fresh[0])[agii] == 0.0
    title, *_, due, state, _before, _after, difference = found["Acties"][2]
    assert title == '=HYPERLINK("x") #strong[x]'
    assert (due, state) == (date(2026, 12, 31), "Klaar")
    assert difference
    days = [line[1] for line in found["Verloop"][2:] if line[0] == "VDAB-gegevens niet verouderd"]
    assert len(days) == 4
    assert all(isinstance(day, date) for day in days)


def test_two_files_of_the_same_numbers_are_the_same_bytes(made: report.Report) -> None:
    assert files.as_xlsx(made) == files.as_xlsx(made)
    first = files.as_pdf(made)
    assert first == files.as_pdf(made)
    assert first.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in first, "tagged, for who reads it aloud"


def test_what_somebody_typed_is_text_in_the_pdf(made: report.Report) -> None:
    # typst would fail on a broken template; a title with its own markup must change nothing but the words.
    assert len(files.as_pdf(made)) > 10_000


def test_a_team_lead_takes_the_own_agency_along_and_it_is_logged(client: Client, made: report.Report) -> None:
    sign_in(client, make_staff(Role.TEAM_LEAD))
    for kind in ("pdf", "xlsx"):
        sent = client.get(f"/uitwisseling/kwaliteit/rapport.{kind}?agentschap=atlas")
        assert sent.status_code == 200
        assert f".{kind}" in sent["Content-Disposition"]
        assert AccessLog.objects.filter(action="EXPORTED", detail=f"rapport kwaliteit ({kind})").exists()
    assert "AgII" in str(sheets(sent.content)["Samenvatting"][0])
    assert client.get("/uitwisseling/kwaliteit/rapport.doc").status_code == 404
    sign_in(client, make_staff())
    assert client.get("/uitwisseling/kwaliteit/rapport.pdf").status_code == 403


def test_a_report_of_one_agency_leaves_out_the_actions_of_another(operator: Any, made: report.Report) -> None:
    told(make_dossier(agency="atlas", nis="11002", municipality="Antwerpen", work=[]), timezone.localdate())
    snapshots.take()
    agii, atlas = Organisation.objects.get(code="agii"), Organisation.objects.get(code="atlas")
    actions.make(operator, actions.Plan("FRESH", atlas, "Van Atlas", "", operator.staff, date(2026, 12, 31)))
    titles = {}
    for agency in (agii, atlas, None):
        found = report.build(operator, agency)
        assert found is not None
        titles[agency] = [action.title for action in found.actions]
    assert "Van Atlas" not in titles[agii]
    assert len(titles[agii]) == 1
    assert "Van Atlas" in titles[atlas]
    assert "Van Atlas" in titles[None]


def test_without_figures_there_is_no_report(client: Client, operator: Any) -> None:
    sign_in(client, operator)
    assert client.get("/uitwisseling/kwaliteit/rapport.pdf")["Location"] == "/uitwisseling/kwaliteit"
    assert report.build(operator, Organisation.objects.get(code="agii")) is None
