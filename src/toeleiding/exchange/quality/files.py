"""The report as a PDF and as a spreadsheet: the same numbers, the same bytes for the same data."""

import io
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter

from toeleiding.exchange.quality.kinds import Unit
from toeleiding.exchange.quality.report import Report
from toeleiding.exchange.quality.wording import Cell
from toeleiding.web import dates, pdf

# typst reads whatever lies beside its template: this folder holds nothing else.
_TEMPLATE = Path(__file__).parent / "paper" / "rapport.typ"
_FORMATS = {
    Unit.SHARE: "0.0%", Unit.COUNT: "#,##0", Unit.DAYS: '0.0" dagen"', Unit.HOURS: '0.0" uur"',
    Unit.SECONDS: '0.0" s"',
}  # fmt: skip
_DAY = "dd/mm/yyyy"
# A value with the format in which a spreadsheet shows it.
_Shown = tuple[Any, str]


def as_pdf(report: Report) -> bytes:
    """The report on A4, tagged, in Dutch."""
    data: dict[str, Any] = msgspec.to_builtins(report)
    for action, shown in zip(report.actions, data["actions"], strict=True):
        shown["due"] = dates.long_date(action.due_on)
    return pdf.compile(_TEMPLATE, data, report.on)


def as_xlsx(report: Report) -> bytes:
    """The report as a spreadsheet: real numbers and dates, frozen headings, confidential on top of each sheet."""
    made = io.BytesIO()
    # Text stays text: what begins with "=" is no formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    moment = datetime.combine(report.on, time())
    book.set_properties({"title": f"Kwaliteit van de uitwisseling, {report.day}", "created": moment})
    formats = {code: book.add_format({"num_format": code}) for code in (_DAY, "#,##0", *_FORMATS.values())}
    bold = book.add_format({"bold": True})
    for name, heading, rows in _sheets(report):
        page = book.add_worksheet(name)
        page.write_string(0, 0, f"Vertrouwelijk. Stand op {report.day}, {report.about}, {report.period}.")
        for place, words in enumerate(heading):
            page.write_string(1, place, words, bold)
        page.freeze_panes(2, 1)
        page.set_column(0, 0, 44)
        page.set_column(1, max(len(heading) - 1, 1), 20)
        for line, row in enumerate(rows, 2):
            for place, told in enumerate(row):
                _write(page, line, place, told, formats)
    book.close()
    return made.getvalue()


def _sheets(report: Report) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Name, heading and rows of each sheet."""
    return [
        (
            "Samenvatting",
            ["Meting", "Nu", "Teller", "Noemer", "Voorstel", "Vergelijking", "Oordeel"],
            [
                [
                    row.name, _told(row.now, row.unit), (row.now.numerator, "#,##0"), (row.now.denominator, "#,##0"),
                    (row.norm_number, _FORMATS[row.unit]), row.norm.split()[0], row.now.verdict,
                ]
                for row in report.rows
            ],
        ),
        (
            "Per agentschap",
            ["Meting", *report.agencies],
            [[row.name, *(_told(one, row.unit) for one in row.agencies)] for row in report.rows],
        ),
        (
            "Verloop",
            ["Meting", "Dag", "Waarde"],
            [[row.name, (on, _DAY), (value, _FORMATS[row.unit])] for row in report.rows for on, _, value in row.trend],
        ),
        (
            "Acties",
            ["Actie", "Meting", "Voor wie", "Volgt op", "Tegen", "Stand", "Voor", "Na", "Verschil"],
            [
                [
                    one.title, one.measure, one.who, one.owner, (one.due_on, _DAY), one.state,
                    _told(one.before, one.unit), _told(one.after, one.unit) if one.after else None, one.difference,
                ]
                for one in report.actions
            ],
        ),
        (
            "Definities",
            ["Meting", "Wat het betekent"],
            [*([row.name, row.definition] for row in report.rows), *([limit] for limit in report.limits)],
        ),
    ]  # fmt: skip


def _told(cell: Cell, unit: Unit) -> "_Shown | str":
    """A number where there is one, otherwise why there is none."""
    return cell.words if cell.number is None else (cell.number, _FORMATS[unit])


def _write(page: Any, line: int, place: int, told: "_Shown | str | None", formats: Mapping[str, Any]) -> None:
    if isinstance(told, str):
        if told:
            page.write_string(line, place, told)
    elif told is not None and told[0] is not None:
        value, code = told
        write = page.write_datetime if isinstance(value, date) else page.write_number
        write(line, place, value, formats[code])
