"""The report as a PDF and as a spreadsheet: the same numbers, the same bytes for the same data."""

import io
from datetime import datetime, time
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter

from toeleiding.exchange.quality.report import Report
from toeleiding.web import dates, pdf

_TEMPLATE = Path(__file__).parent / "rapport.typ"


def as_pdf(report: Report) -> bytes:
    """The report on A4, tagged, in Dutch."""
    data: dict[str, Any] = msgspec.to_builtins(report)
    for action, shown in zip(report.actions, data["actions"], strict=True):
        shown["due"] = dates.long_date(action.due_on)
    return pdf.compile(_TEMPLATE, data, report.on)


def as_xlsx(report: Report) -> bytes:
    """The report as a spreadsheet: real dates, frozen headings, confidential on top of each sheet."""
    made = io.BytesIO()
    # Text stays text: what begins with "=" is no formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    moment = datetime.combine(report.on, time())
    book.set_properties({"title": f"Kwaliteit van de uitwisseling, {report.day}", "created": moment})
    day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True})

    def sheet(name: str, heading: list[str], rows: list[list[Any]]) -> None:
        page = book.add_worksheet(name)
        page.write_string(0, 0, f"Vertrouwelijk. Stand op {report.day}, {report.about}.")
        for place, words in enumerate(heading):
            page.write_string(1, place, words, bold)
        page.freeze_panes(2, 1)
        page.set_column(0, 0, 36)
        page.set_column(1, max(len(heading) - 1, 1), 20)
        for line, row in enumerate(rows, 2):
            for place, cell in enumerate(row):
                _write(page, line, place, cell, day)

    sheet(
        "Samenvatting",
        ["Meting", "Nu", "Getal", "Aantallen", "Voorstel"],
        [[row.name, row.value, row.number, row.counts, row.norm] for row in report.rows],
    )
    sheet("Per agentschap", ["Meting", *report.agencies], [[row.name, *row.agencies] for row in report.rows])
    sheet(
        "Verloop",
        ["Meting", "Dag", "Waarde", "Getal"],
        [[row.name, on, words, value] for row in report.rows for on, words, value in row.trend],
    )
    sheet(
        "Acties",
        ["Actie", "Meting", "Voor wie", "Volgt op", "Tegen", "Stand", "Voor", "Na", "Verschil"],
        [
            [one.title, one.measure, one.who, one.owner, one.due_on, one.state, one.before, one.after, one.difference]
            for one in report.actions
        ],
    )
    definitions = [[row.name, row.definition] for row in report.rows]
    sheet("Definities", ["Meting", "Wat het betekent"], [*definitions, *([limit, ""] for limit in report.limits)])
    book.close()
    return made.getvalue()


def _write(page: Any, line: int, place: int, cell: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(line, place, cell)
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell)
    else:
        page.write_datetime(line, place, cell, day)
