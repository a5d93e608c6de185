"""From the bytes of an answer to one of a closed set, with typed facts (CONTRACTS chapter 2)."""

from collections.abc import Callable
from typing import TypeAlias

from lxml import etree
from msgspec import Struct

from toeleiding.magda import jobseeker, kbi, notifications, person, referral, repertorium, services, vdab, work
from toeleiding.magda.envelope import Fault, unwrap
from toeleiding.magda.insz import is_digits
from toeleiding.magda.outcomes import Outcome, meaning, worst
from toeleiding.magda.reading import NotANumberError, Reading
from toeleiding.magda.services import ROOTS, Service
from toeleiding.magda.xml import Element, UnreadableError, children, parse, text

Facts: TypeAlias = (
    kbi.Facts
    | vdab.Facts
    | work.Facts
    | jobseeker.Facts
    | referral.Facts
    | repertorium.Facts
    | notifications.Facts
    | person.Facts
)

_READERS: dict[Service, Callable[[Element], Reading]] = {
    services.KBI_1: kbi.read_first,
    services.KBI_2: kbi.read_second,
    services.VDAB: vdab.read,
    services.WORK: work.read,
    services.JOBSEEKER: jobseeker.read,
    services.REFERRAL: referral.read,
    **dict.fromkeys(repertorium.SERVICES, repertorium.read),
    services.NOTIFY: repertorium.read,
    services.NOTIFICATIONS: notifications.read,
    services.PERSON: person.read,
    services.PERSON_NOTIFICATIONS: notifications.read,
}
# By root element: hashing a whole Service for every answer would cost as much as reading a block.
_BY_ROOT = {root: _READERS[service] for root, (service, kind) in ROOTS.items() if kind == "answer"}
_SEE_STATUS = frozenset({"70001", "70002"})
_EXISTS_ALREADY, _NOTHING_MORE, _NEW_NUMBER = "40143", "30016", "30004"
# Said about content that is there: the notice stays visible beside it.
_ABOUT_CONTENT = frozenset({Outcome.PARTIAL, Outcome.AMBIGUOUS})


class ExceptionLine(Struct, frozen=True, gc=False):
    """An Uitzondering. It is identified by id and origin together; never branch on the diagnosis.

    Attributes:
        level: 1 the message, 2 the context, 3 the question (INTERFACE 1.3).
        annotations: pairs of name and value.
    """

    id: str
    type: str
    origin: str
    level: int
    diagnosis: str
    annotations: tuple[tuple[str, str], ...] = ()


class Answer(Struct, frozen=True, gc=False):
    """An answer that was read.

    Attributes:
        readable: it is an answer of a service we know. When false, `message` says what to do.
        version: of the service, "02.00".
        insz: whom the content is about.
        replaced_by: the number that took the place of the one that was asked about.
        reference: the reference of our question that the answer carries in its Context.
        question_reference: the one it carries beside the content; either may be ours (INTERFACE 1.2).
        message: a Dutch sentence, when something needs saying.
    """

    readable: bool
    outcome: Outcome
    service: str | None = None
    version: str | None = None
    insz: str | None = None
    replaced_by: str | None = None
    reference: str | None = None
    question_reference: str | None = None
    exceptions: tuple[ExceptionLine, ...] = ()
    facts: Facts | None = None
    message: str | None = None


def read_answer(data: bytes, *, expect: Service | None = None) -> Answer:
    """What a register answered. Never raises on account of the data.

    Args:
        data: the body of the answer, bare or in SOAP.
        expect: the service that was asked; an answer of another one is not understood.
    """
    try:
        body = unwrap(parse(data))
    except UnreadableError as error:
        return Answer(False, Outcome.INVALID, message=str(error))
    if isinstance(body, Fault):
        return _fault(body)
    service, kind = ROOTS.get(body.tag, (None, None))
    if service is None:
        name = etree.QName(body)
        return _strange(f"Het hoofdelement {name.localname[:60]} is geen antwoord van een dienst die we kennen.")
    if kind == "question":
        return _strange("Dit is een vraag, geen antwoord. Geef het bericht dat terugkwam.", service)
    if expect is not None and service != expect:
        return _strange(f"Dit is een antwoord van {service.name}, gevraagd werd {expect.name}.", service)
    try:
        return _read(body, service)
    except NotANumberError as error:
        return Answer(True, Outcome.NOT_UNDERSTOOD, service.name, service.version, message=str(error))


def unreadable(message: str) -> Answer:
    """The answer that stands for a file that could not even be opened."""
    return Answer(False, Outcome.INVALID, message=message)


def _strange(message: str, service: Service | None = None) -> Answer:
    name, version = (service.name, service.version) if service else (None, None)
    return Answer(False, Outcome.NOT_UNDERSTOOD, name, version, message=message)


def _fault(fault: Fault) -> Answer:
    line = ExceptionLine(fault.code, "FOUT", "SOAP", 1, fault.sentence)
    outcome = Outcome.INVALID if fault.by_client else Outcome.SOURCE_DOWN
    advice = (
        "Onze vraag werd geweigerd: meld dit." if fault.by_client else "De bron gaf een storing: vraag later opnieuw."
    )
    return Answer(True, outcome, exceptions=(line,), message=advice)


