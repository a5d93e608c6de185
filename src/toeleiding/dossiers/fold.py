"""How each event changes the state. The columns of a dossier are a cache of this fold and of nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from toeleiding.dossiers import appointments, referral_fold
from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_base import Data, Happened
from toeleiding.dossiers.regions import region_of
from toeleiding.dossiers.state import (
    Asked,
    Assessment,
    Contract,
    Employment,
    Explanation,
    Failure,
    Number,
    Proof,
    State,
    Support,
)

Step = Callable[[State, Any, Happened], None]
_STEPS: dict[type[Data], Step] = {**appointments.STEPS}
# These are about a file and not about the person: of an absorbed dossier they mean nothing any more.
_OF_THE_FILE = frozenset({e.Assigned, e.AgencyChanged, e.TrackEnded, e.TrackReopened, e.MergedInto})


def _on(kind: type[Data]) -> Callable[[Step], Step]:
    def register(step: Step) -> Step:
        _STEPS[kind] = step
        return step

    return register


def apply(state: State, event: Happened) -> None:
    """Let one event change the state in place."""
    step = _STEPS.get(type(event.data))
    if step is not None and not (event.absorbed and type(event.data) in _OF_THE_FILE):
        step(state, event.data, event)


def fold(timeline: Iterable[Happened]) -> State:
    """The state that a whole timeline adds up to, corrections taken into account."""
    state = State()
    for event in effective(list(timeline)):
        apply(state, event)
    return state


def effective(timeline: Sequence[Happened]) -> list[Happened]:
    """The events that count, in order: a corrected one gives its place to the correction.

    A correction of an event that is not here counts nowhere: it was made while two dossiers were one, and stands with
    the event it corrects since they were split again.
    """
    last = {root: event for event, root in corrections(timeline)}
    standing = []
    for event in timeline:
        if event.corrects is not None:
            continue
        counts = last.get(event.id, event) if event.id is not None else event
        if not isinstance(counts.data, e.Withdrawn | e.Split):
            standing.append(counts)
    return standing


def corrections(timeline: Sequence[Happened]) -> list[tuple[Happened, int]]:
    """Each correction with the first event that its chain speaks of, in order of recording."""
    found = [event for event in timeline if event.corrects is not None]
    by_id = {event.id: event for event in timeline} if found else {}
    return [(event, root) for event in found if (root := _root(by_id, event)) is not None]


def _root(by_id: Mapping[int | None, Happened], event: Happened) -> int | None:
    target = event.corrects
    while target in by_id and by_id[target].corrects is not None:
        target = by_id[target].corrects
    return target if target in by_id else None


@_on(e.Opened)
def _opened(state: State, data: e.Opened, event: Happened) -> None:
    if not event.absorbed:
        state.agency, state.case_worker = data.agency, data.case_worker
    state.target_group = data.target_group or state.target_group


@_on(e.Identified)
def _identified(state: State, data: e.Identified, event: Happened) -> None:
    state.first_name, state.last_name = data.first_name, data.last_name
    state.birth = data.birth or state.birth
    state.sex = data.sex or state.sex


@_on(e.NumberAssigned)
def _number(state: State, data: e.NumberAssigned, event: Happened) -> None:
    for number in state.numbers:
        if number.status == "CURRENT":
            number.status, number.replaced_by = "REPLACED", data.insz
    state.numbers = [n for n in state.numbers if n.insz != data.insz]
    state.numbers.append(Number(data.insz, data.is_bis))


@_on(e.NumberReplaced)
def _number_replaced(state: State, data: e.NumberReplaced, event: Happened) -> None:
    """Links of a chain may be learnt in any order: what holds is where the chain ends, not what was told last."""
    known = {number.insz: number for number in state.numbers}
    new = known.get(data.new)
    if new is None:
        new = known[data.new] = Number(data.new, data.new_is_bis)
    elif new.status == "CANCELLED" or data.old in _chain(known, data.new):  # it comes back
        new.status, new.replaced_by = "CURRENT", None
    old = known.setdefault(data.old, Number(data.old))
    if data.old != data.new:
        old.status, old.replaced_by = "REPLACED", data.new
    _holds(state, known, _chain(known, data.new)[-1])


def _chain(known: Mapping[str, Number], insz: str) -> list[str]:
    """The numbers from this one to where its chain ends."""
    passed = [insz]
    while (further := known[passed[-1]].replaced_by) is not None and further in known and further not in passed:
        passed.append(further)
    return passed


def _holds(state: State, known: Mapping[str, Number], insz: str) -> None:
    """Of all these numbers one holds; it comes last. What held before does no more, by what is still to be told."""
    for number in known.values():
        if number.status == "CURRENT" and number.insz != insz:
            number.status = "REPLACED"
    if known[insz].status == "REPLACED":
        known[insz].status, known[insz].replaced_by = "CURRENT", None
    state.numbers = [*(number for number in known.values() if number.insz != insz), known[insz]]


@_on(e.NumberCancelled)
def _number_cancelled(state: State, data: e.NumberCancelled, event: Happened) -> None:
    for number in state.numbers:
        if number.insz == data.insz:
            number.status = "CANCELLED"
            return
    state.numbers = [Number(data.insz, status="CANCELLED"), *state.numbers]


@_on(e.MergedWith)
def _merged_with(state: State, data: e.MergedWith, event: Happened) -> None:
    state.absorbed = [*state.absorbed, data.number]
    known = {number.insz: number for number in state.numbers}
    if data.insz in known:
        known[data.insz].status, known[data.insz].replaced_by = "CURRENT", None
        _holds(state, known, data.insz)


@_on(e.MergedInto)
def _merged_into(state: State, data: e.MergedInto, event: Happened) -> None:
    state.merged_into = data.number


@_on(e.ContactChanged)
def _contact(state: State, data: e.ContactChanged, event: Happened) -> None:
    for field in ("language", "dutch_level", "phone", "email", "interpreter_needed"):
        value = getattr(data, field)
        if value is not None:
            setattr(state, field, value)


@_on(e.Moved)
def _moved(state: State, data: e.Moved, event: Happened) -> None:
    state.nis, state.municipality, state.postal_code = data.nis, data.municipality, data.postal_code
    state.region = data.region or region_of(data.nis)


@_on(e.TargetGroupSet)
def _target_group(state: State, data: e.TargetGroupSet, event: Happened) -> None:
    state.target_group = data.target_group


@_on(e.ContractRegistered)
def _contract(state: State, data: e.ContractRegistered, event: Happened) -> None:
    contract = Contract(data.signed_on, data.contract_type)
    if contract not in state.contracts:
        state.contracts.append(contract)


@_on(e.RightToWorkSeen)
def _right_to_work(state: State, data: e.RightToWorkSeen, event: Happened) -> None:
    state.may_work, state.may_work_document = data.may_work, data.document
    state.may_work_seen_on = event.occurred_on


@_on(e.CompulsoryEducationSet)
def _compulsory(state: State, data: e.CompulsoryEducationSet, event: Happened) -> None:
    state.compulsory_education = data.compulsory


@_on(e.TemporaryProtectionSet)
def _protection(state: State, data: e.TemporaryProtectionSet, event: Happened) -> None:
    state.temporary_protection = data.protected


@_on(e.WorkAsked)
def _work_asked(state: State, data: e.WorkAsked, event: Happened) -> None:
    state.work_asked = Asked(data.question, event.recorded_at, event.actor, "RSZ")


@_on(e.WorkAnswered)
def _work_answered(state: State, data: e.WorkAnswered, event: Happened) -> None:
    state.work_asked = None
    if state.work_answer in _TELLING and _overtaken(event, state.work_answered_on):
        return
    state.work_answer, state.work_answered_on = data.answer, event.occurred_on
    if data.work is not None:  # "could not ask" leaves what we knew as it was
        state.work = list(data.work)


@_on(e.WorkSituationAssessed)
def _assessed(state: State, data: e.WorkSituationAssessed, event: Happened) -> None:
    state.assessment = Assessment(
        data.choice,
        data.basis,
        event.occurred_on,
        event.actor or "trajectbegeleider",
        data.reason,
        data.review_on,
    )


@_on(e.IncapacityEnded)
def _incapacity_ended(state: State, data: e.IncapacityEnded, event: Happened) -> None:
    if state.assessment and state.assessment.choice == "TEMPORARILY_UNABLE":
        state.assessment = None


@_on(e.EmploymentServiceAsked)
def _asked(state: State, data: e.EmploymentServiceAsked, event: Happened) -> None:
    state.asked = Asked(data.question, event.recorded_at, event.actor, data.service)
    state.failure = None


@_on(e.AnswerDelayed)
def _delayed(state: State, data: e.AnswerDelayed, event: Happened) -> None:
    if state.asked is not None and state.asked.question == data.question:  # a question about work fails on its own
        state.failure = Failure(data.answer, event.recorded_at, data.message, data.retry_at)


_TELLING = ("KNOWN", "NOT_KNOWN", "PARTIAL")


def _overtaken(event: Happened, known_on: date | None) -> bool:
    """Messages may come in another order than they were true in: what holds since a later day stays."""
    return known_on is not None and event.occurred_on < known_on


@_on(e.EmploymentServiceAnswered)
def _answered(state: State, data: e.EmploymentServiceAnswered, event: Happened) -> None:
    if state.asked and data.question in (None, state.asked.question):
        state.asked = None
    referral_fold.seen(state, data, event)
    told = state.employment
    if told is not None and told.answer in _TELLING and _overtaken(event, told.answered_on):
        return
    if data.answer == "KNOWN":
        _known(state, data, event)
    elif data.answer == "NOT_KNOWN":
        _not_known(state, data, event)
    else:
        state.failure = Failure(data.answer, event.recorded_at, data.note)
        if state.employment is None or state.employment.answer not in ("KNOWN", "NOT_KNOWN"):
            state.employment = Employment(
                data.answer, data.service, event.occurred_on, event.recorded_at, note=data.note
            )
        if data.answer == "PARTIAL" and state.employment is not None:  # a waiting file: what it holds was really told
            _keep_steps(state.employment, data)


def _keep_steps(known: Employment, data: e.EmploymentServiceAnswered) -> None:
    known.invitations = data.invitations or known.invitations
    known.advices = data.advices or known.advices
    known.tests = data.tests or known.tests


def _known(state: State, data: e.EmploymentServiceAnswered, event: Happened) -> None:
    before = state.employment
    same = before is not None and before.answer == "KNOWN" and before.ended_on is None
    state.employment = Employment(
        "KNOWN",
        data.service,
        event.occurred_on,
        event.recorded_at,
        data.category,
        data.category_text,
        data.registered_on or (before.registered_on if before and same else None),
        data.ended_on,
        counsellor=data.counsellor,
        invitations=data.invitations,
        advices=data.advices,
        tests=data.tests,
        copied_on=before.copied_on if before and same else None,
        note=data.note,
    )
    state.failure, state.conflict, state.proof = None, False, None
    if data.ended_on is None:
        state.reported_on = None


def _not_known(state: State, data: e.EmploymentServiceAnswered, event: Happened) -> None:
    """An answer, not a failure. After a registration it means that it ended; a shown proof contradicts it."""
    state.failure = None
    known = state.employment
    if known is not None and known.by_proof:
        state.conflict = True
        known.answered_on, known.answered_at = event.occurred_on, event.recorded_at
        return
    if known is not None and known.answer == "KNOWN":
        if known.ended_on is None:  # a period includes its last day: not there today means over by yesterday
            known.ended_on, known.ended_derived = event.occurred_on - timedelta(days=1), True
        known.answered_on, known.answered_at = event.occurred_on, event.recorded_at
    else:
        state.employment = Employment("NOT_KNOWN", data.service, event.occurred_on, event.recorded_at, note=data.note)
    state.conflict = state.proof is not None


@_on(e.EmploymentDataCopied)
def _copied(state: State, data: e.EmploymentDataCopied, event: Happened) -> None:
    if state.employment:
        state.employment.copied_on = event.occurred_on


@_on(e.ProofShown)
def _proof(state: State, data: e.ProofShown, event: Happened) -> None:
    state.proof = Proof(data.registered_on, event.occurred_on, data.document, data.category)
    known = state.employment
    open_now = known is not None and known.answer == "KNOWN" and known.ended_on is None
    state.conflict = known is not None and known.answer in ("KNOWN", "NOT_KNOWN") and not open_now


@_on(e.ConflictSettled)
def _settled(state: State, data: e.ConflictSettled, event: Happened) -> None:
    if data.chosen == "CLIENT" and state.proof:
        service = state.employment.service if state.employment else "VDAB"
        state.employment = Employment(
            "KNOWN",
            service,
            event.occurred_on,
            event.recorded_at,
            state.proof.category,
            None,
            state.proof.registered_on,
            by_proof=True,
            note=data.reason,
        )
    elif data.chosen == "REGISTER":
        state.proof = None
        if state.employment and state.employment.by_proof:
            state.employment = Employment("NOT_KNOWN", state.employment.service, event.occurred_on, event.recorded_at)
    state.conflict = False


@_on(e.ExplanationGiven)
def _explained(state: State, data: e.ExplanationGiven, event: Happened) -> None:
    state.explanation = Explanation(
        event.occurred_on,
        event.actor,
        data.language,
        data.channel,
        data.interpreter_used,
        data.text_version,
        data.points,
    )


@_on(e.ClientAskedHelp)
def _help_asked(state: State, data: e.ClientAskedHelp, event: Happened) -> None:
    state.help_asked_on = event.occurred_on


@_on(e.HelpAnswered)
def _help_answered(state: State, data: e.HelpAnswered, event: Happened) -> None:
    state.help_asked_on = None


@_on(e.MessagesChosen)
def _messages_chosen(state: State, data: e.MessagesChosen, event: Happened) -> None:
    others = tuple(channel for channel in state.no_messages if channel != data.channel)
    state.no_messages = others if data.wanted else (*others, data.channel)


@_on(e.SupportGiven)
def _supported(state: State, data: e.SupportGiven, event: Happened) -> None:
    if state.help_asked_on and event.occurred_on >= state.help_asked_on:  # help of before answers no later question
        state.help_asked_on = None
    state.support = Support(event.occurred_on, data.outcome, data.support, data.obstacle, data.obstacles)


@_on(e.RegistrationReported)
def _reported(state: State, data: e.RegistrationReported, event: Happened) -> None:
    state.reported_on = data.registered_on


@_on(e.IntakeCompleted)
def _intake(state: State, data: e.IntakeCompleted, event: Happened) -> None:
    state.intake_on = event.occurred_on


@_on(e.ContactHeld)
def _contact_held(state: State, data: e.ContactHeld, event: Happened) -> None:
    if data.held:
        appointments.contact_held(state, event.occurred_on)
    else:
        appointments.contact_missed(state, event.occurred_on)


@_on(e.ExplanationSkipped)
def _skipped(state: State, data: e.ExplanationSkipped, event: Happened) -> None:
    state.explanation_skipped_on = event.occurred_on


@_on(e.TermSuspended)
def _suspended(state: State, data: e.TermSuspended, event: Happened) -> None:
    state.suspensions = [*state.suspensions, data.suspension]


@_on(e.Assigned)
def _assigned(state: State, data: e.Assigned, event: Happened) -> None:
    state.case_worker = data.case_worker


@_on(e.AgencyChanged)
def _agency(state: State, data: e.AgencyChanged, event: Happened) -> None:
    state.agency = data.agency
    state.case_worker = None


@_on(e.TrackEnded)
def _track_ended(state: State, data: e.TrackEnded, event: Happened) -> None:
    state.ended_on, state.ended_reason = event.occurred_on, data.reason


@_on(e.TrackReopened)
def _track_reopened(state: State, data: e.TrackReopened, event: Happened) -> None:
    state.ended_on = state.ended_reason = None


@_on(e.ReferralAccepted)
def _referral_accepted(state: State, data: e.ReferralAccepted, event: Happened) -> None:
    """VDAB's own words about somebody: they count as its answer, and keep what its file told before."""
    referral_fold.stands(state, data.referral, "ACCEPTED", event.occurred_on)
    if data.category is None:
        return
    before = state.employment
    told = e.EmploymentServiceAnswered(
        answer="KNOWN", category=data.category, counsellor=data.counsellor,
        invitations=before.invitations if before else (), advices=before.advices if before else (),
        tests=before.tests if before else (),
    )  # fmt: skip
    _known(state, told, event)
    state.first_appointment = data.appointment


_STEPS.update(referral_fold.STEPS)
