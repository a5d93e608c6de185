"""The papers as pictures: seventeen languages with their own letters, in their own direction, none of them a box."""

import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import typst

from toeleiding.referrals.letters import papers
from toeleiding.referrals.texts.content import LANGUAGES, read
from toeleiding.web import pdf

pytestmark = pytest.mark.django_db
SITE = "https://toeleiding.example"
SCRIPT_FONTS = {"Arabic": "NotoSansArabic", "Ethiopic": "NotoSansEthiopic"}
FIRST_SIGNS = {"Arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "Ethiopic": "\u1200-\u137f"}
DUE = date(2026, 11, 20)


def person(code: str, number: int = 0) -> papers.Person:
    return papers.Person(f"Proef{number}", "Voorbeeldma", code, "AgII", ("2800 Mechelen",), DUE)


def told(program: str, made: bytes, folder: Path, *options: str) -> str:
    """What a reader of PDF says about this document."""
    path = folder / "blad.pdf"
    path.write_bytes(made)
    output = ["-"] if program == "pdftotext" else []
    return subprocess.run([program, *options, str(path), *output], check=True, capture_output=True).stdout.decode()


def pixels(made: bytes, folder: Path) -> tuple[int, int, bytes]:
    """The first page as grey pixels: width, height, one byte each."""
    path = folder / "blad.pdf"
    path.write_bytes(made)
    command = ["pdftoppm", "-gray", "-r", "50", "-f", "1", "-l", "1", str(path)]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", raw)
    assert head
    return int(head[1]), int(head[2]), raw[head.end() :]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sign_of_a_text_has_a_letter_in_our_fonts(code: str, tmp_path: Path) -> None:
    """The compiler refuses a sign that no font of ours can draw; the last sign shows that it does."""
    assert typeset(" ".join(read(code).text.values()), tmp_path).startswith(b"%PDF-")
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typeset("\u0e01", tmp_path)


def typeset(words: str, folder: Path) -> bytes:
    (folder / "basis.typ").write_text((papers.HERE / "basis.typ").read_text("utf-8"), "utf-8")
    (folder / "proef.typ").write_text('#import "basis.typ": *\n#show: papier\n#d.words', "utf-8")
    return pdf.compile(folder / "proef.typ", {"title": "Proef", "words": words}, DUE, accessible=True)


@pytest.mark.poppler
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_leaflet_is_tagged_and_uses_only_our_fonts(code: str, tmp_path: Path) -> None:
    made = papers.leaflet(code, SITE, due_on=DUE)
    assert b"/StructTreeRoot" in made
    assert "Tagged:          yes" in told("pdfinfo", made, tmp_path)
    fonts = told("pdffonts", made, tmp_path).splitlines()[2:]
    assert fonts
    assert all(re.search(r"SourceSans3|NotoSans", line) for line in fonts), fonts
    if wanted := SCRIPT_FONTS.get(read(code).tongue.script):
        assert any(wanted in line for line in fonts)
    text = re.sub("[\u202a-\u202e]", "", told("pdftotext", made, tmp_path, "-raw"))
    assert "Wat doet VDAB voor jou?" in text
    assert "\ufffd" not in text
    if signs := FIRST_SIGNS.get(read(code).tongue.script):
        assert len(re.findall(f"[{signs}]", text)) > 500


@pytest.mark.poppler
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "nl"])
def test_the_right_column_is_aligned_as_its_language_reads(code: str, tmp_path: Path) -> None:
    """From right to left the lines begin at the right edge of the page; from left to right at the middle."""
    width, height, grey = pixels(papers.leaflet(code, SITE, due_on=DUE), tmp_path)
    top, bottom = height // 8, height * 8 // 10
    middle, edge = width // 2 + 5, round(width * (1 - 16 / 210))

    def ink(begin: int, end: int) -> int:
        rows = range(top, bottom)
        return sum(1 for row in rows if min(grey[row * width + begin : row * width + end]) < 160)

    left, right = ink(middle, middle + 45), ink(edge - 45, edge + 1)
    assert (right > left) == (read(code).tongue.direction == "rtl"), (left, right)


def test_the_same_paper_has_the_same_bytes() -> None:
    assert papers.leaflet("ar", SITE) == papers.leaflet("ar", SITE)


@pytest.mark.poppler
def test_letters_for_many_are_one_document_with_a_page_each(tmp_path: Path) -> None:
    made = papers.letters([person(code, number) for number, code in enumerate(LANGUAGES)], SITE, date(2026, 11, 1))
    assert "Pages:           17" in told("pdfinfo", made, tmp_path)
    text = told("pdftotext", made, tmp_path, "-layout")
    assert text.count("Schrijf je in voor 20 november 2026.") == 17
    assert "Inscrivez-vous avant le 20 novembre 2026." in text


@pytest.mark.poppler
def test_a_card_has_the_day_in_words_in_both_languages(tmp_path: Path) -> None:
    meeting = papers.Meeting(datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "Op kantoor, Grote Markt 1")
    text = told("pdftotext", papers.card(person("fr"), meeting, SITE), tmp_path)
    assert "vrijdag 20 november 2026" in text
    assert "vendredi 20 novembre 2026" in text
    assert "10.30" in text


@pytest.mark.poppler
def test_outside_the_exercise_environment_the_papers_are_dutch(tmp_path: Path, settings: object) -> None:
    settings.OEFENOMGEVING = False  # type: ignore[attr-defined]
    made = papers.leaflet("fr", SITE)
    text = told("pdftotext", made, tmp_path)
    assert "Pourquoi" not in text
    assert "Geef de uitleg met een tolk." in text
    assert "Bonjour" not in told("pdftotext", papers.letters([person("fr")], SITE), tmp_path)
