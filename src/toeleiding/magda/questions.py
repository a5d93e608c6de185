"""Questions on the wire: every typed question and the service it belongs to."""

from datetime import datetime
from typing import TypeAlias

from toeleiding.magda import envelope, jobseeker, kbi, notifications, referral, repertorium, services, vdab, work
from toeleiding.magda.envelope import Sender
from toeleiding.magda.services import Service

Question: TypeAlias = (
    kbi.Question
    | vdab.Question
    | work.Question
    | jobseeker.Question
    | referral.Question
    | repertorium.Question
    | notifications.Question
    | notifications.NotifyQuestion
)
_SERVICES: dict[type, Service] = {
    kbi.Question: services.KBI_2,
    vdab.Question: services.VDAB,
    work.Question: services.WORK,
    jobseeker.Question: services.JOBSEEKER,
    referral.Question: services.REFERRAL,
    notifications.Question: services.NOTIFICATIONS,
    notifications.NotifyQuestion: services.NOTIFY,
}


def service_of(question: Question) -> Service:
    """The service that answers this question: the newest version, or the one the question names."""
    if isinstance(question, repertorium.Question):
        return question.service
    return _SERVICES[type(question)]


def asks(question: Question, service: Service) -> bool:
    """Whether this question can be put to this service, in any version; both feeds take the same one."""
    feeds = (services.NOTIFICATIONS, services.PERSON_NOTIFICATIONS)
    if isinstance(question, notifications.Question) and service in feeds:
        return True
    return service_of(question).name == service.name


def write_question(
    question: Question,
    sender: Sender,
    *,
    reference: str,
    at: datetime,
    service: Service | None = None,
    soap: bool = True,
) -> bytes:
    """A question as it goes over the wire.

    Args:
        question: what is asked.
        sender: who asks.
        reference: new for every attempt (`envelope.new_reference`), stored before it is sent.
        at: moment of sending, local time.
        service: another version than the newest, for instance KBI_1.
        soap: in a SOAP envelope, as it is posted.

    Raises:
        UnwritableError: a value cannot stand in the question; the message says which and what to do.
    """
    asked = service or service_of(question)
    return envelope.write(asked, question.content(), sender, reference=reference, at=at, soap=soap)
