"""How often, how long and how many: each number with the fact of the work that argues it.

A setting of the same name overrules the number here; `docs/beheer` lists them.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings

# After 2 s a hiccup has passed, after an hour an outage is somebody's work; asking more often helps nobody.
BACK_OFF_SECONDS = (2, 8, 30, 120, 600, 1800, 3600)
# Instances of one question stay within this part of the delay, so that they do not all come back at once.
JITTER = 0.2
# A question is worth asking until the legal due date, and for at least a week: an outage may last a weekend.
LIVES_AT_LEAST = timedelta(days=7)
# Longer than a whole batch takes when every call runs into its time limit.
LEASE = timedelta(minutes=10)
# A file is answered in one round of the other side, which is a night at most as far as public pages go (their
# response times are not public, INTERFACE 1.4); after a day its questions are better asked one by one.
FILE_ANSWERED_WITHIN = timedelta(hours=24)
# As many people as an agency with a large office asks about in a month; the file stays under 2 MB.
QUESTIONS_IN_A_FILE = 2_000
# Our own side cannot go on, such as a full disk: somebody has to mend it, and that takes minutes.
AFTER_A_BREAKDOWN = timedelta(minutes=1)
# After so many failures in a row without one answer the source is down, not unlucky.
FAILURES_THAT_OPEN_A_CIRCUIT = 5
PROBE_AFTER = timedelta(seconds=30)
PROBE_AT_MOST_EVERY = timedelta(minutes=15)
# A number may be replaced once more while we ask; a longer chain is a ring or a mistake at the source.
NUMBERS_IN_A_CHAIN = 3
# INTERFACE chapter 8: an inscription runs for two years and is prolonged thirty days before its end.
INSCRIPTION_RUNS = timedelta(days=730)
INSCRIPTION_PROLONGED_BEFORE = timedelta(days=30)
# How far back the work register is asked: a job that lasts began at most so long before it matters (W-02).
WORK_ASKED_SINCE = timedelta(days=730)


def in_flight() -> int:
    """How many calls run at the same time under one Hoedanigheid (INTERFACE 1.4), over all workers."""
    return int(getattr(settings, "EXCHANGE_IN_FLIGHT", 4))


def in_flight_per_worker() -> int:
    """How many of those one drain takes for itself."""
    return int(getattr(settings, "EXCHANGE_IN_FLIGHT_PER_WORKER", in_flight()))


def batch_size() -> int:
    """How many questions are claimed, sent and written down together."""
    return int(getattr(settings, "EXCHANGE_BATCH", 64))


def file_answered_within() -> timedelta:
    """After how long the questions of a file without an answer wait again."""
    hours = getattr(settings, "EXCHANGE_FILE_ANSWERED_WITHIN_HOURS", None)
    return timedelta(hours=float(hours)) if hours else FILE_ANSWERED_WITHIN


def timeout_seconds() -> float:
    """After how long a call counts as "no answer" (INTERFACE 1.1)."""
    return float(getattr(settings, "EXCHANGE_TIMEOUT_SECONDS", 30.0))


def endpoint(service: str, version: str) -> str:
    """The address of one service in one version; without its own the common one, without that the simulator.

    `MAGDA_ENDPOINTS` maps "GeefDossierVDAB 01.00" to an address.
    """
    own: Mapping[str, str] = getattr(settings, "MAGDA_ENDPOINTS", {})
    return own.get(f"{service} {version}") or settings.MAGDA_ENDPOINT or settings.SIMULATOR_URL
