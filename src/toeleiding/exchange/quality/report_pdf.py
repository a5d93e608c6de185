"""The report as a PDF: the words of the report, laid out by `report.typ`."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.report import PROPOSAL, SMALL, Cell, Report, Row, headline
from toeleiding.web import dates, pdf

_TEMPLATE = Path(__file__).with_name("report.typ")
VERDICTS = {"goed": "Haalt het voorstel", "letop": "Wijkt af", "fout": "Wijkt ver af", "neutraal": "Geen oordeel"}


def render(report: Report) -> bytes:
    """The same report gives the same bytes: the moment in the file is the day that was measured."""
    made_at = datetime.combine(report.on, time(), UTC)
    return pdf.compile(_TEMPLATE.read_text(encoding="utf-8"), _data(report), made_at)


def _data(report: Report) -> dict[str, Any]:
    good = all(row.cell.tone in ("goed", "neutraal") for row in report.rows)
    return {
        "title": "Kwaliteit van de uitwisseling",
        "headline": headline(report),
        "finding": report.finding,
        "finding_tone": "goed" if good else "letop",
        "confidential": "Vertrouwelijk. Alleen voor wie de uitwisseling opvolgt.",
        "page": "Bladzijde",
        "no_trend": "nog geen verloop",
        "no_actions": "Er staat nog niets in het verbeterplan.",
        "notes": f"{PROPOSAL} {SMALL}",
        "names": {
            "summary": "Samenvatting", "agencies": "Per agentschap", "actions": "Verbeteracties",
            "definitions": "Wat elk cijfer betekent",
        },
        "heads": {
            "measure": "Meting",
            "summary": ["Meting", "Nu", "Ons voorstel", "Oordeel", "Laatste 12 weken"],
            "actions": ["Actie", "Meting", "Voor", "Wie", "Tegen", "Ervoor", "Erna", "Verschil en stand"],
        },
        "agencies": report.agencies,
        "rows": [_row(row) for row in report.rows],
        "actions": [
            [one.title, one.measure, one.whom, one.owner, dates.long_date(one.due_on), one.before, one.after or "–",
             f"{one.state}. {one.difference}".strip()]
            for one in report.actions
        ],
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    line = w.line(row.trend, row.measure)
    return {
        "name": row.measure.name,
        "definition": row.measure.definition,
        "norm": row.norm,
        "verdict": VERDICTS[row.cell.tone],
        "trend": {"points": w.places(row.trend, row.measure), "sentence": line["sentence"]} if line else None,
        "by_agency": [_cell(one) for one in row.by_agency],
        **_cell(row.cell),
    }


def _cell(cell: Cell) -> dict[str, str]:
    return {"value": cell.value, "counts": cell.counts, "tone": cell.tone}
