"""The world over time: who may read, what a referral sets in motion, numbers that are replaced."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.simulator.asking import (
    AGENCY,
    OTHER,
    TODAY,
    about,
    case,
    deregistration,
    hear,
    inscription,
    notification,
    notifications,
    question,
    referral,
)  # fmt: skip
from toeleiding.magda import services
from toeleiding.simulator.ledger import JournalError
from toeleiding.simulator.population import EDGE_CASES, life
from toeleiding.simulator.world import World

REFERRAL_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class Calendar:
    """A clock that tests turn."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> date:
        return self.day


def living(day: date = TODAY, **more: object) -> tuple[World, Calendar]:
    world, calendar = World(**more), Calendar(day)  # type: ignore[arg-type]
    world._clock = calendar
    return world, calendar


def test_reading_a_person_takes_an_inscription() -> None:
    world, insz = World(today=TODAY), case("registered-before-arrival")
    assert hear(world, about(services.VDAB, insz)).problems == [(3, "40003", "MAGDA", "FOUT")]
    assert hear(world, about(services.WORK, insz)).codes == ["40003"]
    refused = hear(world, about(services.JOBSEEKER, insz))
    assert (refused.text("status/code"), refused.codes) == ("MSG00012", ["70002"])
    assert hear(world, inscription(insz)).text("Resultaat") == "1"
    assert hear(world, about(services.VDAB, insz)).text("Catwz") == "03"
    assert hear(world, about(services.JOBSEEKER, insz)).text("pes/status/value") == "DATA_FOUND"


def test_the_agencies_own_file_needs_no_inscription() -> None:
    heard = hear(World(today=TODAY), about(services.KBI_2, case("never-registered")))
    assert heard.text("KBIDossier/Personalia/INSZ") == case("never-registered")
    assert heard.text("Contract/DatumRegistratie")


def test_a_second_inscription_is_a_warning_beside_success() -> None:
    world, insz = World(today=TODAY), case("flexi-job")
    hear(world, inscription(insz))
    again = hear(world, inscription(insz))
    assert again.text("Resultaat") == "1"
    assert again.problems == [(3, "40143", "MAGDA", "WAARSCHUWING")]
    assert hear(world, inscription(insz, end="2028-01-01")).codes == []


def test_an_inscription_that_has_ended_or_was_closed_no_longer_grants_reading() -> None:
    world, insz = World(today=TODAY), case("flexi-job")
    hear(world, inscription(insz, end="2026-11-22"))
    assert hear(world, about(services.WORK, insz)).codes == ["40003"]
    hear(world, inscription(insz, end="2027-01-01"))
    assert hear(world, about(services.WORK, insz)).text("AardWerknemer") == "FLX"
    assert hear(world, deregistration(insz)).text("Resultaat") == "1"
    assert hear(world, about(services.WORK, insz)).codes == ["40003"]
    assert hear(world, deregistration(insz)).text("Resultaat") == "0"


def test_an_inscription_says_what_is_wrong_with_it() -> None:
    world, insz = World(today=TODAY), case("flexi-job")
    assert hear(world, inscription(insz, uri="iemand.anders")).codes == ["20005"]
    assert hear(world, inscription(insz, end="2021-01-01")).codes == ["20003"]
    assert hear(world, inscription("90640100199")).codes == ["20002"]
    failing = hear(world, inscription(case("inscription-fails")))
    assert (failing.text("Resultaat"), failing.codes) == ("0", [])


