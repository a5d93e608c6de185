"""A list of 100,000 clients: the preview beside a bare read of the file, carrying it out beside a COPY.

The baseline of carrying out is a COPY into the same tables with their indexes and triggers, of the very rows that
carrying out made, after they were taken away again.
"""

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toeleiding.site.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

import psutil  # noqa: E402
import structlog  # noqa: E402
import xlsxwriter  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from toeleiding.client_lists import commit, limits, services  # noqa: E402
from toeleiding.client_lists.models import Done, Row, Upload, UploadState  # noqa: E402
from toeleiding.client_lists.preview import read  # noqa: E402
from toeleiding.organisations.access import access_of  # noqa: E402
from toeleiding.organisations.models import Role, StaffRole  # noqa: E402
from toeleiding.organisations.services import ensure_organisations, ensure_staff  # noqa: E402

SMALL = bool(os.environ.get("BENCH_SMALL"))
ROWS = 5_000 if SMALL else 100_000
DATABASE = "bench_lists"
MEGABYTE = 1024 * 1024
HEADINGS = (
    "Rijksregisternummer", "Voornaam", "Naam", "Geboortedatum", "Taal", "Gemeente", "Postcode", "GSM", "E-mail",
    "Doelgroep", "Contractdatum",
)  # fmt: skip
# Parents before children; the rows of these are what carrying out a list writes.
TABLES = ("dossiers_dossier", "dossiers_event", "dossiers_personnumber", "dossiers_task")
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def measure() -> list[dict[str, Any]]:
    """Seconds of preview and commit, each with its baseline, and the most memory that they took."""
    content = _file()
    bare = min(_bare(content) for _ in range(3))
    with _database() as lead:
        with _peak() as most:
            begun = time.perf_counter()
            upload = services.start(lead, "lijst.xlsx", content)
            read(upload.pk)
            preview = time.perf_counter() - begun
            assert Upload.objects.defer("content").get(pk=upload.pk).state == UploadState.READY
            begun = time.perf_counter()
            services.commit(lead, Upload.objects.defer("content").get(pk=upload.pk))
            commit.commit(upload.pk)
            carried_out = time.perf_counter() - begun
        assert Row.objects.filter(upload=upload, done=Done.DONE).count() == ROWS
        copied = _copied()
    return [
        _result("lists: preview against a bare read", preview, bare, "calamine to Python lists; at most 8 wanted"),
        _result(
            "lists: carrying out against a COPY", carried_out, copied,
            "COPY of the rows that it made into the same tables with indexes and triggers; at most 10 wanted",
        ),
        {
            "name": "lists: most memory of preview and carrying out", "measured": round(most[0], 1), "baseline": 500.0,
            "ratio": round(most[0] / 500, 3), "unit": "MB", "n": ROWS, "notes": "resident memory above 500 is too much",
        },
    ]  # fmt: skip


def _result(name: str, measured: float, baseline: float, notes: str) -> dict[str, Any]:
    numbers = {"measured": round(measured, 3), "baseline": round(baseline, 3), "ratio": round(measured / baseline, 2)}
    return {"name": name, **numbers, "unit": "seconds", "n": ROWS, "notes": notes}


def _insz(serial: int) -> str:
    """A test number: birth year 50 to 99, month 61 to 72."""
    year, month, day = 50 + serial % 50, 61 + serial // 50 % 12, 1 + serial // 600 % 28
    first = f"{year:02d}{month:02d}{day:02d}{1 + serial // 16_800:03d}"
    return f"{first}{97 - int(first) % 97:02d}"


def _file() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    day = date(2026, 1, 5)
    languages, towns = ("Arabisch", "Dari", "Tigrinya", "Turks"), (("Mechelen", "2800"), ("Genk", "3600"))
    for serial in range(ROWS):
        town, code = towns[serial % 2]
        born = date(1950 + serial % 50, 1 + serial // 50 % 12, 1 + serial // 600 % 28)
        cells = (
            _insz(serial), _word(serial), _word(serial * 7919 + 13), born, languages[serial % 4], town, code,
            f"0470{serial:06d}", f"persoon{serial}@voorbeeld.be", "verplicht", day + timedelta(days=serial % 300),
        )  # fmt: skip
        for place, cell in enumerate(cells):
            sheet.write(serial + 1, place, cell)
    book.close()
    return made.getvalue()


def _word(serial: int) -> str:
    """A made-up name, different for each number."""
    parts = []
    serial += 1000
    while serial:
        serial, left = divmod(serial, 20)
        parts.append("bcdfghjklmnprstvwzxq"[left] + "aeiou"[(serial + left) % 5])
    return "".join(parts).capitalize()


def _bare(content: bytes) -> float:
    begun = time.perf_counter()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == ROWS + 1
    return time.perf_counter() - begun


def _copied() -> float:
    """Take the rows out, throw them away, and put them back with COPY."""
    kept = []
    with connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"copy {table} to stdout (format binary)") as out:
                kept.append(b"".join(bytes(block) for block in out))
        # Timelines and steps refuse to be emptied: here alone they may be, before the COPY that is measured.
        cursor.execute("set session_replication_role = replica")
        cursor.execute(f"truncate client_lists_row, {', '.join(TABLES)} cascade")
        cursor.execute("set session_replication_role = origin")
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in zip(TABLES, kept, strict=True):
            with cursor.copy(f"copy {table} from stdin (format binary)") as into:
                into.write(rows)
    return time.perf_counter() - begun


@contextmanager
def _peak() -> Iterator[list[float]]:
    """The most resident memory of this process while the work is done, in MB."""
    process, most, stop = psutil.Process(), [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            most[0] = max(most[0], process.memory_info().rss / MEGABYTE)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        stop.set()
        watcher.join()


@contextmanager
def _database() -> Iterator[Any]:
    """A database of its own beside the others, thrown away afterwards."""
    name = connections["default"].settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        where = ensure_organisations()["agii"]
        ensure_staff("teamleider", "Tess", "Teamleider", where, Role.TEAM_LEAD)
        yield access_of(StaffRole.objects.select_related("staff", "organisation").get(role=Role.TEAM_LEAD))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


assert limits.ROWS >= ROWS
