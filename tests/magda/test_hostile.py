"""Bytes that want to hurt: an outcome and a sentence, in bounded time and memory."""

import time
import tracemalloc
from pathlib import Path

import psutil
import pytest

from tests.magda import messages as m
from toeleiding.magda import Outcome, read_answer, services
from toeleiding.magda.xml import MAX_BYTES

_LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
_GOOD = m.kbi()

HOSTILE: dict[str, bytes] = {
    "leeg": b"",
    "enkel witruimte": b" \n\t ",
    "geen XML": b"%PDF-1.7 dit is geen XML",
    "nulbytes": _GOOD.replace(b"JA", b"J\0A"),
    "UTF-16": _GOOD.decode().encode("utf-16"),
    "UTF-32": _GOOD.decode().encode("utf-32"),
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + _GOOD,
    "verkeerde codering": _GOOD.replace(b"Proefpersoon", "Prœf é".encode("cp1252")),
    "DTD": b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + _GOOD,
    "externe entiteit": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "billion laughs": b'<!DOCTYPE a [<!ENTITY a0 "ha">' + _LAUGHS + b"]><a>&a9;</a>",
    "afgebroken": _GOOD[: len(_GOOD) // 2],
    "te diep": b"<a>" * 10_000 + b"</a>" * 10_000,
    "heel diep": b"<a>" * 1_000_000,
    "te groot": b"<a>" + b"x" * MAX_BYTES + b"</a>",
    "twee wortels": _GOOD + _GOOD,
    "lege omslag": m.soap(b""),
    "twee berichten in een omslag": m.soap(_GOOD + _GOOD),
    "onbekende entiteit": b"<a>&nbsp;</a>",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_read_gives_invalid_with_a_sentence(data: bytes) -> None:
    began = time.perf_counter()
    answer = read_answer(data)
    assert time.perf_counter() - began < 2
    assert (answer.readable, answer.outcome, answer.facts) == (False, Outcome.INVALID, None)
    assert answer.message
    assert answer.message[0].isupper()
    assert answer.message.endswith((".", "?"))


@pytest.mark.parametrize(
    "data",
    [
        _GOOD.replace(b"vip.vlaanderen.be", b"vip.example.org"),
        b"<GeefDossierKBIResponse/>",
        b"<a/>",
        m.soap(b"<html/>"),
        _GOOD.replace(b"GeefDossierKBIResponse", b"GeefDossierKBI"),
    ],
    ids=["verkeerde naamruimte", "zonder naamruimte", "ander element", "pagina in omslag", "vraag"],
)
def test_what_is_no_answer_of_ours_is_not_understood(data: bytes) -> None:
    answer = read_answer(data)
    assert (answer.readable, answer.outcome) == (False, Outcome.NOT_UNDERSTOOD)
    assert answer.message


def test_a_latin_encoding_that_is_declared_is_read() -> None:
    data = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + _GOOD.replace(b"Testa", "Zoë".encode("latin-1"))
    assert read_answer(data).facts.first_names[0] == "Zoë"


def test_comments_and_instructions_between_the_elements_change_nothing() -> None:
    noisy = _GOOD.replace(b"<KBIDossier>", b"<?x y?><!-- hallo --><KBIDossier><!-- hallo -->")
    assert read_answer(noisy) == read_answer(_GOOD)


def test_a_hundred_million_bytes_never_reach_the_parser() -> None:
    data = b"<a>" + b"x" * 100_000_000
    tracemalloc.start()
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    assert read_answer(data).outcome is Outcome.INVALID
    assert time.perf_counter() - began < 0.5
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_the_largest_message_we_read_stays_within_bounds() -> None:
    count = MAX_BYTES // 4 - 1000
    before = psutil.Process().memory_info().rss
    began = time.perf_counter()
    read_answer(m.answer(services.KBI_2, "<KBIDossier>" + "<a/>" * count + "</KBIDossier>"))
    assert time.perf_counter() - began < 10
    assert psutil.Process().memory_info().rss - before < 1_000_000_000


def test_no_file_is_opened_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'.encode()
    assert "geheim" not in str(read_answer(data))
