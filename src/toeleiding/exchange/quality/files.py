"""The report as a PDF and as a spreadsheet: the same numbers, the same bytes for the same data."""

from pathlib import Path
from typing import Any

import msgspec

from toeleiding.exchange.quality.kinds import Unit
from toeleiding.exchange.quality.report import Report
from toeleiding.exchange.quality.wording import Cell
from toeleiding.web import dates, pdf
from toeleiding.web.spreadsheet import Sheet, Shown, make

# typst reads whatever lies beside its template: this folder holds nothing else.
_TEMPLATE = Path(__file__).parent / "paper" / "rapport.typ"
_FORMATS = {
    Unit.SHARE: "0.0%", Unit.COUNT: "#,##0", Unit.DAYS: '0.0" dagen"', Unit.HOURS: '0.0" uur"',
    Unit.SECONDS: '0.0" s"',
}  # fmt: skip
_COUNT = _FORMATS[Unit.COUNT]


def as_pdf(report: Report) -> bytes:
    """The report on A4, tagged, in Dutch."""
    data: dict[str, Any] = msgspec.to_builtins(report)
    for action, shown in zip(report.actions, data["actions"], strict=True):
        shown["due"] = dates.long_date(action.due_on)
    return pdf.compile(_TEMPLATE, data, report.on)


def as_xlsx(report: Report) -> bytes:
    """The report as a spreadsheet: real numbers and dates, frozen headings, confidential on top of each sheet."""
    on_top = f"Vertrouwelijk. Stand op {report.day}, {report.about}, {report.period}."
    sheets = [Sheet(name, on_top, heading, rows) for name, heading, rows in _sheets(report)]
    return make(f"Kwaliteit van de uitwisseling, {report.day}", report.on, sheets)


def _sheets(report: Report) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Name, heading and rows of each sheet."""
    return [
        (
            "Samenvatting",
            ["Meting", "Nu", "Teller", "Noemer", "Voorstel", "Vergelijking", "Oordeel"],
            [
                [
                    row.name, _told(row.now, row.unit), Shown(row.now.numerator, _COUNT),
                    Shown(row.now.denominator, _COUNT),
                    Shown(row.norm_number, _FORMATS[row.unit]), row.norm.split()[0], row.now.verdict,
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
            [[row.name, on, Shown(value, _FORMATS[row.unit])] for row in report.rows for on, _, value in row.trend],
        ),
        (
            "Acties",
            ["Actie", "Meting", "Voor wie", "Volgt op", "Tegen", "Stand", "Voor", "Na", "Verschil"],
            [
                [
                    one.title, one.measure, one.who, one.owner, one.due_on, one.state,
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


def _told(cell: Cell, unit: Unit) -> Shown | str:
    """A number where there is one, otherwise why there is none."""
    return cell.words if cell.number is None else Shown(cell.number, _FORMATS[unit])
