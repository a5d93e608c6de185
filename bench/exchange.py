"""Draining the outbox against the simulator, beside one procrastinate job per message that does the same.

Simulator and workers are processes of their own, as in a real installation; the database is the embedded one at
default durability. Half of the questions are inscriptions, the other half go to VDAB's file after them.
"""

import json
import os
import pstats
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from cProfile import Profile
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toeleiding.site.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

import psutil  # noqa: E402
import structlog  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402

from toeleiding.dossiers import events as e  # noqa: E402
from toeleiding.dossiers.services import ask_employment_service  # noqa: E402
from toeleiding.dossiers.timeline import NewEvent, open_many  # noqa: E402
from toeleiding.exchange import inbox, lease, settle, vault  # noqa: E402
from toeleiding.exchange.drain import drain  # noqa: E402
from toeleiding.exchange.models import Question, RawMessage  # noqa: E402
from toeleiding.exchange.wire import Message, Wire  # noqa: E402
from toeleiding.magda.transport import Transport  # noqa: E402
from toeleiding.organisations.access import access_of  # noqa: E402
from toeleiding.organisations.models import Role, StaffRole  # noqa: E402
from toeleiding.organisations.services import ensure_organisations, ensure_staff  # noqa: E402
from toeleiding.simulator.population import EDGE_CASES, number_of  # noqa: E402
from toeleiding.simulator.server import SimulatorServer  # noqa: E402
from toeleiding.simulator.world import World  # noqa: E402

SMALL = bool(os.environ.get("BENCH_SMALL"))
QUESTIONS = 500 if SMALL else 10_000
BASELINE = 200 if SMALL else 1_500
UNHINDERED = 500 if SMALL else 3_000
LATENCY = 0.05
IN_FLIGHT = 32
CONCURRENCY = 4
DATABASE = "bench_exchange"
PROFILE = Path(__file__).parent / "exchange-profile.txt"
MEGABYTE = 1024 * 1024

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
settings.EXCHANGE_IN_FLIGHT = IN_FLIGHT
settings.EXCHANGE_IN_FLIGHT_PER_WORKER = int(os.environ.get("BENCH_PLACES", IN_FLIGHT))
# What a worker takes when nothing else is set: half, so that one that hangs never holds every place (decision 031).
EACH = IN_FLIGHT // 2


