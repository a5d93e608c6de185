"""KSZ: registrations as a jobseeker in all of Belgium (GeefInschrijvingWerkzoekende 01.00)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toeleiding.simulator import numbers
from toeleiding.simulator.answers.vdab import CATEGORY_WORDS
from toeleiding.simulator.life import Life, Registration
from toeleiding.simulator.problems import problem, refusal
from toeleiding.simulator.reply import replaced_at_ksz
from toeleiding.simulator.wire import Answer, Question, escape

if TYPE_CHECKING:
    from datetime import date

    from toeleiding.simulator.world import World

_SERVICES = ("VDAB", "ACTIRIS", "FOREM", "ADG")
_NAME = "GeefInschrijvingWerkzoekende"


def give(world: World, question: Question) -> Answer:
    """The registrations per employment service; KSZ speaks through its status element."""
    insz = question.text("ssin")
    if insz is None:
        return refusal("50000", _NAME)
    if not numbers.valid(insz):
        return refusal("20002", _NAME)
    if not world.may_read(question, insz):
        return _no_result(insz, "MSG00012", "Niet voldoende geïntegreerd", (("ssin", insz),))
    standing = world.standing(insz)
    if standing.replaced_by:
        return replaced_at_ksz(insz, standing.replaced_by)
    if not standing.exists:
        return _no_result(insz, "MSG00005", "Het INSZ bestaat niet")
    trouble = dict(standing.life.trouble).get(_NAME) if standing.life else None
    if trouble and trouble != "INCOMPLETE_DATA":
        return refusal(trouble, _NAME)
    if standing.life is None:
        return _found(question, insz, None, world.today)
    with world.lock:
        life = world.referred(standing.life)
    return _found(question, insz, life, world.today, standing.cancelled, incomplete=trouble is not None)


def _no_result(insz: str, code: str, words: str, information: tuple[tuple[str, str], ...] = ()) -> Answer:
    extra = "".join(
        f"<information><fieldName>{name}</fieldName><fieldValue>{value}</fieldValue></information>"
        for name, value in information
    )
    content = (
        f"<ConsultContactAndInscriptionResponse><status><value>NO_RESULT</value><code>{code}</code>"
        f"<description>{words}</description>{extra}</status><ssin>{insz}</ssin>"
        "</ConsultContactAndInscriptionResponse>"
    )
    return Answer(content, (problem("70002", _NAME),))


def _found(
    question: Question, insz: str, life: Life | None, today: date, cancelled: bool = False, incomplete: bool = False
) -> Answer:
    wanted = [each.text for each in question.content.iterfind(".//publicEmploymentService")] or list(_SERVICES)
    begin = question.text("period/beginDate") or today.isoformat()
    end = question.text("period/endDate") or today.isoformat()
    parts, any_found, any_failed = [], False, False
    for service in _SERVICES:
        if service not in wanted:
            continue
        if incomplete and service == "ACTIRIS":
            any_failed = True
            parts.append(_source(service, "TECHNICAL_ERROR", "MSG00003", ""))
            continue
        known = [
            each
            for each in (life.registrations if life else ())
            if each.service == service
            and each.begin <= today
            and each.begin.isoformat() <= end
            and (each.end is None or each.end.isoformat() >= begin)
        ]
        any_found = any_found or bool(known)
        if known:
            inscriptions = "".join(_inscription(each, today) for each in known)
            result = f"<result><inscriptions>{inscriptions}</inscriptions></result>"
            parts.append(_source(service, "DATA_FOUND", "MSG00000", result))
        else:
            parts.append(_source(service, "NO_DATA_FOUND", "MSG00100", ""))
    value, code = ("DATA_FOUND", "MSG00000") if any_found else ("NO_DATA_FOUND", "MSG00100")
    if any_failed:
        value, code = "INCOMPLETE_DATA", "HAN20200"
    mark = ' canceled="true"' if cancelled else ""
    content = (
        f"<ConsultContactAndInscriptionResponse><status><value>{value}</value><code>{code}</code></status>"
        f"<ssin{mark}>{insz}</ssin><results>{''.join(parts)}</results></ConsultContactAndInscriptionResponse>"
    )
    return Answer(content, () if value == "DATA_FOUND" else (problem("70001", _NAME),))


def _source(service: str, value: str, code: str, result: str) -> str:
    return f'<pes source="{service}"><status><value>{value}</value><code>{code}</code></status>{result}</pes>'


def _inscription(registration: Registration, today: date) -> str:
    category = registration.category_on(today).code
    words = CATEGORY_WORDS.get(category)
    described = f'<description language="NL">{escape(words)}</description>' if words else ""
    return (
        f"<inscription><inceptionTimestamp>{registration.begin}T09:00:00</inceptionTimestamp>"
        f"<categoryPES><code>{registration.service}0{category}</code>{described}</categoryPES>"
        f"<eurostatDate>{registration.begin}</eurostatDate></inscription>"
    )
