"""The report as a spreadsheet: the same numbers as numbers and days as days, with five sheets."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toeleiding.exchange.quality.measures import Unit
from toeleiding.exchange.quality.report import PROPOSAL, SMALL, Cell, Report, headline
from toeleiding.exchange.quality.report_pdf import VERDICTS
from toeleiding.organisations.access import Access

_FORMATS = {Unit.SHARE: "0.0%", Unit.COUNT: "#,##0", Unit.DAYS: "#,##0.0", Unit.SECONDS: "#,##0.0"}
_UNITS = {Unit.SHARE: "procent", Unit.COUNT: "aantal", Unit.DAYS: "dagen", Unit.SECONDS: "seconden"}
_WATERMARK, _HEADER = 0, 2


def render(report: Report, access: Access) -> bytes:
    """The file. The same report for the same person gives the same bytes. No text becomes a formula or a link."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(written, options)
    book.set_properties({"title": "Kwaliteit van de uitwisseling", "created": datetime.combine(report.on, time())})
    _Writer(book, report, access).write()
    book.close()
    return written.getvalue()


class _Writer:
    """Writes the sheets, each with a watermark, a sentence and a header that stays in sight."""

    def __init__(self, book: xlsxwriter.Workbook, report: Report, access: Access) -> None:
        self.book, self.report = book, report
        self.watermark = (
            f"Vertrouwelijk. Alleen voor: {access.purpose.label.lower()}. Gemaakt voor {access.staff},"
            f" {access.organisation}."
        )
        self.bold = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#0B3D63", "text_wrap": True})
        self.red = book.add_format({"bold": True, "font_color": "#9B1C1C"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self.units = {unit: book.add_format({"num_format": given, "valign": "top"}) for unit, given in _FORMATS.items()}
        self.count = self.units[Unit.COUNT]

    def write(self) -> None:
        """All sheets, in the order in which they are read."""
        self._summary()
        self._agencies()
        self._trend()
        self._actions()
        self._definitions()

    def _sheet(self, name: str, sentence: str, header: Sequence[str], widths: Sequence[int]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.write_string(_WATERMARK, 0, self.watermark, self.red)
        sheet.write_string(1, 0, sentence)
        for at, title in enumerate(header):
            sheet.write_string(_HEADER, at, title, self.bold)
            sheet.set_column(at, at, widths[min(at, len(widths) - 1)])
        sheet.freeze_panes(_HEADER + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER)
        return sheet

    def _line(self, sheet: Worksheet, at: int, cells: Sequence[tuple[Any, Format]]) -> None:
        for column, (found, form) in enumerate(cells):
            match found:
                case None:
                    sheet.write_blank(at, column, None, form)
                case date():
                    sheet.write_datetime(at, column, datetime.combine(found, time()), form)
                case int() | float():
                    sheet.write_number(at, column, found, form)
                case _:
                    sheet.write_string(at, column, str(found), form)

    def _figure(self, cell: Cell, unit: Unit) -> tuple[Any, Format]:
        """The number, or the words that say why there is none."""
        return (cell.value, self.text) if cell.number is None else (cell.number, self.units[unit])

    def _summary(self) -> None:
        header = ("Meting", "Nu", "Eenheid", "Teller", "Noemer", "Ons voorstel", "Oordeel", "Gemeten op")
        sentence = f"{headline(self.report)} {self.report.finding} {PROPOSAL} {SMALL}"
        sheet = self._sheet("Samenvatting", sentence, header, (36, 20, 12, 12, 12, 22, 20, 14))
        for at, row in enumerate(self.report.rows, _HEADER + 1):
            unit = row.measure.unit
            self._line(sheet, at, [
                (row.measure.name, self.text), self._figure(row.cell, unit), (_UNITS[unit], self.text),
                (row.cell.numerator, self.count), (row.cell.denominator, self.count), (row.norm, self.text),
                (VERDICTS[row.cell.tone], self.text), (self.report.on, self.day),
            ])  # fmt: skip

    def _agencies(self) -> None:
        header = ["Meting", "Eenheid", *self.report.agencies]
        sheet = self._sheet("Per agentschap", f"{headline(self.report)} {SMALL}", header, (36, 12, 28))
        for at, row in enumerate(self.report.rows, _HEADER + 1):
            cells = [self._figure(cell, row.measure.unit) for cell in row.by_agency]
            self._line(sheet, at, [(row.measure.name, self.text), (_UNITS[row.measure.unit], self.text), *cells])

    def _trend(self) -> None:
        header = ("Meting", "Dag", "Waarde", "Eenheid")
        sentence = f"De laatste meting van elke week, hoogstens twaalf weken, {self.report.whom}."
        sheet = self._sheet("Verloop", sentence, header, (36, 14, 14, 12))
        at = _HEADER + 1
        for row in self.report.rows:
            unit = row.measure.unit
            for day, found in row.trend:
                name, told = (row.measure.name, self.text), (_UNITS[unit], self.text)
                self._line(sheet, at, [name, (day, self.day), (found, self.units[unit]), told])
                at += 1

    def _actions(self) -> None:
        header = ("Actie", "Meting", "Voor", "Wie", "Tegen", "Stand", "Ervoor", "Erna", "Verschil")
        sentence = "Het verbeterplan: het cijfer van voor de actie naast dat van erna."
        sheet = self._sheet("Acties", sentence, header, (40, 30, 26, 24, 14, 16, 16, 16, 40))
        for at, one in enumerate(self.report.actions, _HEADER + 1):
            told = (one.title, one.measure, one.whom, one.owner, one.due_on, one.state, one.before, one.after)
            cells = [(found, self.day if isinstance(found, date) else self.text) for found in told]
            self._line(sheet, at, [*cells, (one.difference, self.text)])

    def _definitions(self) -> None:
        sheet = self._sheet(
            "Definities", f"{PROPOSAL} {SMALL}", ("Meting", "Wat het betekent", "Voorstel"), (36, 90, 22)
        )
        for at, row in enumerate(self.report.rows, _HEADER + 1):
            told = (row.measure.name, row.measure.definition, row.norm)
            self._line(sheet, at, [(found, self.text) for found in told])
