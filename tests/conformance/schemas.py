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


@cache
def schema_for(service: Service, kind: Literal["question", "answer"]) -> etree.XMLSchema:
    """The schema of a service's question or answer, web service variant."""
    folder = REFERENCE / "magda" / "schema" / f"{service.domain}.{service.name}Dienst-{service.version}" / "WebService"
    return etree.XMLSchema(etree.parse(folder / f"{service.name}{'' if kind == 'question' else 'Response'}.xsd"))


def violations(service: Service, kind: Literal["question", "answer"], message: bytes) -> list[str]:
    """What the schema says against a message, bare or in SOAP; empty when it is valid."""
    body = unwrap(etree.fromstring(message))
    assert not isinstance(body, Fault), body.sentence
    schema = schema_for(service, kind)
    schema.validate(etree.fromstring(etree.tostring(body)))
    return [f"{error.line}: {error.message}" for error in schema.error_log]
