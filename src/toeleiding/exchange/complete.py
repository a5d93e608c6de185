"""Completing an answer that was applied before: the jobseeker register adds the day of registration."""

from collections.abc import Mapping, Sequence

import msgspec

from toeleiding.dossiers import events as e
from toeleiding.dossiers.merging import kept_of
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import load_state
from toeleiding.exchange.models import Question

States = Mapping[int, State]


def states(questions: Sequence[Question]) -> States:
    """What the dossiers of these questions know now, or those they were merged into: none without questions."""
    wanted = {question.dossier_id for question in questions}
    found = {one.pk: one for one in Dossier.objects.filter(pk__in=wanted)} if wanted else {}
    if gone := kept_of([one.pk for one in found.values() if one.merged_into_id]):
        stayed = {one.pk: one for one in Dossier.objects.filter(pk__in=gone.values())}
        found |= {one: stayed[kept] for one, kept in gone.items()}
    return {key: load_state(one) for key, one in found.items()}


def with_what_is_known(events: Sequence[e.Data], state: State | None) -> tuple[e.Data, ...]:
    """The day of registration beside what VDAB told before; nothing when VDAB's answer changed meanwhile."""
    known = state.employment if state else None
    if known is None or known.answer not in ("KNOWN", "PARTIAL") or known.registered_on or known.ended_on:
        return ()
    return tuple(
        msgspec.structs.replace(
            data,
            category=known.category or data.category,
            category_text=known.category_text or data.category_text,
            counsellor=known.counsellor,
            invitations=known.invitations,
        )
        for data in events
        if isinstance(data, e.EmploymentServiceAnswered)
    )
