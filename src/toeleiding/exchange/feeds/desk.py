"""How the feeds stand, for the operator's desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from toeleiding.exchange import desk_words as w
from toeleiding.exchange import limits
from toeleiding.exchange.models import Feed, FeedState


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed in words. `silent_since`: not fetched to its end since then, and longer ago than it should be."""

    feed: Feed
    tone: str
    state: str
    sentence: str
    next_step: str = ""
    silent_since: datetime | None = None

    @property
    def name(self) -> str:
        return self.feed.label


def lines(now: datetime | None = None) -> list[FeedLine]:
    """How each feed stands, in one query."""
    moment = now or timezone.now()
    known = {found.feed: found for found in FeedState.objects.all()}
    return [_line(feed, known.get(feed.value), moment) for feed in Feed]


def _line(feed: Feed, found: FeedState | None, now: datetime) -> FeedLine:
    if found is None:
        return FeedLine(feed, "neutraal", "Nog niet opgehaald", "De eerste keer ophalen gebeurt vanzelf.")
    last = found.pulled_at
    late = last is None or last < now - limits.FEED_SILENT_AFTER[feed.value]
    since = (last or found.polled_at) if late else None
    told = f"Laatst geprobeerd om {w.at(found.polled_at)}."
    if found.cause:
        tone, state = ("fout" if late else "letop"), "Niet gelukt"
        ended = f" Laatst volledig opgehaald om {w.at(last)}." if last else " Nog nooit volledig opgehaald."
        return FeedLine(feed, tone, state, f"{found.cause} {told}{ended}", found.next_step, since)
    if last is None:
        return FeedLine(feed, "letop", "Bezig", f"Er wacht nog meer. {told}", silent_since=since)
    waited = w.counted(found.waited, "nieuwe melding", "nieuwe meldingen") if found.waited else "niets nieuws"
    sentence = f"Volledig opgehaald om {w.at(last)}: {waited}."
    return FeedLine(feed, "letop" if late else "goed", "Te lang geleden" if late else "Opgehaald", sentence, "", since)


def silent(found: Sequence[FeedLine]) -> FeedLine | None:
    """The feed that was not fetched for the longest time, when one was not fetched for too long."""
    late = [(line.silent_since, place) for place, line in enumerate(found) if line.silent_since is not None]
    return found[min(late)[1]] if late else None
