"""What changed: mutation notifications fetched, stored once, and turned into questions to the right source."""

from collections.abc import Callable

from django.utils import timezone

from toeleiding.exchange import limits
from toeleiding.exchange.feeds.apply import apply_waiting
from toeleiding.exchange.feeds.polling import Pulled, pull
from toeleiding.exchange.models import Feed, FeedState
from toeleiding.magda.transport import Transport


def fetch(feed: Feed, *, transport: Transport | None = None, stop: Callable[[], bool] = lambda: False) -> Pulled:
    """One poll: fetch what waits and handle it, and what an earlier poll left behind when it was killed."""
    apply_waiting()
    done = pull(feed, transport=transport, stop=stop)
    apply_waiting()
    return done


def is_due(feed: Feed) -> bool:
    """Whether a feed that is fetched once a day was not fetched to its end for almost a day."""
    return not FeedState.objects.filter(feed=feed, pulled_at__gt=timezone.now() - limits.FETCHED_DAILY_AFTER).exists()
