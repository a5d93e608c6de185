"""A circuit per service: after failures in a row nothing is sent any more, until one question tries it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from toeleiding.exchange import limits
from toeleiding.exchange.models import Circuit, CircuitState, Feed, Hold


@dataclass(frozen=True, slots=True)
class Gate:
    """Which services may be asked now, and which of them by a single question only."""

    shut: list[str]
    probing: list[str]


def gate(now: datetime, only: str = "") -> Gate:
    """Look at every circuit that is not closed, or at one. A probe that never came back is tried again in its turn.

    What an operator holds is shut, and not even probed. Who looks at all of them asks questions: the feeds are not
    among those, and nobody else may take their probe.
    """
    shut: list[str] = []
    probing: list[str] = []
    on_hold = Exists(Hold.objects.filter(service=OuterRef("service"), released_at=None))
    stopped = ~Q(state=CircuitState.CLOSED) | Q(on_hold=True)
    which = Q(service=only) if only else ~Q(service__in=Feed.values)
    for circuit in Circuit.objects.annotate(on_hold=on_hold).filter(which, stopped):
        if circuit.on_hold:
            shut.append(circuit.service)
            continue
        if circuit.probe_at is not None and circuit.probe_at > now:
            shut.append(circuit.service)
            continue
        taken = Circuit.objects.filter(pk=circuit.pk, probe_at=circuit.probe_at).update(
            state=CircuitState.HALF_OPEN, probe_at=now + limits.PROBE_AT_MOST_EVERY
        )
        (probing if taken else shut).append(circuit.service)
    return Gate(shut, probing)


def held() -> list[str]:
    """The services that an operator holds now."""
    return list(Hold.objects.filter(released_at=None).order_by("service").values_list("service", flat=True))


def note(results: Mapping[str, Sequence[bool]], now: datetime) -> None:
    """Learn from calls: service -> for each call in order whether the source answered. Locks what it changes."""
    known = {found.service: found for found in Circuit.objects.select_for_update().filter(service__in=results)}
    changed = []
    for service, answered in results.items():
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
