"""Questions 5 to 8: does the person work or study? (DOMAIN W-01 to W-09, R-12)"""

from datetime import date

from toeleiding.law import wording
from toeleiding.law.calendar import plus_months
from toeleiding.law.decision import Inquiry, Outcome
from toeleiding.law.facts import Determination, WorkEntry

# Fractions are decimal shares written in binary: 0.3 + 0.2 must reach 0.5 in every order.
_ROUNDING = 1e-9
_EMPLOYED = ("EMPLOYEE", "INTERIM")
_SECONDARY = ("SELF_EMPLOYED_SECONDARY", "FLEXI", "STUDENT", "OCCASIONAL")
# An outcome with the number of the question that settled it; None: not working and not studying.
Settled = tuple[Outcome, int] | None


def work_situation(asking: Inquiry) -> Settled:
    """Questions 5 to 8 in their order. None means: not working, not studying."""
    determination = asking.facts.determination
    if determination is not None and determination.outcome is not None:
        if determination.on is None or determination.on <= asking.as_of:
            return _determined(asking, determination, determination.outcome)
        asking.note("K-09", wording.determination_later, determination.on, asking.as_of)
    return _unfit(asking) or _work(asking) or _study(asking)


def _determined(asking: Inquiry, determination: Determination, outcome: str) -> Settled:
    given = (outcome, determination.by, determination.on, determination.reason)
    asking.note("W-08", wording.determined, *given)
    if determination.on is not None and _changed_since(asking, determination.on):
        asking.note("K-07", wording.look_again, determination.on)
    if outcome == "WORKING":
        return "WORKING", 5
    if outcome == "STUDYING":
        return "STUDYING", 5
    return None


def _changed_since(asking: Inquiry, day: date) -> bool:
    """Work that began or ended after a day, seen from the day of the decision."""
    for entry in asking.facts.work or ():
        if entry.cancelled:
            continue
        began = entry.begin is not None and day < entry.begin <= asking.as_of
        ended = entry.end is not None and day <= entry.end < asking.as_of
        if began or ended:
            return True
    return False


def _unfit(asking: Inquiry) -> Settled:
    incapacity = asking.facts.incapacity
    if incapacity is None:
        return None
    asking.tested("W-07")
    if asking.now.unfit_counts == "NO":
        asking.note("W-07", wording.unfit_ignored)
        return None
    asking.note("W-07", wording.unfit, incapacity.review_on)
    if incapacity.review_on is not None and incapacity.review_on < asking.as_of:
        asking.note("W-07", wording.review_passed, incapacity.review_on)
    return "UNDETERMINED", 6


def _work(asking: Inquiry) -> Settled:
    entries = asking.facts.work
    if entries is None:
        asking.note("R-12", wording.work_not_asked)
        return "TO_ASSESS", 7
    if not entries:
        asking.note("R-12", wording.nothing_found)
        return None
    as_of = asking.as_of
    active = [
        entry
        for entry in entries
        if not entry.cancelled
        and (entry.begin is None or entry.begin <= as_of)
        and (entry.end is None or entry.end >= as_of)
    ]
    if not active:
        asking.note("R-12", wording.no_active_work, as_of)
        return None
    return _self_employed(asking, active) or _doubt(asking, active)


def _self_employed(asking: Inquiry, active: list[WorkEntry]) -> Settled:
    """W-03 first: it settles the matter whatever else the person does."""
    for entry in active:
        if entry.kind == "SELF_EMPLOYED_MAIN" and entry.begin is not None:
            asking.tested("W-03")
            if asking.now.self_employed_counts:
                asking.note("W-03", wording.self_employed, entry.begin)
                return "WORKING", 7
            asking.note("W-03", wording.self_employed_ignored)
            break
    return None


def _doubt(asking: Inquiry, active: list[WorkEntry]) -> Settled:
    """Employment, then what a caseworker must judge, then what does not count alone."""
    employed = [entry for entry in active if entry.kind in _EMPLOYED]
    settled = _employed(asking, employed) if employed else None
    return settled or _placement(asking, active) or _unknown_begin(asking, active) or _secondary(asking, active)


