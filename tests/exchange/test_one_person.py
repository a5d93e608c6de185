"""A register's new number that leads to another dossier: two dossiers about one person."""

import pytest

from tests.exchange.people import ask, known, state
from tests.factories import make_dossier, make_staff
from toeleiding.dossiers import merging
from toeleiding.dossiers.models import Dossier, Likeness, MergeProposal, ProposalStatus
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.exchange import story
from toeleiding.exchange.drain import drain
from toeleiding.exchange.models import Question
from toeleiding.simulator.population import EDGE_CASES, life

pytestmark = pytest.mark.django_db


def twice() -> tuple[Dossier, Dossier]:
    """One person under her old number and under her new one."""
    bis = life(2022, EDGE_CASES["bis-to-national-number"])
    return make_dossier(insz=bis.insz, work=[]), make_dossier(insz=bis.replaced_by, work=[])


def test_a_number_of_another_dossier_becomes_a_proposal(outside):
    outside()
    old, new = twice()
    ask(old)
    drain()
    pair = MergeProposal.objects.get()
    assert (pair.one, pair.other, pair.insz) == (old, new, new.insz)
    assert (pair.why, pair.status) == (Likeness.REPLACED_NUMBER, ProposalStatus.OPEN)


def test_after_the_merge_the_question_is_asked_under_the_number_that_holds(outside):
    outside()
    old, new = twice()
    access = ask(old)
    drain()
    kept = merging.merge(access, MergeProposal.objects.get(), old, "Het register verving het nummer")
    assert kept.insz == new.insz
    ask(kept, access=access)
    drain()
    assert state(kept).employment.answer == "KNOWN"
    assert list(rebuild()) == []


def test_a_question_under_way_is_answered_into_the_dossier_that_stayed(outside):
    outside()
    old, new = twice()
    access = ask(old)
    merging.propose([merging.Pair(old.pk, new.pk, Likeness.NEAR_DOUBLE)])
    merging.merge(access, MergeProposal.objects.get(), new, "Zelfde foto")
    drain()
    assert [one.cause for one in Question.objects.filter(status="DEAD")] == [], "her new number is her own by now"
    assert (state(new).employment.answer, state(new).asked) == ("KNOWN", None)
    assert state(new).employment.registered_on is not None
    assert MergeProposal.objects.get().status == ProposalStatus.MERGED
    assert list(rebuild()) == []


def test_what_was_asked_in_a_dossier_that_was_merged_twice_is_still_told_where_the_person_is():
    first, second, third = (make_dossier(work=[]) for _ in range(3))
    access = ask(first)
    for gone, stays in ((first, second), (second, third)):
        merging.propose([merging.Pair(gone.pk, stays.pk, Likeness.NEAR_DOUBLE)])
        merging.merge(access, MergeProposal.objects.get(status="OPEN"), stays, "Zelfde foto")
    asked = Question.objects.filter(dossier=first).values_list("pk", flat=True)
    assert set(asked) <= {one.question for one in story.told(Dossier.objects.get(pk=third.pk))}
    merge = merging.merges_of(Dossier.objects.get(pk=third.pk))[0].event
    merging.split(access, Dossier.objects.get(pk=third.pk), merge, "Twee zussen")
    assert not set(asked) & {one.question for one in story.told(Dossier.objects.get(pk=third.pk))}
    assert set(asked) <= {one.question for one in story.told(Dossier.objects.get(pk=second.pk))}


def test_a_known_person_costs_the_exchange_no_proposal(outside):
    outside()
    dossier = known("never-registered")
    ask(dossier, access=make_staff())
    drain()
    assert not MergeProposal.objects.exists()


def test_a_question_that_goes_along_with_a_split_is_answered_there(outside):
    outside()
    access = make_staff()
    kept, gone = known("never-registered"), make_dossier(work=[])
    merging.propose([merging.Pair(kept.pk, gone.pk, Likeness.NEAR_DOUBLE)])
    merging.merge(access, MergeProposal.objects.get(), kept, "Zelfde foto")
    ask(Dossier.objects.get(pk=kept.pk), access=access)
    (merge,) = merging.merges_of(kept)
    merging.split(access, kept, merge.event, "Twee zussen", [row.pk for row in merge.since])
    assert Question.objects.get(service="GeefDossierVDAB").dossier == gone
    drain()
    assert (state(kept).asked, state(kept).employment) == (None, None)
    assert state(gone).asked is None
    assert list(rebuild()) == []
