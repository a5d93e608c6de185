"""`make faults`: the large run. Prints counts, and ends with status 1 when anything did not hold.

`python -m tests.faults --schedules 1000 --kills 60 --restarts 3`; it works in several processes side by side, each on
a database of its own beside the embedded one. The database is restarted last, when nobody else uses it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.faults.names import FAULTS, Point

_COUNTED = ("questions", "calls", "done", "dead", "late", "full", "referred", "taken")
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Divide the work, gather what came of it, print it."""
    asked = _arguments()
    os.environ.setdefault("TOELEIDING_HOME", str(ROOT / "var" / "faults"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "toeleiding.site.settings"
    if asked.part is not None:
        _part(asked)
        return 0
    begun = time.monotonic()
    found: list[dict[str, Any]] = []
    ends = []
    parts = [_start(asked, part, asked.schedules, asked.kills, 0) for part in range(asked.jobs)]
    for process in parts:
        found += _gather(process)
        ends.append(process.returncode)
    if asked.restarts:
        last = _start(asked, 0, 0, 0, asked.restarts)
        found += _gather(last)
        ends.append(last.returncode)
    held = _report(found, asked)
    print(f"In {time.monotonic() - begun:.0f} s.")  # noqa: T201
    return 0 if held and not any(ends) else 1


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    given.add_argument("--schedules", type=int, default=1000)
    given.add_argument("--first", type=int, default=0, help="number of the first schedule")
    given.add_argument("--kills", type=int, default=60)
    given.add_argument("--restarts", type=int, default=3)
    given.add_argument("--jobs", type=int, default=2)
    given.add_argument("--part", type=int, help=argparse.SUPPRESS)
    return given.parse_args()


def _start(asked: argparse.Namespace, part: int, schedules: int, kills: int, restarts: int) -> "subprocess.Popen[str]":
    given = {"schedules": schedules, "first": asked.first, "kills": kills, "restarts": restarts, "jobs": asked.jobs}
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "tests.faults", "--part", str(part), *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _gather(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    assert process.stdout is not None
    found = [json.loads(line) for line in process.stdout]
    process.wait()
    return found


def _part(asked: argparse.Namespace) -> None:
    """The share of one process: schedules thrown away one by one, kills committed, and then the proof of the fold."""
    import django
    import structlog

    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    from django.db import connection, connections, transaction

    from toeleiding.organisations.services import ensure_organisations

    name = connections["default"].settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"faults_{asked.part}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    ensure_organisations()
    from tests.faults import killing
    from tests.faults.invariants import columns_differ
    from tests.faults.run import run

    try:
        for number in range(asked.part, asked.schedules, asked.jobs):
            with transaction.atomic():
                outcome = run(asked.first + number)
                transaction.set_rollback(True)
            told = asdict(outcome)
            told |= {key: told["schedule"][key] for key in ("number", "fault", "point")}
            _tell("schedule", {key: value for key, value in told.items() if key != "schedule"})
        wanted = len(range(asked.part, asked.kills, asked.jobs))
        for number in range(asked.part, 3 * asked.kills, asked.jobs):  # some are done before their moment comes
            if wanted:
                killed = killing.kill(number)
                wanted -= killed.killed
                _tell("kill", asdict(killed))
        for number in range(asked.restarts):
            _tell("restart", asdict(killing.restart(number)))
        if asked.kills or asked.restarts:
            _tell("columns", {"breaches": columns_differ()})
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _tell(what: str, content: dict[str, Any]) -> None:
    print(json.dumps({"what": what, **content}, default=str), flush=True)  # noqa: T201


def _report(found: list[dict[str, Any]], asked: argparse.Namespace) -> bool:
    """Print the counts; says whether everything held and nothing was left out."""
    schedules = [one for one in found if one["what"] == "schedule"]
    killed = [one for one in found if one["what"] == "kill"]
    restarts = [one for one in found if one["what"] == "restart"]
    lines = [f"{len(schedules)} schedules; crashes per fault and point (schedules without a crash in the last column)"]
    lines.append(" " * 22 + "".join(f"{point:>15}" for point in Point) + f"{'none':>8}")
    for fault in FAULTS:
        of_it = [one for one in schedules if one["fault"] == fault]
        fired = Counter(point for one in of_it for point in one["fired"])
        quiet = sum(not one["fired"] for one in of_it)
        lines.append(f"{fault:<22}" + "".join(f"{fired[point]:>15}" for point in Point) + f"{quiet:>8}")
    fired = Counter(point for one in schedules for point in one["fired"])
    lines.append(f"{'together':<22}" + "".join(f"{fired[point]:>15}" for point in Point))
    total = Counter({key: sum(one[key] for one in schedules) for key in _COUNTED})
    lines.append(
        f"asked {total['questions']}, done {total['done']}, dead {total['dead']}; calls {total['calls']}, answers"
        f" delivered by a worker that stood still {total['late']}, times the disk was full {total['full']};"
        f" referrals that went out {total['referred']}, that the other side has {total['taken']}"
    )
    met: Counter[str] = Counter()
    for one in schedules:
        met.update(one["misbehaved"])
    lines.append("faults that happened: " + ", ".join(f"{name} {times}" for name, times in met.most_common()))
    per_point = Counter(one["point"] for one in killed if one["killed"])
    lines.append(
        f"{len(killed)} worker processes, {sum(per_point.values())} killed with SIGKILL: "
        + ", ".join(f"{point} {per_point[point]}" for point in Point)
        + f"; questions {sum(one['questions'] for one in killed)}, taken over {sum(one['left'] for one in killed)}"
    )
    lines.append(
        f"{len(restarts)} restarts of the database, a worker lost it in {sum(one['killed'] for one in restarts)}; "
        f"questions {sum(one['questions'] for one in restarts)}, taken over {sum(one['left'] for one in restarts)}"
    )
    breaches = [(one, sentence) for one in found for sentence in one["breaches"]]
    lines += [f"BREACH {one['what']} {one.get('number', one.get('point', ''))}: {text}" for one, text in breaches]
    lines.append(f"{len(breaches)} breaches")
    print("\n".join(lines))  # noqa: T201
    done = (len(schedules), sum(per_point.values()), len(restarts))
    complete = done == (asked.schedules, asked.kills, asked.restarts)
    return complete and not breaches


if __name__ == "__main__":
    sys.exit(main())
