"""The verbs of an intake: begin, save (also half), close."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers import services as dossier_services
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.access import Access
from toeleiding.referrals.intake import wording as w
from toeleiding.referrals.models import Intake

_LENGTH = 600


class ChangedMeanwhileError(Exception):
    """Somebody else saved this page since it was opened. `theirs` is what stands there now."""

    def __init__(self, intake: Intake, theirs: dict[str, Any]) -> None:
        super().__init__("Iemand anders heeft deze intake intussen gewijzigd. Bekijk de verschillen.")
        self.intake, self.theirs = intake, theirs


def current(dossier: Dossier) -> Intake | None:
    """The open intake, else the last one that was closed, else None."""
    return Intake.objects.filter(dossier=dossier).select_related("saved_by").order_by("-completed_at", "-pk").first()


def open_intake(dossier: Dossier) -> Intake | None:
    """The intake that is not closed yet, if any."""
    return Intake.objects.filter(dossier=dossier, completed_at=None).select_related("saved_by").first()


@transaction.atomic
def save(access: Access, dossier: Dossier, step: str, given: Mapping[str, Any], seen: int | None) -> Intake:
    """Keep what stands on one page, right or not. `seen` is the version that the page was opened with.

    Saving what stands there already changes nothing. Raises ChangedMeanwhileError when somebody else saved other
    things on this page meanwhile.
    """
    now = timezone.now()
    Dossier.objects.select_for_update(of=("self",)).defer("state").get(pk=dossier.pk)
    intake = open_intake(dossier) or Intake(dossier=dossier, begun_at=now, saved_at=now, saved_by=access.staff)
    theirs = intake.answers.get(step, {})
    ours = {name: _kept(value) for name, value in given.items()}
    ours = {name: value for name, value in ours.items() if value}
    if ours == theirs and intake.pk:
        return intake
    version, by = intake.parts.get(step, (0, access.staff.pk))
    if seen is not None and version > seen and by != access.staff.pk:
        raise ChangedMeanwhileError(intake, theirs)
    intake.version += 1
    intake.answers = {**intake.answers, step: ours}
    intake.parts = {**intake.parts, step: [intake.version, access.staff.pk]}
    intake.saved_at, intake.saved_by = now, access.staff
    intake.save()
    return intake


def _kept(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one)[:40] for one in value][:20]
    return str(value).replace("\x00", "").strip()[:_LENGTH]


@transaction.atomic
def close(access: Access, dossier: Dossier) -> Intake:
    """Close the intake: it becomes an event, and what is new of how to reach somebody a fact.

    Raises DossierError when there is nothing to close.
    """
    intake = Intake.objects.select_for_update().filter(dossier=dossier, completed_at=None).first()
    if intake is None or not any(intake.answers.values()):
        raise dossier_services.DossierError("Er is nog niets ingevuld. Vul minstens een onderdeel in.")
    facts: list[e.Data] = [summary(intake.answers)]
    if contact := _contact(intake.answers, dossier):
        facts.append(contact)
    dossier_services.add_facts(access, dossier, *facts)
    intake.completed_at = timezone.now()
    intake.save(update_fields=["completed_at"])
    return intake


def summary(answers: Mapping[str, Mapping[str, Any]]) -> e.IntakeCompleted:
    """What the timeline keeps of a talk."""
    plans, studies = answers.get("plannen", {}), answers.get("studies", {})
    work, languages = answers.get("werk", {}), answers.get("talen", {})
    return e.IntakeCompleted(
        goal=plans.get("doel") or None,
        wanted_job=plans.get("job", ""),
        diploma=studies.get("diploma") or None,
        longest_job=work.get("beroep1", ""),
        languages=tuple(value for name, value in sorted(languages.items()) if name.startswith("taal") and value),
        obstacles=tuple(code for code in plans.get("drempels", []) if code in w.OBSTACLES),
        agreements=plans.get("afspraken", ""),
    )


def _contact(answers: Mapping[str, Mapping[str, Any]], dossier: Dossier) -> e.ContactChanged | None:
    """What was told about reaching somebody and differs from what the dossier knows; an emptied field says nothing."""
    who, state = answers.get("wie", {}), load_state(dossier)
    given = {
        "language": who.get("taal") or None,
        "phone": who.get("telefoon") or None,
        "email": who.get("email") or None,
    }
    given = {name: value for name, value in given.items() if value and value != getattr(state, name)}
    dutch = answers.get("talen", {}).get("nederlands") or None
    spoken = w.LEVELS[dutch] if dutch in w.LEVELS and dutch != "NONE" else None
    needed = {"ja": True, "nee": False}.get(who.get("tolk", ""))
    if needed == state.interpreter_needed:
        needed = None
    if spoken == state.dutch_level:
        spoken = None
    if not given and spoken is None and needed is None:
        return None
    return e.ContactChanged(
        language=given.get("language"),
        phone=given.get("phone"),
        email=given.get("email"),
        dutch_level=spoken,
        interpreter_needed=needed,
    )