def test_a_referral_becomes_a_waiting_file_then_an_invitation_then_a_category() -> None:
    world, calendar = living(check_repertorium=False)
    insz = case("never-registered")
    assert hear(world, about(services.VDAB, insz)).problems == [(3, "30001", "VDAB", "FOUT")]
    assert hear(world, referral(insz, REFERRAL_ID)).text("Inhoud/Id") == REFERRAL_ID
    waiting = hear(world, about(services.VDAB, insz))
    assert waiting.text("Vestiging/ID") == "WW-MECH-01"
    assert waiting.text("Catwz") is None
    assert waiting.text("ToeleidingsID") is None
    calendar.day += timedelta(days=7)
    invited = hear(world, about(services.VDAB, insz))
    assert invited.text("Uitnodiging/ToeleidingsID") == REFERRAL_ID
    assert invited.text("Catwz") is None
    calendar.day += timedelta(days=20)
    registered = hear(world, about(services.VDAB, insz))
    assert registered.text("Catwz") in ("03", "05")
    assert registered.text("DossierBeheerder/Persoon/Naam")
    assert registered.text("Uitnodiging/ToeleidingsID") == REFERRAL_ID
    assert hear(world, about(services.JOBSEEKER, insz)).text("pes/status/value") == "DATA_FOUND"


def test_the_same_referral_twice_is_one_referral_and_another_content_is_refused() -> None:
    world, insz = World(today=TODAY), case("never-registered")
    for _ in range(2):
        assert hear(world, referral(insz, REFERRAL_ID)).text("Inhoud/Id") == REFERRAL_ID
    assert len(world.ledger.referrals) == 1
    assert hear(world, referral(insz, REFERRAL_ID, reason="ANDERE")).codes == ["50000"]


def test_a_referral_with_a_user_in_its_context_is_refused() -> None:
    world = World(today=TODAY)
    heard = hear(world, referral(case("never-registered"), REFERRAL_ID, sender=AGENCY))
    assert heard.problems == [(2, "13101", "MAGDA", "FOUT")]
    assert world.ledger.referrals == {}


def test_a_replaced_number_is_refused_by_each_source_in_its_own_way() -> None:
    world = World(today=TODAY, check_repertorium=False)
    bis = life(2022, EDGE_CASES["bis-to-national-number"])
    assert bis.replaced_by
    for service, level in ((services.VDAB, 3), (services.WORK, 3), (services.KBI_2, 2)):
        heard = hear(world, about(service, bis.insz))
        assert heard.problems == [(level, "30004", "MAGDA", "FOUT")]
        assert bis.replaced_by in heard.all("Annotatie/Waarde")
    ksz = hear(world, about(services.JOBSEEKER, bis.insz))
    assert (ksz.text("status/code"), ksz.text("fieldValue")) == ("MSG00006", bis.replaced_by)
    known = hear(world, about(services.PERSON, bis.insz))
    assert known.text("Persoon/INSZ") == bis.replaced_by
    assert known.problems == [(3, "30004", "MAGDA", "WAARSCHUWING")]
    assert hear(world, about(services.VDAB, bis.replaced_by)).text("Personalia/INSZ") == bis.replaced_by


def test_before_its_day_the_new_number_does_not_exist_for_the_sources() -> None:
    bis = life(2022, EDGE_CASES["bis-to-national-number"])
    assert bis.replaced_by
    assert bis.replaced_on
    world = World(today=bis.replaced_on - timedelta(days=1), check_repertorium=False)
    assert hear(world, about(services.VDAB, bis.replaced_by)).codes == ["30001"]
    assert hear(world, about(services.VDAB, bis.insz)).text("Catwz")


