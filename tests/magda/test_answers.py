"""What a register answered becomes one of a closed set, with typed facts."""

from datetime import date

import msgspec
import pytest

from tests.magda import messages as m
from toeleiding.magda import Outcome, read_answer, services
from toeleiding.magda.work import WorkEntry


def test_a_kbi_file_of_either_version_becomes_one_model() -> None:
    for service in (services.KBI_1, services.KBI_2):
        answer = read_answer(m.soap(m.kbi(service)), expect=service)
        facts = answer.facts
        assert (answer.outcome, answer.insz, answer.version) == (Outcome.KNOWN, m.INSZ, service.version)
        assert answer.reference == answer.question_reference == m.ASKED
        assert (facts.family_names, facts.first_names) == (["Proefpersoon"], ["Testa", "Twee"])
        assert (facts.birth_date, facts.sex, facts.created_by_kbo) == ("1990-00-00", "V", "0543307391")
        assert (facts.target_group.code, facts.target_group.type) == ("JA", "PLICHT")
        assert [each.registered_on for each in facts.contracts] == [date(2026, 2, 2), date(2021, 5, 4)]
        assert (facts.language.contact, facts.language.dutch) == ("AR", "A2")
        track = facts.tracks[0]
        assert (track.type, track.status, track.caseworker.name) == ("TT_IBRH", "OP", "Bea Begeleider")
        assert (track.caseworker.email, track.caseworker.phone) == ("bea@example.org", "0470000000")
        assert facts.referrals[0].id == "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert facts.work_situation == "Niet werkend"
    assert facts.language.dutch_entry == "A1"


def test_the_letter_o_in_a_contract_type_of_the_first_version_becomes_a_zero() -> None:
    assert read_answer(m.kbi(services.KBI_1)).facts.contracts[0].type == "IC013G"


def test_several_files_of_one_person_are_ambiguous() -> None:
    two = m.answer(services.KBI_2, "<KBIDossier/><KBIDossier/>")
    assert read_answer(two).outcome is Outcome.AMBIGUOUS


def test_a_vdab_file_gives_category_counsellor_and_invitation() -> None:
    answer = read_answer(m.answer(services.VDAB, m.vdab()))
    facts = answer.facts
    assert (answer.outcome, facts.category, facts.category_words, facts.registered) == ("KNOWN", "03", "Vrij", True)
    assert facts.registered_on == date(2026, 2, 10)
    assert (facts.counsellor.name, facts.counsellor.office) == ("Ben Bemiddelaar", "Werkwinkel Gent")
    invitation = facts.invitations[0]
    assert invitation.referral_id == "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert (invitation.on, invitation.state, invitation.state_words) == (date(2026, 3, 9), "U", "Uitgestuurd")


def test_a_change_of_the_category_is_not_the_start_of_the_registration() -> None:
    dossier = '<Dossier DatumModificatie="2026-02-10"><Catwz>03</Catwz></Dossier>'
    facts = read_answer(m.answer(services.VDAB, m.vdab(dossier))).facts
    assert facts.registered_on is None
    assert facts.category_dated == date(2026, 2, 10)


def test_a_vdab_file_without_a_category_is_partial_and_not_registered() -> None:
    answer = read_answer(m.answer(services.VDAB, m.vdab("")))
    assert (answer.outcome, answer.facts.registered, answer.facts.registered_on) == (Outcome.PARTIAL, False, None)


def test_dimona_gives_work_as_the_rules_read_it() -> None:
    answer = read_answer(
        m.work(
            m.contract("OTH", "2026-01-05", "2026-06-30"),
            m.contract("EXT", cancelled=True),
            m.contract("STU", interim=True),
            m.contract("ZZZ", end="9999-12-31"),
        )
    )
    begin = date(2026, 1, 5)
    assert answer.facts.work == [
        WorkEntry("EMPLOYEE", begin, date(2026, 6, 30), None, False),
        WorkEntry("OCCASIONAL", begin, None, None, True),
        WorkEntry("INTERIM", begin, None, None, False),
        WorkEntry("OTHER", begin, None, None, False),
    ]
    assert answer.facts.employments[0].employer_kbo == "0400000019"


