"""Exceptions: a case worker asks with a reason, a team lead decides. Only an approval changes anything."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, ExceptionKind, ExceptionRequest, ExceptionStatus
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError, add_facts, suspend_term
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import Role


def open_requests(access: Access) -> QuerySet[ExceptionRequest]:
    """What waits for a decision in the agency, oldest first."""
    visible = Dossier.objects.filter(visible_to(access))
    found = ExceptionRequest.objects.filter(status=ExceptionStatus.OPEN, dossier__in=visible)
    return found.select_related("dossier", "asked_by").defer("dossier__state")


@transaction.atomic
def ask(
    access: Access, dossier: Dossier, kind: str, reason: str, begin: date | None = None, end: date | None = None
) -> ExceptionRequest:
    """Ask for an exception. Raises DossierError when it makes no sense, or is asked already."""
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if not reason.strip():
        raise DossierError("Vul in waarom je dit vraagt.")
    _makes_sense(held, kind, begin, end)
    if ExceptionRequest.objects.filter(dossier=held, kind=kind, status=ExceptionStatus.OPEN).exists():
        raise DossierError("Deze vraag ligt al bij de teamleider.")
    pause = kind == ExceptionKind.SUSPEND_TERM
    begin, end = (begin, end) if pause else (None, None)
    asked = e.from_builtins(e.ExceptionAsked.kind, {"exception": kind, "reason": reason, "begin": begin, "end": end})
    add_facts(access, held, asked)
    return ExceptionRequest.objects.create(
        dossier=held,
        kind=kind,
        reason=reason,
        begin=begin,
        end=end,
        asked_by=access.staff,
        asked_at=timezone.now(),
    )


def _makes_sense(dossier: Dossier, kind: str, begin: date | None, end: date | None) -> None:
    if kind == ExceptionKind.SKIP_EXPLANATION:
        if dossier.step != "EXPLANATION":
            raise DossierError("De toelichting is nu niet de volgende stap. Er valt niets over te slaan.")
        return
    if dossier.due_on is None:
        raise DossierError("Dit dossier heeft geen termijn. Er valt niets op te schorten.")
    if begin is None:
        raise DossierError("Vul in vanaf wanneer de termijn stilstaat.")
    if end is not None and end < begin:
        raise DossierError("De einddatum ligt voor de begindatum. Verbeter een van de twee.")


@transaction.atomic
def approve(access: Access, request: int) -> ExceptionRequest:
    """Approve: now the step is skipped, or the term stands still.

    Raises DossierError, or ExceptionRequest.DoesNotExist when it is not theirs to decide.
    """
    found = _to_decide(access, request)
    dossier = _where(found)
    _makes_sense(dossier, found.kind, found.begin, found.end)
    if found.kind == ExceptionKind.SUSPEND_TERM:
        assert found.begin is not None, "the database refuses a pause without a period"
        suspend_term(access, dossier, found.begin, found.end, found.reason)
    else:
        add_facts(access, dossier, e.ExplanationSkipped(reason=found.reason))
    return _decided(access, found, ExceptionStatus.APPROVED, "")


@transaction.atomic
def refuse(access: Access, request: int, reason: str) -> ExceptionRequest:
    """Refuse, with a reason that the case worker reads on the timeline."""
    if not reason.strip():
        raise DossierError("Vul in waarom je dit afkeurt.")
    found = _to_decide(access, request)
    told = e.from_builtins(e.ExceptionRefused.kind, {"exception": found.kind, "reason": reason})
    add_facts(access, _where(found), told)
    return _decided(access, found, ExceptionStatus.REFUSED, reason)


def _to_decide(access: Access, request: int) -> ExceptionRequest:
    if access.role is not Role.TEAM_LEAD:
        raise DossierError("Alleen een teamleider keurt een uitzondering.")
    visible = Dossier.objects.filter(visible_to(access))
    asked = ExceptionRequest.objects.filter(dossier__in=visible).get(pk=request)
    Dossier.objects.select_for_update().only("pk").get(pk=asked.dossier_id)
    found = ExceptionRequest.objects.select_related("dossier__merged_into").get(pk=request)
    if found.status != ExceptionStatus.OPEN:
        raise DossierError("Hierover is al beslist. Bekijk de tijdlijn.")
    if found.asked_by_id == access.staff.pk:
        raise DossierError("Je vroeg dit zelf. Een andere teamleider keurt het.")
    return found


def _where(found: ExceptionRequest) -> Dossier:
    """The dossier in which the person is now: what was asked may have been merged since."""
    return found.dossier.merged_into or found.dossier


def _decided(access: Access, found: ExceptionRequest, status: ExceptionStatus, answer: str) -> ExceptionRequest:
    found.status, found.answer = status, answer
    found.decided_by, found.decided_at = access.staff, timezone.now()
    found.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    return found
