"""A circuit per service: after failures in a row nothing is sent any more, until one question tries it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from toeleiding.exchange import limits
from toeleiding.exchange.models import Circuit, CircuitState, Feed, Hold


@dataclass(frozen=True, slots=True)
class Gate:
    """Which services may be asked now, and which of them by a single question only."""

    shut: list[str]
    probing: list[str]


_STOPPED = """
select c.service, c.probe_at, exists (
    select from exchange_hold h where h.service = c.service and h.released_at is null)
from exchange_circuit c where c.state <> 'closed'
union
select service, null, true from exchange_hold where released_at is null
"""


def gate(now: datetime, only: str = "") -> Gate:
    """Look at every circuit that is not closed, or at one. A probe that never came back is tried again in its turn.

    What an operator holds is shut, and not even probed. Who looks at all of them asks questions: the feeds are not
    among those, and nobody else may take their probe.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED)
        found: list[tuple[str, datetime | None, bool]] = cursor.fetchall()
    stopped = [one for one in found if (one[0] == only if only else one[0] not in Feed.values)]
    shut = {service for service, probe_at, on_hold in stopped if on_hold or (probe_at is not None and probe_at > now)}
    probing: list[str] = []
    for service, probe_at, _ in stopped:
        if service in shut:
            continue
        taken = Circuit.objects.filter(pk=service, probe_at=probe_at).update(
            state=CircuitState.HALF_OPEN, probe_at=now + limits.PROBE_AT_MOST_EVERY
        )
        if taken:
            probing.append(service)
        else:
            shut.add(service)
    return Gate(sorted(shut), probing)


def held() -> list[str]:
    """The services that an operator holds now."""
    return list(Hold.objects.filter(released_at=None).order_by("service").values_list("service", flat=True))


def note(results: Mapping[str, Sequence[bool]], now: datetime) -> None:
    """Learn from calls: service -> for each call in order whether the source answered.

    Locks only what may change: while all goes well workers never wait for each other here.
    """
    quiet = set(
        Circuit.objects.filter(service__in=results, state=CircuitState.CLOSED, failures=0).values_list("pk", flat=True)
    )
    told = {service: answered for service, answered in results.items() if not (service in quiet and all(answered))}
    if not told:
        return
    known = {
        found.service: found
        for found in Circuit.objects.select_for_update().filter(service__in=told).order_by("service")
    }
    changed = []
    for service, answered in sorted(told.items()):
        circuit = known.get(service) or Circuit(service=service)
        if _learn(circuit, answered, now) or service not in known:
            changed.append(circuit)
    Circuit.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=["state", "failures", "opened_at", "probe_at"],
    )


def _learn(circuit: Circuit, answered: Sequence[bool], now: datetime) -> bool:
    """Bring one circuit up to date; says whether anything changed."""
    if answered and answered[-1]:
        changed = circuit.failures != 0 or circuit.state != CircuitState.CLOSED
        circuit.state, circuit.failures = CircuitState.CLOSED, 0
        circuit.opened_at = circuit.probe_at = None
        return changed
    in_a_row = next((place for place, good in enumerate(reversed(answered)) if good), len(answered))
    circuit.failures = in_a_row if any(answered) else circuit.failures + in_a_row
    if circuit.failures >= limits.FAILURES_THAT_OPEN_A_CIRCUIT:
        steps = min(circuit.failures - limits.FAILURES_THAT_OPEN_A_CIRCUIT, 10)
        circuit.state = CircuitState.OPEN
        circuit.opened_at = circuit.opened_at or now
        circuit.probe_at = now + min(limits.PROBE_AFTER * 2**steps, limits.PROBE_AT_MOST_EVERY)
    return True
