"""What a recorded event means for inscriptions, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from toeleiding.dossiers import events as e
from toeleiding.dossiers.timeline import Recorded
from toeleiding.exchange import outbox
from toeleiding.exchange.models import Inscription, Service
from toeleiding.exchange.repertorium import ending

# After these somebody may not be followed any more, or under another number.
_ENDS = (e.TrackEnded, e.NumberReplaced, e.NumberAssigned, e.NumberCancelled, e.MergedWith, e.Withdrawn)
_GOES_ON = (e.TrackReopened, e.NumberReplaced, e.NumberAssigned, e.MergedWith, e.Withdrawn)


def on_recorded(recorded: Sequence[Recorded]) -> bool:
    """End the inscriptions of who is not followed any more, and inscribe anew who goes on. Says whether it asked.

    A number that was replaced takes its inscription along: the new one is inscribed when the old one was. Whoever
    was never inscribed is not inscribed here either: that comes with the first question.
    """
    ends = [one for one in recorded if not _fresh(one) and _has(one, _ENDS)]
    goes_on = [one for one in recorded if not _fresh(one) and _has(one, _GOES_ON) and _followed(one)]
    if not ends and not goes_on:
        return False
    now = recorded[0].dossier.changed_at
    ended = ending.of_numbers({number.insz for one in ends for number in one.state.numbers}, now)
    begun = _inscribe(goes_on, now)
    return bool(ended or begun)


def _inscribe(goes_on: Sequence[Recorded], now: datetime) -> int:
    numbers = {number.insz: one for one in goes_on for number in one.state.numbers}
    known = Inscription.objects.filter(insz__in=numbers, capacity=settings.MAGDA_HOEDANIGHEID)
    people = {numbers[insz].dossier.pk: numbers[insz] for insz in known.values_list("insz", flat=True)}
    about = {
        one.state.insz: outbox.Wanted(Service.INSCRIPTION, one.dossier.pk, one.state.insz, one.dossier.due_on)
        for one in people.values()
        if one.state.insz
    }
    if not about:
        return 0
    fresh, _ = outbox.arrange_inscriptions(about, now)
    outbox.store(fresh, now)
    return len(fresh)


def _fresh(one: Recorded) -> bool:
    """A dossier that was just opened has nothing behind it."""
    return any(isinstance(new.data, e.Opened) for new in one.events)


def _has(one: Recorded, kinds: tuple[type[e.Data], ...]) -> bool:
    return any(isinstance(new.data, kinds) for new in one.events)


def _followed(one: Recorded) -> bool:
    return one.state.ended_on is None and one.state.merged_into is None