def test_each_edge_case_answers_as_its_story_says() -> None:
    world = World(today=TODAY, check_repertorium=False)

    def vdab(slug: str) -> object:
        return hear(world, about(services.VDAB, case(slug)))

    assert vdab("unknown-category").text("Catwz") == "47"
    assert vdab("vdab-no-data-with-proof").codes == ["30001"]
    assert vdab("lapsed-category-93").codes == ["30001"]
    assert vdab("counsellor-empty").text("DossierBeheerder/Vestiging/ID") is None
    assert vdab("counsellor-left").text("DossierBeheerder/Vestiging/ID")
    assert vdab("counsellor-left").text("DossierBeheerder/Persoon/Naam") is None
    assert vdab("dossier-without-category").text("Vestiging/ID")
    assert vdab("dossier-without-category").text("Catwz") is None
    assert vdab("cancelled-number").codes == ["30002"]
    assert vdab("vdab-source-down").problems == [(2, "99996", "MAGDA", "FOUT")]
    assert hear(world, about(services.WORK, case("self-employed-main"))).codes == ["30001"]
    strange = hear(world, about(services.WORK, case("unknown-worker-type")))
    assert (strange.text("AardWerknemer"), strange.codes) == ("ZZQ", ["99984"])
    assert hear(world, about(services.WORK, case("cancelled-declaration"))).text("Geannuleerd") == "1"
    assert hear(world, about(services.WORK, case("interim-work"))).text("InterimOnderneming/Naam")
    partial = hear(world, about(services.JOBSEEKER, case("partial-register-answer")))
    assert (partial.text("status/value"), partial.codes) == ("INCOMPLETE_DATA", ["70001"])
    moved = hear(world, about(services.PERSON, case("moves-antwerp-mechelen")))
    assert moved.text("NISCodeGemeente") == "12025"


def test_strangers_are_mostly_not_known_and_wrong_numbers_are_refused() -> None:
    world = World(today=TODAY, check_repertorium=False)
    assert hear(world, about(services.KBI_2, "12661299835")).problems == [(2, "30001", "MAGDA", "FOUT")]
    assert hear(world, about(services.WORK, "12661299835")).problems == [(3, "30001", "KSZ", "FOUT")]
    assert hear(world, about(services.VDAB, "12661299836")).codes == ["20002"]
    assert hear(
        World(today=TODAY, people=10, check_repertorium=False), about(services.VDAB, case("ocmw-registers"))
    ).codes == ["30001"]


def test_the_same_seed_and_the_same_questions_give_the_same_bytes() -> None:
    asked = [inscription(case("ibo-training"))]
    asked += [about(service, case("ibo-training")) for service in (services.VDAB, services.WORK, services.KBI_2)]
    asked += [referral(case("never-registered"), REFERRAL_ID), notifications()]
    first, second, other = World(today=TODAY), World(today=TODAY), World(seed=7, today=TODAY)
    answers = [first.answer(data) for data in asked]
    assert answers == [second.answer(data) for data in asked]
    assert answers != [other.answer(data) for data in asked]


def test_changes_are_told_once_confirmed_and_again_when_not() -> None:
    world, calendar = living(date(2026, 1, 1))
    for index in range(120):
        world.answer(inscription(life(2022, index).insz))
    assert hear(world, notifications()).codes == ["30016"]
    calendar.day = TODAY
    first = hear(world, notifications())
    told = first.all("MutatieNotificatie/Referte")
    assert len(told) == 100
    assert hear(world, notifications()).all("MutatieNotificatie/Referte") == told
    assert hear(world, notifications(first.text("Ontvangstreferte"))).codes == ["30014"]
    latest = hear(world, notifications()).text("Ontvangstreferte")
    rest = hear(world, notifications(latest))
    assert rest.all("MutatieNotificatie/Referte")
    assert rest.all("MutatieNotificatie/Referte") != told


def test_notifications_come_to_an_end_and_some_come_late_twice_or_out_of_order() -> None:
    world, calendar = living(date(2026, 1, 1))
    for index in range(150):
        world.answer(inscription(life(2022, index).insz))
    days: list[str] = []
    references: list[str] = []
    for _ in range(200):
        calendar.day += timedelta(days=2)
        receipt = None
        while True:
            heard = hear(world, notifications(receipt))
            if heard.codes == ["30016"]:
                break
            days += heard.all("MutatieNotificatie/Tijdstip/Datum")
            references += heard.all("MutatieNotificatie/Referte")
            receipt = heard.text("Ontvangstreferte")
    assert len(set(references)) < len(references)
    assert days != sorted(days)
    assert len(set(references)) > 100


