"""The benchmarks measure the product of today: what they write still fits, and each part still runs."""

from typing import Any

import pytest
from bench import letters, redecide, worklist
from tests.factories import make_dossier

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.models import StaffRole
from toeleiding.referrals.letters import papers

pytestmark = pytest.mark.django_db


def test_the_population_of_the_worklist_fits_the_table() -> None:
    staff, held = worklist._people()
    worklist._fill("public", 400, staff)
    assert Dossier.objects.count() == 400
    assert Dossier.objects.filter(case_worker=staff).count() == 2 * worklist.OPEN_CASES
    assert held == StaffRole.objects.get(staff=staff)


def test_a_population_is_multiplied_with_all_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redecide, "PEOPLE", 5)
    monkeypatch.setattr(redecide, "BUILT", 1)
    make_dossier(work=[])
    redecide._multiply()
    found = list(Dossier.objects.order_by("pk"))
    assert [one.insz is None for one in found] == [False, True, True, True, True]
    assert load_state(found[0]) == load_state(found[-1])


def test_both_kinds_of_letters_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_LETTERS", 2)
    people: list[Any] = letters._people(papers, 0)
    assert letters._compile(letters._bare_source(papers, people)).startswith(b"%PDF")
