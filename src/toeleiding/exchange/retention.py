"""What is kept no longer than its time, all of it: raw messages, lines of the legal log, polls and notifications."""

from datetime import datetime, timedelta

from toeleiding.exchange import legal_log, raw

# The job runs once a night; what it left after two nights it did not see.
NIGHTS = timedelta(days=2)


def keep_no_longer(now: datetime) -> dict[str, int]:
    """Erase and remove what is past its time, each by its own dated rule. Returns how many of what."""
    return {
        "raw_messages": raw.erase_old(now),
        "legal_lines": legal_log.remove_old(now),
    }


def overdue(now: datetime) -> int:
    """How much should have gone in the last nights and is still there."""
    then = now - NIGHTS
    return raw.erase_old(then, apply=False) + legal_log.remove_old(then, apply=False)
