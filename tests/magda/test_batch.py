"""A file of many questions is written, a file of many answers is read: one outcome per reference, whatever came."""

import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from toeleiding.magda import Outcome, Sender, batch, read_answer, services, vdab, work
from toeleiding.magda.envelope import read_question
from toeleiding.magda.prefixes import TABLE, file_name, prefix_of, read_own, stem
from toeleiding.magda.services import Service
from toeleiding.magda.xml import MAX_BYTES, UnreadableError, UnwritableError

WHO = ("90641210134", "00600100193", "12661299835")
SENDER = Sender("oefening.example/toeleiding", "ipdc0000", "56663058952")
AT = datetime(2026, 3, 2, 10, 15, 30, 7_000)
VDAB = services.VDAB
CONTEXT = (
    "<Context><Naam>GeefDossierVDAB</Naam><Versie>01.00.0000</Versie><Bericht><Type>ANTWOORD</Type><Tijdstip>"
    "<Datum>2026-03-02</Datum><Tijd>11:00</Tijd></Tijdstip><Afzender><Identificatie>vip.vlaanderen.be</Identificatie>"
    "<Referte>hun-bestand</Referte></Afzender><Ontvanger><Identificatie>wij</Identificatie><Referte>ons-bestand"
    "</Referte></Ontvanger></Bericht></Context>"
)


def written(references: Iterable[str], service: Service = VDAB) -> bytes:
    out = BytesIO()
    questions = (batch.fragment(batch.Asked(one, vdab.Question(WHO[0])), service) for one in references)
    batch.write(service, questions, SENDER, out, reference="ons-bestand", at=AT)
    return out.getvalue()


def trouble(code: str, kind: str = "FOUT") -> str:
    return (
        f"<Uitzonderingen><Uitzondering><Identificatie>{code}</Identificatie><Oorsprong>MAGDA</Oorsprong>"
        f"<Type>{kind}</Type><Diagnose>proef</Diagnose></Uitzondering></Uitzonderingen>"
    )


def answer(reference: str | None, insz: str = WHO[0], more: str = "", content: bool = True) -> str:
    own = f"<Referte>{reference}</Referte>" if reference else ""
    inside = (
        f"<Inhoud><DossierVDAB><Personalia><INSZ>{insz}</INSZ></Personalia>"
        '<Dossier DatumGeldigheid="2026-01-01" DatumModificatie="2026-01-01"><Catwz>03</Catwz></Dossier>'
        "</DossierVDAB></Inhoud>"
    )
    return f"<Antwoord>{own}{inside if content else ''}{more}</Antwoord>"


def came(folder: Path, *answers: str, two: str = "", one: str = "", reply: bool = True, context: str = CONTEXT) -> Path:
    path = folder / "XXX_20260302110000000"
    inner = f"<Antwoorden>{''.join(answers)}</Antwoorden>" if answers else ""
    repliek = f"<Repliek>{context}{inner}{two}</Repliek>" if reply else ""
    path.write_text(
        f'<w:GeefDossierVDABResponse xmlns:w="{VDAB.batch_namespace}">{repliek}{one}</w:GeefDossierVDABResponse>'
    )
    return path


def read(path: Path) -> dict[str | None, Outcome]:
    overview = batch.survey(path)
    return {part.reference: read_answer(part.message, expect=VDAB).outcome for part in batch.parts(path, overview)}


class TestWriting:
    def test_many_questions_stand_under_one_context_without_soap(self, tmp_path: Path) -> None:
        path = tmp_path / "vragen"
        path.write_bytes(written(["een", "twee", "drie"]))
        overview = batch.survey(path)
        assert (overview.service, overview.kind, overview.references) == (VDAB, "question", ("een", "twee", "drie"))
        assert overview.context is not None
        assert overview.context.sender.reference == "ons-bestand"
        assert b"Envelope" not in path.read_bytes()
        assert [read_question(part.message).reference for part in batch.parts(path, overview)] == [
            "een", "twee", "drie",
        ]  # fmt: skip

    def test_a_reference_that_occurs_twice_is_refused(self) -> None:
        with pytest.raises(UnwritableError, match="staat al in dit bestand"):
            written(["een", "een"])

    def test_an_empty_file_is_not_written(self) -> None:
        with pytest.raises(UnwritableError, match="zonder vragen"):
            written([])

    def test_more_questions_than_a_file_may_hold_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "MAX_QUESTIONS", 2)
        with pytest.raises(UnwritableError, match="hoogstens 2"):
            written(["een", "twee", "drie"])

    def test_another_service_or_a_long_reference_is_refused(self) -> None:
        with pytest.raises(UnwritableError, match="alleen vragen van die dienst"):
            batch.fragment(batch.Asked("een", work.Question(WHO[0], date(2026, 1, 1))), VDAB)
        with pytest.raises(UnwritableError, match="1 tot 36"):
            batch.fragment(batch.Asked("x" * 37, vdab.Question(WHO[0])), VDAB)

    def test_one_question_of_a_file_can_be_kept_by_itself(self) -> None:
        question = batch.fragment(batch.Asked("een", vdab.Question(WHO[0])), VDAB)
        alone = read_question(batch.alone(VDAB, question, SENDER, reference="ons-bestand", at=AT))
        assert (alone.reference, alone.context.sender.reference) == ("een", "ons-bestand")


