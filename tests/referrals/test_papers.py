"""The papers as pictures: seventeen languages with their own letters, in their own direction, none of them a box."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import typst

from toeleiding.referrals.letters import papers
from toeleiding.referrals.texts.content import LANGUAGES, read
from toeleiding.referrals.texts.gate import text_for
from toeleiding.referrals.texts.points import Term, points
from toeleiding.web import pdf

pytestmark = pytest.mark.django_db
SITE = "https://toeleiding.example"
SCRIPT_FONTS = {"Arabic": "NotoSansArabic", "Ethiopic": "NotoSansEthiopic"}
FIRST_SIGNS = {"Arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "Ethiopic": "\u1200-\u137f"}
DUE = date(2026, 11, 20)
TERM = Term(DUE, 60)


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
    made = papers.leaflet(code, SITE, term=TERM)
    assert b"/StructTreeRoot" in made
    assert "Tagged:          yes" in told("pdfinfo", made, tmp_path)
    fonts = told("pdffonts", made, tmp_path).splitlines()[2:]
    assert fonts
    assert all(re.search(r"SourceSans3|NotoSans", line) for line in fonts), fonts
    assert all(re.search(r"\byes +yes +yes\b", line) for line in fonts), "embedded, only the letters in use, readable"
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
    width, height, grey = pixels(papers.leaflet(code, SITE, term=TERM), tmp_path)
    top, bottom = height // 8, height * 8 // 10
    middle, edge = width // 2 + 5, round(width * (1 - 16 / 210))

    def ink(begin: int, end: int) -> int:
        rows = range(top, bottom)
        return sum(1 for row in rows if min(grey[row * width + begin : row * width + end]) < 160)

    left, right = ink(middle, middle + 45), ink(edge - 45, edge + 1)
    assert (right > left) == (read(code).tongue.direction == "rtl"), (left, right)


RTL = [code for code in LANGUAGES if read(code).tongue.direction == "rtl"]
ZWNJ = "\u200c"
STEERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MILLIMETRE = 72 / 25.4
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')
CARD = papers.Meeting(datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "Op kantoor, Grote Markt 1")


def made(paper: str, code: str) -> bytes:
    match paper:
        case "folder":
            return papers.leaflet(code, SITE, term=TERM)
        case "brief":
            return papers.letters([replace(person(code), first_name="Élise")], SITE, date(2026, 11, 1))
        case _:
            return papers.card(person(code), CARD, SITE)


def boxes(paper: bytes, folder: Path) -> list[tuple[float, float, float, float, str]]:
    """Every word with its place on the page: left, top, right, bottom in points."""
    found = WORD.findall(told("pdftotext", paper, folder, "-bbox"))
    return [(float(a), float(b), float(c), float(d), STEERING.sub("", unescape(word))) for a, b, c, d, word in found]


@pytest.mark.poppler
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    ("paper", "wide", "high", "edge"), [("folder", 210, 297, 14), ("brief", 210, 297, 14), ("kaart", 148, 105, 9)]
)
def test_a_paper_is_one_page_with_all_words_inside_its_margins_and_a_code(
    paper: str, wide: int, high: int, edge: int, code: str, tmp_path: Path
) -> None:
    sheet = made(paper, code)
    assert re.search(r"Pages: +1\n", told("pdfinfo", sheet, tmp_path))
    for left, top, right, bottom, word in boxes(sheet, tmp_path):
        assert (edge - 1) * MILLIMETRE < left <= right < (wide - edge + 1) * MILLIMETRE, word
        assert edge * MILLIMETRE < (top + bottom) / 2 < (high - edge) * MILLIMETRE, word
    width, height, grey = pixels(sheet, tmp_path)
    dot = width / wide
    margin = 22 if paper == "brief" else 16 if paper == "folder" else 9
    columns = range(int(width - (margin + 18) * dot), int(width - (margin + 4) * dot))
    rows = range(int(height - (edge + 18) * dot), int(height - (edge + 4) * dot))
    dark = sum(grey[row * width + column] < 128 for row in rows for column in columns)
    assert 0.3 < dark / (len(rows) * len(columns)) < 0.7


@pytest.mark.poppler
@pytest.mark.parametrize("paper", ["folder", "brief", "kaart"])
@pytest.mark.parametrize("code", RTL)
def test_arabic_letters_are_joined(code: str, paper: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same paper with a sign between all letters that keeps them apart, looks otherwise."""
    width, _, joined = pixels(made(paper, code), tmp_path)
    whole = papers.runs

    def apart(text: str, *args: Any, **options: Any) -> list[dict[str, Any]]:
        return whole(re.sub(r"(?<=[\u0620-\u06ff])(?=[\u0620-\u06ff])", ZWNJ, text), *args, **options)

    monkeypatch.setattr(papers, "runs", apart)
    wide, _, loose = pixels(made(paper, code), tmp_path)
    assert (wide, len(loose)) == (width, len(joined))
    ink = sum(one < 128 for one in joined)
    other = sum((one < 128) != (two < 128) for one, two in zip(joined, loose, strict=True))
    assert other > ink / 20


