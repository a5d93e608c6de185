"""`make bench`: run every benchmark and write bench/results.json (CONTRACTS chapter 7)."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

MODULES = ["decide", "read", "worklist", "redecide", "exchange", "lists", "letters"]
HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all of them, and print each ratio."""
    os.environ.setdefault("TOELEIDING_HOME", str(HERE.parent / "var" / "bench"))
    results = []
    for name in names or MODULES:
        for result in import_module(f"bench.{name}").measure():
            results.append(result)
            print(f"{result['name']}: {result['ratio']:.2f} ({result['unit']}), n = {result['n']}. {result['notes']}")
    (HERE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


main(sys.argv[1:])
