"""Answers of the registers as files, for programs that read folders instead of asking over a network."""

from datetime import date
from pathlib import Path

from lxml import etree

from toeleiding.magda.services import KBI_2, VDAB, WORK, Service
from toeleiding.simulator.answers import respond
from toeleiding.simulator.chance import identifier
from toeleiding.simulator.population import lives
from toeleiding.simulator.wire import Question, render
from toeleiding.simulator.world import World

# folder -> service
_FOLDERS = {
    "kbi": KBI_2,
    "werkrelaties": WORK,
    "vdab": VDAB,
}
_CALLER = "oefening.example/toeleiding"


def write_answers(folder: Path, count: int, seed: int, today: date) -> int:
    """Write `count` answers each of KBI 02.00, Werkrelaties and VDAB about the same people.

    Files are called `kbi/<insz>.xml`, `werkrelaties/<insz>.xml` and `vdab/<insz>.xml` below `folder`.
    The edge cases come first, so a few hundred people show every outcome.

    Returns:
        The number of people written about.
    """
    world = World(seed=seed, today=today, check_repertorium=False)
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    written = 0
    for life in lives(seed, count, today):
        for name, service in _FOLDERS.items():
            question = _question(service, life.insz_on(today), today)
            reference = identifier(seed, "gateway", question.sender_reference)
            text = render(question, respond(world, question), reference)
            data = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
            (folder / name / f"{life.insz_on(today)}.xml").write_bytes(data)
        written += 1
    return written


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