def test_a_source_tells_others_that_something_changed_but_not_those_without_inscription() -> None:
    world, insz = World(today=TODAY), case("flexi-job")
    assert hear(world, notification(insz, "melding-1")).text("Resultaat") == "1"
    assert hear(world, notifications()).codes == ["30016"]
    hear(world, inscription(insz))
    hear(world, inscription(insz, sender=OTHER))
    hear(world, notification(insz, "melding-2"))
    heard = hear(world, notifications())
    assert heard.all("Subject/Sleutel") == [insz]
    assert heard.all("MutatieNotificatie/Referte") == ["melding-2"]
    assert hear(world, notifications(sender=OTHER)).codes == ["30016"]


def test_the_national_register_tells_of_replaced_numbers_and_moves() -> None:
    world, calendar = living(date(2026, 1, 1))
    bis, moving = life(2022, EDGE_CASES["bis-to-national-number"]), life(2022, EDGE_CASES["moves-antwerp-mechelen"])
    hear(world, inscription(bis.insz))
    hear(world, inscription(moving.insz))
    calendar.day = TODAY
    heard = hear(world, notifications(service=services.PERSON_NOTIFICATIONS))
    assert heard.all("PersoonMutatiesNotificaties/NieuwINSZ") == [bis.replaced_by]
    assert set(heard.all("PersoonMutatiesNotificaties/INSZ")) == {bis.insz, moving.insz}


def test_what_others_did_survives_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "journaal.jsonl"
    world, insz = World(today=TODAY, journal=journal), case("never-registered")
    hear(world, inscription(insz))
    hear(world, referral(insz, REFERRAL_ID))
    world.close()
    again = World(today=TODAY, journal=journal)
    assert hear(again, about(services.VDAB, insz)).text("Vestiging/ID") == "WW-MECH-01"
    assert hear(again, inscription(insz)).codes == ["40143"]
    again.close()


def test_half_a_line_at_the_end_of_the_journal_never_counted(tmp_path: Path) -> None:
    journal = tmp_path / "journaal.jsonl"
    world = World(today=TODAY, journal=journal)
    hear(world, inscription(case("flexi-job")))
    world.close()
    with journal.open("ab") as file:
        file.write(b'{"op":"inscribe","on":"2026-')
    again = World(today=TODAY, journal=journal)
    assert hear(again, inscription(case("student-job"))).codes == []
    again.close()
    third = World(today=TODAY, journal=journal)
    assert hear(third, inscription(case("student-job"))).codes == ["40143"]
    third.close()


def test_a_broken_journal_says_which_line(tmp_path: Path) -> None:
    journal = tmp_path / "journaal.jsonl"
    journal.write_text('{"op":"bestaat_niet","on":"2026-01-01"}\n')
    with pytest.raises(JournalError, match=r"Regel 1 .* Herstel"):
        World(journal=journal)


@pytest.mark.parametrize(
    "hostile",
    [
        b"", b"geen xml", b"<a>", b"\xff\xfe\x00", b"<a/>", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        b"<a>" * 10_000, b"<a>" + b"x" * 9_000_000 + b"</a>",
        about(services.VDAB, "90640100191").replace(b"01.00.0000", b"07.00.0000"),
        about(services.VDAB, "90640100191").replace(b"2026-11-23", b"morgen"),
        about(services.VDAB, "90640100191").replace(b"Inhoud>", b"Iets>"),
        about(services.VDAB, "90640100191").replace(b"geefdossier.kbi", b"iets.anders"),
    ],
    ids=lambda data: data[:24].decode("latin-1"),
)  # fmt: skip
def test_hostile_input_gets_a_soap_fault_with_a_sentence(hostile: bytes) -> None:
    reply = World(today=TODAY).answer(hostile)
    assert reply.status == 500
    assert b"soapenv:Client" in reply.body
    assert b"Traceback" not in reply.body


def test_an_empty_question_is_a_validation_error_not_a_crash() -> None:
    world = World(today=TODAY, check_repertorium=False)
    for service in services.ALL:
        heard = hear(world, question(service, [("Iets", "anders")]))
        assert heard.codes
        assert set(heard.codes) <= {"50000", "20005", "13101"}