def test_jobs_of_different_persons_are_never_mixed() -> None:
    answer = read_answer(m.work(m.contract(), m.contract(insz=m.OTHER)))
    assert (answer.outcome, answer.facts.work, answer.insz) == (Outcome.AMBIGUOUS, None, None)


@pytest.mark.parametrize(("code", "work"), [("30001", []), ("99996", None), ("40003", None), ("77777", None)])
def test_only_no_data_found_means_no_work(code: str, work: list[WorkEntry] | None) -> None:
    for answer in (
        m.answer(services.WORK, level_2=m.exception(code)),
        m.answer(services.WORK, level_3=m.exception(code)),
    ):
        assert read_answer(answer).facts.work == work


def test_content_beside_a_warning_stands() -> None:
    for code in ("99984", "70001", "12345"):
        assert (
            read_answer(m.answer(services.VDAB, m.vdab(), level_3=m.exception(code, "WAARSCHUWING"))).outcome == "KNOWN"
        )


def test_content_that_is_shortened_or_one_of_several_says_so() -> None:
    for code, kind, outcome in (
        ("30030", "WAARSCHUWING", "PARTIAL"),
        ("30040", "INFORMATIE", "PARTIAL"),
        ("30042", "INFORMATIE", "AMBIGUOUS"),
    ):
        answer = read_answer(m.answer(services.VDAB, m.vdab(), level_3=m.exception(code, kind)))
        assert answer.outcome == outcome
        assert answer.facts.category == "03"


def test_exists_already_is_an_answer_to_writing_only() -> None:
    for service in (services.VDAB, services.WORK, services.KBI_2, services.JOBSEEKER):
        answer = read_answer(m.answer(service, level_3=m.exception("40143")))
        assert answer.outcome is Outcome.NOT_UNDERSTOOD


def test_content_beside_an_error_does_not_stand() -> None:
    answer = read_answer(m.answer(services.VDAB, m.vdab(), level_2=m.exception("99996")))
    assert (answer.outcome, answer.facts) == (Outcome.SOURCE_DOWN, None)


def test_not_found_never_hides_that_a_source_was_down() -> None:
    both = m.answer(services.VDAB, level_2=m.exception("99996"), level_3=m.exception("30001"))
    assert read_answer(both).outcome is Outcome.SOURCE_DOWN


def test_a_replaced_number_is_handed_over_with_a_warning_and_with_an_error() -> None:
    notes = {"Oud INSZ": m.INSZ, "Nieuw INSZ": m.OTHER}
    refused = read_answer(m.answer(services.KBI_2, level_3=m.exception("30004", notes=notes)))
    assert (refused.outcome, refused.replaced_by) == (Outcome.REPLACED, m.OTHER)
    person = f"<Persoon><INSZ>{m.OTHER}</INSZ></Persoon>"
    warned = read_answer(m.answer(services.PERSON, person, level_3=m.exception("30004", "WAARSCHUWING", notes=notes)))
    assert (warned.outcome, warned.replaced_by) == (Outcome.KNOWN, m.OTHER)


def test_exceptions_keep_their_level_and_lose_their_line_breaks() -> None:
    answer = read_answer(m.answer(services.KBI_2, level_2=m.exception("13001"), level_3=m.exception("30001")))
    assert [(each.id, each.level, each.diagnosis) for each in answer.exceptions] == [
        ("13001", 2, "Uitleg bij 13001"),
        ("30001", 3, "Uitleg bij 30001"),
    ]


