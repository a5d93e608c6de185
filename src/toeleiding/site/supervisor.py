"""Starts the processes of an installation on one machine and stops every one of them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote, urlencode

import click
import httpx

READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 10
KEEP_ALIVE_SECONDS = 75
"""How long the web server holds a silent connection: longer than a proxy or a browser does, so that they close
it and a request never meets a door that is just being shut."""
_PR_SET_PDEATHSIG = 1


class Stop(Exception):  # noqa: N818
    """Somebody asked us to stop."""


def run(port: int, people: int) -> int:
    """Database, migrations, demonstration, simulator, worker and web; back when told to stop.

    Returns the exit status: 0 after Ctrl-C, 1 when a process died by itself.
    """
    _free(port)
    signal.signal(signal.SIGTERM, _raise_stop)
    signal.signal(signal.SIGINT, _raise_stop)
    with ExitStack() as stack:
        try:
            return _run(stack, port, people)
        except Stop:
            click.echo("\nAlles wordt gestopt.")
            return 0


def _run(stack: ExitStack, port: int, people: int) -> int:
    from toeleiding.site.setup import prepare

    click.echo("De database wordt klaargezet.")
    prepare(migrate=True)
    from django.conf import settings
    from django.db import connection

    environment = {**os.environ, "PORT": str(port), "DATABASE_URL": _address(connection.settings_dict)}
    if not settings.MAGDA_ENDPOINT:
        simulator_port = str(_simulator_port(settings.SIMULATOR_URL))
        environment["SIMULATOR_URL"] = f"http://127.0.0.1:{simulator_port}/"
        journal = str(settings.HOME / "simulator.jsonl")
        _start(stack, environment, settings.HOME, "simulate", "--port", simulator_port, "--journal", journal)
    _demonstration(people)
    connection.close()
    children = [
        _start(stack, environment, settings.HOME, "worker"),
        _web(stack, environment, settings.HOME, port),
    ]
    address = f"http://127.0.0.1:{port}"
    _wait_ready(address, children)
    click.echo(f"Klaar. Open {address} in je browser. Stop met Ctrl-C.")
    while all(child.poll() is None for child in children):
        time.sleep(0.5)
    click.echo(f"Een proces is onverwacht gestopt. Kijk in {settings.HOME}/*.log wat er gebeurde.", err=True)
    return 1


def _demonstration(people: int) -> None:
    from toeleiding.dossiers.models import Dossier

    if people and not Dossier.objects.exists():
        from toeleiding.demo.build import build

        click.echo(f"De oefenomgeving wordt gevuld met {people} verzonnen personen.")
        build(people)


def _address(database: Mapping[str, Any]) -> str:
    """The connection address for the child processes: they join this server, with the same options, and own
    nothing of it.
    """
    host, port = str(database["HOST"]), str(database["PORT"])
    who = quote(str(database["USER"]), safe="")
    if database["PASSWORD"]:
        who += f":{quote(str(database['PASSWORD']), safe='')}"
    query = dict(database["OPTIONS"])
    if host.startswith("/"):
        query |= {"host": host, **({"port": port} if port else {})}
        host = port = ""
    place = f"{host}:{port}" if port else host
    return f"postgresql://{who}@{place}/{database['NAME']}?{urlencode(query, quote_via=quote)}"


def _simulator_port(url: str) -> int:
    wanted = httpx.URL(url).port or 8011
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", wanted)) != 0:
            return wanted
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise click.ClickException(
                f"Poort {port} is al in gebruik. Stop wat daar draait, of kies een andere: PORT=8001 make run."
            )


def _start(stack: ExitStack, environment: dict[str, str], home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return _spawn(stack, environment, home / f"{arguments[0]}.log", [sys.executable, "-m", "toeleiding", *arguments])


def _web(stack: ExitStack, environment: dict[str, str], home: Path, port: int) -> subprocess.Popen[bytes]:
    arguments = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1"]
    arguments += ["--threads", "8", "--keep-alive", str(KEEP_ALIVE_SECONDS)]
    arguments += ["--no-control-socket", "toeleiding.site.wsgi"]
    return _spawn(stack, environment, home / "web.log", [sys.executable, "-m", *arguments])


def _spawn(stack: ExitStack, environment: dict[str, str], log: Path, command: list[str]) -> subprocess.Popen[bytes]:
    output = stack.enter_context(log.open("ab"))
    child = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C in the terminal reaches us alone; we stop them in order
        preexec_fn=_die_with_parent(),
    )
    stack.callback(_stop, child)
    return child


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel ends a child whose parent was killed, so that nothing stays behind."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM) and None


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_ready(address: str, children: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until:
        if any(child.poll() is not None for child in children):
            raise click.ClickException("Een proces startte niet. Kijk in de logbestanden in de map var.")
        try:
            if httpx.get(f"{address}/gezond", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise click.ClickException(f"Het duurde te lang. Vraag {address}/gezond op om te zien wat er ontbreekt.")


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise Stop
