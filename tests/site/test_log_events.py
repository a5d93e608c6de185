"""Events in the log have fixed names: the list in the documentation is what the code says, no more and no less."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def logged() -> Iterator[tuple[str, str, str]]:
    """(where, name, level) of every event that the code writes with structlog."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text()
        if "structlog.get_logger" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "log"):
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            (name,) = node.args
            assert isinstance(name, ast.Constant), f"{where}: the name of an event is fixed"
            yield where, str(name.value), node.func.attr


def test_the_documentation_lists_every_event_with_its_level_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", (ROOT / "docs/beheer/gebeurtenissen.md").read_text(), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert [name for name, _ in rows] == sorted(name for name, _ in rows)
    assert set(rows) == {(name, level) for _, name, level in logged()}


def test_a_name_is_a_name_and_not_a_sentence() -> None:
    for where, name, _ in logged():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), where


def test_nobody_logs_around_the_fixed_names() -> None:
    """A logger of another name would escape this list; the simulator, which is no product, has its own."""
    for path in (ROOT / "src").rglob("*.py"):
        if "simulator" in path.parts:
            continue
        for line in path.read_text().splitlines():
            if "structlog.get_logger" in line:
                assert line.startswith("log = "), path
            assert "logging.getLogger" not in line, path
