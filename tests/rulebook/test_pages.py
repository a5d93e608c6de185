"""`/regels` and the pages of a draft."""

import pytest
from django.test import Client

from tests.factories import make_staff, sign_in
from toeleiding import law
from toeleiding.organisations.models import Role, Staff
from toeleiding.rulebook import selectors, services
from toeleiding.rulebook.models import RuleSetVersion
from toeleiding.rulebook.words import STATUS_WORDS, value_words

pytestmark = pytest.mark.django_db

# Every row of the rules table of the domain (chapter 9).
DOMAIN_RULES = [
    *(f"R-{number:02d}" for number in range(1, 18)),
    *(f"W-{number:02d}" for number in range(1, 10)),
    *("P-01", "P-02", "L-01", "L-02", "M-01", "M-02", "F-01", "F-02", "F-03", "S-01", "S-02", "B-01", "V-01"),
    *("V-02", "C-01", "C-02", "C-03", "C-04", "A-01", "A-02", "D-01", "D-02", "D-03", "D-04", "G-01", "G-02", "G-03"),
]


@pytest.fixture
def lead() -> Staff:
    return make_staff(Role.PROJECT_LEAD).staff


def browser(role: Role = Role.PROJECT_LEAD) -> Client:
    return sign_in(Client(), make_staff(role))


def draft_of(lead: Staff, name: str = "voorstel") -> RuleSetVersion:
    draft = services.make_draft(name, lead)
    return services.change_rule(draft, "W-01", None, services.Change(0.8, None, None, "Nagaan."), lead)


def test_every_rule_of_the_domain_is_on_the_page_with_value_status_and_source() -> None:
    page = browser().get("/regels").content.decode()
    for rule_id in DOMAIN_RULES:
        versions = law.IN_FORCE.versions(rule_id)
        assert versions, f"{rule_id} ontbreekt in de regels"
        assert f'id="{rule_id}"' in page
        assert any(rule.source.replace("'", "&#x27;") in page for rule in versions)
    for words in STATUS_WORDS.values():
        assert words in page


def test_the_statuses_of_the_domain_table_are_kept() -> None:
    statuses = {rule_id: {rule.status for rule in law.IN_FORCE.versions(rule_id)} for rule_id in DOMAIN_RULES}
    assert statuses["R-12"] == {"documented"}
    assert statuses["R-06"] == statuses["S-02"] == {"inferred"}
    assert all(statuses[f"W-0{number}"] == {"unconfirmed"} for number in range(1, 8))
    assert all(statuses[rule] == {"proposal"} for rule in ("R-07", "R-17", "W-08", "W-09", "V-02", "A-01", "A-02"))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_the_rules_and_only_the_project_lead_may_change_them(role: Role, lead: Staff) -> None:
    draft_of(lead)
    client = browser(role)
    page = client.get("/regels")
    assert page.status_code == 200
    may = role is Role.PROJECT_LEAD
    assert ("Probeer een wijziging" in page.content.decode()) is may
    assert client.get("/regels/R-05").status_code == 200
    assert client.get("/regels/concept/voorstel").status_code == 200
    for address in ("/regels/concept/nieuw", "/regels/concept/voorstel/W-01"):
        assert client.get(address).status_code == (200 if may else 403)
    if not may:
        assert client.post("/regels/concept/voorstel/weg").status_code == 403
        assert client.post("/regels/concept/voorstel/W-01/terug").status_code == 403


def test_who_is_not_signed_in_goes_to_the_sign_in_page() -> None:
    answer = Client().get("/regels?status=unconfirmed")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/aanmelden?verder=")


def test_filters_on_status_and_text() -> None:
    client = browser()
    page = client.get("/regels", {"status": "unconfirmed"}).content.decode()
    assert 'id="W-01"' in page
    assert 'id="R-05"' not in page
    page = client.get("/regels", {"q": "pensioenleeftijd 66"}).content.decode()
    assert 'id="R-10"' in page
    assert "1 van " in page
    page = client.get("/regels", {"q": "bestaat helemaal niet"}).content.decode()
    assert "Geen regel gevonden met deze filters." in page
    assert client.get("/regels", {"status": "onzin", "q": "<b>"}).status_code == 200


def test_one_rule_shows_all_its_dated_values() -> None:
    page = browser().get("/regels/R-10").content.decode()
    for words in ("65 jaar", "66 jaar", "67 jaar", "1 februari 2025 tot en met 31 januari 2030", "S04, S79"):
        assert words in page


def test_an_unconfirmed_rule_says_so_on_its_page() -> None:
    client = browser()
    assumed, written = (client.get(f"/regels/{rule}").content.decode() for rule in ("W-01", "R-05"))
    assert "Aanname, nog te bevestigen" in assumed
    assert "Tel de dossiers die op deze aanname steunen" in assumed
    assert "Aanname, nog te bevestigen" not in written
    assert "deze aanname" not in written


@pytest.mark.parametrize("address", ["/regels/R-99", "/regels/concept/bestaat-niet", "/regels/onzin"])
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert browser().get(address).status_code == 404


def test_the_history_of_a_rule_tells_who_changed_what_and_why(lead: Staff) -> None:
    services.put_in_force(draft_of(lead), "Nieuwe tekst", lead)
    page = browser(Role.CASE_WORKER).get("/regels/W-01").content.decode()
    assert "50\u00a0% van voltijds werd 80\u00a0% van voltijds" in page
    assert "Nagaan." in page
    assert "regelset voorstel" in page
    assert "Reden: Nieuwe tekst" in browser().get("/regels").content.decode()


