"""No count of a few people is shown, and none follows from everything that is."""

from collections import defaultdict
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.exchange.quality.kinds import Figure, Figures, Unit
from toeleiding.exchange.quality.published import coarse, publish

LEAST = 5
# Three shares of the same people, as NUMBER, CONTRACT and LANGUAGE are.
SHARES = ("NUMBER", "CONTRACT", "LANGUAGE")
COUNTS = ("CONFLICTS", "DEAD")
Cells = list[tuple[int, int]]


def figures(code: str, cells: Cells) -> list[Figure]:
    """A figure per agency, numbered from 1, and that of all together."""
    total = (sum(top for top, _ in cells), sum(bottom for _, bottom in cells))
    share = MEASURES[code].unit is Unit.SHARE
    return [
        Figure(code, agency, top, bottom, top / bottom if share and bottom else None if share else float(top))
        for agency, (top, bottom) in [*enumerate(cells, 1), (None, total)]
    ]


sizes = st.one_of(st.integers(0, 12), st.integers(0, 60), st.integers(0, 3000))


@st.composite
def populations(draw: Any) -> dict[str, Cells]:
    """Agencies with so many people, and of how many of them each field is filled in."""
    people = draw(st.lists(sizes, min_size=1, max_size=5))
    near = st.integers(0, 6)

    def part(whole: int) -> int:
        few = draw(near)
        return min(draw(st.sampled_from([few, max(whole - few, 0), whole // 2, draw(st.integers(0, whole))])), whole)

    return {code: [(part(whole), whole) for whole in people] for code in SHARES} | {
        code: [(part(whole), whole) for whole in people] for code in COUNTS
    }


@given(populations())
def test_nothing_that_is_kept_back_follows_from_what_is_shown(population: dict[str, Cells]) -> None:
    shown = publish([one for code, cells in population.items() for one in figures(code, cells)], LEAST)
    agencies = range(1, len(population["NUMBER"]) + 1)
    known_people = _people_that_follow(shown, agencies)
    for (code, agency), figure in shown.items():
        if not figure.hidden:
            assert _may_be_read(code, figure)
            continue
        assert (figure.numerator, figure.denominator, figure.value) == (0, 0, None)
        if agency is None:
            continue
        bottom = population[code][agency - 1][1]
        if code in SHARES and 0 < bottom < 2 * LEAST:
            assert agency not in known_people, "how many people there are follows from another measure"
        kept = [one for one in agencies if shown[code, one].hidden]
        if not shown[code, None].hidden:
            rest = sum(population[code][one - 1][0] for one in kept)
            everybody = sum(population[code][one - 1][1] for one in kept)
            assert len(kept) > 1, "the only one follows by subtraction"
            assert rest > LEAST, "a sum of so few pins each of them"
            assert code in COUNTS or everybody - rest > LEAST


def _may_be_read(code: str, figure: Figure) -> bool:
    """What EXPERIENCE 6.3 says of one number by itself."""
    if code in COUNTS:
        return not 0 < figure.numerator < LEAST
    left = figure.denominator - figure.numerator
    if figure.denominator == 0:
        return True
    everybody = 0 in (figure.numerator, left)
    return (
        figure.denominator >= 2 * LEAST
        and not 0 < figure.numerator < LEAST
        and not 0 < left < LEAST
        and (not everybody or figure.denominator >= 6 * LEAST)
    )


def _people_that_follow(shown: Figures, agencies: Any) -> set[int]:
    """Of which agencies the number of people follows from all measures of the same people together, by subtraction."""
    shares = [code for code in SHARES if (code, None) in shown]
    known = {one: shown[c, one].denominator for c in shares for one in agencies if not shown[c, one].hidden}
    totals = {shown[c, None].denominator for c in shares if not shown[c, None].hidden}
    unknown = [one for one in agencies if one not in known]
    if totals and len(unknown) == 1:
        return {*known, *unknown}
    if totals and totals.pop() == sum(known.values()):
        return {*known, *unknown}
    return set(known)


def test_who_knows_how_we_hide_cannot_reckon_back_a_count() -> None:
    worlds = defaultdict(list)
    for tops in (some for some in product(range(24), repeat=3) if sum(some) < 24):  # every world of such a total
        found = publish(figures("CONFLICTS", [(top, 0) for top in tops]), LEAST)
        seen = tuple((one.hidden, one.numerator) for one in found.values())
        worlds[seen].append(tops)
    for seen, possible in worlds.items():
        for place in range(3):
            values = {tops[place] for tops in possible}
            if seen[place][0] and any(0 < value < LEAST for value in values):
                assert len(values) > 1, (seen, possible)


def test_who_knows_how_we_hide_cannot_reckon_back_a_share() -> None:
    worlds = defaultdict(list)
    for top, bottom, other in product(range(26), range(26), range(31)):
        if top <= bottom and other <= 30:
            found = publish(figures("NUMBER", [(top, bottom), (other, 30)]), LEAST)
            seen = tuple((one.hidden, one.numerator, one.denominator) for one in found.values())
            worlds[seen].append((top, bottom))
    for seen, possible in worlds.items():
        if seen[0][0]:
            assert len(set(possible)) > 1, (seen, possible)


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ([(60, 100), (40, 90), (50, 80)], set()),
        ([(3, 100), (40, 90), (50, 80)], {1, 3}),  # the smallest of the others goes along
        ([(97, 100), (40, 90), (50, 80)], {1, 3}),  # three are left
        ([(2, 4), (40, 90), (50, 80)], {1, 3}),
        ([(20, 20), (40, 90), (50, 80)], {1, 3}),  # 100 % of a small group tells of everybody
        ([(3, 100), (0, 0), (0, 0)], {1, None}),  # nobody goes along: then the total is kept back
    ],
)
def test_who_goes_along_with_what_is_kept_back(cells: Cells, hidden: set[int | None]) -> None:
    found = publish(figures("NUMBER", cells), LEAST)
    assert {agency for (_, agency), one in found.items() if one.hidden} == hidden


def test_beside_a_small_group_the_same_agency_goes_along_in_each_measure() -> None:
    """Otherwise one measure shows the second agency, another the others, and the small group is what is left."""
    one = figures("NUMBER", [(1, 3), (25, 50), (30, 60), (30, 70)])
    other = figures("CONTRACT", [(1, 3), (25, 50), (3, 60), (67, 70)])
    found = publish([*one, *other], LEAST)
    assert not found["CONTRACT", None].hidden
    assert found["NUMBER", 2].hidden
    assert found["CONTRACT", 2].hidden
    assert 1 not in _people_that_follow(found, range(1, 5))


def test_a_middle_of_few_is_kept_back() -> None:
    of = [Figure("AGE", 1, 19, 19, 3.0), Figure("AGE", 2, 20, 20, 4.0), Figure("AGE", None, 39, 39, 3.5)]
    found = publish(of, LEAST)
    assert {agency for (_, agency), one in found.items() if one.hidden} == {1}


def test_own_days_are_told_in_steps() -> None:
    told = coarse(Figure("ANSWERS", None, 97, 103, 97 / 103), MEASURES["ANSWERS"], LEAST)
    assert (told.numerator, told.denominator, told.value) == (95, 105, 95 / 105)
    assert coarse(Figure("REPLACED", None, 13, 13, 13.0), MEASURES["REPLACED"], LEAST).value == 15.0


@given(st.integers(0, 400), st.integers(1, 4))
def test_two_own_periods_never_differ_by_a_few(before: int, day: int) -> None:
    """A day of 1 to 4 between two periods cannot be told from none, or from five."""
    measure = MEASURES["REPLACED"]
    one, other = (coarse(Figure("REPLACED", None, n, n, float(n)), measure, LEAST) for n in (before, before + day))
    assert other.numerator - one.numerator in (0, LEAST)
