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
# Longer than a whole batch takes when every call runs into its time limit: four rounds (sixteen with one place).
LEASE = timedelta(minutes=10)
# As many people as an agency with a large office asks about in a month; the file stays under 2 MB.
QUESTIONS_IN_A_FILE = 2_000
# A file that changed so shortly ago may still be under way from the other side.
FILE_STILL_COMES = timedelta(minutes=1)
# A settlement costs the same few queries for one answer and for fifty: it waits this long for those that follow the
# first. Nobody who looks at a page notices a hundredth of a second.
GATHER_SECONDS = 0.01
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

# The longest published referral is 3 kB; with long texts and a signature with its chain it stays far below this.
LARGEST_REFERRAL = 64_000
# A set holds a hundred notifications (INTERFACE 9.2): twenty thousand in one poll is a mistake at the source.
SETS_A_POLL = 200
# INTERFACE 9.2: every quarter of an hour. The changes of the Rijksregister are published once a week and fetched daily.
# After these nobody can say any more that what we know is as fresh as the feed.
FEED_SILENT_AFTER = {
    "GeefMutatiesNotificaties": timedelta(hours=1),
    "GeefPersoonMutatiesNotificaties": timedelta(hours=26),
}

# Tried every hour at the same minute: after 23 hours and a half it is a day since the last time.
FETCHED_DAILY_AFTER = timedelta(hours=23, minutes=30)
# A feed in which VDAB said nothing for so long proves nothing: among some hundred people something changes each week.
FEED_PROVEN = timedelta(days=30)
# With a feed that works an unchanged answer is asked again after so many times A-02: a check on the feed itself.
FEED_STRETCHES = 6
# So many days before a term ends who is not registered is asked about again: in time to call, and on the last day.
LAST_DAYS = (7, 3, 1, 0)
# Whoever the feed tells about: once more, before somebody is told that the term is over.
LAST_DAYS_WITH_FEED = (1,)


def in_flight() -> int:
    """How many calls run at the same time under one Hoedanigheid (INTERFACE 1.4), over all workers."""
    return int(getattr(settings, "EXCHANGE_IN_FLIGHT", 4))


def in_flight_per_worker() -> int:
    """How many of those one drain takes for itself: half, so that a worker that hangs never holds them all (031)."""
    return int(getattr(settings, "EXCHANGE_IN_FLIGHT_PER_WORKER", 0)) or -(-in_flight() // 2)


def batch_size(places: int | None = None) -> int:
    """How many questions are claimed, sent and written down together: a few rounds of all places.

    Fewer leaves places empty while answers are written down; more would make the last of a batch outlive its lease
    when every call runs into its time limit.
    """
    return int(getattr(settings, "EXCHANGE_BATCH", max(16, 4 * (places or in_flight()))))


def file_answered_within() -> timedelta:
    """After how long the questions of a file without an answer wait again.

    A file is answered in one round of the other side, which is a night at most as far as public pages go (their
    response times are not public, INTERFACE 1.4); after a day its questions are better asked one by one.
    """
    return timedelta(hours=settings.EXCHANGE_FILE_ANSWERED_WITHIN_HOURS)


def file_from() -> int:
    """From how many waiting questions of one service the worker puts them in a file: fewer are asked sooner by call."""
    return int(settings.EXCHANGE_FILE_FROM)


def timeout_seconds() -> float:
    """After how long a call counts as "no answer" (INTERFACE 1.1)."""
    return float(getattr(settings, "EXCHANGE_TIMEOUT_SECONDS", 30.0))


def endpoint(service: str, version: str) -> str:
    """The address of one service in one version; without its own the common one, without that the simulator.

    `MAGDA_ENDPOINTS` maps "GeefDossierVDAB 01.00" to an address.
    """
    own: Mapping[str, str] = getattr(settings, "MAGDA_ENDPOINTS", {})
    return own.get(f"{service} {version}") or settings.MAGDA_ENDPOINT or settings.SIMULATOR_URL


def inscriptions_a_night() -> int:
    """How many inscriptions one night prolongs, opens or ends at most, each: four calls at a time, an hour or so."""
    return int(getattr(settings, "EXCHANGE_INSCRIPTIONS_A_NIGHT", 5000))


def notify_others() -> bool:
    """Whether changes of joint clients are told to others; only when MAGDA agreed to take notifications of ours."""
    return bool(getattr(settings, "EXCHANGE_NOTIFY_OTHERS", False))


def planned_a_night() -> int:
    """How many questions one night plans at most; four at a time at half a second each: some twenty minutes."""
    return int(getattr(settings, "EXCHANGE_PLANNED_A_NIGHT", 10_000))
