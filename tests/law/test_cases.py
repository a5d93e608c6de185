"""Every branch and border day of `decide`, as readable data in `cases/`, and the published examples."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from toeleiding.law import Case, Decision, decide

CASES = Path(__file__).parent / "cases"
BASE: dict[str, Any] = {
    "id": "basis",
    "as_of": "2022-05-01",
    "person": {"birth_date": "1990-02-03", "region": "VLAANDEREN", "may_work": True, "compulsory_education": False},
    "contract_signed_on": "2022-03-05",
    "work": [],
    "employment_service": {"answer": "NOT_KNOWN", "asked_on": "2022-04-30"},
}


def written() -> list[Any]:
    """All cases of the folder, each a parameter with its file and name."""
    return [
        pytest.param(json.loads(line), id=f"{path.stem}: {json.loads(line)['name']}")
        for path in sorted(CASES.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def decided(told: dict[str, Any]) -> Decision:
    change = dict(told["case"])
    if isinstance(change.get("person"), dict):
        change["person"] = BASE["person"] | change["person"]
    line = json.dumps(BASE | change | {"as_of": told.get("as_of", BASE["as_of"])})
    case = msgspec.json.decode(line, type=Case)
    return decide(case, case.as_of)


def expected(words: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(words, dict):
        return words
    outcome, step, due_on = words.split()
    return {"outcome": outcome, "step": step, "due_on": None if due_on == "null" else due_on}


@pytest.mark.parametrize("told", written())
def test_case(told: dict[str, Any]) -> None:
    decision = decided(told)
    wanted = expected(told["expect"])
    named = {reason.rule for reason in decision.reasons}
    assert set(wanted.pop("rules", ())) <= named
    assert not set(wanted.pop("without", ())) & named
    assert wanted.pop("text", "") in " ".join(reason.text for reason in decision.reasons)
    assert {name: plain(getattr(decision, name)) for name in wanted} == wanted


def plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def test_there_are_enough_cases_and_each_has_its_own_name() -> None:
    names = [parameter.id for parameter in written()]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


@pytest.mark.reference
def test_published_examples(reference: Path) -> None:
    path = reference.parent / "design" / "decide-examples.jsonl"
    if not path.is_file():
        pytest.skip("conformiteitstests overgeslagen: decide-examples.jsonl is er niet")
    for line in path.read_text("utf-8").splitlines():
        told = json.loads(line)
        case = msgspec.convert(told["case"], Case)
        decision = decide(case, case.as_of)
        assert {name: plain(getattr(decision, name)) for name in told["expect"]} == told["expect"], told["case"]["id"]


def test_the_example_of_the_contract_is_explained_in_dutch() -> None:
    suspended = [{"begin": "2022-04-01", "end": "2022-04-10", "reason": "ziekenhuis"}]
    decision = decided({"case": {"suspensions": suspended}})
    texts = {reason.rule: reason.text for reason in decision.reasons}
    assert (
        "De termijn loopt tot 14 mei 2022: 60 dagen na het contract van 5 maart 2022, plus 10 dagen opschorting."
        in [reason.text for reason in decision.reasons]
    )
    assert texts["K-04"] == (
        "De termijn was opgeschort van 1 april 2022 tot en met 10 april 2022: 10 dagen. Reden: ziekenhuis."
    )


def test_the_main_reason_is_the_one_that_settled_it() -> None:
    assert decided({"case": {"person": {"may_work": False}}}).main_reason.rule == "R-11"
    assert decided({"case": {"incapacity": {}}}).main_reason.rule == "W-07"
    assert decided({"case": {}}).main_reason.text.startswith("VDAB kent de persoon niet.")
