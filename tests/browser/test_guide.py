"""The guide speaks of buttons and words that are on screen, and its links and pictures are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = sorted((ROOT / "docs" / "gebruikersgids").glob("*.md"))
SHOWN = "\n".join(
    file.read_text(encoding="utf-8")
    for kind in ("*.html", "*.py")
    for file in (ROOT / "src" / "toeleiding").rglob(kind)
).casefold()
SAID_OF_A_BUTTON = re.compile(r"(?:op|Met|ook|open|Open|vink|Vink|onder|staat er|ziet) \*\*([^*]+?)[?.]?\*\*")


@pytest.mark.parametrize("chapter", GUIDE, ids=lambda chapter: chapter.stem)
def test_every_button_of_the_guide_is_on_screen(chapter: Path) -> None:
    named = SAID_OF_A_BUTTON.findall(chapter.read_text(encoding="utf-8"))
    assert [words for words in named if words.casefold() not in SHOWN] == []


@pytest.mark.parametrize("chapter", GUIDE, ids=lambda chapter: chapter.stem)
def test_every_link_and_picture_of_the_guide_is_there(chapter: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", chapter.read_text(encoding="utf-8"))
    assert [target for target in targets if not (chapter.parent / target).exists()] == []


def test_the_guide_has_all_its_chapters_and_names_many_buttons() -> None:
    assert len(GUIDE) == 21
    assert sum(len(SAID_OF_A_BUTTON.findall(chapter.read_text(encoding="utf-8"))) for chapter in GUIDE) > 25
