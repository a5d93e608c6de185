"""`toeleiding read`: one line per file, whatever the file is."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from tests.magda import messages as m
from toeleiding.cli.read import command
from toeleiding.magda import services

KEYS = ["file", "readable", "service", "version", "outcome", "insz", "replaced_by", "reference", "exceptions", "facts"]


def read(*paths: Path) -> tuple[int, list[dict[str, object]]]:
    """Exit status and the lines."""
    result = CliRunner().invoke(command, [str(path) for path in paths], standalone_mode=False)
    assert result.exception is None
    return result.return_value, [json.loads(line) for line in result.output.splitlines()]


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_readable_answer_of_any_outcome_is_status_zero(tmp_path: Path) -> None:
    found = written(tmp_path, "kbi.xml", m.soap(m.kbi()))
    missing = written(tmp_path, "niets.xml", m.answer(services.WORK, level_3=m.exception("30001")))
    status, (first, second) = read(found, missing)
    assert status == 0
    assert list(first) == [*KEYS, "message"]
    assert (first["outcome"], first["insz"], first["version"]) == ("KNOWN", m.INSZ, "02.00")
    assert second["facts"]["work"] == []
    assert second["exceptions"] == [
        {"id": "30001", "type": "FOUT", "origin": "MAGDA", "level": 3, "diagnosis": "Uitleg bij 30001"}
    ]


def test_work_is_written_as_the_rules_read_it(tmp_path: Path) -> None:
    _, (line,) = read(written(tmp_path, "werk.xml", m.work(m.contract("FLX", end="2026-06-30"))))
    assert line["facts"]["work"] == [
        {"kind": "FLEXI", "begin": "2026-01-05", "end": "2026-06-30", "fraction": None, "cancelled": False}
    ]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    bad = written(tmp_path, "stuk.xml", b"<a>")
    good = written(tmp_path, "goed.xml", m.kbi())
    status, lines = read(bad, tmp_path, tmp_path / "weg.xml", good)
    assert status == 1
    assert [line["readable"] for line in lines] == [False, False, False, True]
    assert [line["outcome"] for line in lines[:3]] == ["INVALID"] * 3
    assert lines[1]["message"] == "Dit is een map. Geef de bestanden erin, bijvoorbeeld met map/*.xml."
    assert lines[2]["message"] == "Dit bestand bestaat niet. Kijk de naam na."


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "groot.xml"
    with path.open("wb") as opened:
        opened.truncate(5_000_000_000)
    status, (line,) = read(path)
    assert (status, line["outcome"]) == (1, "INVALID")
    assert "groter dan 8 MB" in str(line["message"])


def test_reading_never_waits_for_django() -> None:
    code = "import sys, toeleiding.cli.read; sys.exit(any(name.startswith('django') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