def _employed(asking: Inquiry, employed: list[WorkEntry]) -> Settled:
    """W-01, W-02 and W-09: the sure fractions, then what an unknown one could still add."""
    now = asking.now
    asking.tested("W-01")
    asking.tested("W-02")
    sure: list[float] = []
    possible: list[float] = []
    for entry in employed:
        lasting = _lasts(entry, now.duration_months)
        if lasting is False:
            asking.note("W-02", wording.too_short, entry.begin, entry.end, now.duration_months)
            continue
        possible.append(1.0 if entry.fraction is None else entry.fraction)
        if lasting and entry.begin is not None and entry.fraction is not None:
            sure.append(entry.fraction)
    combine = sum if now.adds_up else _largest
    total = combine(sure)
    if len(possible) > 1:
        asking.tested("W-09")
        if now.adds_up:
            asking.note("W-09", wording.jobs_add_up, len(possible))
        else:
            asking.note("W-09", wording.single_jobs_only)
    if total + _ROUNDING >= now.share:
        asking.note("W-01", wording.enough_work, total, now.share)
        return "WORKING", 7
    if combine(possible) + _ROUNDING >= now.share:
        unknown = next((e for e in employed if e.begin is None and _lasts(e, now.duration_months) is not False), None)
        if unknown is not None:
            asking.note("W-08", wording.begin_missing, unknown.kind)
        else:
            asking.note("W-01", wording.fraction_missing)
        return "UNDETERMINED", 7
    asking.note("W-01", wording.too_little_work, total, now.share)
    return None


def _largest(shares: list[float]) -> float:
    return max(shares, default=0.0)


def _lasts(entry: WorkEntry, months: int) -> bool | None:
    """Whether a job lasts long enough (W-02): no end, or end + 1 day >= begin + months. None: not known."""
    if entry.end is None:
        return True
    if entry.begin is None:
        return None
    return entry.end.toordinal() + 1 >= plus_months(entry.begin, months).toordinal()


def _placement(asking: Inquiry, active: list[WorkEntry]) -> Settled:
    for entry in active:
        if entry.kind not in ("IBO", "ART60", "OTHER", None):
            continue
        asking.tested("W-05")
        if asking.now.placement_counts == "CASEWORKER":
            asking.note("W-05", wording.placement, entry.kind)
            return "UNDETERMINED", 7
        counts = asking.now.placement_counts == "YES"
        asking.note("W-05", wording.placement_settled, entry.kind, counts)
        return ("WORKING", 7) if counts else None
    return None


def _unknown_begin(asking: Inquiry, active: list[WorkEntry]) -> Settled:
    """A main self-employment whose begin is not known may not have begun."""
    for entry in active:
        if entry.kind == "SELF_EMPLOYED_MAIN" and entry.begin is None and asking.now.self_employed_counts:
            asking.tested("W-03")
            asking.note("W-08", wording.begin_missing, entry.kind)
            return "UNDETERMINED", 7
    return None


def _secondary(asking: Inquiry, active: list[WorkEntry]) -> Settled:
    for entry in active:
        if entry.kind in _SECONDARY:
            asking.tested("W-04")
            asking.note("W-04", wording.secondary, entry.kind, asking.now.secondary_counts)
            return ("WORKING", 7) if asking.now.secondary_counts else None
    return None


def _study(asking: Inquiry) -> Settled:
    study = asking.facts.study
    if study is None or not study.enrolled:
        return None
    asking.tested("W-06")
    if asking.now.study_counts == "CASEWORKER":
        asking.note("W-06", wording.studies)
        return "UNDETERMINED", 8
    counts = asking.now.study_counts == "YES"
    asking.note("W-06", wording.study_settled, counts)
    return ("STUDYING", 8) if counts else None