class TestReading:
    def test_answers_come_in_another_order_and_one_is_missing(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("c", WHO[2]), answer("a"))
        assert read(path) == {"c": Outcome.KNOWN, "a": Outcome.KNOWN}

    def test_each_answer_has_its_own_exception_at_level_three(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("a", more=trouble("30001"), content=False), answer("b"))
        assert read(path) == {"a": Outcome.NOT_KNOWN, "b": Outcome.KNOWN}

    def test_level_two_holds_for_all_and_the_worst_of_the_levels_wins(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("a"), answer("b", more=trouble("13001"), content=False), two=trouble("99996"))
        assert read(path) == {"a": Outcome.SOURCE_DOWN, "b": Outcome.REFUSED}
        assert batch.survey(path).failed

    def test_a_warning_at_level_two_leaves_content_standing(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("a"), two=trouble("99984", "WAARSCHUWING"))
        assert read(path) == {"a": Outcome.KNOWN}
        assert not batch.survey(path).failed

    def test_level_one_beside_an_absent_repliek_holds_for_every_question(self, tmp_path: Path) -> None:
        overview = batch.survey(came(tmp_path, reply=False, one=trouble("50000")))
        assert (overview.context, overview.references, overview.failed) == (None, (), True)
        said = read_answer(batch.for_all(overview), expect=VDAB)
        assert said.outcome is Outcome.INVALID
        assert [line.level for line in said.exceptions] == [1]

    def test_the_same_answer_twice_is_one_and_two_different_ones_are_ambiguous(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("a"), answer("a"), answer("b"), answer("b", WHO[1]))
        assert read(path) == {"a": Outcome.KNOWN, "b": Outcome.AMBIGUOUS}

    def test_an_answer_without_a_reference_belongs_to_nobody(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer(None), answer("a"))
        assert batch.survey(path).nameless == 1
        assert read(path) == {None: Outcome.KNOWN, "a": Outcome.KNOWN}

    def test_an_answer_inside_an_answer_is_no_answer(self, tmp_path: Path) -> None:
        nested = answer("a").replace("<Inhoud>", f"<Inhoud><Antwoorden>{answer('b')}</Antwoorden>")
        assert batch.survey(came(tmp_path, nested)).references == ("a",)

    def test_a_file_that_changes_while_it_is_read_is_noticed(self, tmp_path: Path) -> None:
        overview = batch.survey(came(tmp_path, answer("a")))
        path = came(tmp_path, answer("a"), answer("b"))
        with pytest.raises(UnreadableError, match="veranderde"):
            list(batch.parts(path, overview))

    def test_ten_thousand_answers_are_read_in_little_memory(self, tmp_path: Path) -> None:
        few = came(tmp_path, answer("een")).rename(tmp_path / "XXX_20260302110000001")
        many = came(tmp_path, *(answer(f"r-{at}", more=" " * 3_000) for at in range(10_000)))
        assert many.stat().st_size > 30_000_000
        (count, peak), (one, base) = measured(many), measured(few)
        assert (count, one) == (10_000, 1)
        assert peak - base < 15_000  # kB: less than half of the file


