"""`/gezamenlijke-klanten/exporteer`: the list on screen as a file, after saying what it is for."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from toeleiding.dossiers.exports import Listing
from toeleiding.dossiers.views.worklist_export import as_file
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.referrals.follow_up import changes
from toeleiding.referrals.follow_up.views import FOLLOWERS, Wanted, clients, listed, read, rows_of

TITLE = "Gezamenlijke klanten"
_HEADER = (
    "Dossier",
    "Naam",
    "Contacttaal",
    "Status",
    "Doorverwijzing",
    "Categorie",
    "Kantoor",
    "Afspraak",
    "Nieuw sinds je laatst keek",
)


@for_roles(*FOLLOWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask for the purpose; then give the changes or everybody, with the filters of the screen."""
    changes.first_look(request.access)
    wanted = read(request.GET)
    mine = listed(request.access)
    narrowed = mine.filter(wanted.condition())
    page = {
        "titel": TITLE,
        "wat": "Alle klanten" if wanted.everybody else "Klanten met iets nieuws",
        "aantal": lambda: clients(request.access, wanted, narrowed, 0, 1)[1],
        "gefilterd": wanted.narrowed,
        "opmerkingen": wanted.notices,
        "terug": wanted.query(),
    }
    return as_file(request, lambda: _listing(request, wanted), page)


def _listing(request: StaffRequest, wanted: Wanted) -> Listing:
    """One row per client, all pages together. A national number is never in it."""
    lead = request.access.role is Role.TEAM_LEAD
    mine = listed(request.access)
    keys, _ = clients(request.access, wanted, mine.filter(wanted.condition()), 0, None)
    found = rows_of(mine, keys, changes.changes_of(request.access, keys), lead)
    rows = [
        (
            one["number"],
            one["name"],
            one["language"],
            one["status"],
            one["referral_words"],
            one["category"],
            one["office"],
            one["appointment_on"],
            "; ".join(f"{told.when}: {told.title} {told.text}".strip() for told in one["changes"]),
            *([one["colleague"]] if lead else []),
        )
        for one in found
    ]
    header = (*_HEADER, "Trajectbegeleider") if lead else _HEADER
    return Listing(TITLE, header, rows, [one["id"] for one in found])
