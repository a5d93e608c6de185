"""How fast a case becomes a decision, against the bare `json.loads` of the same line."""

import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec

from toeleiding.law import Case, answer, decide
from toeleiding.law.lines import as_json

CASES = 2_000
ROUNDS = 15
_KINDS = ("EMPLOYEE", "INTERIM", "FLEXI", "STUDENT", "SELF_EMPLOYED_MAIN", "IBO")


def population(count: int = CASES, seed: int = 2022) -> list[bytes]:
    """Lines of cases, mixed as in practice: no work, work, answers of all kinds, suspensions, determinations."""
    draw = random.Random(seed)
    return [json.dumps(_case(draw, number)).encode() for number in range(count)]


def _case(draw: random.Random, number: int) -> dict[str, Any]:
    as_of = date(2022, 3, 1) + timedelta(draw.randrange(1500))
    signed = as_of - timedelta(draw.randrange(120))
    case: dict[str, Any] = {
        "id": f"zaak-{number}",
        "as_of": str(as_of),
        "person": {
            "birth_date": str(date(1957, 1, 1) + timedelta(draw.randrange(18_000))),
            "region": draw.choice(("VLAANDEREN", "VLAANDEREN", "VLAANDEREN", "BRUSSEL")),
            "may_work": draw.random() > 0.03,
            "compulsory_education": False,
            "temporary_protection": draw.random() < 0.05,
            "target_group": draw.choice(("VERPLICHT", "RECHTHEBBEND")),
        },
        "contract_signed_on": str(signed),
        "work": [_work(draw, signed) for _ in range(draw.choice((0, 0, 0, 1, 1, 2)))],
        "employment_service": {
            "answer": draw.choice(("KNOWN", "KNOWN", "NOT_KNOWN", "NOT_KNOWN", "SOURCE_DOWN")),
            "category": draw.choice(("03", "05", "00")),
            "registered_on": str(signed + timedelta(draw.randrange(60))),
            "ended_on": None,
            "asked_on": str(as_of - timedelta(draw.randrange(30))),
        },
        "explained_on": str(signed + timedelta(7)),
    }
    if draw.random() < 0.1:
        begin = signed + timedelta(draw.randrange(40))
        case["suspensions"] = [{"begin": str(begin), "end": str(begin + timedelta(9)), "reason": "ziekte"}]
    if draw.random() < 0.2:
        case["determination"] = {"outcome": "NOT_WORKING", "reason": "één dag per week", "on": str(signed)}
    return case


def _work(draw: random.Random, signed: date) -> dict[str, Any]:
    begin = signed - timedelta(draw.randrange(200))
    end = None if draw.random() < 0.6 else str(begin + timedelta(draw.randrange(400)))
    return {"kind": draw.choice(_KINDS), "begin": str(begin), "end": end, "fraction": 0.5, "cancelled": False}


def measure() -> list[dict[str, Any]]:
    """The two figures of acceptance: a typed case to a decision, and a whole line of the command."""
    lines = population()
    cases = [msgspec.json.decode(line, type=Case) for line in lines]
    texts = [line.decode() for line in lines]
    runs: dict[str, Callable[[], object]] = {
        "loads": lambda: [json.loads(text) for text in texts],
        "decide": lambda: [decide(case, case.as_of) for case in cases],
        "explain": lambda: [decide(case, case.as_of).reasons for case in cases],
        "line": lambda: [as_json(answer(line)) for line in lines],
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            begun = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - begun)
    each = {name: statistics.median(found) / len(lines) * 1e6 for name, found in seconds.items()}
    wanted = {
        "decide": ("decide: typed case to Decision", "reasons worded when they are read; wanted at least 0.25"),
        "explain": ("decide: typed case to Decision with its reasons worded", "the same, every reason read"),
        "line": ("decide: whole line of the command", "decode, decide, word, encode; wanted at least 0.12"),
    }
    return [
        {
            "name": title,
            "measured": round(each[name], 2),
            "baseline": round(each["loads"], 2),
            "ratio": round(each["loads"] / each[name], 3),
            "unit": "µs per case, ratio of speed against json.loads",
            "n": len(lines),
            "notes": notes,
        }
        for name, (title, notes) in wanted.items()
    ]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1, ensure_ascii=False))
