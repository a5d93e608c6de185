"""Measurements of messages to people, read from the rows as those of the exchange are; nobody is named in them.

Names and meaning stand in docs/beheer/metingen.md.
"""

from collections.abc import Iterator
from functools import partial

from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from toeleiding.exchange.metrics import gauge, rows
from toeleiding.outreach.messages.models import Channel, MessageState

PREFIX = "toeleiding_messages_"
TROUBLE = (MessageState.FAILED, MessageState.BOUNCED, MessageState.UNSURE)
_MESSAGES = """
select channel, state, count(*),
    extract(epoch from %(now)s - min(not_before) filter (
        where state in ('WAITING', 'HELD') and not_before <= %(now)s)),
    count(*) filter (where state = 'WAITING' and attempts > 0),
    count(*) filter (where changed_at > %(now)s - interval '1 hour')
from outreach_message group by 1, 2
"""


class Messages(Collector):
    """Reads the rows in one query. Without a database it measures nothing; the exchange says that it is gone."""

    def collect(self) -> Iterator[Metric]:
        """The measurements of this moment."""
        try:
            found = rows(_MESSAGES, {"now": timezone.now()})
        except DatabaseError:
            return
        states = {(channel, state): 0 for channel in Channel.values for state in MessageState.values}
        oldest, again = dict.fromkeys(Channel.values, 0.0), dict.fromkeys(Channel.values, 0)
        trouble = {(channel, state.value): 0 for channel in Channel.values for state in TROUBLE}
        for channel, state, count, age, retried, lately in found:
            states[channel, state] = count
            oldest[channel] = max(oldest[channel], float(age or 0))
            again[channel] += retried
            if state in TROUBLE:
                trouble[channel, state] = lately
        yield _gauge("by_state", "Berichten aan mensen, per weg en stand.", _STATE, states.items())
        yield _gauge(
            "oldest_waiting_seconds",
            "Seconden dat het oudste bericht dat mag vertrekken, al klaarstaat.",
            _CHANNEL,
            [((channel,), age) for channel, age in oldest.items()],
        )
        yield _gauge(
            "trying_again",
            "Berichten die al eens niet vertrokken en opnieuw geprobeerd worden.",
            _CHANNEL,
            [((channel,), count) for channel, count in again.items()],
        )
        yield _gauge(
            "failed_last_hour",
            "Berichten die het laatste uur mislukten, terugkwamen of niet zeker vertrokken.",
            _STATE,
            trouble.items(),
        )


_CHANNEL, _STATE = ("channel",), ("channel", "state")
_gauge = partial(gauge, prefix=PREFIX)
