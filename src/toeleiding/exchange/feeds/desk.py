"""How the feeds stand, for the operator's desk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from toeleiding.exchange import desk_words as w
from toeleiding.exchange import limits
from toeleiding.exchange.feeds.meaning import NOT_WRITTEN, OF_OUR_OWN, UNKNOWN_KIND
from toeleiding.exchange.models import Feed, FeedState, Hold, Notification, NotificationStatus
from toeleiding.web import dates


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed in words. `silent_since`: not fetched to its end since then, and longer ago than it should be.

    `held` is the hold that is on it, if any: then that it is silent alarms nobody.
    """

    feed: Feed
    tone: str
    state: str
    sentence: str
    next_step: str = ""
    silent_since: datetime | None = None
    held: Hold | None = None

    @property
    def name(self) -> str:
        return self.feed.label


def holds() -> dict[str, Hold]:
    """What is held now, by service or feed."""
    return {hold.service: hold for hold in Hold.objects.filter(released_at=None).select_related("held_by")}


def lines(now: datetime, held: Mapping[str, Hold]) -> list[FeedLine]:
    """How each feed stands, in one query; `held` is what `holds` gives."""
    known = {found.feed: found for found in FeedState.objects.all()}
    return [
        FeedLine(feed, "letop", "Tegengehouden", held_words(hold), held=hold)
        if (hold := held.get(feed.value))
        else _line(feed, known.get(feed.value), now)
        for feed in Feed
    ]


def held_words(hold: Hold) -> str:
    """Since when, by whom and why something is held."""
    return f"Sinds {w.at(hold.held_at)} door {hold.held_by}. Reden: {hold.reason}"


def _line(feed: Feed, found: FeedState | None, now: datetime) -> FeedLine:
    if found is None:
        return FeedLine(feed, "neutraal", "Nog niet opgehaald", "De eerste keer ophalen gebeurt vanzelf.")
    last = found.pulled_at
    late = last is None or last < now - limits.FEED_SILENT_AFTER[feed.value]
    since = (last or found.polled_at) if late else None
    told = f"Laatst geprobeerd {_when(found.polled_at)}."
    if found.cause:
        tone, state = ("fout" if late else "letop"), "Niet gelukt"
        ended = f" Laatst volledig opgehaald {_when(last)}." if last else " Nog nooit volledig opgehaald."
        return FeedLine(feed, tone, state, f"{found.cause} {told}{ended}", found.next_step, since)
    if last is None:
        return FeedLine(feed, "letop", "Bezig", f"Er wacht nog meer. {told}", silent_since=since)
    waited = w.counted(found.waited, "nieuwe melding", "nieuwe meldingen") if found.waited else "niets nieuws"
    sentence = f"Volledig opgehaald {_when(last)}: {waited}."
    return FeedLine(feed, "letop" if late else "goed", "Te lang geleden" if late else "Opgehaald", sentence, "", since)


_BECAME = {
    NotificationStatus.ASKED: ("leidde tot een vraag", "leidden tot een vraag"),
    NotificationStatus.UNDER_WAY: ("ging over wie al een vraag wachtte", "gingen over wie al een vraag wachtte"),
    NotificationStatus.KNOWN: ("kenden we al", "kenden we al"),
    NotificationStatus.NOTED: ("staat in het dossier", "staan in het dossier"),
    NotificationStatus.NOTHING: ("vroeg niets van ons", "vroegen niets van ons"),
    NotificationStatus.NOT_FOLLOWED: ("ging over iemand die we niet volgen", "gingen over mensen die we niet volgen"),
    NotificationStatus.UNUSABLE: ("was niet bruikbaar", "waren niet bruikbaar"),
    NotificationStatus.RECEIVED: ("wordt nog verwerkt", "worden nog verwerkt"),
}


def told(now: datetime) -> list[str]:
    """What came in the last day and what became of it, and the kinds that we do not know, in one query."""
    rows = (
        Notification.objects.filter(received_at__gte=now - timedelta(hours=24))
        .order_by()
        .values("status", "source", "kind", "note")
        .annotate(count=Count("pk"))
    )
    became: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    own = lost = 0
    for row in rows:
        became[row["status"]] += row["count"]
        if row["note"] == OF_OUR_OWN:
            own += row["count"]
        if row["note"] == NOT_WRITTEN:
            lost += row["count"]
        if row["note"] == UNKNOWN_KIND:
            unknown[f"{row['kind'] or 'zonder soort'} van {row['source']}"] += row["count"]
    if not became:
        return ["In de laatste 24 uur kwam er geen melding."]
    parts = [
        f"{dates.number(became[status])} {words[0] if became[status] == 1 else words[1]}"
        for status, words in _BECAME.items()
        if became[status]
    ]
    came = w.counted(became.total(), "melding", "meldingen")
    sentences = [f"In de laatste 24 uur {'kwam' if became.total() == 1 else 'kwamen'} er {came}: {w.listed(parts)}."]
    if lost:
        many = w.counted(lost, "melding kwam", "meldingen kwamen")
        sentences.append(f"{many} door een fout van ons niet in het dossier. Meld dit aan wie de toepassing maakt.")
    if own:
        sentences.append(f"Over ons eigen integratiedossier: {dates.number(own)}. {OF_OUR_OWN}")
    if unknown:
        kinds = w.listed(f"{kind} ({dates.number(count)})" for kind, count in unknown.most_common(5))
        sentences.append(f"Een soort die we niet kennen: {kinds}. De bron is toch opnieuw gevraagd.")
    return sentences


def _when(at: datetime) -> str:
    return f"om {w.at(at)}" if timezone.localdate(at) == timezone.localdate() else f"op {w.at(at)}"


def silent(found: Sequence[FeedLine]) -> FeedLine | None:
    """The feed that was not fetched for the longest time, when one was not fetched for too long."""
    late = [(line.silent_since, place) for place, line in enumerate(found) if line.silent_since is not None]
    return found[min(late)[1]] if late else None