def test_from_the_button_to_a_changed_rule() -> None:
    client = browser()
    made = client.post("/regels/concept/nieuw", {"name": "langer", "note": "90 dagen?"})
    assert made["Location"] == "/regels/concept/langer"
    changed = client.post(
        "/regels/concept/langer/R-05", {"value": "90", "valid_from": "1 januari 2027", "note": "Meer tijd"}
    )
    assert changed["Location"] == "/regels/concept/langer"
    page = client.get("/regels/concept/langer").content.decode()
    assert "90 dagen" in page
    assert "tot en met 31 december 2026" in page
    assert "Meer tijd" in page
    client.post("/regels/concept/langer/R-05/terug")
    assert selectors.by_name("langer").rules == law.IN_FORCE.rules
    assert client.post("/regels/concept/langer/weg")["Location"] == "/regels"


BAD = [
    ("R-05", {"value": "zestig"}, "Vul bij “Termijn om in te schrijven bij VDAB of Actiris” een heel getal in"),
    ("R-05", {"value": "-1"}, "een getal in van 0 of meer"),
    ("R-05", {"value": "9999"}, "Vul een aantal hele dagen in, van 0 tot en met 3650."),
    ("R-05", {"value": ""}, "Vul “Termijn om in te schrijven bij VDAB of Actiris” in."),
    ("W-01", {"value": "2"}, "Vul een getal in tussen 0 en 1, zoals 0,5."),
    ("W-01", {"value": "veel"}, "Vul een getal in tussen 0 en 1, zoals 0,5."),
    ("W-01", {"value": "NaN"}, "Vul een getal in tussen 0 en 1, zoals 0,5."),
    ("W-01", {"value": "0,8", "note": ""}, "Schrijf kort waarom je dit verandert."),
    ("W-01", {"value": "0,8", "confirmed": "on"}, "Noem de bron die deze waarde bevestigt"),
    ("W-01", {"value": "0,8", "valid_from": "31 februari 2026"}, "Vul een datum in, zoals 24 november 2026."),
    ("W-01", {"value": "0,8", "valid_from": "1/2/2026", "valid_to": "1/1/2026"}, "Het einde ligt voor het begin."),
    ("W-03", {"value": "misschien"}, "Kies een van de mogelijkheden"),
    ("R-01", {"value": "gisteren"}, "Vul een datum in, zoals 24 november 2026."),
    ("A-01", {"value_reminder": "30", "value_escalation": "x"}, "een heel getal in"),
    ("C-04", {"value_00": ""}, "in."),
]


@pytest.mark.parametrize(("rule", "given", "sentence"), BAD)
def test_a_bad_value_gets_a_dutch_sentence_and_changes_nothing(
    lead: Staff, rule: str, given: dict[str, str], sentence: str
) -> None:
    services.make_draft("fout", lead)
    answer = browser().post(f"/regels/concept/fout/{rule}", {"note": "Nagaan.", **given})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert "Fout: " in answer.content.decode()
    assert selectors.by_name("fout").rules == law.IN_FORCE.rules


@pytest.mark.parametrize("given", ["0,8", "0.8", "80 %", "80%"])
def test_a_share_is_typed_as_people_write_it(lead: Staff, given: str) -> None:
    services.make_draft("deel", lead)
    answer = browser().post("/regels/concept/deel/W-01", {"value": given, "note": "Nagaan."})
    assert answer.status_code == 302
    assert selectors.by_name("deel").versions("W-01")[0].value == 0.8


@pytest.mark.parametrize("rule", law.IN_FORCE.ids)
def test_every_rule_has_a_form_that_gives_back_what_stands_there(lead: Staff, rule: str) -> None:
    services.make_draft("vorm", lead)
    client = browser()
    form = client.get(f"/regels/concept/vorm/{rule}").context["form"]
    given = {bound.html_name: bound.value() for bound in form if bound.value() is not None} | {"note": "Gelijk."}
    answer = client.post(f"/regels/concept/vorm/{rule}", given)
    assert answer.status_code == 400
    assert "Er verandert niets aan regel" in answer.content.decode()


def test_a_name_twice_gets_a_dutch_sentence(lead: Staff) -> None:
    services.make_draft("dubbel", lead)
    answer = browser().post("/regels/concept/nieuw", {"name": "dubbel"})
    assert answer.status_code == 400
    assert "Er is al een regelset met de naam dubbel." in answer.content.decode()


def test_the_pages_ask_the_database_little(lead: Staff, django_assert_max_num_queries) -> None:
    draft_of(lead)
    client = browser()
    for address, most in (("/regels", 7), ("/regels/R-10", 6), ("/regels/concept/voorstel", 8)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_values_read_as_dutch() -> None:
    said = {rule.id: value_words(rule) for rule in law.IN_FORCE.rules}
    assert said["R-01"] == "contractdatum vanaf 1 maart 2022"
    assert said["R-08"] == "Vlaanderen: VDAB, Brussel: Actiris"
    assert said["W-01"] == "50\u00a0% van voltijds"
    assert said["W-04"] == "nee"
    assert said["W-05"] == "trajectbegeleider beslist"
    assert said["S-01"] == "minstens: 50, hoogstens: 5.000 euro"