def test_every_employment_service_answers_for_itself() -> None:
    content = m.jobseeker(
        "INCOMPLETE_DATA",
        "HAN20200",
        m.pes("VDAB", "DATA_FOUND", "2026-02-10", "2025-01-02"),
        m.pes("ACTIRIS", "TECHNICAL_ERROR"),
    )
    warned = m.answer(services.JOBSEEKER, content, level_3=m.exception("70001", "WAARSCHUWING", "KSZ"))
    answer = read_answer(warned)
    vdab, actiris = answer.facts.services
    assert answer.outcome is Outcome.PARTIAL
    assert (vdab.service, vdab.outcome, vdab.registered_on) == ("VDAB", Outcome.KNOWN, date(2025, 1, 2))
    assert vdab.inscriptions[0].category_words == "Vrij"
    assert (actiris.service, actiris.outcome) == ("ACTIRIS", Outcome.SOURCE_DOWN)


@pytest.mark.parametrize(
    ("value", "code", "outcome"),
    [
        ("DATA_FOUND", "MSG00000", "KNOWN"),
        ("NO_DATA_FOUND", "MSG00100", "NOT_KNOWN"),
        ("NO_RESULT", "MSG00003", "SOURCE_DOWN"),
        ("NO_RESULT", "MSG00005", "CANCELLED"),
        ("NO_RESULT", "MSG00006", "REPLACED"),
        ("NO_RESULT", "MSG00008", "INVALID"),
        ("NO_RESULT", "MSG00012", "NOT_INTEGRATED"),
        ("NO_RESULT", "MSG00013", "REFUSED"),
        ("NO_RESULT", "MSG09999", "NOT_UNDERSTOOD"),
        ("NO_RESULT", "MSG00000", "NOT_UNDERSTOOD"),
        ("NO_DATA_FOUND", "MSG00012", "NOT_INTEGRATED"),
        ("NO_DATA_FOUND", "MSG00006", "REPLACED"),
    ],
)
def test_the_status_of_the_ksz_says_what_its_exception_means(value: str, code: str, outcome: str) -> None:
    information = f"<information><fieldName>newSSIN</fieldName><fieldValue>{m.OTHER}</fieldValue></information>"
    content = m.jobseeker(value, code, information=information)
    answer = read_answer(m.answer(services.JOBSEEKER, content, level_3=m.exception("70002", origin="KSZ")))
    assert (answer.outcome, answer.replaced_by) == (outcome, m.OTHER)


def test_without_content_the_status_is_looked_for_in_the_annotations() -> None:
    refused = m.exception("70002", origin="KSZ", notes={"code": "MSG00012"})
    assert read_answer(m.answer(services.INSCRIBE_1, level_3=refused)).outcome is Outcome.NOT_INTEGRATED
    bare = m.exception("70002", origin="KSZ")
    assert read_answer(m.answer(services.JOBSEEKER, level_3=bare)).outcome is Outcome.NOT_UNDERSTOOD


def test_an_inscription_that_exists_is_accepted_and_a_zero_is_a_refusal() -> None:
    exists = m.exception("40143", "WAARSCHUWING")
    for content, level_3, accepted, outcome in (
        ("<Resultaat>1</Resultaat>", "", True, "KNOWN"),
        ("<Resultaat>0</Resultaat>", "", False, "REFUSED"),
        ("<Resultaat>0</Resultaat>", exists, True, "KNOWN"),
        (None, exists, True, "KNOWN"),
        (None, m.exception("40088"), False, "SOURCE_DOWN"),
    ):
        answer = read_answer(m.answer(services.INSCRIBE_1, content, level_3=level_3))
        assert (answer.facts.accepted, answer.outcome) == (accepted, outcome)


def test_a_referral_comes_back_with_its_own_identity() -> None:
    answer = read_answer(m.answer(services.REFERRAL, "<Id>0f8fad5b-d9cb-469f-a165-70867728950e</Id>"))
    assert (answer.facts.accepted, answer.facts.id) == (True, "0f8fad5b-d9cb-469f-a165-70867728950e")


