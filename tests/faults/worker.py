"""A worker process of the fault suite: one drain, killed where TOELEIDING_CRASH_AT says (`point:n`).

`python -m tests.faults.worker`; database and simulator come from the environment, as for any worker.
"""

import os
import signal
from contextlib import nullcontext

from toeleiding.site.setup import prepare

BATCH = 4


def main() -> None:
    """Drain once, unless killed before."""
    prepare()
    from django.conf import settings

    from tests.faults.names import Point
    from tests.faults.points import Countdown, passing
    from toeleiding.exchange.drain import drain

    settings.EXCHANGE_BATCH = BATCH
    settings.EXCHANGE_TIMEOUT_SECONDS = 0.5
    point, _, nth = os.environ.get("TOELEIDING_CRASH_AT", "").partition(":")
    kill = passing(Countdown([(Point(point), int(nth))], _kill)) if point else nullcontext()
    with kill:
        drain()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
