"""Drafts, what is in force, and what never changes again."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import make_staff
from toeleiding import law
from toeleiding.organisations.models import Role, Staff
from toeleiding.rulebook import selectors, services
from toeleiding.rulebook.models import RuleSetVersion
from toeleiding.rulebook.services import Change, RulebookError

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Staff:
    return make_staff(Role.PROJECT_LEAD).staff


def share(value: float, **more: object) -> Change:
    return Change(**{"value": value, "valid_from": None, "valid_to": None, "note": "Nagaan wat dit doet.", **more})


def test_without_a_version_the_rules_of_the_product_hold(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert selectors.in_force() is law.IN_FORCE


def test_a_draft_begins_with_the_rules_in_force_and_changes_nothing(lead: Staff) -> None:
    draft = services.make_draft("bijna-voltijds", lead, "Wat als 80 % nodig is?")
    assert selectors.by_name("bijna-voltijds").rules == law.IN_FORCE.rules
    services.change_rule(draft, "W-01", None, share(0.8), lead)
    assert selectors.by_name("bijna-voltijds").value("W-01", date(2026, 1, 1)) == 0.8
    assert selectors.in_force() is law.IN_FORCE


def test_a_change_names_who_made_it_and_leaves_the_status_as_it_was(lead: Staff) -> None:
    draft = services.make_draft("voorstel", lead)
    services.change_rule(draft, "W-01", None, share(0.8), lead)
    rule = selectors.by_name("voorstel").versions("W-01")[0]
    assert (rule.changed_by, rule.status, rule.note) == (lead.username, "unconfirmed", "Nagaan wat dit doet.")


def test_a_person_confirms_a_rule_with_a_source(lead: Staff) -> None:
    draft = services.make_draft("voorstel", lead)
    with pytest.raises(RulebookError, match="Noem de bron"):
        services.change_rule(draft, "W-01", None, share(0.8, status="documented"), lead)
    told = share(0.8, status="documented", source="Besluit van 1 juni 2026")
    services.change_rule(draft, "W-01", None, told, lead)
    rule = selectors.by_name("voorstel").versions("W-01")[0]
    assert (rule.status, rule.source) == ("documented", "Besluit van 1 juni 2026")


def test_a_later_begin_leaves_the_old_value_until_the_day_before(lead: Staff) -> None:
    draft = services.make_draft("langere-termijn", lead)
    changed = Change(90, date(2027, 1, 1), None, "Meer tijd.")
    services.change_rule(draft, "R-05", date(2022, 3, 1), changed, lead)
    rules = selectors.by_name("langere-termijn")
    assert rules.value("R-05", date(2026, 12, 31)) == 60
    assert rules.value("R-05", date(2027, 1, 1)) == 90
    assert rules.versions("R-05")[0].valid_to == date(2026, 12, 31)


def test_a_change_that_leaves_a_gap_is_refused_in_dutch(lead: Staff) -> None:
    draft = services.make_draft("gat", lead)
    with pytest.raises(RulebookError, match="stopt op"):
        services.change_rule(draft, "R-05", date(2022, 3, 1), Change(60, date(2022, 3, 1), date(2026, 1, 1), "x"), lead)
    assert selectors.by_name("gat").rules == law.IN_FORCE.rules


def test_a_change_that_changes_nothing_says_so(lead: Staff) -> None:
    draft = services.make_draft("niets", lead)
    with pytest.raises(RulebookError, match="Er verandert niets"):
        services.change_rule(draft, "W-01", None, share(0.5), lead)


def test_a_rule_goes_back_to_what_is_in_force(lead: Staff) -> None:
    draft = services.make_draft("terug", lead)
    services.change_rule(draft, "W-01", None, share(0.8), lead)
    services.restore_rule(draft, "W-01")
    assert selectors.by_name("terug").rules == law.IN_FORCE.rules
    assert not draft.changes.exists()


@pytest.mark.parametrize("name", ["", "Met Hoofdletter", "nieuw", law.IN_FORCE.name, "x" * 61, "a/b"])
def test_a_name_that_cannot_be_gets_a_dutch_sentence(lead: Staff, name: str) -> None:
    with pytest.raises(RulebookError, match=r"naam"):
        services.make_draft(name, lead)


def test_put_in_force_needs_a_reason_and_a_draft_of_what_holds_now(lead: Staff) -> None:
    first, second = services.make_draft("eerst", lead), services.make_draft("tweede", lead)
    services.change_rule(first, "W-01", None, share(0.8), lead)
    with pytest.raises(RulebookError, match="Geef een reden"):
        services.put_in_force(first, "  ", lead)
    services.put_in_force(first, "Nieuwe tekst", lead)
    assert selectors.in_force().name == "eerst"
    with pytest.raises(RulebookError, match="Intussen geldt de regelset eerst"):
        services.put_in_force(second, "Ook dit", lead)


def test_one_version_is_in_force_and_the_one_before_stays_findable(lead: Staff) -> None:
    for number, value in enumerate((0.8, 0.9)):
        draft = services.make_draft(f"set-{number}", lead)
        services.change_rule(draft, "W-01", None, share(value), lead)
        services.put_in_force(draft, "Nieuwe tekst", lead)
    assert dict(RuleSetVersion.objects.values_list("name", "status")) == {"set-0": "RETIRED", "set-1": "IN_FORCE"}
    assert selectors.by_name("set-0").value("W-01", date(2026, 1, 1)) == 0.8
    assert [change.version.name for change in selectors.history_of("W-01")] == ["set-1", "set-0"]


def test_the_database_refuses_to_change_or_remove_what_was_in_force(lead: Staff) -> None:
    draft = services.make_draft("vast", lead)
    services.change_rule(draft, "W-01", None, share(0.8), lead)
    services.put_in_force(draft, "Nieuwe tekst", lead)
    for attack in (
        "update rulebook_rulesetversion set content = 'x' where name = 'vast'",
        "update rulebook_rulesetversion set reason = 'anders' where name = 'vast'",
        "update rulebook_rulesetversion set status = 'DRAFT' where name = 'vast'",
        "update rulebook_rulesetversion set status = 'RETIRED', note = 'x' where name = 'vast'",
        "delete from rulebook_rulesetversion where name = 'vast'",
        "update rulebook_rulechange set note = 'anders'",
        "delete from rulebook_rulechange",
        "insert into rulebook_rulechange (version_id, rule, was, now, note, changed_by_id, changed_at)"
        " select version_id, rule, was, now, note, changed_by_id, changed_at from rulebook_rulechange",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)
    for verb in (services.discard, lambda version: services.change_rule(version, "W-01", None, share(0.9), lead)):
        with pytest.raises(RulebookError, match="al van kracht geweest"):
            verb(draft)


def test_a_draft_can_be_thrown_away(lead: Staff) -> None:
    draft = services.make_draft("weg", lead)
    services.change_rule(draft, "W-01", None, share(0.8), lead)
    services.discard(draft)
    assert selectors.names() == [law.IN_FORCE.name]
    with pytest.raises(RulebookError, match="bestaat niet meer"):
        services.discard(draft)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(selectors.UnknownRuleSetError, match=f"Kies uit: {law.IN_FORCE.name}"):
        selectors.by_name("bestaat-niet")


def test_what_is_stored_reads_back_as_the_same_rules(lead: Staff) -> None:
    draft = services.make_draft("rond", lead)
    services.change_rule(draft, "W-01", None, share(0.8), lead)
    draft.refresh_from_db()
    read = law.load(draft.content)
    assert read == selectors.by_name("rond")
    assert read.hash == draft.sha256