def test_notifications_and_the_end_of_them() -> None:
    content = f"""<Onderwerpen><Onderwerp><Referte>r</Referte><Inhoud><MutatieNotificatie><Referte>n-1</Referte>
    <Subject><Type>PERS</Type><Sleutel>{m.INSZ}</Sleutel></Subject><Soort>DOSSIERVDAB</Soort><Bron>VDAB</Bron>
    <Informaties><Informatie>Dossier</Informatie></Informaties></MutatieNotificatie></Inhoud></Onderwerp>
    <Onderwerp><Referte>stuk</Referte></Onderwerp></Onderwerpen><Ontvangstreferte>o-42</Ontvangstreferte>"""
    answer = read_answer(m.answer(services.NOTIFICATIONS, content))
    assert (answer.outcome, answer.facts.receipt, answer.facts.end) == (Outcome.KNOWN, "o-42", False)
    (notification,) = answer.facts.notifications
    assert (notification.reference, notification.key, notification.source) == ("n-1", m.INSZ, "VDAB")
    assert notification.changed == ["Dossier"]
    end = read_answer(m.answer(services.NOTIFICATIONS, level_3=m.exception("30016")))
    assert (end.outcome, end.facts.end) == (Outcome.NOT_KNOWN, True)


def test_a_change_in_the_national_register_carries_both_numbers() -> None:
    content = f"""<Onderwerpen><Onderwerp><Referte>r</Referte><Inhoud><PersoonMutatiesNotificaties>
    <INSZ>{m.OTHER}</INSZ><GeannuleerdINSZ>{m.INSZ}</GeannuleerdINSZ><NieuwINSZ>{m.OTHER}</NieuwINSZ>
    <Type><Code>2</Code></Type><Informaties><Informatie><Identificatie><Code>140</Code></Identificatie></Informatie>
    </Informaties></PersoonMutatiesNotificaties></Inhoud></Onderwerp></Onderwerpen><Ontvangstreferte>o</Ontvangstreferte>"""
    (notification,) = read_answer(m.answer(services.PERSON_NOTIFICATIONS, content)).facts.notifications
    assert (notification.cancelled_insz, notification.new_insz) == (m.INSZ, m.OTHER)
    assert notification.changed == ["140"]


def test_digits_of_another_script_are_no_number() -> None:
    strange = m.vdab().replace(m.INSZ, "٩٠٦٤١٢١٠١٣٤")
    answer = read_answer(m.answer(services.VDAB, strange))
    assert (answer.outcome, answer.insz, answer.facts) == (Outcome.NOT_UNDERSTOOD, None, None)
    assert answer.message is not None
    assert "11 gewone cijfers" in answer.message


@pytest.mark.parametrize("service", services.ALL, ids=lambda service: f"{service.name}-{service.version}")
def test_no_service_takes_an_empty_answer_for_knowledge(service: services.Service) -> None:
    for empty in (m.answer(service), m.answer(service, "")):
        answer = read_answer(empty)
        assert (answer.readable, answer.outcome) == (True, Outcome.NOT_UNDERSTOOD)


def test_an_answer_of_another_service_is_not_understood() -> None:
    answer = read_answer(m.kbi(), expect=services.VDAB)
    assert (answer.readable, answer.outcome) == (False, Outcome.NOT_UNDERSTOOD)
    assert answer.message == "Dit is een antwoord van GeefDossierKBI, gevraagd werd GeefDossierVDAB."


def test_a_fault_of_the_client_is_ours_and_of_the_server_is_theirs() -> None:
    fault = "<s:Fault xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><faultcode>s:{}</faultcode></s:Fault>"
    assert read_answer(m.soap(fault.format("Server").encode())).outcome is Outcome.SOURCE_DOWN
    assert read_answer(m.soap(fault.format("Client").encode())).outcome is Outcome.INVALID


def test_facts_can_be_written_as_json() -> None:
    for message in (m.kbi(), m.work(), m.answer(services.VDAB, m.vdab())):
        assert msgspec.json.decode(msgspec.json.encode(read_answer(message)))["outcome"] == "KNOWN"
