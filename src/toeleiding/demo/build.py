"""`toeleiding demo`: fills the exercise environment, set-based, for four hundred or two hundred thousand people."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from toeleiding.demo.staff import make_colleagues
from toeleiding.demo.story import Story
from toeleiding.dossiers.history import History, write_histories
from toeleiding.dossiers.models import Dossier, DossierNumber
from toeleiding.organisations.models import Staff
from toeleiding.rulebook.selectors import in_force
from toeleiding.simulator import population


class AlreadyFilledError(RuntimeError):
    """There are dossiers: a second population would stand beside the first."""


def build(
    people: int,
    seed: int = population.DEFAULT_SEED,
    now: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Build the dossiers of the first `people` people as they stand at `now`; returns how many.

    The same seed, number and moment give the same dossiers. Raises AlreadyFilledError when there are some.
    """
    if Dossier.objects.exists():
        raise AlreadyFilledError("Er zijn al dossiers. Maak eerst de datamap leeg, of gebruik een andere database.")
    moment = now or timezone.now()
    colleagues = make_colleagues(people)
    given: dict[int, int] = {}
    total = 0
    for done in write_histories(_histories(people, seed, moment, colleagues, given), moment, in_force()):
        total += done
        if progress:
            progress(done)
    DossierNumber.objects.bulk_create(
        [DossierNumber(year=year, last=last) for year, last in given.items()],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["last"],
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return total


def _histories(
    people: int, seed: int, moment: datetime, colleagues: dict[str, list[Staff]], given: dict[int, int]
) -> Iterator[History]:
    today = timezone.localdate(moment)
    for life in population.lives(seed, people, today):
        story = Story(seed, life, today, colleagues)
        year = story.opened_on.year
        given[year] = given.get(year, 0) + 1
        yield History(f"TN-{year}-{given[year]:05d}", story.tell())
