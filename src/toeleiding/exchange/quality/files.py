"""The report as a PDF and as a spreadsheet: the same numbers, the same bytes for the same data."""

from pathlib import Path
from typing import Any

import msgspec

from toeleiding.exchange.quality.report import Report
from toeleiding.web import dates, pdf
from toeleiding.web.spreadsheet import Sheet, make

_TEMPLATE = Path(__file__).parent / "rapport.typ"


def as_pdf(report: Report) -> bytes:
    """The report on A4, tagged, in Dutch."""
    data: dict[str, Any] = msgspec.to_builtins(report)
    for action, shown in zip(report.actions, data["actions"], strict=True):
        shown["due"] = dates.long_date(action.due_on)
    return pdf.compile(_TEMPLATE, data, report.on)


def as_xlsx(report: Report) -> bytes:
    """The report as a spreadsheet."""
    definitions = [[row.name, row.definition] for row in report.rows]
    tables: list[tuple[str, list[str], list[list[Any]]]] = [
        (
            "Samenvatting",
            ["Meting", "Nu", "Getal", "Aantallen", "Voorstel"],
            [[row.name, row.value, row.number, row.counts, row.norm] for row in report.rows],
        ),
        ("Per agentschap", ["Meting", *report.agencies], [[row.name, *row.agencies] for row in report.rows]),
        (
            "Verloop",
            ["Meting", "Dag", "Waarde", "Getal"],
            [[row.name, on, words, value] for row in report.rows for on, words, value in row.trend],
        ),
        (
            "Acties",
            ["Actie", "Meting", "Voor wie", "Volgt op", "Tegen", "Stand", "Voor", "Na", "Verschil"],
            [
                [
                    one.title,
                    one.measure,
                    one.who,
                    one.owner,
                    one.due_on,
                    one.state,
                    one.before,
                    one.after,
                    one.difference,
                ]
                for one in report.actions
            ],
        ),
        ("Definities", ["Meting", "Wat het betekent"], [*definitions, *([limit, ""] for limit in report.limits)]),
    ]
    on_top = f"Vertrouwelijk. Stand op {report.day}, {report.about}."
    sheets = [Sheet(name, on_top, heading, rows) for name, heading, rows in tables]
    return make(f"Kwaliteit van de uitwisseling, {report.day}", report.on, sheets)
