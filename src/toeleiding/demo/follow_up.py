"""What a day at the desk adds to the exercise population: an agenda, news of VDAB, questions to the team lead."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers import exceptions
from toeleiding.dossiers.models import Competence, Dossier, ExceptionKind, Skills
from toeleiding.dossiers.selectors import own
from toeleiding.dossiers.timeline import NewEvent, record_many
from toeleiding.organisations.access import Access, access_of
from toeleiding.organisations.models import Staff, StaffRole

_LANGUAGES = (("ar", "fr"), ("uk", "ru"), ("ti", "en"), ("tr",), ("prs", "fa"), ("es", "pt"), ("so", "en"), ("ps",))
_STRONG = tuple(Competence.values)
# (days from today, hour, minute, what about, how); today's first one has passed by the time most people look.
_AGENDA = (
    (0, 9, 0, "SUPPORT", "OFFICE"),
    (0, 14, 0, "TALK", "PHONE"),
    (1, 10, 30, "SUPPORT", "OFFICE"),
    (2, 13, 30, "EMPLOYMENT_SERVICE", "OFFICE"),
    (2, 14, 0, "TALK", "VIDEO"),
)


def note_skills(colleagues: dict[str, list[Staff]]) -> None:
    """Languages and competences of the invented colleagues: the same ones each time."""
    rows = [
        Skills(
            staff=staff,
            languages=list(_LANGUAGES[place % len(_LANGUAGES)]),
            competences=[_STRONG[place % len(_STRONG)]],
        )
        for staffs in colleagues.values()
        for place, staff in enumerate(staffs)
    ]
    Skills.objects.bulk_create(rows, ignore_conflicts=True)


def fill_desks(colleagues: dict[str, list[Staff]]) -> None:
    """An agenda and news for the first desk of each agency, and questions that wait for its team lead."""
    for first, *_ in colleagues.values():
        access = access_of(
            StaffRole.objects.select_related("staff", "organisation").get(staff=first, role="CASE_WORKER")
        )
        helped = list(own(access).filter(step="REGISTRATION", merged_into=None).order_by("number")[:2])
        joint = list(own(access).filter(outcome="REGISTERED", tab="FOLLOW_UP").order_by("-number")[:6])
        _plan(access, [*helped, *joint])
        _tell(joint)
        _ask(access)


def _plan(access: Access, dossiers: Sequence[Dossier]) -> None:
    today = timezone.localdate()
    news: dict[int, list[NewEvent]] = {}
    for (days, hour, minute, subject, form), dossier in zip(_AGENDA, dossiers, strict=False):
        at = timezone.make_aware(datetime.combine(today + timedelta(days=days), time(hour, minute)))
        planned = {
            "appointment": str(uuid4()),
            "subject": subject,
            "at": at.isoformat(),
            "staff": access.staff.username,
            "form": form,
            "place": "Lokaal 2" if form == "OFFICE" else "",
            "language": dossier.language or "nl",
            "interpreter": dossier.language not in ("nl", ""),
            "support": "ONLINE" if subject == "SUPPORT" else "",
        }
        data = e.from_builtins(e.AppointmentPlanned.kind, planned)
        news[dossier.pk] = [NewEvent(data, today, e.Source.CASE_WORKER, access.staff)]
    record_many(news)


def _tell(joint: Sequence[Dossier]) -> None:
    """VDAB tells of three clients how it goes."""
    today = timezone.localdate()
    told: list[e.Data] = [
        e.ContactHeld(held=False),
        e.TrainingStarted(what="Nederlands op de werkvloer"),
        e.ContactHeld(),
    ]
    record_many({one.pk: [NewEvent(data, today, e.Source.VDAB)] for one, data in zip(joint, told, strict=False)})


def _ask(access: Access) -> None:
    today = timezone.localdate()
    mine = own(access).filter(merged_into=None, outcome="TO_REFER", due_on__isnull=False)
    ill = mine.exclude(step="EXPLANATION").order_by("number").first()
    told = mine.filter(step="EXPLANATION").order_by("number").first()
    if ill is not None:
        reason = "Opname in het ziekenhuis, attest gezien"
        exceptions.ask(
            access, ill, ExceptionKind.SUSPEND_TERM, reason, today - timedelta(days=5), today + timedelta(days=25)
        )
    if told is not None:
        exceptions.ask(access, told, ExceptionKind.SKIP_EXPLANATION, "Kreeg de toelichting al bij een ander agentschap")
