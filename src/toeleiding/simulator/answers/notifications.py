"""Mutation notifications: told by sources, fetched by readers, at least once and in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from toeleiding.simulator.chance import Chance, identifier
from toeleiding.simulator.changes import Change, changes, register_changes
from toeleiding.simulator.ledger import GENERAL, PERSONS, Notification, Registry, Step
from toeleiding.simulator.life import Life
from toeleiding.simulator.problems import refusal
from toeleiding.simulator.wire import Answer, Question, escape

if TYPE_CHECKING:
    from datetime import date

    from toeleiding.simulator.world import World

_SET = 100  # per answer, INTERFACE 9.2
_DONE = '<Resultaat Beschrijving="Wel geslaagd">1</Resultaat>'


def register(world: World, question: Question) -> Answer:
    """RegistreerMutatieNotificatie: for every other reader with an inscription for that person."""
    subject = question.content.find("Notificatie/Subject")
    reference, source = question.text("Notificatie/Referte"), question.text("Notificatie/Bron")
    key = (subject.findtext("Sleutel") or "").strip() if subject is not None else ""
    kind = (subject.findtext("Type") or "").strip() if subject is not None else ""
    if not reference or not source or not key or not kind:
        return refusal("50000", question.service)
    today = world.today
    notification = Notification(
        reference=reference,
        subject_type=kind,
        key=key,
        kind=question.text("Notificatie/Soort") or "",
        source=source,
        on=today,
        time=question.text("Notificatie/Tijdstip/Tijd") or "12:00",
        blocks=tuple(
            (each.text or "").strip() for each in question.content.iterfind("Notificatie/Informaties/Informatie")
        ),
    )
    sender = Registry(question.uri, question.capacity)
    with world.lock:
        for registry in sorted(world.ledger.by_person.get(key, ()), key=lambda each: (each.uri, each.capacity)):
            if registry != sender:
                step = Step("tell", today, registry.uri, registry.capacity, GENERAL, notifications=(notification,))
                world.ledger.take(step)
    return Answer(_DONE)


def give(world: World, question: Question) -> Answer:
    """GeefMutatiesNotificaties: the next set."""
    return _pull(world, question, GENERAL, changes, general)


def give_persons(world: World, question: Question) -> Answer:
    """GeefPersoonMutatiesNotificaties: the next set from the national register."""
    return _pull(world, question, PERSONS, register_changes, lambda each: of_register(world, each))


def _pull(
    world: World,
    question: Question,
    feed: str,
    source: Callable[[Life], Iterable[Change]],
    write: Callable[[Notification], str],
) -> Answer:
    service = question.service
    if question.text("Identificatie") != question.uri or question.text("Hoedanigheid") != (question.capacity or None):
        return refusal("20005", service)
    registry = Registry(question.uri, question.capacity)
    receipt = question.text("Ontvangstreferte")
    with world.lock:
        queue = world.ledger.queue(registry, feed)
        if receipt is not None and receipt != queue.receipt:
            return refusal("30014", service)
        if receipt is not None:
            world.ledger.take(Step("confirm", world.today, registry.uri, registry.capacity, feed))
        if queue.looked_on != world.today:
            _look(world, registry, feed, source)
        if world.ledger.has_late(registry, feed, world.today):
            world.ledger.take(Step("arrive", world.today, registry.uri, registry.capacity, feed))
        chosen = queue.waiting[:_SET]
        if not chosen:
            return refusal("30016", service)
        next_receipt = identifier(world.seed, f"receipt {feed}", f"{registry.uri}|{registry.capacity}|{queue.sets}")
        world.ledger.take(
            Step("offer", world.today, registry.uri, registry.capacity, feed, receipt=next_receipt, count=len(chosen))
        )
    subjects = "".join(write(each) for each in chosen)
    return Answer(f"<Onderwerpen>{subjects}</Onderwerpen><Ontvangstreferte>{next_receipt}</Ontvangstreferte>")


def _look(world: World, registry: Registry, feed: str, source: Callable[[Life], Iterable[Change]]) -> None:
    """Queue what changed since the last look, some of it late, twice, and not in order of time."""
    today, queue = world.today, world.ledger.queue(registry, feed)
    found: list[Notification] = []
    for insz in sorted(world.ledger.by_registry.get(registry, ())):
        inscription = world.ledger.inscriptions[registry, insz]
        standing = world.standing(insz)
        if standing.life is None or not inscription.active_on(today):
            continue
        since = max(inscription.since, queue.looked_on or inscription.since)
        life = world.referred(world.untouched(standing.life))
        for change in source(life):
            found.extend(heard(world, insz, life, change, since, today))
    found.sort(key=lambda each: each.reference)
    world.ledger.take(Step("look", today, registry.uri, registry.capacity, feed, notifications=tuple(found)))


def heard(world: World, insz: str, life: Life, change: Change, since: date, today: date) -> Iterable[Notification]:
    """The notifications of one change that come in after `since`: once, late or twice."""
    topic = f"{insz}|{change.on}|{change.kind}|{change.blocks[0]}"
    chance = Chance(world.seed, "notification", topic)
    late = chance.between(1, 3) if chance.hit(0.1) or life.edge_case == "messages-out-of-order" else 0
    twice = chance.hit(0.05) or life.edge_case == "duplicate-message"
    for on in (change.on + timedelta(days=late), change.on + timedelta(days=late + 1))[: 1 + twice]:
        if since < on <= today:
            yield Notification(
                reference=identifier(world.seed, "notification", topic),
                subject_type="PERS",
                key=insz,
                kind=change.kind,
                source=change.source,
                on=change.on,
                time=f"{chance.between(8, 17):02}:{chance.below(60):02}",
                blocks=change.blocks,
            )


def general(each: Notification) -> str:
    """An Onderwerp of the general notifications."""
    kind = f"<Soort>{escape(each.kind)}</Soort>" if each.kind else ""
    blocks = "".join(f"<Informatie>{escape(block)}</Informatie>" for block in each.blocks)
    informations = f"<Informaties>{blocks}</Informaties>" if blocks else ""
    return (
        f"<Onderwerp><Referte>{escape(each.reference)}</Referte><Inhoud><MutatieNotificatie>"
        f"<Referte>{escape(each.reference)}</Referte><Subject><Type>{escape(each.subject_type)}</Type>"
        f"<Sleutel>{escape(each.key)}</Sleutel></Subject>{kind}"
        f"<Tijdstip><Datum>{each.on}</Datum><Tijd>{escape(each.time)}</Tijd></Tijdstip>"
        f"<Bron>{escape(each.source)}</Bron>{informations}</MutatieNotificatie></Inhoud></Onderwerp>"
    )


def of_register(world: World, each: Notification) -> str:
    """An Onderwerp of the changes in the national register."""
    standing = world.standing(each.key)
    new = ""
    if standing.replaced_by:
        new = f"<GeannuleerdINSZ>{each.key}</GeannuleerdINSZ><NieuwINSZ>{standing.replaced_by}</NieuwINSZ>"
    return (
        f"<Onderwerp><Referte>{each.reference}</Referte><Inhoud><PersoonMutatiesNotificaties>"
        f"<INSZ>{each.key}</INSZ>{new}"
        '<Type><Code Beschrijving="Mutatie">2</Code></Type><Informaties><Informatie>'
        f"<Identificatie><Code>{each.kind}</Code></Identificatie><TypeMutaties><TypeMutatie>"
        f"<Code>{each.blocks[0]}</Code></TypeMutatie></TypeMutaties></Informatie></Informaties>"
        "</PersoonMutatiesNotificaties></Inhoud></Onderwerp>"
    )
