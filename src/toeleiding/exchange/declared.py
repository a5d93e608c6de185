"""What the agency itself wrote in the integration file about work and talks, beside what the registers say.

A provisional reading, visible on the timeline by its source (KBI) and its reason. It decides nothing where the
rules can decide without it, and never against a caseworker: any choice that stands in the dossier wins.
"""

from copy import deepcopy
from datetime import date

import msgspec

from toeleiding.dossiers import events as e
from toeleiding.dossiers.projection import verdict
from toeleiding.dossiers.state import State
from toeleiding.magda import kbi

# KlantProfiel holds free text (appendix A of INTERFACE); these are the words that leave no doubt.
_STUDIES = "studeert"
_SELF_EMPLOYED = "zelfstandige in hoofdberoep"
_FULL_TIME = "voltijds"
_NOT_WORKING = ("TO_REFER", "REGISTERED")


def talks(facts: kbi.Facts, day: date) -> list[tuple[e.ExplanationGiven, date]]:
    """Talks about a referral, up to a day: the pillar was explained then (KBI: Gesprek with ToeleidingID)."""
    dated = [talk.on for talk in facts.talks if talk.referral_id and talk.on and talk.on <= day]
    return [(e.ExplanationGiven(), on) for on in sorted(dated)]


def work_situation(facts: kbi.Facts, state: State, day: date) -> e.WorkSituationAssessed | None:
    """The work situation that the file declares, where it fills a gap that the registers leave.

    Dimona holds no fraction of full-time, no self-employed work and no study. "Voltijds" counts only for work
    that Dimona shows and that the rules then call lasting; "Studeert" only when Dimona shows no work.
    """
    if state.assessment is not None:
        return None
    situation = (facts.work_situation or "").strip().lower()
    if situation == _SELF_EMPLOYED:
        return _assessed("LASTING_WORK", facts)
    found = _outcome(state, day)
    if situation == _STUDIES and found in _NOT_WORKING:
        return _assessed("STUDY", facts)
    full_time = (facts.work_rhythm or "").strip().lower() == _FULL_TIME
    if full_time and found == "UNDETERMINED" and _outcome(_full_time(state), day) == "WORKING":
        return _assessed("LASTING_WORK", facts)
    return None


def _assessed(choice: str, facts: kbi.Facts) -> e.WorkSituationAssessed:
    said = ", ".join(part.strip() for part in (facts.work_situation, facts.work_rhythm) if part and part.strip())
    return e.WorkSituationAssessed(
        choice=choice,  # type: ignore[arg-type]
        basis="ELECTRONIC",
        reason=f"Volgens het klantprofiel in KBI: {said}."[:300],
    )


def _outcome(state: State, day: date) -> str:
    """What the rules say once the right to work is seen: whether it was seen is another question."""
    supposed = deepcopy(state)
    supposed.may_work = True
    return verdict(supposed, day).decision.outcome


def _full_time(state: State) -> State:
    supposed = deepcopy(state)
    supposed.work = [
        msgspec.structs.replace(entry, fraction=1.0) if entry.fraction is None else entry for entry in state.work or ()
    ]
    return supposed
