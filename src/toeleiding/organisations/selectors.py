"""Questions about organisations."""

from toeleiding.organisations.models import Organisation, OrganisationKind


class NoAgencyError(LookupError):
    """No agency covers the rest of the country: the organisations were not set up."""


def agencies() -> dict[str, Organisation]:
    """The agencies by code, in one query."""
    return {found.code: found for found in Organisation.objects.filter(kind=OrganisationKind.AGENCY)}


def agency_for(nis: str | None, among: dict[str, Organisation] | None = None) -> Organisation:
    """The agency whose service area holds a municipality.

    `nis` is the five-digit NIS code of the municipality, or None when the address is unknown. Antwerp is
    Atlas, Ghent is IN-Gent (now Amal), the rest and Brussels is AgII (CONTRACTS chapter 3).
    Raises NoAgencyError when no agency takes "all the rest".
    """
    known = agencies() if among is None else among
    for agency in known.values():
        if nis in agency.municipalities:
            return agency
    for agency in known.values():
        if not agency.municipalities:
            return agency
    raise NoAgencyError("Er is geen agentschap ingesteld. Voer eerst `toeleiding check` uit.")
