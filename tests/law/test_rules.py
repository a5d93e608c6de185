"""The rules that come with the product, and how a rule set guards itself."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from toeleiding.law import (
    IN_FORCE,
    RULES_READ,
    EmploymentService,
    Facts,
    Incapacity,
    Person,
    Rule,
    RulesError,
    Study,
    WorkEntry,
    decide,
    dump,
    load,
)

STATUS_OF = {
    "documented": "R-01 R-02 R-03 R-04 R-05 R-08 R-09 R-10 R-11 R-12 R-13 R-14 R-15 R-16 P-01 P-02 L-01 L-02 M-01 M-02 "
    "F-01 F-02 F-03 S-01 B-01 V-01 C-01 C-02 C-03 C-04 G-03",
    "inferred": "R-06 S-02",
    "proposal": "R-07 R-17 W-08 W-09 V-02 A-01 A-02 D-01 D-02 D-03 G-01",
    "unconfirmed": "W-01 W-02 W-03 W-04 W-05 W-06 W-07 D-04 G-02",
}
DAY = date(2022, 5, 1)
PERSON = Person(birth_date=date(1990, 2, 3), region="VLAANDEREN", may_work=True)
NOT_KNOWN = EmploymentService(answer="NOT_KNOWN")


def facts(**known: object) -> Facts:
    given = {"person": PERSON, "contract_signed_on": date(2022, 3, 5), "work": [], "employment_service": NOT_KNOWN}
    return Facts(**(given | known))  # type: ignore[arg-type]


def changed(rule_id: str, value: object, **more: object) -> Rule:
    return replace(IN_FORCE.versions(rule_id)[-1], value=value, valid_from=None, valid_to=None, **more)  # type: ignore[arg-type]


def test_every_rule_of_the_domain_is_there_with_its_status() -> None:
    found = {rule.id: rule.status for rule in IN_FORCE if not rule.id.startswith("K-")}
    assert found == {rule_id: status for status, ids in STATUS_OF.items() for rule_id in ids.split()}


def test_our_own_working_rules_are_visible_as_proposals() -> None:
    other = {rule.id: rule.status for rule in IN_FORCE if rule.id.startswith("K-") and rule.status != "proposal"}
    assert other == {"K-11": "documented"}  # the ten years of the Auditregister


def test_every_rule_says_where_it_comes_from() -> None:
    assert all(rule.title and rule.unit and rule.source for rule in IN_FORCE)


@pytest.mark.parametrize(
    ("rule_id", "on", "value"),
    [
        ("R-01", "2022-03-01", date(2022, 3, 1)),
        ("R-05", "2022-02-28", None),
        ("R-05", "2022-03-01", 60),
        ("R-10", "1990-01-01", 65),
        ("R-10", "2025-01-31", 65),
        ("R-10", "2025-02-01", 66),
        ("R-10", "2030-01-31", 66),
        ("R-10", "2030-02-01", 67),
        ("R-16", "2023-05-15", None),
        ("R-16", "2023-05-16", True),
        ("W-01", "2022-03-01", 0.5),
        ("A-01", "2022-03-01", {"reminder": 30, "escalation": 45}),
        ("P-01", "2022-12-31", None),
        ("M-01", "2023-03-01", {"practical": 16, "practical_of": 30, "norms": 9, "norms_of": 11}),
        ("Z-99", "2023-03-01", None),
    ],
)
def test_the_value_on_a_day(rule_id: str, on: str, value: object) -> None:
    assert IN_FORCE.value(rule_id, date.fromisoformat(on)) == value


def test_no_two_versions_hold_on_the_same_day() -> None:
    for rule_id in IN_FORCE.ids:
        versions = IN_FORCE.versions(rule_id)
        for before, then in pairwise(versions):
            assert before.valid_to is not None
            assert then.valid_from == before.valid_to + timedelta(days=1)


def test_a_rule_set_survives_being_written_and_read() -> None:
    draft = IN_FORCE.with_changes("proef", [changed("R-05", 90, note='een "proef"\nmet é', changed_by="nv")])
    again = load(dump(draft))
    assert again == draft
    assert again.hash == draft.hash
    assert dump(again) == dump(draft)
    assert load(dump(IN_FORCE)) == IN_FORCE


def test_the_hash_speaks_of_the_rules_and_not_of_the_name() -> None:
    assert IN_FORCE.with_changes("andere naam", []).hash == IN_FORCE.hash
    assert IN_FORCE.with_changes("proef", [changed("R-05", 90)]).hash != IN_FORCE.hash


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ([changed("R-05", "zestig")], "R-05"),
        ([changed("R-05", -1)], "R-05"),
        ([changed("R-05", True)], "R-05"),
        ([changed("W-01", 50)], "tussen 0 en 1"),
        ([changed("W-05", "SOMS")], "CASEWORKER"),
        ([changed("A-01", {"reminder": 30})], "escalation"),
        ([changed("R-01", "2022-03-01")], "datum"),
        ([replace(changed("R-05", 60), valid_to=date(2027, 1, 1))], "volgende versie"),
        ([changed("R-05", 60), changed("R-05", 90)], "Twee versies"),
        (
            [
                replace(changed("R-05", 60), valid_to=date(2027, 1, 1)),
                replace(changed("R-05", 90), valid_from=date(2027, 1, 3)),
            ],
            "gat",
        ),
        ([replace(changed("G-01", 5), valid_from=date(2027, 1, 2), valid_to=date(2027, 1, 1))], "voor hij begint"),
    ],
)
def test_a_draft_that_cannot_be_used_says_what_to_do(change: list[Rule], says: str) -> None:
    with pytest.raises(RulesError, match=says):
        IN_FORCE.with_changes("proef", change)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "TOML"),
        ("name = 'x'", r"\[\[rule\]\]"),
        ("name = 'x'\nrule = [1]", "id"),
        ("name = 'x'\n[[rule]]\nid = 'R-05'", "title"),
        ("name = 'x'\n[[rule]]\nid = 'R-05'\nkleur = 1", "kleur"),
        ("name = 'x'\n[[rule]]\nid='R-05'\ntitle=1\nvalue=1\nunit=''\nstatus='inferred'\nsource=''", "title"),
        ("name = 'x'\n[[rule]]\nid='R-05'\ntitle=''\nvalue=1\nunit=''\nstatus='zeker'\nsource=''", "zeker"),
        (
            "name = 'x'\n[[rule]]\nid='R-05'\ntitle=''\nvalue=1\nunit=''\nstatus='inferred'\nsource=''\nvalid_from=3",
            "valid_from",
        ),
        ("name = 'x'\nrule = []", "ontbreekt"),
    ],
)
def test_a_file_that_is_no_rule_set_says_what_to_do(text: str, says: str) -> None:
    with pytest.raises(RulesError, match=says):
        load(text)


def work(kind: str, fraction: float | None = None) -> list[WorkEntry]:
    return [WorkEntry(kind=kind, begin=date(2022, 1, 1), fraction=fraction)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "known", "before", "after"),
    [
        (changed("R-01", date(2022, 4, 1)), facts(), "TO_REFER", "NOT_APPLICABLE"),
        (changed("R-09", 40), facts(), "TO_REFER", "NOT_APPLICABLE"),
        (changed("R-10", 30), facts(), "TO_REFER", "NOT_APPLICABLE"),
        (changed("W-01", 0.3), facts(work=work("EMPLOYEE", 0.4)), "TO_REFER", "WORKING"),
        (changed("W-03", False), facts(work=work("SELF_EMPLOYED_MAIN")), "WORKING", "TO_REFER"),
        (changed("W-04", True), facts(work=work("FLEXI")), "TO_REFER", "WORKING"),
        (changed("W-05", "YES"), facts(work=work("IBO")), "UNDETERMINED", "WORKING"),
        (changed("W-05", "NO"), facts(work=work("IBO")), "UNDETERMINED", "TO_REFER"),
        (changed("W-06", "YES"), facts(study=Study(enrolled=True)), "UNDETERMINED", "STUDYING"),
        (changed("W-06", "NO"), facts(study=Study(enrolled=True)), "UNDETERMINED", "TO_REFER"),
        (changed("W-07", "NO"), facts(incapacity=Incapacity()), "UNDETERMINED", "TO_REFER"),
        (changed("W-09", False), facts(work=work("EMPLOYEE", 0.3) * 2), "WORKING", "TO_REFER"),
        (changed("K-02", 40), facts(), "TO_REFER", "UNDETERMINED"),
    ],
    ids=lambda value: value.id if isinstance(value, Rule) else "",
)
def test_a_draft_changes_what_it_says(change: Rule, known: Facts, before: str, after: str) -> None:
    draft = IN_FORCE.with_changes("proef", [change])
    assert decide(known, DAY).outcome == before
    decision = decide(known, DAY, draft)
    assert decision.outcome == after
    assert decision.rule_set == "proef"
    assert change.id in RULES_READ


def test_the_term_is_the_one_of_the_contract_date() -> None:
    old = replace(changed("R-05", 60), valid_from=date(2022, 3, 1), valid_to=date(2022, 3, 31))
    draft = IN_FORCE.with_changes("proef", [old, replace(changed("R-05", 90), valid_from=date(2022, 4, 1))])
    assert decide(facts(contract_signed_on=date(2022, 3, 31)), DAY, draft).due_on == date(2022, 5, 30)
    assert decide(facts(contract_signed_on=date(2022, 4, 1)), DAY, draft).due_on == date(2022, 6, 30)


def test_a_confirmed_rule_no_longer_taints() -> None:
    draft = IN_FORCE.with_changes("proef", [changed("W-01", 0.5, status="documented")])
    assert decide(facts(work=work("EMPLOYEE", 1.0)), DAY, draft).unconfirmed == ("W-02",)


def test_a_decision_ends_where_a_rule_changes() -> None:
    first = replace(changed("W-01", 0.5), valid_to=date(2022, 8, 31))
    then = replace(changed("W-01", 0.8), valid_from=date(2022, 9, 1))
    draft = IN_FORCE.with_changes("proef", [first, then])
    known = facts(work=work("EMPLOYEE", 0.5))
    assert decide(known, DAY, draft).valid_until == date(2022, 9, 1)
    assert decide(known, date(2022, 9, 1), draft).outcome == "TO_REFER"
