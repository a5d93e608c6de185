"""The other side of a file: a file of questions is answered with the same world as a call (INTERFACE 12).

Whatever goes wrong with one question on a line shows in a file as an answer that is missing; what a source says is
said at level 3, since the other questions have nothing to do with it.
"""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from toeleiding.magda import batch
from toeleiding.magda.prefixes import stem
from toeleiding.magda.xml import UnreadableError
from toeleiding.simulator.chance import Chance, identifier
from toeleiding.simulator.disturbances import Fault
from toeleiding.simulator.problems import problem, refusal
from toeleiding.simulator.reply import replaced_on_request
from toeleiding.simulator.wire import Answer, Question, context, parse, piece, problems
from toeleiding.simulator.wire import UnreadableError as NoQuestionError
from toeleiding.simulator.world import World, subject_of

_LOST = frozenset(("timeout", "reset", "http500", "soapfault"))


class Answered(Struct, frozen=True):
    """What became of one file: answers given out of questions found, or the sentence why there is nothing."""

    name: str
    questions: int = 0
    answers: int = 0
    trouble: str = ""


def answer_folder(world: World, questions: Path, answers: Path) -> Iterator[Answered]:
    """Answer every file of questions in a folder that has no answer yet, each under its own name.

    Raises:
        OSError: one of the folders cannot be used.
    """
    answers.mkdir(parents=True, exist_ok=True)
    for path in sorted(questions.iterdir()):
        if path.name.startswith(".") or not path.is_file() or (answers / path.name).exists():
            continue
        if stem(path.name) is None:
            yield Answered(path.name, trouble="De naam heeft niet de vorm prefix_jjjjMMddUUmmssSSS. Hernoem het.")
            continue
        try:
            yield answer_file(world, path, answers / path.name)
        except UnreadableError as error:
            yield Answered(path.name, trouble=str(error))


def answer_file(world: World, path: Path, out: Path) -> Answered:
    """Answer one file of questions, written beside its place and moved into it.

    Raises:
        UnreadableError: it is no file of questions that we can read.
        OSError: it cannot be read, or its answer cannot be written.
    """
    overview = batch.survey(path)
    if overview.kind == "answer":
        raise UnreadableError("Dit bestand bevat antwoorden, geen vragen. Leg het in de andere map.")
    if len(overview.references) > batch.most_in_a_file(overview.service):
        raise UnreadableError(
            f"Het schema van {overview.service.name} laat maar één antwoord per bestand toe. "
            "Stel één vraag per bestand."
        )
    spoken, rules = overview.service, world.faults.batch
    pieces: list[str] = []
    whole = True
    first: Question | None = None
    for part in batch.parts(path, overview):
        try:
            question = parse(part.message)
        except NoQuestionError:
            continue  # what cannot be read gets no answer
        first = first or question
        world.script.due(world)
        given, cut = _pieces(world, question)
        world.script.heard(world, question.service, subject_of(question))
        whole = whole and not cut
        pieces += given
    if first is None:
        raise UnreadableError("In dit bestand staat geen vraag die we kunnen lezen. Kijk Context en Referte na.")
    if rules.shuffle:
        chance = Chance(world.seed, "batch order", first.sender_reference)
        pieces = [each for _, each in sorted((chance.unit(), each) for each in pieces)]
    # Where the schema knows no level 1, what failed as a whole stands at level 2.
    level_one, level_two = (
        (rules.level1, rules.level2) if spoken.level_one_in_file else (None, rules.level2 or rules.level1)
    )
    whole_two = problems(first, (problem(level_two, first.service),)) if level_two else ""
    one = problems(first, (problem(level_one, first.service),)) if level_one else ""
    inner = f"<Antwoorden>{''.join(pieces)}</Antwoorden>" if pieces else ""
    own = identifier(world.seed, "gateway file", first.sender_reference)
    reply = f"<Repliek>{context(first, own, first.sender_reference)}{inner}{whole_two}</Repliek>"
    tag = f"w:{spoken.name}Response"
    body = f'<{tag} xmlns:w="{spoken.batch_namespace}">{one or reply}</{tag}>'
    data = f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()
    beside = out.with_name(f".{out.name}.part")
    beside.write_bytes(data if whole else data[: len(data) * 2 // 3])
    beside.replace(out)
    return Answered(path.name, len(overview.references), 0 if one else len(pieces))


def _pieces(world: World, question: Question) -> tuple[list[str], bool]:
    """The answers to one question: none, one or more; and whether the file breaks off on its account."""
    subject = subject_of(question)
    outage = world.outage(question.service)
    if outage is not None:
        closed = [_said(question, refusal("99996", question.service))] if outage.shows == "99996" else []
        return closed, False
    fired = world.faults.draw(question.service, subject)
    missing = Chance(world.seed, "batch missing", f"{question.service}|{subject}").hit(world.faults.batch.missing)
    found, cut = _disturbed(world, question, fired)
    return [] if missing else found, cut


def _disturbed(world: World, question: Question, fired: Fault | None) -> tuple[list[str], bool]:
    if fired is None or fired.name == "slow":
        return [_said(question, world.handle(question))], False
    if fired.name in _LOST:
        return [], False
    match fired.name:
        case "exception":
            return [_said(question, refusal(fired.value, question.service))], False
        case "replaced":
            return [_said(question, replaced_on_request(question, fired.value))], False
        case "after_effect_timeout":
            world.handle(question)
            return [], False
        case "wrong_reference":
            other = identifier(0, "wrong", question.question_reference)
            return [_said(question, world.handle(question), other)], False
        case "truncated":
            return [_said(question, world.handle(question))], True
    world.handle(question)  # duplicate: asked twice, answered twice
    return [_said(question, world.handle(question))] * 2, False


def _said(question: Question, answer: Answer, reference: str | None = None) -> str:
    return piece(question, answer.content, answer.problems, reference or question.question_reference)
