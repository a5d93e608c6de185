"""Trying a draft on everybody: at once when there are few dossiers, by the worker when there are many."""

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.whatif import WhatIf, what_if
from toeleiding.organisations.access import Access
from toeleiding.rulebook.models import RuleSetVersion, Trial
from toeleiding.rulebook.selectors import by_name

AT_ONCE = 2_000  # about half a second: what somebody waits for without wondering


@transaction.atomic
def start(access: Access, version: RuleSetVersion) -> Trial:
    """Begin a trial of what the draft holds now. Small populations are done when this returns."""
    trial = Trial.objects.create(
        version=version,
        sha256=version.sha256,
        as_of=timezone.localdate(),
        started_by=access.staff,
        started_at=timezone.now(),
        total=Dossier.objects.count(),
    )
    if trial.total <= AT_ONCE:
        run(trial.pk)
        trial.refresh_from_db()
    else:
        app.configure_task("toeleiding.dossiers.jobs.run_trial").defer(trial=trial.pk)
    return trial


def run(key: int) -> None:
    """Do the work of a trial. A draft that was changed in the meantime is not tried: the trial is dropped."""
    trial = Trial.objects.select_related("version").get(pk=key)
    if trial.version.sha256 != trial.sha256:
        trial.delete()
        return

    def progress(done: int) -> None:
        Trial.objects.filter(pk=key).update(seen=F("seen") + done)

    found = what_if(by_name(trial.version.name), trial.as_of, progress)
    Trial.objects.filter(pk=key).update(seen=found.seen, finished_at=timezone.now(), result=msgspec.to_builtins(found))


def result_of(trial: Trial) -> WhatIf | None:
    """What came out of a trial, in its typed form; None while it runs."""
    return msgspec.convert(trial.result, WhatIf, strict=False) if trial.result else None


def latest(version: RuleSetVersion) -> Trial | None:
    """The newest trial of what the draft holds now."""
    return Trial.objects.filter(version=version, sha256=version.sha256).first()
