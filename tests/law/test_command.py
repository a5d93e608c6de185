"""`toeleiding decide`: lines in, lines out, never a traceback."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from toeleiding.cli import main
from toeleiding.cli.decide import LONGEST_LINE, command
from toeleiding.law import IN_FORCE, dump

GOOD = '{"id": "c1", "as_of": "2022-05-01", "contract_signed_on": "2022-03-05"}'
KEYS = [
    "id", "as_of", "outcome", "step", "employment_service", "due_on", "days_left", "overdue", "suspended_days",
    "unconfirmed", "reasons", "rule_set",
]  # fmt: skip


def run(text: str | bytes, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(command, list(arguments), input=text)
    return result.exit_code, [json.loads(line) for line in result.stdout_bytes.splitlines()]


def error(line: str | bytes) -> tuple[object, object, str]:
    status, (found,) = run(line)
    assert status == 1
    return found["id"], found["error"]["field"], found["error"]["message"]


def test_a_decision_has_the_keys_of_the_contract_in_their_order() -> None:
    status, (decision,) = run(GOOD)
    assert status == 0
    assert list(decision) == KEYS
    assert [set(reason) for reason in decision["reasons"]] == [{"rule", "status", "text"}] * len(decision["reasons"])
    assert decision["rule_set"] == IN_FORCE.name


def test_the_other_lines_are_decided_and_the_order_is_kept() -> None:
    status, found = run(f'{GOOD}\n\n   \nnope\n{GOOD.replace("c1", "c2")}\n{{"id": "c3"}}\n')
    assert status == 1
    assert [one["id"] for one in found] == ["c1", None, "c2", "c3"]
    assert ["error" in one for one in found] == [False, True, False, True]


@pytest.mark.parametrize(
    ("line", "case_id", "field"),
    [
        ('{"as_of": "2022-05-01"}', None, "id"),
        ('{"id": null, "as_of": "2022-05-01"}', None, "id"),
        ('{"id": true, "as_of": "2022-05-01"}', None, "id"),
        ('{"id": "x"}', "x", "as_of"),
        ('{"id": "x", "as_of": "2022-02-30"}', "x", "as_of"),
        ('{"id": "x", "as_of": null}', "x", "as_of"),
        ('{"id": "x", "as_of": "2022-05-01T00:00:00"}', "x", "as_of"),
        ('{"id": "x", "as_of": "2022-05-01", "contract_signed_on": "1 mei"}', "x", "contract_signed_on"),
        ('{"id": "x", "as_of": "2022-05-01", "determination": {"outcome": "WORKING"}}', "x", "determination.reason"),
        ('{"id": "x", "as_of": "2022-05-01", "determination": {"outcome": "WORKING", "reason": "  "}}', "x",
         "determination.reason"),
        ('{"id": "x", "as_of": "2022-05-01", "determination": {"outcome": "WORKING", "reason": null}}', "x",
         "determination.reason"),
        ('{"id": "x", "as_of": "2022-05-01", "determination": {"outcome": "LUI", "reason": "r"}}', "x",
         "determination.outcome"),
        ('{"id": "x", "as_of": "2022-05-01", "work": [{"kind": "BAAS"}]}', "x", "work[0].kind"),
        ('{"id": "x", "as_of": "2022-05-01", "work": [{}, {"fraction": 50}]}', "x", "work[1].fraction"),
        ('{"id": "x", "as_of": "2022-05-01", "work": [{"fraction": -1}]}', "x", "work[0].fraction"),
        ('{"id": "x", "as_of": "2022-05-01", "work": [{"fraction": 1e999}]}', "x", "work[0].fraction"),
        ('{"id": "x", "as_of": "2022-05-01", "work": [3]}', "x", "work[0]"),
        ('{"id": "x", "as_of": "2022-05-01", "work": {}}', "x", "work"),
        ('{"id": "x", "as_of": "2022-05-01", "person": []}', "x", "person"),
        ('{"id": "x", "as_of": "2022-05-01", "person": {"may_work": "ja"}}', "x", "person.may_work"),
        ('{"id": "x", "as_of": "2022-05-01", "person": {"region": "Gent"}}', "x", "person.region"),
        ('{"id": "x", "as_of": "2022-05-01", "employment_service": {"answer": "MISSCHIEN"}}', "x",
         "employment_service.answer"),
        ('{"id": "x", "as_of": "2022-05-01", "employment_service": {"category": 3}}', "x",
         "employment_service.category"),
        ("[]", None, None),
        ("3", None, None),
        ("null", None, None),
        ('"tekst"', None, None),
        ("nope", None, None),
        ('{"id": "x", "as_of": "2022-05-01"', None, None),
        ('{"id": "x", "as_of": "2022-05-01", "z": NaN}', None, None),
        ('{"id": "x", "as_of": "2022-05-01", "z": ' + "[" * 100_000, None, None),
        ('{"id": "\\ud800", "as_of": "2022-05-01"}', None, None),
        (b'{"id": "\xff", "as_of": "2022-05-01"}', None, None),
        (b"\xff\xfe{\x00", None, None),
        (b"\x00\x01\x02", None, None),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_where_and_what_to_do(line: str | bytes, case_id: object, field: object) -> None:
    found_id, found_field, message = error(line)
    assert (found_id, found_field) == (case_id, field)
    assert message.endswith(".")
    assert not any(word in message for word in ("Expected", "Invalid", "Object", "Traceback"))


@pytest.mark.parametrize(
    ("line", "case_id"),
    [
        ("\ufeff" + GOOD, "c1"),
        (GOOD.replace('"c1"', "123456789012345678901234567890"), 123456789012345678901234567890),
        (GOOD.replace("}", ', "kleur": [1e400, {"x": 2}]}'), "c1"),
        (GOOD.replace("}", ', "id": "laatste"}'), "laatste"),
        (GOOD.replace('"c1"', '"é\\u2028"'), "é\u2028"),
        (GOOD + "\r", "c1"),
    ],
)
def test_what_fits_is_decided(line: str, case_id: object) -> None:
    status, (found,) = run(line + "\n")
    assert status == 0
    assert found["id"] == case_id


def test_a_line_without_end_is_not_kept_in_memory() -> None:
    status, found = run(b'{"id": "' + b"x" * (2 * LONGEST_LINE) + b'"}\n' + GOOD.encode())
    assert status == 1
    assert [one["id"] for one in found] == [None, "c1"]


def test_nothing_in_nothing_out() -> None:
    assert run("") == (0, [])


def test_a_table_for_people() -> None:
    result = CliRunner().invoke(command, ["--format", "table"], input=GOOD + "\nnope\n")
    heading, row, wrong = result.output.splitlines()
    assert result.exit_code == 1
    assert heading.split()[:2] == ["Zaak", "Uitkomst"]
    assert "Onbepaald" in row
    assert "4 mei 2022" in row
    assert "Fout" in wrong


def test_a_draft_rule_set_by_name_and_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    draft = IN_FORCE.with_changes("proef", [replace(IN_FORCE.versions("R-05")[0], value=90)])
    path = tmp_path / "regels" / "proef.toml"
    path.parent.mkdir()
    path.write_text(dump(draft), "utf-8")
    monkeypatch.setenv("TOELEIDING_HOME", str(tmp_path))
    for name in ("proef", str(path)):
        _, (decision,) = run(GOOD, "--rules", name)
        assert (decision["rule_set"], decision["due_on"]) == ("proef", "2022-06-03")


@pytest.mark.parametrize("text", [None, "name = "])
def test_a_rule_set_that_cannot_be_used_stops_with_a_sentence(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "proef.toml"
    if text is not None:
        path.write_text(text)
    result = CliRunner().invoke(command, ["--rules", str(path)], input=GOOD)
    assert result.exit_code == 2
    assert "regelset" in result.output


def test_a_file_that_is_not_there_stops_with_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "weg.jsonl")])
    assert result.exit_code == 2
    assert "kan niet geopend worden" in result.output


def test_deciding_needs_no_django() -> None:
    code = "import sys, toeleiding.cli.decide; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["decide", "--format", "xml"], "De waarde bij --format klopt niet. Kies uit jsonl, table."),
        (["simulate", "--port", "99999"], "Geef een geheel getal van 0 tot en met 65535."),
        (["simulate", "--seed", "drie"], "De waarde bij --seed klopt niet. Geef een geheel getal."),
    ],
)
def test_a_wrong_value_is_explained_in_dutch(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert " is not " not in said
