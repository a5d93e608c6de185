"""The report says what the page says, as a PDF and as a spreadsheet, and the same data gives the same bytes."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.exchange.models import ImprovementAction, QualityFigure
from toeleiding.exchange.quality import report, report_pdf, report_xlsx
from toeleiding.organisations.access import access_of
from toeleiding.organisations.models import AccessLog, Organisation, Role
from toeleiding.web import pdf

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PDF, XLSX = "/uitwisseling/kwaliteit/rapport.pdf", "/uitwisseling/kwaliteit/rapport.xlsx"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def figure(measure: str, agency: str | None, top: int, bottom: int, value: float | None, days: int = 0) -> None:
    found = Organisation.objects.get(code=agency) if agency else None
    QualityFigure.objects.create(
        on=TODAY - timedelta(days=days), measure=measure, agency=found, numerator=top, denominator=bottom, value=value
    )


@pytest.fixture
def measured() -> None:
    make_dossier(agency="agii")
    make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    figure("ANSWERS", None, 30, 60, 0.5, days=7)
    figure("ANSWERS", None, 1204, 1310, 1204 / 1310)
    figure("ANSWERS", "agii", 1200, 1301, 1200 / 1301)
    figure("ANSWERS", "atlas", 4, 9, 4 / 9)
    figure("CONFLICTS", None, 3, 100, 3.0)


def book(content: bytes) -> dict[str, list[list[object]]]:
    read = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: read.get_sheet_by_name(name).to_python() for name in read.sheet_names}


def operator():
    return access_of(make_staff(Role.EXCHANGE_OPERATOR, "agii"))


@pytest.mark.usefixtures("measured")
def test_the_numbers_are_those_of_the_page(client: Client) -> None:
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    page = client.get("/uitwisseling/kwaliteit").content.decode()
    found = report.build(operator(), None)
    assert found is not None
    answers = next(row for row in found.rows if row.measure.code == "ANSWERS")
    assert answers.cell.value == "91,9\u00a0%"
    assert answers.cell.value in page
    assert answers.cell.counts in page
    assert answers.trend == [(TODAY - timedelta(days=7), 0.5), (TODAY, 1204 / 1310)]
    sheets = book(client.get(XLSX).content)
    row = next(row for row in sheets["Samenvatting"] if row[0] == "Vragen met een antwoord")
    assert row[1] == pytest.approx(1204 / 1310)
    assert row[3:5] == [1204, 1310]
    assert row[7] == TODAY


@pytest.mark.usefixtures("measured")
def test_the_spreadsheet_has_its_sheets_with_a_watermark(client: Client) -> None:
    sign_in(client, make_staff(Role.PROJECT_LEAD, "agii"))
    sheets = book(client.get(XLSX).content)
    assert list(sheets) == ["Samenvatting", "Per agentschap", "Verloop", "Acties", "Definities"]
    assert all(str(rows[0][0]).startswith("Vertrouwelijk") for rows in sheets.values())
    assert [row[1] for row in sheets["Verloop"][3:]][:2] == [TODAY - timedelta(days=7), TODAY]


@pytest.mark.usefixtures("measured")
def test_few_people_have_no_percentage(client: Client) -> None:
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    rows = book(client.get(XLSX).content)["Per agentschap"]
    row = next(row for row in rows if row[0] == "Vragen met een antwoord")
    at = rows[2].index(str(Organisation.objects.get(code="atlas")))
    assert row[at] == "te weinig personen"


@pytest.mark.usefixtures("measured")
def test_a_trend_leaves_out_days_with_few_people() -> None:
    figure("ANSWERS", "agii", 1, 2, 0.5, days=14)
    found = report.build(operator(), Organisation.objects.get(code="agii"))
    assert found is not None
    assert [day for day, _ in found.rows[0].trend] == [TODAY]


@pytest.mark.usefixtures("measured")
def test_a_team_lead_gets_the_own_agency_whatever_is_asked(client: Client) -> None:
    sign_in(client, make_staff(Role.TEAM_LEAD, "agii"))
    rows = book(client.get(XLSX + "?agentschap=atlas").content)["Per agentschap"]
    assert rows[2][2:] == [str(Organisation.objects.get(code="agii"))]
    logged = AccessLog.objects.get(action="EXPORTED")
    assert logged.dossier is None
    assert str(Organisation.objects.get(code="agii")) in logged.detail


@pytest.mark.usefixtures("measured")
def test_two_exports_of_the_same_are_the_same_bytes() -> None:
    access = operator()
    one, other = report.build(access, None), report.build(access, None)
    assert one is not None
    assert other is not None
    assert report_pdf.render(one) == report_pdf.render(other)
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        assert report_xlsx.render(one, access) == report_xlsx.render(other, access)


@pytest.mark.usefixtures("measured")
def test_what_somebody_typed_stays_text_in_both_files() -> None:
    staff = make_staff(Role.EXCHANGE_OPERATOR, "agii")
    access = access_of(staff)
    typed = '=HYPERLINK("x") #read("/etc/passwd") $x$ *vet*'
    ImprovementAction.objects.create(
        measure="ANSWERS", title=typed, owner=staff.staff, due_on=TODAY, made_by=staff.staff, made_at=NOW,
        before_on=TODAY, before_numerator=1204, before_denominator=1310, before_value=1204 / 1310,
    )  # fmt: skip
    found = report.build(access, None)
    assert found is not None
    row = book(report_xlsx.render(found, access))["Acties"][3]
    assert row[0] == typed
    assert row[4] == TODAY
    assert report_pdf.render(found).startswith(b"%PDF")


def test_a_template_reads_no_file() -> None:
    with pytest.raises(Exception, match="file not found"):
        pdf.compile('#read("/etc/passwd")', {})


@pytest.mark.usefixtures("measured")
def test_the_pdf_is_tagged_and_named(client: Client, django_assert_max_num_queries) -> None:
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    with django_assert_max_num_queries(12):
        answer = client.get(PDF)
    assert answer["Content-Disposition"] == 'attachment; filename="toeleiding_kwaliteit_2026-11-23.pdf"'
    assert b"/StructTreeRoot" in answer.content or b"pdfuaid" in answer.content


def test_before_anything_was_measured_there_is_no_report(client: Client) -> None:
    sign_in(client, make_staff(Role.EXCHANGE_OPERATOR, "agii"))
    assert client.get(PDF)["Location"] == "/uitwisseling/kwaliteit"
    assert client.get(XLSX)["Location"] == "/uitwisseling/kwaliteit"
