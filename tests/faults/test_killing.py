"""Real worker processes, each killed with SIGKILL at one of the points; `make faults` kills sixty."""

import os
import subprocess
import sys

from tests.conftest import ROOT
from tests.faults.names import Point


def test_a_worker_killed_at_any_point_loses_nothing_and_does_nothing_twice() -> None:
    command = [sys.executable, "-m", "tests.faults", "--schedules", "0", "--restarts", "0", "--jobs", "1"]
    # Warnings of the interpreter do not concern the report.
    given = {**os.environ, "PYTHONWARNINGS": "default"}
    done = subprocess.run(
        [*command, "--kills", str(len(Point))], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(Point)} killed with SIGKILL" in done.stdout