@pytest.mark.poppler
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_date_runs_as_its_language_does(code: str, tmp_path: Path) -> None:
    """On the card, in the column of the language: the day before the year, and the month in words between them."""
    rtl = code in RTL
    half = 0 if code == "nl" else 148 * MILLIMETRE / 2
    wanted = ("20", "2026", read(code).text["maanden"].split()[10])
    found = [box for box in boxes(made("kaart", code), tmp_path) if box[0] > half and box[4] in wanted]
    line = next(bottom for *_, bottom, word in found if word == "20")
    found.sort(key=lambda box: (box[3] > line + 8, -box[0] if rtl else box[0]))
    date_in_order = [word for *_, word in found]
    # What a reader of PDF takes for a word is no word in Arabic script, so there the numbers have to do.
    assert len(date_in_order) == (2 if rtl else 3)
    assert (date_in_order[0], date_in_order[-1]) == ("20", "2026")


@pytest.mark.poppler
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_name_and_a_number_keep_their_order_in_a_letter(code: str, tmp_path: Path) -> None:
    found = boxes(made("brief", code), tmp_path)
    names = [word for *_, word in found if re.fullmatch(r"\W*Élise\W*", word)]
    assert len(names) == (2 if code == "nl" else 3)
    rows: dict[float, list[tuple[float, str]]] = {}
    for left, _, _, bottom, word in found:
        if number := re.fullmatch(r"\W*(0800|30|700)\W*", word):
            rows.setdefault(round(bottom), []).append((left, number[1]))
    assert len(rows) == (1 if code == "nl" else 2)
    assert all([word for _, word in sorted(row)] == ["0800", "30", "700"] for row in rows.values())


@pytest.mark.poppler
@pytest.mark.parametrize("code", RTL)
def test_a_place_in_latin_letters_stays_in_one_piece_on_a_card_from_right_to_left(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks as it does between the signs that isolate it (U+2066, U+2069), and otherwise without either."""
    place = replace(CARD, where="+32 9 000, zaal 3 (Gent)")
    whole = papers.runs

    def drawn(around: str) -> bytes:
        def plain(text: str, *args: Any, **options: Any) -> list[dict[str, Any]]:
            alone = [{"t": around.format(text), "latin": False}]
            return alone if text == place.where else whole(text, *args, **options)

        with monkeypatch.context() as patched:
            patched.setattr(papers, "runs", plain)
            return pixels(papers.card(person(code), place, SITE), tmp_path)[2]

    ours = pixels(papers.card(person(code), place, SITE), tmp_path)[2]
    assert ours == drawn("\u2066{}\u2069")
    assert ours != drawn("{}")


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
def test_a_sign_without_a_letter_in_our_fonts_stops_nobodys_letter(tmp_path: Path) -> None:
    made = papers.letters([replace(person("en"), first_name="\u738b"), person("ar", 2)], SITE)
    assert "Proef2 Voorbeeldma" in told("pdftotext", made, tmp_path)
    assert "Tagged:          yes" in told("pdfinfo", made, tmp_path)


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


@pytest.mark.poppler
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_phone_number_that_nobody_confirmed_leaves_no_sentence_behind(code: str, tmp_path: Path, client: Any) -> None:
    """Actiris has no number yet: page and paper give the two other ways, and no "Telefoon: bel gratis"."""
    lone = {read(one).text["hoe_telefoon"].partition("{telefoon}")[0].strip() for one in ("nl", code)}
    ways = [point.items for point in points(text_for(code, "ACTIRIS")) if point.id == "hoe"]
    assert len(ways[0]) == 2
    page = client.get(f"/info/{code}/actiris").content.decode()
    assert not [one for one in lone if one in page]
    assert f"/info/{'nl' if code != 'nl' else 'ar'}/actiris" in page
    assert "/vdab" not in page
    for sheet in (
        papers.leaflet(code, SITE, "ACTIRIS"),
        papers.letters([replace(person(code), service="ACTIRIS")], SITE, date(2026, 11, 1)),
    ):
        text = told("pdftotext", sheet, tmp_path)
        assert "Telefoon:" not in text
        assert "actiris.brussels" in text
