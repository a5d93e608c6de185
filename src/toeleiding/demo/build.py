"""`toeleiding demo`: fills the exercise environment, set-based, for four hundred or two hundred thousand people."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice

from django.db import connection
from django.utils import timezone

from toeleiding.demo.follow_up import fill_desks, note_skills
from toeleiding.demo.referrals import refer_some
from toeleiding.demo.staff import make_colleagues
from toeleiding.demo.story import Story
from toeleiding.dossiers.history import History, write_histories
from toeleiding.dossiers.models import Dossier, DossierNumber, Tab
from toeleiding.dossiers.selectors import own
from toeleiding.dossiers.services import ask_employment_service
from toeleiding.organisations.access import access_of
from toeleiding.organisations.models import Staff, StaffRole
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

    The same seed, number and moment give the same dossiers. Told up to this very moment (`now` None), a small
    population also has questions on their way. Raises AlreadyFilledError when there are some.
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
    note_skills(colleagues)
    if people <= SMALL and now is None:
        _ask_some(colleagues)
        refer_some(colleagues)
        fill_desks(colleagues)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return total


def _ask_some(colleagues: dict[str, list[Staff]]) -> None:
    """Put some questions on their way, as colleagues did this morning: the worker takes them from here."""
    for first, *_ in colleagues.values():
        access = access_of(StaffRole.objects.select_related("staff", "organisation").get(staff=first))
        waiting = own(access).filter(step="EMPLOYMENT_SERVICE_CHECK", tab=Tab.TODO, asked_at=None).order_by("number")
        unanswered, unasked = waiting.exclude(answer=""), waiting.filter(answer="")
        ask_employment_service(access, [*unanswered, *unasked[::2]])


SMALL = 5_000
RECENT_DAYS = 120
OLDER_KEPT = 20  # of a hundred


def _people(people: int, seed: int, today: date) -> Iterator[population.Life]:
    """The people to tell about, the practice cases first.

    A large population has the years in the proportions of DOMAIN 11. In a small one a worklist would hold a handful of
    people, so there most of those who signed longer ago are passed over.
    """
    wanted = people if people > SMALL else 8 * people + 1_000
    practice = set(population.EDGE_CASES.values())
    for life in population.lives(seed, wanted, today):
        recent = (today - life.contract_on).days <= RECENT_DAYS
        chance = int.from_bytes(blake2b(f"{seed}:{life.index}:kept".encode(), digest_size=4).digest()) % 100
        if people > SMALL or recent or life.index in practice or chance < OLDER_KEPT:
            yield life


def _histories(
    people: int, seed: int, moment: datetime, colleagues: dict[str, list[Staff]], given: dict[int, int]
) -> Iterator[History]:
    today = timezone.localdate(moment)
    for life in islice(_people(people, seed, today), people):
        story = Story(seed, life, today, colleagues)
        year = story.opened_on.year
        given[year] = given.get(year, 0) + 1
        yield History(f"TN-{year}-{given[year]:05d}", story.tell())
