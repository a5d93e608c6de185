"""The two folders, and the prefix of a file name as this installation knows it."""

from datetime import date
from pathlib import Path

from django.conf import settings

from toeleiding.exchange.models import VERSIONS, Service
from toeleiding.magda import services
from toeleiding.magda.prefixes import Prefix, prefix_of, read_own


class BatchError(Exception):
    """Files cannot be written or read now. The message is a Dutch sentence that says what to do."""


def outgoing() -> Path:
    """Where our files are fetched from, `To_Vip`."""
    return Path(settings.MAGDA_BATCH_OUT)


def incoming() -> Path:
    """Where files of answers come, `From_Vip`."""
    return Path(settings.MAGDA_BATCH_IN)


def spoken(service: Service) -> services.Service:
    """The service of the wire, in the version that we ask."""
    return services.BY_KEY[(service.value, VERSIONS[service])]


def prefix(service: Service, on: date) -> Prefix:
    """The prefix of a service's files. Raises BatchError when the setting cannot be read."""
    try:
        return prefix_of(spoken(service), read_own(settings.MAGDA_BATCH_PREFIXES), on)
    except ValueError as error:
        raise BatchError(str(error)) from None
