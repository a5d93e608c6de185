"""A spreadsheet of somebody else is opened without danger to the process that reads it."""

import io

import pytest
import xlsxwriter

from toeleiding.web import workbook


def made(*cells: tuple[int, int, object]) -> bytes:
    """A spreadsheet with these cells: (row, column, value), from zero."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return file.getvalue()


def test_the_first_sheet_is_given() -> None:
    assert list(workbook.first_sheet(made((0, 0, "INSZ"), (1, 0, 3))).iter_rows()) == [["INSZ"], [3.0]]


def test_a_small_file_that_asks_for_all_memory_is_refused_and_nothing_dies() -> None:
    content = made((0, 0, "INSZ"), (1_048_575, 16_383, "ver weg"))
    assert len(content) < 10_000
    with pytest.raises(workbook.TooLargeError):
        workbook.first_sheet(content)


@pytest.mark.parametrize("content", [b"", b"PK geen zip", b"geen rekenblad"])
def test_what_is_no_spreadsheet_is_unreadable(content: bytes) -> None:
    with pytest.raises(workbook.UnreadableError):
        workbook.first_sheet(content)
