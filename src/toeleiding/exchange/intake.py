"""The main job on real answers: folders of answers become dossiers, joined on INSZ (CONTRACTS chapter 3).

Set-based and in batches: a batch is one transaction. A person who cannot be written is set apart and named.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.events import Source
from toeleiding.dossiers.models import Dossier, PersonNumber
from toeleiding.dossiers.numbers import take_numbers
from toeleiding.dossiers.projection import Verdict, verdict
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import NewEvent, load_state, open_many, record_many
from toeleiding.exchange import declared, facts, words
from toeleiding.exchange.apply import outcome_of
from toeleiding.exchange.folders import File, Gathered, Topic, gather
from toeleiding.exchange.models import Service
from toeleiding.exchange.news import only_new
from toeleiding.magda import jobseeker, kbi, vdab, work
from toeleiding.magda.insz import is_valid, mask
from toeleiding.organisations.models import Organisation
from toeleiding.organisations.selectors import agencies, agency_for

log = structlog.get_logger("exchange")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One person after the intake."""

    dossier: str
    insz_masked: str
    outcome: str
    step: str
    due_on: date | None
    next: str


@dataclass(slots=True)
class Totals:
    """What became of the files: persons new, changed and unchanged; answers that failed; answers without a
    dossier to go to; files that could not be read."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    no_answer: int = 0
    no_dossier: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class Result:
    """The rows in order of dossier number, the totals, and Dutch sentences about what went wrong."""

    rows: list[Row] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Person:
    """One person of a batch: the dossier if there is one, what it knows, and what is new."""

    insz: str
    dossier: Dossier | None
    state: State
    news: list[NewEvent]


def intake(
    folders: dict[Topic, Path | None], as_of: date | None = None, progress: Callable[[int], None] | None = None
) -> Result:
    """Read the folders, open and complete dossiers, and say what to do for each person on `as_of` (today).

    Doing it twice changes nothing. Raises folders.FolderError before anything is written when a folder is wrong.
    """
    found = gather(folders)
    result = Result()
    result.totals.unreadable = len(found.unreadable)
    result.problems += [f"{path.name}: {said}" for path, said in found.unreadable]
    result.problems += [
        f"In de map {folder} staan geen XML-bestanden. Kijk na of dit de juiste map is." for folder in found.empty
    ]
    _count_nameless(found, result)
    day = as_of or timezone.localdate()
    known = agencies()
    for batch in _batches(sorted(found.by_person)):
        _one_batch({insz: found.by_person[insz] for insz in batch}, day, known, result)
        if progress:
            progress(len(batch))
    result.rows.sort(key=lambda row: row.dossier)
    return result


def _batches(numbers: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(numbers)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _count_nameless(found: Gathered, result: Result) -> None:
    for file in found.nameless:
        if file.topic == "kbi":
            result.totals.no_answer += 1
        else:
            result.totals.no_dossier += 1


def _one_batch(people: dict[str, list[File]], day: date, known: dict[str, Organisation], result: Result) -> None:
    now = timezone.now()
    dossiers = {row.insz: row.dossier for row in PersonNumber.objects.filter(insz__in=people).select_related("dossier")}
    todo = []
    for insz, files in _joined(people, dossiers).items():
        person = _person(insz, files, dossiers.get(insz), day, now, result)
        if person is not None:
            todo.append(person)
    for person, dossier, state in _write(todo, known, now, result):
        result.rows.append(_row(person.insz, dossier, verdict(state, day)))


def _joined(people: dict[str, list[File]], dossiers: dict[str, Dossier]) -> dict[str, list[File]]:
    """The answers per person: an old and a new number of one dossier are one person."""
    first: dict[int, str] = {}
    joined: dict[str, list[File]] = {}
    for insz, files in people.items():
        there = dossiers.get(insz)
        person = first.setdefault(there.pk, insz) if there else insz
        joined.setdefault(person, []).extend(files)
    return joined


def _person(
    insz: str, files: Sequence[File], dossier: Dossier | None, day: date, now: datetime, result: Result
) -> _Person | None:
    """What these answers mean for one person; None when there is no dossier and none to be opened."""
    totals = result.totals
    ordered = sorted(files, key=lambda file: (("kbi", "werkrelaties", "vdab").index(file.topic), file.sent_on or day))
    opens = any(file.topic == "kbi" and not _failed(file) for file in ordered)
    stays = opens or dossier is not None
    totals.no_answer += sum(_failed(file) and (stays or file.topic == "kbi") for file in ordered)
    if not stays:
        totals.no_dossier += sum(file.topic != "kbi" for file in ordered)
        return None
    if dossier is None and not is_valid(insz):
        result.problems.append(f"{ordered[0].path.name}: het INSZ klopt niet. Kijk het na bij de bron.")
        totals.no_answer += 1
        return None
    state = load_state(dossier) if dossier else State()
    candidates = [new for file in ordered for new in _events(file, insz, min(file.sent_on or day, day))]
    news, after = only_new(state, candidates, now)
    return _Person(insz, dossier, state, [*news, *_declared(ordered, after, day)])


def _declared(files: Sequence[File], known: State, day: date) -> list[NewEvent]:
    """What the integration file says about work, once the registers have spoken."""
    for file in files:
        if isinstance(file.answer.facts, kbi.Facts) and not _failed(file):
            found = declared.work_situation(file.answer.facts, known, day)
            if found is not None:
                return [NewEvent(found, min(file.sent_on or day, day), Source.KBI)]
    return []


def _failed(file: File) -> bool:
    outcome = _outcome(file)
    if file.topic == "kbi":
        return outcome not in ("KNOWN", "PARTIAL") or not isinstance(file.answer.facts, kbi.Facts)
    return outcome not in ("KNOWN", "NOT_KNOWN", "PARTIAL")


def _outcome(file: File) -> str:
    return outcome_of(file.answer.service or "", "VDAB", file.answer)


def _events(file: File, insz: str, day: date) -> list[NewEvent]:
    """The events that one answer stands for. A failed answer says which failure it was, never NOT_KNOWN."""
    outcome = _outcome(file)
    held = file.answer.facts
    match file.topic:
        case "kbi":
            if _failed(file) or not isinstance(held, kbi.Facts):
                return []
            data: list[e.Data] = facts.person_from_kbi(held, insz)
            told = [NewEvent(one, _occurred(one, day), Source.KBI) for one in data]
            return told + [NewEvent(one, on, Source.KBI) for one, on in declared.talks(held, day)]
        case "werkrelaties":
            worked = facts.work_from_dimona(held if isinstance(held, work.Facts) else None, outcome)  # type: ignore[arg-type]
            return [NewEvent(worked, day, Source.RSZ)]
        case "vdab":
            return [NewEvent(_employment(file, outcome), day, Source.VDAB)]


def _employment(file: File, outcome: str) -> e.EmploymentServiceAnswered:
    held = file.answer.facts
    if _failed(file):
        who = words.source(Service.VDAB_FILE)
        return e.EmploymentServiceAnswered(answer=outcome, note=str(words.of(outcome, who)))  # type: ignore[arg-type]
    if isinstance(held, jobseeker.Facts):
        return facts.employment_from_job_seekers(facts.at_service(held, "VDAB"), "VDAB", outcome)  # type: ignore[arg-type]
    return facts.employment_from_vdab(held if isinstance(held, vdab.Facts) else vdab.Facts(), outcome)  # type: ignore[arg-type]


def _occurred(data: e.Data, day: date) -> date:
    return min(data.signed_on, day) if isinstance(data, e.ContractRegistered) else day


def _write(
    people: Sequence[_Person], known: dict[str, Organisation], now: datetime, result: Result
) -> Iterator[tuple[_Person, Dossier, State]]:
    """Write one batch in one transaction; when that fails, person by person, so that one stops nobody else."""
    try:
        yield from _write_together(people, known, now, result.totals)
        return
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("batch_taken_apart", persons=len(people), error=type(error).__name__)
    for person in people:
        try:
            yield from _write_together([person], known, now, result.totals)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # nothing of this person was written; the others go on
            log.error("person_not_written", error=type(error).__name__)
            result.problems.append(
                f"{mask(person.insz)}: dit dossier kon niet geschreven worden ({type(error).__name__})."
                " Bezorg de antwoorden van deze persoon aan de beheerder."
            )


def _write_together(
    people: Sequence[_Person], known: dict[str, Organisation], now: datetime, totals: Totals
) -> list[tuple[_Person, Dossier, State]]:
    new = [person for person in people if person.dossier is None]
    changed = [person for person in people if person.dossier is not None and person.news]
    same = [person for person in people if person.dossier is not None and not person.news]
    with transaction.atomic():
        numbers = take_numbers(timezone.localdate(now).year, len(new)) if new else []
        opened = (
            open_many(
                [(number, _first_events(person, known)) for number, person in zip(numbers, new, strict=True)], now=now
            )
            if new
            else []
        )
        recorded = (
            record_many({person.dossier.pk: person.news for person in changed if person.dossier}, now=now)
            if changed
            else []
        )
    totals.new += len(new)
    totals.changed += len(changed)
    totals.unchanged += len(same)
    by_dossier = {one.dossier.pk: one for one in recorded}
    done = [(person, one.dossier, one.state) for person, one in zip(new, opened, strict=True)]
    for person in changed:
        assert person.dossier is not None
        one = by_dossier[person.dossier.pk]
        done.append((person, one.dossier, one.state))
    return done + [(person, person.dossier, person.state) for person in same if person.dossier]


def _first_events(person: _Person, known: dict[str, Organisation]) -> list[NewEvent]:
    nis = next((new.data.nis for new in person.news if isinstance(new.data, e.Moved)), None)
    begun = person.news[0].occurred_on
    opened = e.Opened(agency=agency_for(nis, known).code, origin="KBI")
    return [NewEvent(opened, begun, Source.KBI), *person.news]


def _row(insz: str, dossier: Dossier, found: Verdict) -> Row:
    decision = found.decision
    return Row(
        dossier.number,
        mask(dossier.insz or insz),
        decision.outcome,
        decision.step,
        decision.due_on,
        found.situation.next_action,
    )
