"""The referrals of these tests go over the real wire to the simulator, like the exchange's."""

from tests.exchange.conftest import _day, outside

__all__ = ("_day", "outside")
