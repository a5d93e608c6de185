"""Which column of a list is which field: by its heading, in the words that agencies use."""

import re
from collections.abc import Sequence

# field -> (Dutch label, headings that mean it; compared without case, signs and spaces)
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "insz": ("Rijksregisternummer", ("insz", "rijksregisternummer", "rrn", "rrnummer", "nationaalnummer", "bisnummer",
                                     "ssin", "niss", "inszbisnummer", "rijksregisterofbisnummer")),
    "first_name": ("Voornaam", ("voornaam", "voornamen", "roepnaam", "prenom")),
    "last_name": ("Achternaam", ("achternaam", "naam", "familienaam", "nom")),
    "birth": ("Geboortedatum", ("geboortedatum", "geboren", "geboortedag", "gebdatum", "datumvangeboorte")),
    "sex": ("Geslacht", ("geslacht", "mv", "gender")),
    "language": ("Contacttaal", ("taal", "contacttaal", "moedertaal", "voertaal")),
    "municipality": ("Gemeente", ("gemeente", "woonplaats", "stad", "plaats")),
    "postal_code": ("Postcode", ("postcode", "postnummer", "pc")),
    "phone": ("Telefoon", ("telefoon", "gsm", "tel", "telefoonnummer", "gsmnummer", "mobiel")),
    "email": ("E-mail", ("email", "emailadres", "mail", "mailadres")),
    "target_group": ("Doelgroep", ("doelgroep", "statuut", "verplichtrechthebbend", "soortinburgeraar")),
    "contract_signed_on": ("Contractdatum", ("contractdatum", "datumcontract", "contract", "datumvanhetcontract",
                                                      "contractgetekendop", "datuminburgeringscontract")),
    "case_worker": ("Trajectbegeleider", ("trajectbegeleider", "begeleider", "consulent", "tb")),
}  # fmt: skip
LABELS = {field: label for field, (label, _) in FIELDS.items()}
_BY_HEADING = {heading: field for field, (_, headings) in FIELDS.items() for heading in headings}
_SIGNS = re.compile(r"[^a-z0-9]")


class HeaderError(ValueError):
    """There is no usable heading. The message is a Dutch sentence that says what to do."""


def field_of(heading: object) -> str:
    """The field that a heading means; "" when it is not recognised."""
    plain = str(heading or "").lower().replace("é", "e").replace("è", "e")
    return _BY_HEADING.get(_SIGNS.sub("", plain), "")


def is_header(cells: Sequence[object]) -> bool:
    """Whether this row holds headings: at least two that we know."""
    return sum(bool(field_of(cell)) for cell in cells) >= 2


def read_header(cells: Sequence[object]) -> list[str]:
    """The field of each column, "" for one that is left alone. Raises HeaderError."""
    fields = [field_of(cell) for cell in cells]
    known = [field for field in fields if field]
    if double := sorted({LABELS[field] for field in known if known.count(field) > 1}):
        raise HeaderError(f"Twee kolommen betekenen hetzelfde: {', '.join(double)}. Hernoem of schrap er een.")
    if "insz" not in known and not {"first_name", "last_name"} <= set(known):
        raise HeaderError(
            "Er is geen kolom met het rijksregisternummer, en ook geen met voornaam en achternaam. Voeg er een toe."
        )
    return fields
