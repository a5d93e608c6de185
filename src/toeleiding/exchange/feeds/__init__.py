"""What changed: mutation notifications fetched, stored once, and turned into questions to the right source."""

from collections.abc import Callable

from toeleiding.exchange.feeds.apply import apply_waiting
from toeleiding.exchange.feeds.polling import Pulled, pull
from toeleiding.exchange.models import Feed
from toeleiding.magda.transport import Transport


def fetch(feed: Feed, *, transport: Transport | None = None, stop: Callable[[], bool] = lambda: False) -> Pulled:
    """One poll: fetch what waits and handle it, and what an earlier poll left behind when it was killed."""
    apply_waiting()
    done = pull(feed, transport=transport, stop=stop)
    apply_waiting()
    return done
