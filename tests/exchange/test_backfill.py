"""What came in before there was a line for it in the legal log got one: migration 0013 over tables that are filled."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import make_dossier, make_insz
from toeleiding.exchange.models import LegalLine

pytestmark = pytest.mark.django_db
BEFORE = [("exchange", "0012_quality")]
AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def tables_of(wanted: list[tuple[str, str]]) -> Any:
    """Go to a moment in the history of the tables; returns the models as they were."""
    executor = MigrationExecutor(connection)
    return executor.migrate(wanted).apps


def latest() -> list[tuple[str, str]]:
    return [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "exchange"]


def came(old: Any, at: datetime, referral: Any = None, code: str = "", sender: str = "vdab.be") -> UUID:
    row = old.get_model("exchange", "IncomingMessage").objects.create(
        id=uuid4(), referral=referral, reference=f"ref-{at.hour}", sender=sender, capacity="bemiddeling",
        purpose="GUIDANCE", legal_basis="grond", raw=b"x", answer=b"x", code=code, received_at=at,
    )  # fmt: skip
    return UUID(str(row.pk))


def test_every_message_that_came_in_before_gets_its_line_once() -> None:
    theirs, stranger = make_insz(), make_insz()
    dossier = make_dossier(insz=theirs, agency="atlas", nis="11002", municipality="Antwerpen")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    old = tables_of(BEFORE)
    make = old.get_model("exchange", "IncomingReferral").objects.create
    known = make(id=uuid4(), insz=theirs, fingerprint="a", received_at=AT)
    unknown = make(id=uuid4(), insz=stranger, fingerprint="b", received_at=AT)
    first = came(old, AT, known)
    again = came(old, AT + timedelta(hours=1), known)
    nobody = came(old, AT + timedelta(hours=2), unknown)
    refused = came(old, AT + timedelta(hours=3), code="20002")
    came(old, AT + timedelta(hours=4), code="20002", sender="")  # from before a sender was asked for
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    tables_of(latest())
    lines = {line.transaction: line for line in LegalLine.objects.all()}
    assert {key: line.kind for key, line in lines.items()} == {
        first: "TAKEN", again: "REPEATED", nobody: "TAKEN", refused: "REJECTED",
    }  # fmt: skip
    one = lines[first]
    assert (one.at, one.subject, one.dossier, one.agency) == (AT, theirs, dossier.pk, "atlas")
    assert (one.uri, one.capacity, one.sent_reference, one.certificate) == ("vdab.be", "bemiddeling", "ref-10", "")
    assert (lines[nobody].subject, lines[nobody].dossier, lines[nobody].agency) == (stranger, None, "agii")
    assert lines[refused].codes == [{"id": "20002", "origin": "TOELEIDING"}]
    assert (lines[refused].subject, lines[first].codes) == ("", [])
