"""How long it takes to decide again about everybody after a change of rules, against one bare UPDATE.

A population of the demonstration is built once and multiplied in SQL. The baseline is one UPDATE statement that sets
the same columns of the same table to what the database already knows: no reading, no deciding, no sending.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toeleiding.site.settings")
django.setup()

import psutil  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from toeleiding.demo.build import build  # noqa: E402
from toeleiding.dossiers.models import Dossier  # noqa: E402
from toeleiding.dossiers.projection import decision_columns, verdict  # noqa: E402
from toeleiding.dossiers.redecide import redecide_all  # noqa: E402
from toeleiding.dossiers.timeline import load_state  # noqa: E402
from toeleiding.dossiers.whatif import what_if  # noqa: E402
from toeleiding.law import IN_FORCE, RuleSet  # noqa: E402
from toeleiding.organisations.services import ensure_organisations  # noqa: E402

SMALL = bool(os.environ.get("BENCH_SMALL"))
PEOPLE = 10_000 if SMALL else 200_000
BUILT = 1_000 if SMALL else 6_000
DATABASE = "bench_redecide"
MEGABYTE = 1024 * 1024
MEMORY_LIMIT = 500


def measure() -> list[dict[str, Any]]:
    """Time and memory of deciding again, the time of a what-if, and the time of the bare UPDATE around them."""
    with _database():
        ensure_organisations()
        build(BUILT)
        _multiply()
        rules = _changed()
        before = _timed(_bare_update)
        with _memory() as peak:
            tried_in = _timed(lambda: what_if(rules))
            _vacuum()
            begun = time.perf_counter()
            done = redecide_all(rules)
            redecided_in = time.perf_counter() - begun
        _vacuum()
        bare = (before + _timed(_bare_update)) / 2
    told = f"{done.changed} dossiers get another decision, with an event and tasks each"
    return [
        _result("re-deciding everybody against one UPDATE", redecided_in, bare, "s", told),
        _result("what-if over everybody against one UPDATE", tried_in, bare, "s", "reads and decides, writes nothing"),
        _result("memory while re-deciding everybody", max(peak), MEMORY_LIMIT, "MB", "peak of our process; limit 500"),
    ]


def _result(name: str, measured: float, baseline: float, unit: str, notes: str) -> dict[str, Any]:
    return {
        "name": name,
        "measured": round(measured, 3),
        "baseline": round(baseline, 3),
        "ratio": round(measured / baseline, 3),
        "unit": unit,
        "n": PEOPLE,
        "notes": notes,
    }


def _changed() -> RuleSet:
    """The rules of the product, with a longer term for contracts of the last four months: it moves due dates."""
    (term,) = IN_FORCE.versions("R-05")
    turn = timezone.localdate() - timedelta(days=120)
    longer = [replace(term, valid_to=turn), replace(term, value=90, valid_from=turn + timedelta(days=1))]
    return IN_FORCE.with_changes("bench-90-dagen", longer)


def _timed(verb: Any) -> float:
    _vacuum()
    begun = time.perf_counter()
    verb()
    return time.perf_counter() - begun


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze dossiers_dossier")
        cursor.execute("checkpoint")


def _bare_update() -> None:
    """The columns that a decision writes, set in one statement. Two of them get a new value, as with new rules."""
    first = Dossier.objects.select_related(None).first()
    assert first is not None
    state = load_state(first)
    names = decision_columns(state, verdict(state, timezone.localdate(), IN_FORCE))
    sets = {name: f'"{name}"' for name in names} | {"rule_set": "%(name)s", "decided_on": "%(day)s"}
    with connection.cursor() as cursor:
        cursor.execute(
            "update dossiers_dossier set " + ", ".join(f'"{name}" = {value}' for name, value in sets.items()),
            {"name": f"bench-{time.monotonic_ns()}", "day": date(2026, 1, 1)},
        )


def _multiply() -> None:
    """Copy the population until there are PEOPLE, each copy under a number of its own and without an INSZ."""
    columns = [field.column for field in Dossier._meta.concrete_fields if field.column not in ("id", "number", "insz")]
    names = ", ".join(f'"{name}"' for name in columns)
    taken = ", ".join(f'd."{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into dossiers_dossier (number, insz, {names})"
            f" select 'TN-2099-' || lpad((row_number() over ())::text, 6, '0'), null, {taken}"
            " from dossiers_dossier d, generate_series(1, %(times)s) limit %(missing)s",
            {"times": PEOPLE // BUILT + 2, "missing": PEOPLE - Dossier.objects.count()},
        )


@contextmanager
def _memory() -> Iterator[list[float]]:
    """Look every 20 ms how large this process is; gives the sizes in MB."""
    process, over, sizes = psutil.Process(), threading.Event(), [0.0]

    def look() -> None:
        while not over.wait(0.02):
            sizes.append(process.memory_info().rss / MEGABYTE)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield sizes
    finally:
        over.set()
        watcher.join()


@contextmanager
def _database() -> Iterator[None]:
    """A database of our own, thrown away afterwards."""
    name = connections["default"].settings_dict["NAME"]
    connection.settings_dict.setdefault("TEST", {})["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    for result in measure():
        print(result)
