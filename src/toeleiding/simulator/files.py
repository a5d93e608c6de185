"""Answers of the registers as files, for programs that read folders instead of asking over a network."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from toeleiding.magda.services import KBI_2, VDAB, WORK, Service
from toeleiding.simulator.answers import respond
from toeleiding.simulator.chance import identifier
from toeleiding.simulator.life import Life
from toeleiding.simulator.population import lives
from toeleiding.simulator.wire import Question, render
from toeleiding.simulator.world import World

# folder -> service
_FOLDERS = {
    "kbi": KBI_2,
    "werkrelaties": WORK,
    "vdab": VDAB,
}
# How long a replaced number still stands on a list: an assumption, so that lists with old numbers can be practised.
_LAG = timedelta(days=30)
_CALLER = "oefening.example/toeleiding"


def write_answers(folder: Path, count: int, seed: int, today: date) -> int:
    """Write `count` answers each of KBI 02.00, Werkrelaties and VDAB about the same people.

    Files are called `kbi/<insz>.xml`, `werkrelaties/<insz>.xml` and `vdab/<insz>.xml` below `folder`.
    The edge cases come first, so a few hundred people show every outcome. `handelingen.jsonl` says per
    person what the caseworker did by then, which no register knows: the permit that was seen, the judgement
    of the work situation, the explanation.

    Returns:
        The number of people written about.
    """
    world = World(seed=seed, today=today, check_repertorium=False)
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    written, acts = 0, bytearray()
    for life in lives(seed, count, today):
        for name, service in _FOLDERS.items():
            question = _question(service, life.insz_on(today), today)
            reference = identifier(seed, "gateway", question.sender_reference)
            text = render(question, respond(world, question), reference)
            data = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
            (folder / name / f"{life.insz_on(today)}.xml").write_bytes(data)
        acts += msgspec.json.encode(_acts(life, today)) + b"\n"
        written += 1
    (folder / "handelingen.jsonl").write_bytes(acts)
    return written


def _acts(life: Life, today: date) -> dict[str, Any]:
    """What the caseworker recorded by `today`, dates as ISO text, absent when it did not happen."""
    given = life.guidance
    acts: dict[str, Any] = {"insz": life.insz_on(today), "may_work": life.may_work}
    for name in ("permit_seen_on", "explained_on", "supported_on", "declined_on"):
        day = getattr(given, name)
        if day is not None and day <= today:
            acts[name] = day
    checked_on = given.work_checked_on
    if given.determination and checked_on and checked_on <= today:
        acts["determination"] = {
            "outcome": given.determination,
            "reason": given.determination_reason,
            "on": checked_on,
        }
    return acts


def _question(service: Service, insz: str, today: date) -> Question:
    content = etree.Element(service.body)
    if service is WORK:
        criteria = etree.SubElement(content, "Criteria")
        worker = etree.SubElement(etree.SubElement(criteria, "Relatie"), "Werknemer")
        etree.SubElement(worker, "INSZ").text = insz
        etree.SubElement(etree.SubElement(criteria, "Periode"), "Begin").text = "2015-01-01"
        etree.SubElement(criteria, "SchrappingsIndicatie").text = "1"
    else:
        etree.SubElement(content, "INSZ").text = insz
    reference = identifier(0, service.name, insz)
    return Question(
        service, _CALLER, "oefening", None, reference, reference, today.isoformat(), "08:00:00.000", content
    )


def write_list(file: Path, people: int, seed: int, today: date) -> int:
    """Write the CSV that VDAB would deliver: who is registered there on that day, or was, by the number of that day.

    Columns: INSZ, category, day of registration, day of its end (empty while it runs). Somebody whose number was
    replaced within the last month still stands there under the old one, as in real registers.

    Returns:
        The number of people on the list.
    """
    written = 0
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        lines.writerow(("INSZ", "Categorie", "Ingeschreven op", "Uitgeschreven op"))
        for life in lives(seed, people, today):
            known = [one for one in life.registrations if one.service == "VDAB" and one.begin <= today]
            if not known or life.vdab_denies:
                continue
            last = max(known, key=lambda one: one.begin)
            ended = last.end.isoformat() if last.end and last.end < today else ""
            lines.writerow((life.insz_on(today - _LAG), last.category_on(today).code, last.begin.isoformat(), ended))
            written += 1
    return written
