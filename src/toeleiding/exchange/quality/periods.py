"""Over which days one looks: the last week, month or quarter, or days of one's own choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from toeleiding.exchange.quality.measures import PERIOD, PERIODS, Window
from toeleiding.web import dates
from toeleiding.web.forms import DateField, Form

# Longer than any report looks back; such a period is measured while somebody waits.
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Period:
    """The last `days`, or from `first` up to and including `last` (then `days` is 0)."""

    days: int = PERIOD
    first: date | None = None
    last: date | None = None

    @property
    def kept(self) -> int:
        """Which of the kept periods its trend is of."""
        return self.days or PERIOD

    @property
    def window(self) -> Window | None:
        """The days of somebody's own choice; None for what is measured each night."""
        return Window.between(self.first, self.last) if self.first and self.last else None

    @property
    def words(self) -> str:
        if self.first and self.last:
            return f"{dates.long_date(self.first)} tot en met {dates.long_date(self.last)}"
        return f"de laatste {self.days} dagen"

    @property
    def query(self) -> str:
        """How it stands in an address."""
        if self.first and self.last:
            return urlencode({"periode": "eigen", "van": self.first.isoformat(), "tot": self.last.isoformat()})
        return urlencode({"periode": self.days}) if self.days != PERIOD else ""


class PeriodForm(Form):
    """The period as somebody chooses it."""

    periode = forms.ChoiceField(
        label="Periode",
        choices=[*((str(days), f"Laatste {days} dagen") for days in PERIODS), ("eigen", "Eigen datums")],
    )
    van = DateField(label="Van", required=False, not_after=timezone.localdate)
    tot = DateField(label="Tot en met", required=False, not_after=timezone.localdate)

    def clean(self) -> dict[str, object]:
        """Own days need both, in order."""
        given: dict[str, object] = super().clean() or self.cleaned_data
        if given.get("periode") != "eigen" or self.errors:
            return given
        first, last = given.get("van"), given.get("tot")
        if not isinstance(first, date) or not isinstance(last, date):
            self.add_error("van" if not first else "tot", "Vul van en tot en met in.")
        elif first > last:
            self.add_error("tot", "Tot en met komt na van. Kies een latere dag.")
        elif (last - first).days > LONGEST_DAYS:
            self.add_error("van", "Kies hoogstens een jaar.")
        return given

    def period(self) -> Period:
        """What was chosen; the usual period when nothing, or nothing that can be read, was."""
        if not self.is_bound or not self.is_valid():
            return Period()
        given = self.cleaned_data
        if given["periode"] == "eigen":
            return Period(0, given["van"], given["tot"])
        return Period(int(given["periode"]))


def asked_for(query: Mapping[str, str]) -> PeriodForm:
    """The form as the address fills it in."""
    if "periode" in query:
        return PeriodForm(query)
    return PeriodForm(initial={"periode": str(PERIOD)})
