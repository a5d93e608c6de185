"""The organisations that take part, as data that is put in place once and kept true."""

from datetime import date

from django.db import transaction

from toeleiding.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationName,
    Role,
    Staff,
    StaffRole,
)

# (code, kind, KBO, part of, municipalities, [(name, from, to)]). KBO: INTERFACE chapter 2.
_FOUNDING: list[tuple[str, str, str, str | None, list[str], list[tuple[str, date, date | None]]]] = [
    ("agii", "AGENCY", "0543307391", None, [], [("AgII", date(2015, 1, 1), None)]),
    ("atlas", "AGENCY", "0421722346", None, ["11002"], [("Atlas", date(2015, 1, 1), None)]),
    (
        "in-gent",
        "AGENCY",
        "",
        None,
        ["44021"],
        [("IN-Gent", date(2015, 1, 1), date(2024, 1, 1)), ("Amal", date(2024, 1, 1), None)],
    ),
    ("vdab", "EMPLOYMENT_SERVICE", "", None, [], [("VDAB", date(1989, 1, 1), None)]),
    ("actiris", "EMPLOYMENT_SERVICE", "", None, [], [("Actiris", date(1989, 1, 1), None)]),
    (
        "vdab-mechelen",
        "EMPLOYMENT_OFFICE",
        "",
        "vdab",
        ["12025"],
        [("Werkwinkel Mechelen", date(2015, 1, 1), None)],
    ),
    (
        "vdab-antwerpen",
        "EMPLOYMENT_OFFICE",
        "",
        "vdab",
        ["11002"],
        [("Werkwinkel Antwerpen", date(2015, 1, 1), None)],
    ),
    ("vdab-gent", "EMPLOYMENT_OFFICE", "", "vdab", ["44021"], [("Werkwinkel Gent", date(2015, 1, 1), None)]),
    ("vdab-genk", "EMPLOYMENT_OFFICE", "", "vdab", ["71016"], [("Werkwinkel Genk", date(2015, 1, 1), None)]),
    ("vdab-leuven", "EMPLOYMENT_OFFICE", "", "vdab", ["24062"], [("Werkwinkel Leuven", date(2015, 1, 1), None)]),
    ("ocmw-mechelen", "LOCAL_AUTHORITY", "", None, ["12025"], [("OCMW Mechelen", date(2015, 1, 1), None)]),
    ("stad-antwerpen", "LOCAL_AUTHORITY", "", None, ["11002"], [("Stad Antwerpen", date(2015, 1, 1), None)]),
]


@transaction.atomic
def ensure_organisations() -> dict[str, Organisation]:
    """Put the founding organisations in place; what is there already stays as it is. Safe to repeat."""
    known = {found.code: found for found in Organisation.objects.all()}
    for code, kind, kbo, parent, municipalities, names in _FOUNDING:
        if code in known:
            continue
        known[code] = Organisation.objects.create(
            code=code,
            kind=OrganisationKind(kind),
            kbo=kbo,
            part_of=known[parent] if parent else None,
            municipalities=municipalities,
            short_name=names[-1][0],
        )
        OrganisationName.objects.bulk_create(
            OrganisationName(organisation=known[code], name=name, validity=(begin, end)) for name, begin, end in names
        )
    return known


@transaction.atomic
def ensure_staff(username: str, first_name: str, last_name: str, organisation: Organisation, *roles: Role) -> Staff:
    """Make a member of staff with these roles for this organisation, or find the one there is."""
    staff, _ = Staff.objects.get_or_create(
        username=username,
        defaults={"first_name": first_name, "last_name": last_name, "organisation": organisation},
    )
    for role in roles:
        StaffRole.objects.get_or_create(staff=staff, role=role, organisation=organisation)
    return staff
