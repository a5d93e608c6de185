"""What is stored of the exchange, one idea a file."""

from toeleiding.exchange.models.desk import (
    Circuit,
    CircuitState,
    Hold,
    NightlyCheck,
    Replay,
    Replayed,
)
from toeleiding.exchange.models.messages import (
    Attempt,
    RawMessage,
    Received,
    ReceivedStatus,
)
from toeleiding.exchange.models.notifications import (
    Feed,
    FeedState,
    Notification,
    NotificationStatus,
    Poll,
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
    "Feed",
    "FeedState",
    "Handled",
    "Hold",
    "Inscription",
    "NightlyCheck",
    "Notification",
    "NotificationStatus",
    "Poll",
    "Question",
    "RawMessage",
    "Received",
    "ReceivedStatus",
    "Replay",
    "Replayed",
    "Service",
    "Status",
)
