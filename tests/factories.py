"""People and dossiers for tests. Only test numbers, only invented names."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count

from django.test import Client
from django.utils import timezone

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.numbers import take_numbers
from toeleiding.dossiers.timeline import NewEvent, open_many
from toeleiding.organisations.access import SESSION_ROLE, Access, access_of
from toeleiding.organisations.models import Organisation, Role, Staff, StaffRole
from toeleiding.organisations.services import ensure_organisations, ensure_staff

_sequence = count(1)


def make_insz(number: int | None = None, year: int = 90, month: int = 66) -> str:
    """A test number (month 61 to 72) with valid check digits. The same `number` gives the same INSZ."""
    serial = next(_sequence) if number is None else number
    first = f"{year:02d}{month:02d}{1 + serial // 998 % 28:02d}{1 + serial % 998:03d}"
    return f"{first}{97 - int(first) % 97:02d}"


def make_staff(role: Role = Role.CASE_WORKER, organisation: str = "agii", username: str | None = None) -> Access:
    """Somebody at work under a role."""
    where = ensure_organisations()[organisation]
    name = username or f"test-{role.value.lower().replace('_', '-')}-{organisation}-{next(_sequence)}"
    staff = ensure_staff(name, "Nadia", "Testema", where, role)
    return access_of(StaffRole.objects.select_related("staff", "organisation").get(staff=staff, role=role))


def sign_in(client: Client, access: Access) -> Client:
    """Put somebody behind a test client."""
    held = StaffRole.objects.get(staff=access.staff, role=access.role, organisation=access.organisation)
    session = client.session
    session[SESSION_ROLE] = held.pk
    session.save()
    client.cookies["toeleiding_sessie"] = session.session_key
    return client


def make_dossier(
    *more: e.Data,
    access: Access | None = None,
    agency: str = "agii",
    first_name: str = "Samira",
    last_name: str = "Voorbeeld",
    birth: str | None = "1990-06-05",
    insz: str | None = None,
    nis: str = "12025",
    municipality: str = "Mechelen",
    contract: date | None = date(2026, 10, 1),
    may_work: bool | None = True,
    work: Sequence[e.WorkEntry] | None = None,
    now: datetime | None = None,
) -> Dossier:
    """A dossier as intake makes it; `more` are further facts, recorded in the same moment."""
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    facts: list[e.Data] = [
        e.Opened(agency=agency, case_worker=access.staff.username if access else None, target_group="VERPLICHT"),
        e.Identified(first_name=first_name, last_name=last_name, birth=birth, sex="V"),
        e.NumberAssigned(insz=insz or make_insz()),
        e.ContactChanged(language="ar"),
        e.Moved(nis=nis, municipality=municipality),
    ]
    if contract:
        facts.append(e.ContractRegistered(signed_on=contract))
    if may_work is not None:
        facts.append(e.RightToWorkSeen(may_work=may_work, document="verblijfskaart"))
    if work is not None:
        facts.append(e.WorkAnswered(answer="KNOWN" if work else "NOT_KNOWN", work=list(work)))
    events = [NewEvent(data, today, e.Source.CASE_WORKER, access.staff if access else None) for data in (*facts, *more)]
    return open_many([(take_numbers(today.year)[0], events)], now=moment)[0].dossier


__all__ = ["Organisation", "Staff", "make_dossier", "make_insz", "make_staff", "sign_in"]
