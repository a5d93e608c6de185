"""How long the worklist takes, at 2,000 and at 200,000 dossiers, against a bare Django list page.

Both populations stand in one throw-away database, the small one in a schema of its own, so that a switch of
`search_path` changes the population and nothing else. All pages are asked for in turn, by the same kind of test
client, in one process.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toeleiding.site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import include, path  # noqa: E402

from toeleiding.dossiers.models import Dossier  # noqa: E402
from toeleiding.organisations.access import SESSION_ROLE  # noqa: E402
from toeleiding.organisations.models import Role, Staff, StaffRole  # noqa: E402
from toeleiding.organisations.services import ensure_organisations, ensure_staff  # noqa: E402

SMALL = 2_000
LARGE = 200_000
OPEN_CASES = 150
ROUNDS = 60
WARM_UP = 8
DATABASE = "bench_worklist"

# What `startproject` gives: the middleware of a bare page.
BARE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
BARE_PAGE = """<!doctype html><html lang="nl"><head><title>Dossiers</title></head><body><h1>Dossiers</h1>
<p>{{ user }}</p><table><thead><tr><th>Nummer</th><th>Naam</th><th>Taal</th><th>Stap</th><th>Uiterste datum</th>
<th>Status</th></tr></thead><tbody>{% for d in page %}<tr><td><a href="{{ d.get_absolute_url }}">{{ d.number }}</a></td>
<td>{{ d.first_name }} {{ d.last_name }}</td><td>{{ d.language }}</td><td>{{ d.step }}</td><td>{{ d.due_on }}</td>
<td>{{ d.pill }}</td></tr>{% endfor %}</tbody></table>
<p>Page {{ page.number }} of {{ page.paginator.num_pages }}</p>
{% if page.has_next %}<a href="?page={{ page.next_page_number }}">Next</a>{% endif %}</body></html>"""

# (outcome, step, step number, state, pill, tone, next action, tab), as the decisions give them.
SITUATIONS = (
    ("TO_ASSESS", "WORK_SITUATION", 2, "TE_BEOORDELEN", "Nog niet nagegaan", "neutraal", "fill_work_situation", "TODO"),
    ("TO_REFER", "EMPLOYMENT_SERVICE_CHECK", 3, "TE_BEOORDELEN", "Nog niet nagegaan", "neutraal", "ask_status", "TODO"),
    ("TO_REFER", "EXPLANATION", 4, "TOE_TE_LEIDEN", "Niet gekend", "letop", "give_explanation", "TODO"),
    ("TO_REFER", "REGISTRATION", 5, "TOEGELICHT", "Toelichting gekregen", "info", "plan_support", "TODO"),
    ("REGISTERED", "FOLLOW_UP", 6, "INGESCHREVEN", "Ingeschreven", "goed", "complete_counsellor", "FOLLOW_UP"),
    ("WORKING", "CLOSED", 2, "AAN_HET_WERK", "Aan het werk", "goed", "look_again", "DONE"),
)


@login_required
def bare_list(request: HttpRequest) -> HttpResponse:
    """What anybody writes first: a login, a paginator and a plain table."""
    mine = Dossier.objects.filter(case_worker=request.user.pk).exclude(tab="DONE").defer("state").order_by("due_on")
    page = Paginator(mine, 25).get_page(request.GET.get("page"))
    return HttpResponse(_bare_template().render({"page": page, "user": request.user}, request))


@cache
def _bare_template() -> Any:
    return engines["django"].from_string(BARE_PAGE)


urlpatterns = [path("kaal", bare_list), path("", include("toeleiding.site.urls"))]


def measure() -> list[dict[str, Any]]:
    """The worklist of a counsellor with 150 open cases: time against both baselines, and its queries."""
    with _database():
        staff, held = _people()
        _fill("public", LARGE, staff)
        _fill("klein", SMALL, staff)
        _filled()
        return _measure(staff, held)


def _measure(staff: Staff, held: StaffRole) -> list[dict[str, Any]]:
    with override_settings(ROOT_URLCONF="bench.worklist"):
        ours = _client(held)
        bare = _bare_client(staff)
        pages: dict[str, Callable[[], object]] = {
            "large": lambda: _get(ours, "/werklijst", "public"),
            "small": lambda: _get(ours, "/werklijst", "klein, public"),
            "bare": lambda: _get(bare, "/kaal", "public"),
        }
        times = _in_turn(pages)
        with CaptureQueriesContext(connection) as captured:
            _get(ours, "/werklijst", "public")
    large, small, plain = times["large"], times["small"], times["bare"]
    told = f"median of {ROUNDS} rounds in turn; {OPEN_CASES} open cases, 25 rows, {LARGE} dossiers"
    queries = len(captured) - 1  # the switch of search_path is ours
    return [
        _result("worklist against 2,000 dossiers", large, small, "ms", told),
        _result(
            "worklist against a bare list page", large, plain, "ms", f"{told}; bare: login, paginator, plain table"
        ),
        _result(
            "worklist queries", queries, 12, "queries", "session, role, counts, rows, saved filters and log included"
        ),
    ]


def _result(name: str, measured: float, baseline: float, unit: str, notes: str) -> dict[str, Any]:
    return {
        "name": name,
        "measured": round(measured, 3),
        "baseline": round(baseline, 3),
        "ratio": round(measured / baseline, 3),
        "unit": unit,
        "n": ROUNDS,
        "notes": notes,
    }


def _in_turn(pages: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median time in milliseconds of each page, all measured in turn so that the machine is the same."""
    spent: dict[str, list[float]] = {name: [] for name in pages}
    gc.collect()
    for turn in range(WARM_UP + ROUNDS):
        for name, ask in pages.items():
            begun = time.perf_counter()
            ask()
            if turn >= WARM_UP:
                spent[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(found) for name, found in spent.items()}


