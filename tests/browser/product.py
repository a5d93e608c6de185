"""The whole product as a user starts it: `toeleiding run` in a data folder of its own, on free ports."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType

import httpx
import psutil

from .people import REFUSED_ONCE

READY_WITHIN_SECONDS = 240
STOP_WITHIN_SECONDS = 60
_REFUSE_ONCE = {
    "service": "GeefDossierVDAB",
    "match": {"insz": REFUSED_ONCE.insz},
    "fault": "exception:13501",
    "times": 1,
}
_NOT_HANDED_DOWN = ("DATABASE_URL", "MAGDA_ENDPOINT", "TOELEIDING_NO_DATABASE", "XDG_RUNTIME_DIR", "PORT")


class Product:
    """Starts on entering, stops with Ctrl-C on leaving, and then there is nothing left of it."""

    def __init__(self, people: int = 160) -> None:
        self.people = people
        # Not a folder of pytest: those are closed to others, and the database runs as a user of its own.
        self.home = Path(tempfile.mkdtemp(prefix="toeleiding-browser-"))
        (faults := self.home / "fouten.json").write_text(json.dumps({"rules": [_REFUSE_ONCE]}))
        port, simulator = free_ports(2)
        self.address = f"http://127.0.0.1:{port}"
        self._environment = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_DOWN}
        self._environment |= {
            "TOELEIDING_HOME": str(self.home),
            "SIMULATOR_URL": f"http://127.0.0.1:{simulator}/",
            "SIMULATOR_FAULTS": str(faults),
            "TOELEIDING_OMGEVING": "oefen",
            "PYTHONUNBUFFERED": "1",
        }
        self._command = [sys.executable, "-m", "toeleiding", "run", "--port", str(port), "--people", str(people)]

    def __enter__(self) -> "Product":
        self._run = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self._run.kill()
            self._run.communicate()
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def _wait_until_ready(self) -> None:
        assert self._run.stdout is not None
        too_late = threading.Timer(READY_WITHIN_SECONDS, self._run.kill)
        too_late.start()
        said = []
        try:
            for line in self._run.stdout:
                said.append(line)
                if line.startswith("Klaar."):
                    break
            else:
                raise AssertionError(f"De toepassing startte niet:\n{''.join(said)}\n{self.logs()}")
        finally:
            too_late.cancel()
        assert self.address in said[-1]
        health = httpx.get(f"{self.address}/gezond", timeout=10)
        assert health.status_code == 200, health.text

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def _stop(self) -> None:
        assert self._run.stdout is not None
        started = self.processes()
        assert len(started) >= 4, "run, worker, simulator and web were expected"
        self._run.send_signal(signal.SIGINT)
        try:
            said, _ = self._run.communicate(timeout=STOP_WITHIN_SECONDS)
        finally:
            if self._run.poll() is None:
                self._run.kill()
        psutil.wait_procs(started, timeout=10)
        left = [one for one in {*started, *self.processes()} if one.is_running()]
        words = [" ".join(one.cmdline()) for one in left]
        for one in left:
            one.kill()
        assert words == [], f"left behind: {words}"
        assert self._run.returncode == 0, f"{said}\n{self.logs()}"

    def processes(self) -> list[psutil.Process]:
        """Every process that lives on this product's data folder, its database included, and its children."""
        found = set()
        for one in psutil.process_iter():
            try:
                if one.environ().get("TOELEIDING_HOME") == str(self.home) or str(self.home) in " ".join(one.cmdline()):
                    found |= {one, *one.children(recursive=True)}
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return [one for one in found if one.status() != psutil.STATUS_ZOMBIE]

    def logs(self) -> str:
        """The end of every log, for whoever has to find out what went wrong."""
        return "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.home.glob("*.log")))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