def _read(root: Element, service: Service) -> Answer:
    top = children(root)
    reply = children(top.get("Repliek"))
    reference = _reference(reply.get("Context"))
    block = reply.get("Antwoorden")
    answers: list[Element] = [] if block is None else list(block)
    own = children(answers[0]) if answers else {}
    content = own.get("Inhoud")
    exceptions = (
        *_exceptions(top.get("Uitzonderingen"), 1),
        *_exceptions(reply.get("Uitzonderingen"), 2),
        *_exceptions(own.get("Uitzonderingen"), 3),
    )
    reading = None if content is None else _BY_ROOT[root.tag](content)
    outcome = Outcome.AMBIGUOUS if len(answers) > 1 else _outcome(exceptions, reading, service)
    return Answer(
        readable=True,
        outcome=outcome,
        service=service.name,
        version=service.version,
        insz=reading.insz if reading else None,
        replaced_by=_replaced_by(exceptions, reading),
        reference=reference,
        question_reference=text(own.get("Referte")),
        exceptions=exceptions,
        facts=_facts(service, outcome, reading, exceptions),
    )


def _reference(context: Element | None) -> str | None:
    message = children(children(context).get("Bericht"))
    return text(children(message.get("Ontvanger")).get("Referte"))


def _exceptions(element: Element | None, level: int) -> tuple[ExceptionLine, ...]:
    if element is None:
        return ()
    return tuple(_exception(children(each), level) for each in element)


def _exception(parts: dict[str, Element], level: int) -> ExceptionLine:
    notes = parts.get("Annotaties")
    pairs = () if notes is None else tuple(children(each) for each in notes)
    return ExceptionLine(
        id=text(parts.get("Identificatie")) or "",
        type=text(parts.get("Type")) or "",
        origin=text(parts.get("Oorsprong")) or "",
        level=level,
        diagnosis=text(parts.get("Diagnose")) or "",
        annotations=tuple((text(pair.get("Naam")) or "", text(pair.get("Waarde")) or "") for pair in pairs),
    )


def _outcome(exceptions: tuple[ExceptionLine, ...], reading: Reading | None, service: Service) -> Outcome:
    """The worst of the three levels, except that content beside a WAARSCHUWING stands."""
    if not exceptions and reading:
        return reading.outcome
    found = [said for line in exceptions if (said := _said(line, reading, service))]
    if service.writes and any(line.id == _EXISTS_ALREADY for line in exceptions):
        found.append(Outcome.KNOWN)  # even beside Resultaat 0: what was wanted is there
    elif reading:
        found.append(reading.outcome)
    return worst(found) if found else Outcome.NOT_UNDERSTOOD


def _said(line: ExceptionLine, reading: Reading | None, service: Service) -> Outcome | None:
    """What one exception means beside the content that came with it; None when nothing."""
    means = meaning(line.id)
    if line.id == _EXISTS_ALREADY and not service.writes:
        means = None  # an answer to writing: it says nothing about a person that was asked for
    if line.id in _SEE_STATUS:
        if reading and reading.status:
            return None
        means = _status_in(line)
    if line.type == "FOUT":
        return means or Outcome.NOT_UNDERSTOOD
    if reading is None:
        return means
    return means if means in _ABOUT_CONTENT else None


def _status_in(line: ExceptionLine) -> Outcome | None:
    """The status of the KSZ in the annotations, when there is no content that holds it."""
    for _, value in line.annotations:
        if value == "NO_DATA_FOUND":
            return Outcome.NOT_KNOWN
        if value == "INCOMPLETE_DATA":
            return Outcome.PARTIAL
        if means := meaning(value):
            return means
    return None


def _replaced_by(exceptions: tuple[ExceptionLine, ...], reading: Reading | None) -> str | None:
    if reading and reading.replaced_by:
        return reading.replaced_by
    for line in exceptions:
        if line.id == _NEW_NUMBER or meaning(line.id) is None:
            for name, value in line.annotations:
                if name.replace(" ", "").lower() in ("nieuwinsz", "newssin") and is_digits(value):
                    return value
    return None


def _facts(
    service: Service, outcome: Outcome, reading: Reading | None, exceptions: tuple[ExceptionLine, ...]
) -> Facts | None:
    """Facts are only what was really answered: a failed answer never brings half a file."""
    if service.writes:
        if service is services.REFERRAL:
            identity = reading.facts.id if reading else None
            return referral.Facts(outcome is Outcome.KNOWN, identity)
        return repertorium.Facts(outcome is Outcome.KNOWN)
    if any(line.id == _NOTHING_MORE for line in exceptions):
        return notifications.Facts(end=True)
    per_service = service is services.JOBSEEKER  # each employment service has its own answer, whatever the whole says
    if reading and (per_service or outcome in (Outcome.KNOWN, Outcome.PARTIAL, Outcome.AMBIGUOUS)):
        facts: Facts | None = reading.facts
        return facts
    if service is services.WORK:
        return work.Facts(work=[] if outcome is Outcome.NOT_KNOWN else None)
    return None
