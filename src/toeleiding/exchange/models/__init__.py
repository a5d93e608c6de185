"""What is stored of the exchange, one idea a file."""

from toeleiding.exchange.models.batch import (
    AnswerFile,
    AnswerState,
    BatchFile,
    BatchRun,
    BatchVerb,
    FileState,
)
from toeleiding.exchange.models.desk import (
    Circuit,
    CircuitState,
    Hold,
    NightlyCheck,
    Recovery,
    Replay,
    Replayed,
)
from toeleiding.exchange.models.incoming import (
    IncomingMessage,
    IncomingReferral,
)
from toeleiding.exchange.models.legal_log import (
    CAME_IN,
    LegalKind,
    LegalLine,
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
from toeleiding.exchange.models.quality import (
    ActionNote,
    ActionState,
    ImprovementAction,
    QualityFigure,
)
from toeleiding.exchange.models.questions import (
    VERSIONS,
    Handled,
    Question,
    Service,
    Status,
)
from toeleiding.exchange.models.reconciliation import (
    Delivered,
    DeliveredRow,
    Difference,
    Kind,
    ListOrigin,
    ListState,
)
from toeleiding.exchange.models.repertorium import (
    Inscription,
)

__all__ = (
    "CAME_IN",
    "VERSIONS",
    "ActionNote",
    "ActionState",
    "AnswerFile",
    "AnswerState",
    "Attempt",
    "BatchFile",
    "BatchRun",
    "BatchVerb",
    "Circuit",
    "CircuitState",
    "Delivered",
    "DeliveredRow",
    "Difference",
    "Feed",
    "FeedState",
    "FileState",
    "Handled",
    "Hold",
    "ImprovementAction",
    "IncomingMessage",
    "IncomingReferral",
    "Inscription",
    "Kind",
    "LegalKind",
    "LegalLine",
    "ListOrigin",
    "ListState",
    "NightlyCheck",
    "Notification",
    "NotificationStatus",
    "Poll",
    "QualityFigure",
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
