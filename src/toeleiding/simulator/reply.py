"""From a question to what goes over the line, with the asked-for fault in between."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from toeleiding.magda.envelope import write_fault
from toeleiding.simulator.chance import identifier
from toeleiding.simulator.disturbances import Fault
from toeleiding.simulator.outages import Outage
from toeleiding.simulator.problems import refusal, replaced
from toeleiding.simulator.wire import Answer, Question, envelope, render

Line = Literal["answer", "silence", "reset"]


class Reply(Struct, frozen=True):
    """What the server does with the line.

    `status` and `body` go out after `delay` seconds when `line` is "answer"; "silence" means that
    nothing ever comes, "reset" that the connection breaks.
    """

    status: int
    body: bytes
    delay: float = 0.0
    line: Line = "answer"


_SILENCE = Reply(0, b"", line="silence")
_RESET = Reply(0, b"", line="reset")
_CLOSED_PAGE = b"<html><body><h1>503</h1><p>Nagebootste onderbreking van de dienst.</p></body></html>"
_ERROR_PAGE = b"<html><body><h1>500</h1><p>Nagebootste fout van de server.</p></body></html>"


def deliver(asked_for: Fault | None, question: Question, handle: Callable[[], Answer], own_reference: str) -> Reply:
    """Handle a question, with the fault that was asked for.

    Args:
        asked_for: the fault, or None to behave.
        question: what was asked.
        handle: does the work, effect included; not called where the fault prevents it.
        own_reference: the gateway's reference for this answer.
    """

    def sent(answer: Answer, delay: float = 0.0) -> Reply:
        return Reply(200, envelope(render(question, answer, own_reference)), delay)

    if asked_for is None:
        return sent(handle())
    match asked_for.name:
        case "timeout":
            return _SILENCE
        case "after_effect_timeout":
            handle()
            return _SILENCE
        case "reset":
            return _RESET
        case "http500":
            return Reply(500, _ERROR_PAGE)
        case "soapfault":
            return Reply(500, write_fault("Server", "Nagebootste fout: de dienst kan de vraag niet verwerken."))
        case "slow":
            return sent(handle(), float(asked_for.value))
        case "duplicate":
            # The line delivered the question twice; what comes back is the answer to the second.
            handle()
            return sent(handle())
        case "exception":
            return sent(refusal(asked_for.value, question.service))
        case "truncated":
            whole = envelope(render(question, handle(), own_reference))
            return Reply(200, whole[: len(whole) * 2 // 3])
        case "wrong_reference":
            other = identifier(0, "wrong", question.sender_reference)
            return Reply(200, envelope(render(question, handle(), own_reference, wrong_reference=other)))
        case "replaced":
            return sent(replaced_on_request(question, asked_for.value))


def closed(outage: Outage, question: Question, own_reference: str) -> Reply:
    """How an outage shows on the line; the question has no effect."""
    match outage.shows:
        case "reset":
            return _RESET
        case "timeout":
            return _SILENCE
        case "http503":
            return Reply(503, _CLOSED_PAGE)
        case "99996":
            return Reply(200, envelope(render(question, refusal("99996", question.service), own_reference)))


def replaced_on_request(question: Question, new: str) -> Answer:
    """The refusal of a number that is said to be replaced, whatever the world knows."""
    old = question.text("INSZ") or question.text("Criteria/Relatie/Werknemer/INSZ") or question.text("ssin")
    old = old or question.text("Personalia/INSZ") or ""
    if question.service == "GeefInschrijvingWerkzoekende":
        return replaced_at_ksz(old, new)
    return Answer(None, (replaced(question.service, old, new),))


def replaced_at_ksz(old: str, new: str) -> Answer:
    """How KSZ refuses a replaced number: NO_RESULT, MSG00006 and the new number (INTERFACE 6)."""
    content = (
        "<ConsultContactAndInscriptionResponse><status><value>NO_RESULT</value><code>MSG00006</code>"
        "<description>Het INSZ is vervangen</description><information><fieldName>newSSIN</fieldName>"
        f"<fieldValue>{new}</fieldValue></information></status><ssin>{old}</ssin>"
        "</ConsultContactAndInscriptionResponse>"
    )
    problems = refusal("70002", "GeefInschrijvingWerkzoekende").problems
    return Answer(content, problems)
