"""What is stored of the exchange, one idea a file."""

from toeleiding.exchange.models.desk import (
    Circuit,
    CircuitState,
    Hold,
    NightlyCheck,
    Recovery,
    Replay,
    Replayed,
)
from toeleiding.exchange.models.messages import (
    Attempt,
    RawMessage,
    Received,
    ReceivedStatus,
)
from toeleiding.exchange.models.questions import (
    VERSIONS,
    Handled,
    Question,
    Service,
    Status,
)
from toeleiding.exchange.models.repertorium import (
    Inscription,
)

__all__ = (
    "VERSIONS",
    "Attempt",
    "Circuit",
    "CircuitState",
    "Handled",
    "Hold",
    "Inscription",
    "NightlyCheck",
    "Question",
    "RawMessage",
    "Received",
    "ReceivedStatus",
    "Recovery",
    "Replay",
    "Replayed",
    "Service",
    "Status",
)