def measure() -> list[dict[str, Any]]:
    """Rates, memory, and what is left of the time when the other side answers at once."""
    with _database():
        with _simulator(LATENCY):
            jobs = _one_job_per_message(BASELINE)
            (one,) = _drained(QUESTIONS, 1, EACH)
            two = _drained(QUESTIONS, 2, EACH)
            (all_places,) = _drained(QUESTIONS, 1, IN_FLIGHT)
        with _simulator(0.0):
            ours, bare = _unhindered(UNHINDERED)
            _profiled(UNHINDERED // 2)
    together = sum(each["calls"] for each in two) / max(each["seconds"] for each in two)
    rate, alone = one["calls"] / one["seconds"], all_places["calls"] / all_places["seconds"]
    told = f"messages per second at {LATENCY * 1000:.0f} ms latency, unsigned, {IN_FLIGHT} in flight"
    base = f"baseline {BASELINE} procrastinate jobs, concurrency {CONCURRENCY}; at least 3 wanted"
    return [
        _result(
            "exchange: one worker against a job per message", rate, jobs, rate / jobs, "per second", one["calls"],
            f"{told} in all, {EACH} per worker as is the default; {base}",
        ),
        _result(
            "exchange: one worker with every place against a job per message", alone, jobs, alone / jobs,
            "per second", all_places["calls"], f"{told}, all of them for this worker; {base}",
        ),
        _result(
            "exchange: two workers against one", together, rate, together / rate, "per second",
            sum(each["calls"] for each in two),
            f"{told} in all, {EACH} for each worker, also for the one alone; with every place one worker does"
            f" {alone:.0f}, against which two do {together / alone:.2f} times as much; at least 1.3 wanted",
        ),
        _result(
            "exchange: processor time of a worker per message", all_places["cpu"], two[0]["cpu"],
            all_places["cpu"] / two[0]["cpu"], "ms per message", all_places["calls"],
            "one worker with every place against one of two workers",
        ),
        _result(
            "exchange: memory of a worker at the end against a tenth", one["rss"][1], one["rss"][0],
            one["rss"][1] / one["rss"][0], "MB", one["calls"], "resident memory of the worker process",
        ),
        _result(
            "exchange: time outside the simulator and the HTTP client", ours, bare, 1 - bare / ours,
            "share of the time", UNHINDERED,
            "no latency; seconds of a drain against seconds of posting the same messages with as many threads;"
            f" profile in {PROFILE.name}",
        ),
    ]  # fmt: skip


def _result(name: str, measured: float, baseline: float, ratio: float, unit: str, n: int, notes: str) -> dict[str, Any]:
    numbers = {"measured": round(measured, 2), "baseline": round(baseline, 2), "ratio": round(ratio, 3)}
    return {"name": name, **numbers, "unit": unit, "n": n, "notes": notes}


# --- what is asked -------------------------------------------------------------------------------------------------

_next_person = len(EDGE_CASES)


def _ask(questions: int) -> None:
    """Write down this many questions about people of whom nothing was asked before."""
    global _next_person
    access = access_of(StaffRole.objects.select_related("staff", "organisation").get(role=Role.CASE_WORKER))
    today = timezone.localdate()
    people = questions // 2
    for first in range(0, people, 1000):
        opened = []
        for at in range(first, min(first + 1000, people)):
            facts = [
                e.Opened(agency="agii", target_group="VERPLICHT"),
                e.Identified(first_name="Samira", last_name="Voorbeeld", birth="1990-06-05", sex="V"),
                e.NumberAssigned(insz=number_of(_next_person + at)),
                e.Moved(nis="12025", municipality="Mechelen"),
                e.ContractRegistered(signed_on=today),
                e.RightToWorkSeen(may_work=True, document="verblijfskaart"),
                e.WorkAnswered(answer="NOT_KNOWN", work=[]),
            ]
            opened.append(
                (f"TN-2026-{_next_person + at:06d}", [NewEvent(data, today, e.Source.CASE_WORKER) for data in facts])
            )
        ask_employment_service(access, [one.dossier for one in open_many(opened)])
    _next_person += people
    _still()


def _still() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")


def _all_done() -> None:
    left = Question.objects.exclude(status="DONE").values_list("service", "status", "cause")
    if left:
        raise RuntimeError(f"{len(left)} questions are not done, such as {left[0]}.")


# --- the engine ----------------------------------------------------------------------------------------------------


def _drained(questions: int, workers: int, each: int) -> list[dict[str, Any]]:
    """Let so many worker processes drain everything at once; what each of them says about it."""
    _ask(questions)
    places = {"BENCH_PLACES": str(each), "BENCH_EXPECTED": str(questions // workers)}
    processes = [_process("worker", **places) for _ in range(workers)]
    for process in processes:
        process.stdout.readline()  # type: ignore[union-attr]  # it is ready
    for process in processes:
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    found = [json.loads(process.communicate()[0]) for process in processes]
    _all_done()
    return found


class _Counting(Wire):
    """A line that looks at the memory of its process after a tenth of the calls."""

    calls = 0
    early = 0.0

    def send(self, message: Message) -> Any:
        reply = super().send(message)
        self.calls += 1
        if self.calls == int(os.environ["BENCH_EXPECTED"]) // 10:
            self.early = _megabytes()
        return reply


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss / MEGABYTE)


def _worker() -> None:
    connection.ensure_connection()
    line = _Counting()
    print("ready", flush=True)
    sys.stdin.readline()
    begun, worked = time.perf_counter(), time.process_time()
    done = drain(wire=line)
    seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    told = {"calls": done.calls, "seconds": seconds, "cpu": worked / max(done.calls, 1) * 1000}
    print(json.dumps({**told, "rss": (line.early, _megabytes())}), flush=True)


# --- the baseline --------------------------------------------------------------------------------------------------

_lines = threading.local()


@app.task(name="bench.exchange.one")
def one(question: str) -> None:
    """One question: reference stored, sent, answer stored, applied. The same functions, without the batches."""
    if not hasattr(_lines, "wire"):
        _lines.wire = Wire()
    found = Question.objects.select_related("dossier").get(pk=question)
    claimed = lease.Claimed(
        found.pk, found.service, found.version, found.dossier_id, found.insz, 1, found.dossier.contract_signed_on, None,
        json.dumps(found.details),
    )  # fmt: skip
    now = timezone.now()
    messages, _ = _lines.wire.write([claimed], now)
    inbox.before(messages, now)
    settle.settle(inbox.after([_lines.wire.send(messages[0])]))


def _one_job_per_message(questions: int) -> float:
    """Messages per second when each has a job of its own: first all inscriptions, then all files of VDAB."""
    _ask(questions)
    seconds, calls = 0.0, 0
    while waiting := list(Question.objects.filter(status="WAITING", follows=None).values_list("pk", flat=True)) or list(
        Question.objects.filter(status="WAITING", follows__status="DONE").values_list("pk", flat=True)
    ):
        task = app.configure_task("bench.exchange.one", queue="bench")
        task.batch_defer(*[{"question": str(pk)} for pk in waiting])  # type: ignore[arg-type]
        begun = time.perf_counter()
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as worker:  # as the command line does
            worker.run_worker(queues=["bench"], wait=False, concurrency=CONCURRENCY, install_signal_handlers=False)
        seconds += time.perf_counter() - begun
        calls += len(waiting)
    _all_done()
    return calls / seconds


# --- without latency -----------------------------------------------------------------------------------------------


def _unhindered(questions: int) -> tuple[float, float]:
    """Seconds of a drain, and of posting the very same messages to the same simulator."""
    _ask(questions)
    before = timezone.now()
    begun = time.perf_counter()
    drain()
    ours = time.perf_counter() - begun
    _all_done()
    stored = RawMessage.objects.filter(stored_at__gte=before).values_list("question", "key", "attempt_id")
    sent = [vault.unseal(bytes(raw or b""), key, reference, "question") for raw, key, reference in stored]
    with Transport() as line, ThreadPoolExecutor(IN_FLIGHT) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda raw: line.post(raw, settings.SIMULATOR_URL), sent))
        bare = time.perf_counter() - begun
    return ours, bare


