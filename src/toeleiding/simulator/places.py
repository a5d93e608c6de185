"""Municipalities, agencies and VDAB offices that the fictitious people meet."""

from typing import NamedTuple

from toeleiding.simulator.chance import Weighted


class Municipality(NamedTuple):
    """A municipality: NIS code, name and one postal code."""

    nis: str
    name: str
    postal_code: str


ANTWERP = Municipality("11002", "Antwerpen", "2000")
GHENT = Municipality("44021", "Gent", "9000")
MECHELEN = Municipality("12025", "Mechelen", "2800")
LEUVEN = Municipality("24062", "Leuven", "3000")
GENK = Municipality("71016", "Genk", "3600")
BRUSSELS = Municipality("21004", "Brussel", "1000")
VILVOORDE = Municipality("23088", "Vilvoorde", "1800")
LIEGE = Municipality("62063", "Luik", "4000")

_ANTWERP_DISTRICTS = tuple(Municipality("11002", "Antwerpen", code) for code in ("2018", "2060", "2100", "2140"))
_BRUSSELS_TOWNS = (
    BRUSSELS,
    Municipality("21015", "Schaarbeek", "1030"),
    Municipality("21001", "Anderlecht", "1070"),
    Municipality("21012", "Sint-Jans-Molenbeek", "1080"),
)
_FLEMISH_TOWNS = (
    MECHELEN, LEUVEN, GENK, VILVOORDE,
    Municipality("31005", "Brugge", "8000"),
    Municipality("34022", "Kortrijk", "8500"),
    Municipality("35013", "Oostende", "8400"),
    Municipality("36015", "Roeselare", "8800"),
    Municipality("41002", "Aalst", "9300"),
    Municipality("46021", "Sint-Niklaas", "9100"),
    Municipality("13040", "Turnhout", "2300"),
    Municipality("12021", "Lier", "2500"),
    Municipality("42006", "Dendermonde", "9200"),
    Municipality("23027", "Halle", "1500"),
    Municipality("71053", "Sint-Truiden", "3800"),
)  # fmt: skip

#: Where people live when they sign: agency weights of DOMAIN 11 (AgII 0.70 with Brussels in it).
HOMES: Weighted[Municipality] = Weighted(
    (ANTWERP, 0.10), *((district, 0.03) for district in _ANTWERP_DISTRICTS), (GHENT, 0.08),
    *((town, 0.015) for town in _BRUSSELS_TOWNS),
    *((town, 0.64 / len(_FLEMISH_TOWNS)) for town in _FLEMISH_TOWNS),
)  # fmt: skip
FLEMISH_HOMES: Weighted[Municipality] = Weighted(
    (ANTWERP, 0.24), (GHENT, 0.1), *((town, 0.66 / len(_FLEMISH_TOWNS)) for town in _FLEMISH_TOWNS)
)

STREETS = (
    "Voorbeeldstraat", "Proefplein", "Kerselarenlaan", "Molenaarspad", "Schipperskaai", "Lindedreef",
    "Wolstraat", "Vlasmarkt", "Tuinwijklaan", "Oefenweg", "Stationslei", "Brugstraat",
)  # fmt: skip

#: Enterprise numbers of the agencies (INTERFACE 2); Amal's is not public, so it is left out there.
AGENCY_KBO = {"AGII": "0543307391", "ATLAS": "0421722346"}


def agency_of(nis: str) -> str:
    """AGII, ATLAS or INGENT for a municipality (CONTRACTS 3: Antwerp, Ghent, the rest and Brussels)."""
    return {"11002": "ATLAS", "44021": "INGENT"}.get(nis, "AGII")


def region_of(nis: str) -> str:
    """VLAANDEREN, BRUSSEL or WALLONIE from a NIS code (CONTRACTS 3)."""
    if nis.startswith("21"):
        return "BRUSSEL"
    return "WALLONIE" if nis.startswith(("25", "5", "6", "8", "9")) else "VLAANDEREN"


class Office(NamedTuple):
    """A VDAB office, with a code as the register writes it."""

    code: str
    name: str


_OFFICES = {
    "11": Office("WW-ANTW-01", "Werkwinkel Antwerpen"),
    "12": Office("WW-MECH-01", "Werkwinkel Mechelen"),
    "13": Office("WW-TURN-01", "Werkwinkel Turnhout"),
    "23": Office("WW-VILV-01", "Werkwinkel Vilvoorde"),
    "24": Office("WW-LEUV-01", "Werkwinkel Leuven"),
    "31": Office("WW-BRUG-01", "Werkwinkel Brugge"),
    "34": Office("WW-KORT-01", "Werkwinkel Kortrijk"),
    "35": Office("WW-OOST-01", "Werkwinkel Oostende"),
    "36": Office("WW-ROES-01", "Werkwinkel Roeselare"),
    "41": Office("WW-AALS-01", "Werkwinkel Aalst"),
    "42": Office("WW-DEND-01", "Werkwinkel Dendermonde"),
    "44": Office("WW-GENT-01", "Werkwinkel Gent"),
    "46": Office("WW-NIKL-01", "Werkwinkel Sint-Niklaas"),
    "71": Office("WW-GENK-01", "Werkwinkel Genk"),
}


def office_of(nis: str) -> Office:
    """The VDAB office for a municipality."""
    return _OFFICES.get(nis[:2], Office("WW-VLAA-01", "Servicelijn Vlaanderen"))
