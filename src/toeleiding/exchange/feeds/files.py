"""Notifications that MAGDA publishes as a file: read, shown, and on request stored as if they were fetched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from toeleiding.exchange.feeds.people import people
from toeleiding.exchange.feeds.store import known_already, store
from toeleiding.exchange.models import Feed
from toeleiding.magda.publications import Publication, read_publication


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file: how many notifications it holds, how many of them are new and about somebody whom we follow.

    `problem` says why the file was not taken, and what to do.
    """

    name: str
    problem: str = ""
    came: int = 0
    fresh: int = 0
    followed: int = 0
    unusable: int = 0


@dataclass(slots=True)
class Read:
    """All files of one run."""

    files: list[FileRead] = field(default_factory=list)

    @property
    def problems(self) -> list[FileRead]:
        return [one for one in self.files if one.problem]


def read_files(paths: Sequence[Path], *, apply: bool) -> Read:
    """Read files in order. With `apply` what they hold is stored, each file in a transaction of its own."""
    done = Read()
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as error:
            done.files.append(FileRead(path.name, f"Kan niet gelezen worden ({error.strerror}). Kijk het pad na."))
            continue
        done.files.append(_one(path.name, read_publication(data), apply=apply))
    return done


def _one(name: str, found: Publication, *, apply: bool) -> FileRead:
    if not found.readable:
        return FileRead(name, found.message or "Het bestand is niet leesbaar.")
    if (found.receiver, found.capacity or settings.MAGDA_HOEDANIGHEID) != (
        settings.MAGDA_IDENTIFICATIE,
        settings.MAGDA_HOEDANIGHEID,
    ):
        return FileRead(name, "Dit bestand is voor een andere ontvanger. Bezorg het aan MAGDA terug en open het niet.")
    feed = Feed.PERSONS if found.persons else Feed.GENERAL
    who = people({insz for one in found.notifications for insz in (one.key, one.cancelled_insz) if insz})
    followed = sum(
        any(who[insz].followed for insz in (one.key, one.cancelled_insz or "") if insz in who)
        for one in found.notifications
    )
    came = len(found.notifications) + len(found.unusable)
    if not apply:
        fresh = came - known_already(found.notifications)
        return FileRead(name, "", came, fresh, followed, len(found.unusable))
    with transaction.atomic():
        stored = store(feed, found.notifications, found.unusable, timezone.now(), file=name)
    return FileRead(name, "", stored.came, stored.fresh, followed, len(found.unusable))