def _profiled(questions: int) -> None:
    """Where the time goes: the draining thread and the threads that send, each under its own profile."""
    _ask(questions)
    profiles: list[Profile] = []
    held = threading.local()

    class Watched(Wire):
        def send(self, message: Message) -> Any:
            if not hasattr(held, "profile"):
                held.profile = Profile()
                profiles.append(held.profile)
            return held.profile.runcall(super().send, message)

    main = Profile()
    main.runcall(drain, wire=Watched())
    with PROFILE.open("w") as file:
        print(f"The draining thread, {questions} questions, no latency", file=file)
        pstats.Stats(main, stream=file).sort_stats("tottime").print_stats(35)
        pstats.Stats(main, stream=file).sort_stats("cumulative").print_stats(45)
        print("The threads that send, together (waiting for each other included)", file=file)
        sending = pstats.Stats(profiles[0], stream=file)
        for profile in profiles[1:]:
            sending.add(profile)
        sending.sort_stats("tottime").print_stats(25)


# --- surroundings --------------------------------------------------------------------------------------------------


@contextmanager
def _simulator(latency: float) -> Iterator[None]:
    process = _process("simulator", BENCH_LATENCY=str(latency))
    settings.SIMULATOR_URL = process.stdout.readline().strip()  # type: ignore[union-attr]
    settings.MAGDA_ENDPOINT = ""
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def _simulate() -> None:
    server = SimulatorServer(World(), 0, float(os.environ["BENCH_LATENCY"]))
    print(server.address, flush=True)
    server.serve_forever()


def _process(verb: str, **more: str) -> "subprocess.Popen[str]":
    held = connections["default"].settings_dict
    address = f"postgresql://{held['USER']}@/{held['NAME']}?host={held['HOST']}&port={held['PORT'] or 5432}"
    given = {**os.environ, "DATABASE_URL": address, "SIMULATOR_URL": settings.SIMULATOR_URL, **more}
    return subprocess.Popen(
        [sys.executable, "-m", "bench.exchange", verb],
        env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def _database() -> Iterator[None]:
    """A database of our own, thrown away afterwards."""
    name = connections["default"].settings_dict["NAME"]
    connection.settings_dict.setdefault("TEST", {})["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        ensure_staff("bench-begeleider", "Nadia", "Testema", ensure_organisations()["agii"], Role.CASE_WORKER)
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        _worker()
    elif sys.argv[1:] == ["simulator"]:
        _simulate()
    else:
        for result in measure():
            print(result)
