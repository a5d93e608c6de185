"""What somebody types to find a person: a name, a dossier number or a national number."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from toeleiding.dossiers.models import Dossier, PersonNumber

SHORTEST = 2
_FIRST_YEAR = 2022  # of dossier numbers
_NUMBER = re.compile(r"(?:TN-?)?(\d{4})-(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """One search, understood. `kind` is all that is logged, with the length: never the words themselves."""

    kind: str
    text: str
    condition: Q

    @property
    def for_log(self) -> str:
        return f"{self.kind}, {len(self.text)} tekens"

    def among(self, found: QuerySet[Dossier]) -> QuerySet[Dossier]:
        """The dossiers that answer to this search."""
        return found.filter(self.condition) if self.text else found


def sought(text: str) -> Sought:
    """Understand a search. Eleven digits are a national number (an old one finds its person too)."""
    digits = re.sub(r"[ .\-/]", "", text)
    if digits.isascii() and digits.isdigit() and len(digits) == 11:
        holder = PersonNumber.objects.filter(insz=digits).values("dossier")
        return Sought("rijksregisternummer", text, Q(pk__in=holder))
    if found := _NUMBER.fullmatch(text):
        return Sought("dossiernummer", text, Q(number__startswith=f"TN-{found[1]}-{found[2]}"))
    if text.isascii() and text.isdigit():
        years = range(_FIRST_YEAR, timezone.localdate().year + 1)
        return Sought("dossiernummer", text, Q(number__in=[f"TN-{year}-{text.zfill(5)}" for year in years]))
    if re.fullmatch(r"TN-?\d{0,4}-?", text, re.IGNORECASE):
        year = re.sub(r"\D", "", text)
        return Sought("dossiernummer", text, Q(number__startswith=f"TN-{year}"))
    return Sought("naam", text, _name(text))


def _name(text: str) -> Q:
    """Every word stands in the first or the last name. The trigram index finds words of three letters on;
    shorter ones must begin the name.
    """
    wanted = Q()
    for word in text.split():
        how = "icontains" if len(word) > SHORTEST else "istartswith"
        wanted &= Q(**{f"last_name__{how}": word}) | Q(**{f"first_name__{how}": word})
    return wanted
