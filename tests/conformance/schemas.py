"""The published schemas, compiled once per test run. They stay in the reference folder:
tests that use them carry the marker `reference`."""

import os
from functools import cache
from pathlib import Path
from typing import Literal

from lxml import etree

from toeleiding.magda.envelope import Fault, unwrap
from toeleiding.magda.services import Service

REFERENCE = Path(
    os.environ.get("TOELEIDING_REFERENCE", Path(__file__).resolve().parents[3] / "shared" / "reference")
).resolve()
SAMPLES = REFERENCE / "magda" / "samples"


Variant = Literal["WebService", "Service"]
Kind = Literal["question", "answer"]


def schema_file(service: Service, kind: Kind, variant: Variant = "WebService") -> Path:
    """Where the schema of a question or answer stands: as it is posted, or as it stands in a batch file."""
    folder = REFERENCE / "magda" / "schema" / f"{service.domain}.{service.name}Dienst-{service.version}" / variant
    return folder / f"{service.name}{'' if kind == 'question' else 'Response'}.xsd"


@cache
def schema_for(service: Service, kind: Kind, variant: Variant = "WebService") -> etree.XMLSchema:
    """The schema of a service's question or answer."""
    return etree.XMLSchema(etree.parse(schema_file(service, kind, variant)))


def violations(service: Service, kind: Kind, message: bytes, variant: Variant = "WebService") -> list[str]:
    """What the schema says against a message, bare or in SOAP; empty when it is valid."""
    body = unwrap(etree.fromstring(message))
    assert not isinstance(body, Fault), body.sentence
    schema = schema_for(service, kind, variant)
    schema.validate(etree.fromstring(etree.tostring(body)))
    return [f"{error.line}: {error.message}" for error in schema.error_log]
