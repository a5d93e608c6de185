"""Under which role, for which organisation and with which purpose a request is made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from toeleiding.organisations.models import (
    PURPOSE_OF_ROLE,
    AccessAction,
    AccessLog,
    Organisation,
    Purpose,
    Role,
    Staff,
    StaffRole,
)

SESSION_ROLE = "rol"


@dataclass(frozen=True, slots=True)
class Access:
    """One person's standing for one request: what every narrowed question and every log line needs."""

    staff: Staff
    role: Role
    organisation: Organisation
    purpose: Purpose

    def log(self, action: AccessAction, dossiers: Iterable[int | None] = (None,), detail: str = "") -> None:
        """Write down that this person looked, in one insert however many dossiers were seen."""
        seen = list(dossiers)
        if not seen:
            return
        who = (self.staff.pk, self.role.value, self.organisation.pk, self.purpose.value)
        with connection.cursor() as cursor:
            cursor.execute(_LOG, (*who, action.value, detail, seen))


# Every list that somebody sees ends here, so the rows travel as one array: one statement, one round trip.
_LOG = (
    f"insert into {AccessLog._meta.db_table}"
    " (staff_id, role, organisation_id, purpose, action, detail, dossier)"
    " select %s, %s, %s, %s, %s, %s, unnest(%s::bigint[])"
)


def access_of(staff_role: StaffRole) -> Access:
    """The standing that belongs to a role somebody holds."""
    role = Role(staff_role.role)
    return Access(staff_role.staff, role, staff_role.organisation, PURPOSE_OF_ROLE[role])


def _resolve(request: HttpRequest) -> Access | None:
    """Session, member of staff, role and organisation in one query after the session's own.

    A role that ended, or a colleague who left, ends the session's standing with the next request.
    """
    role_id = request.session.get(SESSION_ROLE)
    if role_id is None:
        return None
    found = (
        StaffRole.objects.held_on(timezone.localdate())
        .select_related("staff__organisation", "organisation")
        .filter(pk=role_id)
        .first()
    )
    return access_of(found) if found else None


class AccessMiddleware:
    """Puts `request.access` on each request: an Access, or None for who is not signed in.

    The role picker of the exercise environment and, later, the identity provider both end in one thing:
    `sign_in` stores the chosen StaffRole in the session. Nothing else decides who somebody is.
    No page is kept by browser or proxy: on a shared desk the next person must not find it under "back".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cached: list[Access | None] = []

        def resolve() -> Access | None:
            if not cached:
                cached.append(_resolve(request))
            return cached[0]

        request.get_access = resolve  # type: ignore[attr-defined]
        request.access = SimpleLazyObject(resolve)  # type: ignore[attr-defined]
        response = self.get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response


def sign_in(request: HttpRequest, staff_role: StaffRole) -> None:
    """Begin a session under a role: with a fresh key, and nothing left of who or which role sat here before.

    Dossiers that were looked at and answers that wait in the session belong to the access they were seen under.
    """
    request.session.flush()
    request.session[SESSION_ROLE] = staff_role.pk
    rotate_token(request)


def current(request: HttpRequest) -> Access | None:
    """The Access of this request, or None."""
    resolve: Callable[[], Access | None] = request.get_access  # type: ignore[attr-defined]
    return resolve()
