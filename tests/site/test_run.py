"""`toeleiding run`: from nothing to a page, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

READY_WITHIN_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_everything_starts_and_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TOELEIDING_HOME": str(tmp_path), "SIMULATOR_URL": f"http://127.0.0.1:{free_port()}/"}
    program = [sys.executable, "-m", "toeleiding", "run", "--port", str(port), "--people", "12"]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        try:
            assert run.stdout is not None
            said = []
            until = time.monotonic() + READY_WITHIN_SECONDS
            while "Klaar." not in "".join(said) and time.monotonic() < until and run.poll() is None:
                said.append(run.stdout.readline())
            assert f"Open http://127.0.0.1:{port} in je browser" in "".join(said)
            assert httpx.get(f"http://127.0.0.1:{port}/gezond").json() == {
                "web": "goed",
                "database": "goed",
                "worker": "goed",
            }
            assert "Meld je aan" in httpx.get(f"http://127.0.0.1:{port}/aanmelden").text
            started = psutil.Process(run.pid).children(recursive=True)
            assert len(started) >= 3, "simulator, werker en web"
        finally:
            run.send_signal(signal.SIGINT)
            rest = run.communicate(timeout=60)[0]
    assert "Alles wordt gestopt." in rest
    assert run.returncode == 0
    assert not [process for process in started if process.is_running()]
    assert not [one for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(one.info["cmdline"] or [])]


def test_a_port_that_is_taken_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "toeleiding", "run", "--port", str(port)],
            env={**os.environ, "TOELEIDING_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Poort {port} is al in gebruik" in done.stderr