def measured(path: Path) -> tuple[int, int]:
    """How many answers are known, and the most memory in kB that a process of its own needed to read them."""
    code = (
        "import sys, resource\nfrom pathlib import Path\nfrom toeleiding.magda import batch, read_answer\n"
        "path = Path(sys.argv[1])\noverview = batch.survey(path)\n"
        "print(sum(read_answer(part.message).outcome == 'KNOWN' for part in batch.parts(path, overview)),"
        " resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, peak = done.stdout.split()
    return int(count), int(peak)


class TestHostile:
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "leeg"),
            (b"geen xml", "geen XML"),
            (b"<a", "geen goed gevormde XML"),
            (b"<a/>", "geen bestand van een dienst"),
            (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DTD"),
            (b"<a>" + b" " * 70_000 + b"<!DOCTYPE b>", "DTD"),
            (b"<a>" + b" " * (65_536 - 8) + b"<!DOCTYPE b>", "DTD"),
            (b"<a>\0</a>", "nulbytes"),
            (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "codering"),
            (b"<a>" * 400, "te diep"),
            (b"<a><Context>" + b"<b/>" * (MAX_BYTES // 4 + 20_000) + b"</Context></a>", "is groter dan 8 MB"),
        ],
        ids=["leeg", "tekst", "half", "vreemd", "dtd", "late dtd", "dtd op een grens", "nul", "utf-7", "diep", "groot"],
    )
    def test_what_is_no_file_of_ours_is_refused_with_a_sentence(
        self, tmp_path: Path, data: bytes, sentence: str
    ) -> None:
        path = tmp_path / "XXX_20260302110000000"
        path.write_bytes(data)
        with pytest.raises(UnreadableError, match=sentence):
            batch.survey(path)

    def test_a_file_that_breaks_off_has_no_answers_at_all(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("a"), answer("b"))
        path.write_bytes(path.read_bytes()[:-60])
        with pytest.raises(UnreadableError, match="afgebroken"):
            batch.survey(path)

    def test_too_many_pieces_or_bytes_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = came(tmp_path, answer("a"), answer("b"))
        monkeypatch.setattr("toeleiding.magda.slices.MAX_PARTS", 1)
        with pytest.raises(UnreadableError, match="meer dan 1 stukken"):
            batch.survey(path)
        monkeypatch.setattr("toeleiding.magda.slices.MAX_FILE_BYTES", 100)
        with pytest.raises(UnreadableError, match="groter dan"):
            batch.survey(path)

    def test_a_number_that_is_no_number_is_not_understood_and_the_others_stand(self, tmp_path: Path) -> None:
        path = came(tmp_path, answer("a", "٩٠٦٤١٢١٠١٣٤"), answer("b"))
        assert read(path) == {"a": Outcome.NOT_UNDERSTOOD, "b": Outcome.KNOWN}


class TestNames:
    def test_the_documented_prefix_and_form(self) -> None:
        prefix = prefix_of(services.DEREGISTER_0, {}, date(2026, 3, 2))
        assert (prefix.text, prefix.status) == ("rgud", "documented")
        assert file_name("rgud", datetime(2013, 11, 3, 11, 55, 55, 530_000)) == "rgud_20131103115555530"

    def test_an_unknown_prefix_is_shown_as_unknown_until_somebody_gives_it(self) -> None:
        assert not prefix_of(VDAB, {}, date(2026, 3, 2)).known
        assert prefix_of(VDAB, {}, date(2026, 3, 2)).text == "XXX"
        own = read_own("GeefDossierVDAB=gdvd, GeefWerkrelaties 02.00 = gwrk")
        assert prefix_of(VDAB, own, date(2026, 3, 2)).text == "gdvd"
        assert prefix_of(services.WORK, own, date(2026, 3, 2)).status == "configured"

    def test_every_service_has_one_line_today(self) -> None:
        today = [row for row in TABLE if row.holds_on(date(2026, 3, 2))]
        assert sorted(row.service.key for row in today) == sorted(each.key for each in services.ALL)

    @pytest.mark.parametrize("text", ["GeefDossierVDAB", "=abc", "GeefDossierVDAB=../x"])
    def test_a_setting_that_cannot_be_meant_says_so(self, text: str) -> None:
        with pytest.raises(ValueError, match="dienst=prefix"):
            read_own(text)
        with pytest.raises(ValueError, match="letters en cijfers"):
            prefix_of(VDAB, {"GeefDossierVDAB": "../x"}, date(2026, 3, 2))

    def test_a_name_is_recognised_with_and_without_extension(self) -> None:
        assert stem("rgud_20131103115553530") == stem("rgud_20131103115553530.xml") == "rgud_20131103115553530"
        assert stem("leesmij.txt") is None
