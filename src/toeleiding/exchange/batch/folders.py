"""The two folders, who may use them now, and the prefix of a file name as this installation knows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zlib import crc32

from django.conf import settings
from django.db import connection

from toeleiding.exchange.models import VERSIONS, Service
from toeleiding.magda import services
from toeleiding.magda.prefixes import Prefix, prefix_of, read_own

_LOCK = crc32(b"exchange batch files") - 2**31


class BatchError(Exception):
    """Files cannot be written or read now. The message is a Dutch sentence that says what to do."""


def outgoing() -> Path:
    """Where our files are fetched from, `To_Vip`."""
    return Path(settings.MAGDA_BATCH_OUT)


def incoming() -> Path:
    """Where files of answers come, `From_Vip`."""
    return Path(settings.MAGDA_BATCH_IN)


def make_outgoing() -> Path:
    """The same folder, made when it is not there, for nobody but us. Raises BatchError."""
    folder = outgoing()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BatchError(f"De map {folder} kan niet gemaakt worden ({error.strerror}). Kijk de rechten na.") from None
    return folder


def spoken(service: Service) -> services.Service:
    """The service of the wire, in the version that we ask."""
    return services.BY_KEY[(service.value, VERSIONS[service])]


def prefix(service: Service, on: date) -> Prefix:
    """The prefix of a service's files. Raises BatchError when the setting cannot be read."""
    try:
        return prefix_of(spoken(service), read_own(settings.MAGDA_BATCH_PREFIXES), on)
    except ValueError as error:
        raise BatchError(str(error)) from None


@contextmanager
def alone() -> Iterator[None]:
    """One process writes or reads files at a time; the place of one that dies comes free by itself.

    Raises:
        BatchError: another one is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise BatchError("Een ander proces schrijft of leest nu bestanden. Wacht even en probeer opnieuw.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])
