"""The names of what goes wrong and of the places at which a worker may be stopped."""

from enum import StrEnum

ON_THE_LINE = (
    "timeout", "http500", "reset", "slow", "duplicate", "soapfault", "exception", "truncated", "wrong_reference",
    "replaced", "after_effect_timeout",
)  # fmt: skip
BEYOND = ("outage_5_minutes", "outage_24_hours", "reordered", "poison", "disk_full")
FAULTS = (*ON_THE_LINE, *BEYOND)


class Point(StrEnum):
    """A place in the engine, in the order in which a question comes by."""

    CLAIMED = "claimed"  # the lease is ours, nothing else is stored
    BEFORE_CALL = "before_call"  # the reference is stored, this message is not sent yet
    AFTER_EFFECT = "after_effect"  # the other side did it and answered, nothing is stored
    ANSWER_STORED = "answer_stored"  # the answer is in the inbox, it did not take effect
    BEFORE_COMMIT = "before_commit"  # everything is written, the transaction is still open
    AFTER_COMMIT = "after_commit"  # it took effect
