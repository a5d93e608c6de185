"""What the repository as a whole promises."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in found.splitlines() if (ROOT / name).is_file()]


def test_no_tracked_file_names_a_package_host_or_a_path_of_a_machine() -> None:
    host = "|".join(["pypi" + r"\.org", "files\\.python" + "hosted", "registry\\.npm" + "js", "debian" + r"\.org"])
    forbidden = re.compile(rf"{host}|(?<![\w./-])/(?:work|home|root|Users)/\w")
    wrong = []
    for path in tracked():
        if path.suffix in {".woff2", ".png", ".ico"} or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in forbidden.finditer(text)]
    assert not wrong


def test_every_requirement_is_pinned_with_a_hash() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        blocks = re.split(r"\n(?=[a-z0-9])", path.read_text())
        for block in (block for block in blocks if re.match(r"[a-z0-9]", block)):
            assert "==" in block.splitlines()[0], block.splitlines()[0]
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_no_python_file_holds_two_ideas() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} regels"
        for path in tracked()
        if path.suffix == ".py" and "migrations" not in path.parts
        if (lines := len(path.read_text().splitlines())) > 520
    ]
    assert not long


def test_only_test_persons_in_the_code() -> None:
    number = re.compile(r"(?<![\d.])(\d{2})(\d{2})(\d{2})(\d{3})(\d{2})(?!\d)")
    wrong = []
    for path in tracked():
        if path.suffix not in {".py", ".html", ".md", ".jsonl", ".json"} or "magda/test_insz" in str(path):
            continue
        for hit in number.finditer(path.read_text(encoding="utf-8", errors="replace")):
            month, first, check = int(hit[2]), int("".join(hit.groups()[:4])), int(hit[5])
            valid = check in (97 - first % 97, 97 - (2_000_000_000 + first) % 97)
            if valid and (1 <= month <= 12 or 20 <= month <= 52):
                wrong.append(f"{path.relative_to(ROOT)}: {hit[0]}")
    assert not wrong


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.md", "publiccode.yaml", "docs/architecture.md"])
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 300
