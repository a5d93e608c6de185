"""When a source is closed, and how that shows on the line."""

from datetime import datetime, time
from typing import Literal, get_args

from msgspec import Struct

Shows = Literal["reset", "http503", "timeout", "99996"]
SHOWS: tuple[Shows, ...] = get_args(Shows)


class Outage(Struct, frozen=True):
    """A window in which a source does not answer; without a service all of them.

    Attributes:
        begin: first moment, None = has always been so.
        end: the moment from which it answers again, None = never.
        daily: each day from the first time up to the second; over midnight when the second is earlier.
        shows: a broken connection, HTTP 503, silence, or code 99996.
        wall: the times are those of the machine, not of the world, whose day may stand still or move.
    """

    service: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    daily: tuple[time, time] | None = None
    shows: Shows = "http503"
    wall: bool = False

    def holds(self, service: str, moment: datetime) -> bool:
        """Whether the source of this service is closed at a moment, in Belgian time."""
        if self.service is not None and self.service != service:
            return False
        if (self.begin is not None and moment < self.begin) or (self.end is not None and moment >= self.end):
            return False
        if self.daily is None:
            return True
        opens, closes = self.daily
        now = moment.time()
        return opens <= now < closes if opens <= closes else now >= opens or now < closes