def _get(client: Client, address: str, schemas: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set search_path to {schemas}")
    answer = client.get(address)
    if answer.status_code != 200 or answer.content.count(b"<tr") != 26:
        raise RuntimeError(f"{address} gave {answer.status_code} with {answer.content.count(b'<tr')} rows.")


def _client(held: StaffRole) -> Client:
    client = Client()
    session = client.session
    session[SESSION_ROLE] = held.pk
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def _bare_client(staff: Staff) -> Client:
    client = Client()
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):
        client.force_login(staff)
        client.get("/kaal")  # a client keeps the middleware of its first request
    return client


@contextmanager
def _database() -> Iterator[None]:
    """A database of our own, thrown away afterwards."""
    name = connections["default"].settings_dict["NAME"]
    connection.settings_dict.setdefault("TEST", {})["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _people() -> tuple[Staff, StaffRole]:
    """The counsellor who is measured, and forty colleagues among whom the rest is divided."""
    agency = ensure_organisations()["agii"]
    staff = ensure_staff("bench-begeleider", "Nadia", "Testema", agency, Role.CASE_WORKER)
    for number in range(40):
        ensure_staff(f"bench-collega-{number}", "An", f"Proefmans-{number}", agency, Role.CASE_WORKER)
    return staff, StaffRole.objects.get(staff=staff, role=Role.CASE_WORKER)


def _fill(schema: str, people: int, staff: Staff) -> None:
    """Write a population in one statement: plausible rows, spread over colleagues, situations and dates.

    The first 150 are the open cases of the measured counsellor, the next 150 her closed ones.
    """
    table = f'"{schema}"."dossiers_dossier"'
    with connection.cursor() as cursor:
        if schema != "public":
            cursor.execute(f'create schema "{schema}"')
            cursor.execute(f"create table {table} (like public.dossiers_dossier including all)")
        cursor.execute("create temporary table situaties (id int, " + ", ".join(f"{c} text" for c in _SPOKEN) + ")")
        for number, values in enumerate(SITUATIONS):
            marks = ", ".join(["%s"] * (len(values) + 1))
            cursor.execute(f"insert into situaties values ({marks})", [number, *map(str, values)])
        cursor.execute(_POPULATION.format(table=table), {"people": people, "open": OPEN_CASES, "staff": staff.pk})
        cursor.execute("drop table situaties")


_SPOKEN = ("outcome", "step", "step_number", "pillar_state", "pill", "tone", "next_action", "tab")
_POPULATION = """
insert into {table} (
  id, number, agency_id, case_worker_id, insz, first_name, last_name, birth, language, municipality, region,
  target_group, contract_signed_on, outcome, step, step_number, pillar_state, pill, tone, next_action, tab, due_on,
  suspended_days, unconfirmed, rule_set, decided_on, service, answer, category, office, planned_on, conflict, state,
  events, changed_at)
select n, 'TN-2026-' || lpad(n::text, 6, '0'), staff.organisation_id,
  case when n <= 2 * %(open)s then %(staff)s else colleagues.ids[1 + n %% array_length(colleagues.ids, 1)] end,
  null, (array['Samira', 'Yonas', 'Olena', 'Ahmet', 'Fadumo', 'Elena', 'Rima', 'Omar'])[1 + n %% 8],
  (array['Haddad', 'Tesfayvoor', 'Prykladna', 'Demoer', 'Warsamet', 'Exemplescu'])[1 + n %% 6] || '-' || n %% 997,
  '1990-06-05', (array['ar', 'ti', 'uk', 'tr', 'so', 'ro', 'fa', 'en'])[1 + n %% 8],
  (array['Mechelen', 'Leuven', 'Genk', 'Aalst', 'Brugge', 'Kortrijk', 'Turnhout', 'Lier'])[1 + n * 7 %% 8],
  'VLAANDEREN', 'VERPLICHT', current_date - (n * 13 %% 90)::int, s.outcome, s.step, s.step_number::int,
  s.pillar_state, s.pill, s.tone, s.next_action, s.tab, current_date - (n * 13 %% 90)::int + 60,
  0, '{{}}', 'bench', current_date, 'VDAB', '', '', '', '{{}}', false,
  jsonb_build_object('first_name', 'Samira', 'filler', repeat(md5(n::text), 20)), 8, now()
from generate_series(1, %(people)s) as n
join situaties s on s.id = case when n <= %(open)s then n %% 5 when n <= 2 * %(open)s then 5 else n %% 6 end
cross join (select organisation_id from organisations_staff where id = %(staff)s) as staff
cross join (select array_agg(id) as ids from organisations_staff where username like 'bench-collega-%%') as colleagues
"""


def _filled() -> None:
    with connection.cursor() as cursor:
        cursor.execute("analyze")


if __name__ == "__main__":
    for result in measure():
        print(result)
