"""Two dossiers about one person: merged without losing an event, and split again."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import make_dossier, make_insz, make_staff

from toeleiding.dossiers import events as e
from toeleiding.dossiers import merging, services
from toeleiding.dossiers.event_base import Happened
from toeleiding.dossiers.fold import fold
from toeleiding.dossiers.models import Dossier, Event, Likeness, MergeProposal, PersonNumber, ProposalStatus, Tab, Task
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.redecide import redecide_all
from toeleiding.dossiers.timeline import NewEvent, load_state, record, record_many
from toeleiding.organisations.access import Access

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def now(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def new(data: e.Data, source: e.Source = e.Source.CASE_WORKER) -> NewEvent:
    return NewEvent(data, TODAY, source)


def proposal(one: Dossier, other: Dossier, why: Likeness = Likeness.NEAR_DOUBLE, insz: str = "") -> MergeProposal:
    merging.propose([merging.Pair(one.pk, other.pk, why, insz)])
    return MergeProposal.objects.get(one=min(one.pk, other.pk), other=max(one.pk, other.pk))


def twins(access: Access) -> tuple[Dossier, Dossier]:
    """Somebody with two dossiers: the first knows the work situation, the second what VDAB said."""
    first = make_dossier(access=access, work=[], now=NOW)
    second = make_dossier(access=access, first_name="Samirra", contract=date(2026, 10, 20), now=NOW)
    second = record(second, new(e.EmploymentServiceAnswered(answer="KNOWN", category="03"), e.Source.VDAB), now=NOW)
    return first, second


def merged(access: Access, kept: Dossier, gone: Dossier) -> Dossier:
    return merging.merge(access, proposal(kept, gone), kept, "Zelfde persoon, zelfde foto")


def undo(access: Access, kept: Dossier, moved: tuple[int, ...] = ()) -> Dossier:
    return merging.split(access, now(kept), merging.merges_of(kept)[0].event, "Toch twee zussen", moved)


def no_differences() -> None:
    assert list(rebuild()) == []


def test_the_one_that_stays_knows_what_both_knew() -> None:
    access = make_staff()
    first, second = twins(access)
    before = set(Event.objects.values_list("pk", "dossier_id"))
    kept = merged(access, first, second)
    assert (kept.outcome, kept.category) == ("REGISTERED", "03")
    assert kept.contract_signed_on == date(2026, 10, 1)
    assert before <= set(Event.objects.values_list("pk", "dossier_id")), "nothing moves and nothing is lost"
    no_differences()


def test_the_other_becomes_a_signpost() -> None:
    access = make_staff()
    first, second = twins(access)
    numbers = {first.insz, second.insz}
    kept = merged(access, first, second)
    sign = now(second)
    assert (sign.merged_into_id, sign.tab, sign.pill, sign.insz) == (first.pk, Tab.DONE, "Samengevoegd", None)
    assert not Task.objects.filter(dossier=sign, closed_at=None).exists()
    assert {services.find_by_insz(insz) for insz in numbers if insz} == {kept}
    assert kept.insz == first.insz


def test_the_file_keeps_its_own_agency_and_case_worker() -> None:
    access, colleague = make_staff(), make_staff()
    first = make_dossier(access=access, now=NOW)
    second = make_dossier(access=colleague, now=NOW)
    record(second, new(e.TrackEnded(reason="STOPPED")))
    kept = merged(access, first, second)
    assert kept.case_worker == access.staff
    assert kept.tab == Tab.TODO, "that the double was closed does not close the one that stays"
    no_differences()


def test_a_replaced_number_says_which_number_holds() -> None:
    access = make_staff()
    first, second = twins(access)
    assert second.insz
    linked = proposal(first, second, Likeness.REPLACED_NUMBER, second.insz)
    kept = merging.merge(access, linked, first, "Het register verving het nummer")
    assert kept.insz == second.insz
    statuses = dict(PersonNumber.objects.filter(dossier=kept).values_list("insz", "status"))
    assert statuses == {first.insz: "REPLACED", second.insz: "CURRENT"}
    no_differences()


def test_an_answer_for_the_signpost_is_written_where_the_person_is() -> None:
    access = make_staff()
    first, second = make_dossier(access=access, work=[], now=NOW), make_dossier(access=access, work=[], now=NOW)
    services.ask_employment_service(access, [second])
    question = load_state(now(second)).asked
    assert question is not None
    kept = merged(access, first, second)
    assert kept.asked_at is not None
    answer = e.EmploymentServiceAnswered(answer="KNOWN", category="01", question=question.question)
    kept = record(second, new(answer, e.Source.VDAB))
    assert (kept.pk, kept.asked_at, kept.category) == (first.pk, None, "01")
    both = {first.pk: [new(e.Noted(text="een"))], second.pk: [new(e.Noted(text="twee"))]}
    assert [one.dossier.pk for one in record_many(both)] == [first.pk]
    no_differences()


def test_what_the_other_noted_can_be_put_right() -> None:
    access = make_staff()
    first, second = make_dossier(access=access, work=[], now=NOW), make_dossier(access=access, work=[], now=NOW)
    services.assess_work(access, second, "LASTING_WORK", on=TODAY)
    kept = merged(access, first, second)
    assert kept.outcome == "WORKING"
    wrong = Event.objects.get(dossier=second, kind="WORK_SITUATION_ASSESSED")
    kept = services.correct(access, kept, wrong.pk, e.Withdrawn(reason="Verkeerde persoon"), TODAY)
    assert kept.outcome == "TO_REFER"
    no_differences()
    undo(access, kept)
    assert now(second).outcome == "TO_REFER", "the correction went along with what it corrects"
    no_differences()


def test_split_again_both_stand_as_they_stood() -> None:
    access = make_staff()
    first, second = twins(access)
    told = {one.pk: (one.outcome, one.insz, one.category, one.due_on) for one in (first, second)}
    tasks = set(Task.objects.filter(closed_at=None).values_list("dossier_id", "kind", "due_on"))
    kept = merged(access, first, second)
    back = undo(access, kept)
    assert back.merged_into_id is None
    for one in (now(first), now(second)):
        assert (one.outcome, one.insz, one.category, one.due_on) == told[one.pk]
        assert PersonNumber.objects.get(insz=one.insz).dossier == one
    assert set(Task.objects.filter(closed_at=None).values_list("dossier_id", "kind", "due_on")) == tasks
    assert MergeProposal.objects.get().status == ProposalStatus.REJECTED
    no_differences()


def test_what_was_recorded_since_stays_unless_chosen_otherwise() -> None:
    access = make_staff()
    first, second = twins(access)
    kept = merged(access, first, second)
    record(kept, new(e.Noted(text="van de eerste")), new(e.ContactChanged(language="ti")))
    moving = Event.objects.get(kind="CONTACT_CHANGED", data__language="ti")
    assert [row.kind for row in merging.merges_of(kept)[0].since] == ["NOTED", "CONTACT_CHANGED"]
    undo(access, kept, (moving.pk,))
    assert now(first).language == "ar"
    assert now(second).language == "ti"
    assert Event.objects.filter(dossier=first, kind="NOTED").exists()
    assert Event.objects.filter(pk=moving.pk, dossier=first, corrections__kind="WITHDRAWN").exists()
    no_differences()


def test_numbers_learnt_meanwhile_follow_their_chain() -> None:
    access = make_staff()
    first, second = twins(access)
    mine, theirs = make_insz(), make_insz()
    kept = merged(access, first, second)
    assert first.insz
    assert second.insz
    record(kept, new(e.NumberReplaced(old=second.insz, new=theirs), e.Source.REGISTER))
    record(kept, new(e.NumberReplaced(old=first.insz, new=mine), e.Source.REGISTER))
    undo(access, kept)
    assert (now(first).insz, now(second).insz) == (mine, theirs)
    for one, numbers in ((first, (first.insz, mine)), (second, (second.insz, theirs))):
        assert [services.find_by_insz(insz) for insz in numbers] == [one, one]
    no_differences()


def test_merged_split_and_merged_again_the_other_way() -> None:
    access = make_staff()
    first, second = twins(access)
    undo(access, merged(access, first, second))
    MergeProposal.objects.all().delete()
    kept = merged(access, second, first)
    assert kept.pk == second.pk
    assert now(first).merged_into_id == second.pk
    no_differences()
    undo(access, kept)
    no_differences()


def test_three_dossiers_of_one_person_unfold_one_by_one() -> None:
    access = make_staff()
    first, second = twins(access)
    third = make_dossier(access=access, now=NOW)
    middle = merged(access, second, third)
    kept = merged(access, first, middle)
    assert load_state(kept).absorbed == [third.number, second.number]
    assert services.find_by_insz(third.insz or "") == kept
    assert record(third, new(e.Noted(text="voor de derde"))).pk == first.pk
    no_differences()
    undo(access, kept)
    assert now(third).merged_into_id == second.pk
    assert services.find_by_insz(third.insz or "") == second
    no_differences()
    undo(access, second)
    no_differences()


def test_a_change_of_rules_says_nothing_about_a_signpost() -> None:
    access = make_staff()
    first, second = twins(access)
    merged(access, first, second)
    count = now(second).events
    redecide_all(today=timezone.localdate() + timedelta(days=400))
    assert now(second).events == count
    no_differences()


def test_who_was_never_merged_costs_no_query_more(django_assert_num_queries: object) -> None:
    dossier = make_dossier(work=[], now=NOW)
    with django_assert_num_queries(9):  # type: ignore[operator]
        record(dossier, new(e.Noted(text="hallo")), now=NOW)


def test_a_reason_and_both_rights_are_needed() -> None:
    access, elsewhere = make_staff(), make_staff(organisation="atlas")
    first, second = twins(access)
    other = make_dossier(agency="atlas", nis="11002", municipality="Antwerpen")
    with pytest.raises(services.DossierError, match="dezelfde persoon"):
        merging.merge(access, proposal(first, second), first, " ")
    for who in (access, elsewhere):
        with pytest.raises(services.DossierError, match="maar een van deze twee"):
            merging.merge(who, proposal(first, other), first, "Zelfde persoon")
    assert not merging.open_proposals(elsewhere).exists()
    assert merging.open_proposals(access).count() == 1


def test_a_rejected_pair_comes_back_only_with_a_number() -> None:
    access = make_staff()
    first, second = twins(access)
    merging.reject(access, proposal(first, second), "Twee zussen")
    assert proposal(first, second).status == ProposalStatus.REJECTED
    again = proposal(first, second, Likeness.REPLACED_NUMBER, second.insz or "")
    assert (again.status, again.reason) == (ProposalStatus.OPEN, "")
    merging.reject(access, again, "Twee zussen")
    with pytest.raises(services.DossierError, match="intussen beslist"):
        merging.merge(access, again, first, "Toch dezelfde")


def test_who_looks_like_the_signpost_looks_like_the_one_that_stayed() -> None:
    access = make_staff()
    first, second = twins(access)
    third = make_dossier(access=access, now=NOW)
    proposal(second, third)
    merged(access, first, second)
    assert [(one.one_id, one.other_id) for one in merging.open_proposals(access)] == [(first.pk, third.pk)]


def test_near_doubles_are_found_by_name_and_year_of_birth() -> None:
    name = {"last_name": "Dubbelvoorbeeldema", "birth": "1991-02-03"}
    since = timezone.now() - timedelta(minutes=1)
    one = make_dossier(first_name="Samira", **name)
    other = make_dossier(first_name="Samirra", **{**name, "birth": "1991-03-02"})
    make_dossier(first_name="Samira", **{**name, "birth": "1992-02-03"})
    make_dossier(first_name="Petronella", **name)
    merging.find_doubles(since)
    found = MergeProposal.objects.filter(one__last_name="Dubbelvoorbeeldema")
    assert [(pair.one_id, pair.other_id, pair.why) for pair in found] == [(one.pk, other.pk, Likeness.NEAR_DOUBLE)]


POOL = [make_insz(number) for number in range(700_000, 700_006)]
numbers = st.sampled_from(POOL)
links = st.lists(
    st.one_of(
        st.builds(lambda old, new: e.NumberReplaced(old=old, new=new), numbers, numbers),
        st.builds(lambda insz: e.NumberCancelled(insz=insz), numbers),
        st.builds(lambda insz: e.NumberAssigned(insz=insz), numbers),
    ),
    max_size=12,
)


def happened(data: e.Data) -> Happened:
    return Happened(data, TODAY, NOW, e.Source.REGISTER)


@given(links)
@settings(max_examples=300, deadline=None)
def test_no_chain_hangs_and_at_most_one_number_holds(told: list[e.Data]) -> None:
    state = fold(happened(data) for data in told)
    assert {number.insz for number in state.numbers} == set().union(*(merging._named(data) for data in told))
    assert len({number.insz for number in state.numbers}) == len(state.numbers)
    assert sum(number.status == "CURRENT" for number in state.numbers) <= 1


@given(st.permutations(range(5)), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_a_chain_learnt_in_any_order_ends_where_it_ends(order: list[int], length: int) -> None:
    chain = [e.NumberReplaced(old=POOL[place], new=POOL[place + 1]) for place in order if place < length]
    state = fold([happened(e.NumberAssigned(insz=POOL[0])), *map(happened, chain)])
    assert state.insz == POOL[length]
    assert {number.insz for number in state.numbers} == set(POOL[: length + 1])


def test_a_number_that_comes_back_holds_again() -> None:
    a, b = POOL[:2]
    told = [e.NumberAssigned(insz=a), e.NumberReplaced(old=a, new=b), e.NumberReplaced(old=b, new=a)]
    assert fold(map(happened, told)).insz == a


@given(links, links)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_number_ever_seen_finds_exactly_one_dossier(told: list[e.Data], since: list[e.Data]) -> None:
    access = make_staff()
    fresh = {insz: make_insz() for insz in POOL}
    first, second = make_dossier(access=access, now=NOW), make_dossier(access=access, now=NOW)
    renamed = [_with(data, fresh) for data in told]
    if renamed:
        record(second, *map(new, renamed))
    kept = merged(access, first, now(second))
    if since:
        record(kept, *(new(_with(data, fresh)) for data in since))
    seen = {first.insz, second.insz}.union(*(merging._named(_with(data, fresh)) for data in (*told, *since)))
    assert {services.find_by_insz(insz) for insz in seen if insz} == {kept}
    assert [one for one in rebuild() if one.number in (first.number, second.number)] == []
    undo(access, kept)
    assert {services.find_by_insz(insz) for insz in seen if insz} <= {first, second}
    assert None not in {services.find_by_insz(insz) for insz in seen if insz}
    assert [one for one in rebuild() if one.number in (first.number, second.number)] == []


def _with(data: e.Data, fresh: dict[str, str]) -> e.Data:
    match data:
        case e.NumberReplaced(old=old, new=other):
            return e.NumberReplaced(old=fresh[old], new=fresh[other])
        case e.NumberAssigned(insz=insz):
            return e.NumberAssigned(insz=fresh[insz])
        case e.NumberCancelled(insz=insz):
            return e.NumberCancelled(insz=fresh[insz])
    raise AssertionError(data)


def test_a_question_that_goes_along_is_asked_once() -> None:
    access = make_staff()
    first, second = twins(access)
    kept = merged(access, first, second)
    question = uuid4()
    record(kept, new(e.WorkAsked(question=question)))
    asked = Event.objects.get(kind="WORK_ASKED", dossier=kept)
    undo(access, kept, (asked.pk,))
    assert load_state(now(first)).work_asked is None
    found = load_state(now(second)).work_asked
    assert found is not None
    assert found.question == question
    no_differences()
