"""The self-check: configuration, database, worker, endpoints; each finding says what to do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import httpx
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

Verdict = Literal["goed", "let op", "fout"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do and is empty when all is well."""

    part: str
    verdict: Verdict
    said: str
    advice: str = ""


def findings() -> Iterator[Finding]:
    """Look at every part, whatever the others say."""
    from toeleiding.site import check_messages  # it needs `Finding`

    yield from _configuration()
    database = list(_database())
    yield from database
    if all(finding.verdict != "fout" for finding in database):
        yield from _people()
        yield _rules()
        yield from _vault()
        yield _worker()
    yield from _certificates()
    yield _endpoint()
    yield from check_messages.findings()


def _configuration() -> Iterator[Finding]:
    if settings.OEFENOMGEVING:
        yield Finding("omgeving", "goed", "Dit is de oefenomgeving: verzonnen personen, kiezen van een rol mag.")
    else:
        yield Finding("omgeving", "goed", "Dit is de echte omgeving.")
        if not os.environ.get("SECRET_KEY"):
            yield Finding(
                "sleutel", "let op", "De geheime sleutel staat in de datamap.", "Zet SECRET_KEY in de omgeving."
            )
        if not settings.MAGDA_ENDPOINT:
            yield Finding(
                "eindpunt",
                "fout",
                "Er is geen eindpunt van MAGDA.",
                "Zet MAGDA_ENDPOINT, anders gaan vragen naar de simulator.",
            )
    free = os.statvfs(settings.HOME)
    megabytes = free.f_bavail * free.f_frsize // 1_000_000
    if megabytes < 500:
        yield Finding(
            "schijf", "let op", f"Er is nog {megabytes} MB vrij in de datamap.", "Maak plaats of verplaats haar."
        )
    else:
        yield Finding("schijf", "goed", f"Er is {megabytes} MB vrij in de datamap.")


def _vault() -> Iterator[Finding]:
    from toeleiding.exchange import raw, vault

    try:
        vault.key_names()
        absent, unsealed = raw.absent_keys(), raw.unsealed()
    except vault.VaultError as error:
        yield Finding("ruwe berichten", "fout", "De sleutels zijn niet leesbaar.", str(error))
        return
    if absent:
        names = ", ".join(absent)
        yield Finding("ruwe berichten", "fout", f"Deze sleutels ontbreken: {names}.", "Zet ze terug in RAW_KEYS.")
    elif unsealed:
        yield Finding(
            "ruwe berichten",
            "fout",
            f"{unsealed} berichten van vroeger zijn nog niet versleuteld.",
            "Voer `toeleiding exchange raw rotate --apply` uit.",
        )
    elif not settings.OEFENOMGEVING and not os.environ.get("RAW_KEYS"):
        yield Finding(
            "ruwe berichten",
            "let op",
            "De sleutel staat in de datamap.",
            "Zet RAW_KEYS in de omgeving en bewaar ze apart.",
        )
    else:
        yield Finding("ruwe berichten", "goed", "Alles is versleuteld bewaard en de sleutels zijn er.")
    yield from _past()


def _past() -> Iterator[Finding]:
    """What the night should have removed: shown to nobody, and still there."""
    from toeleiding.exchange import retention
    from toeleiding.outreach.messages.retention import remove_rows

    now = timezone.now()
    left = retention.overdue(now) + remove_rows(now - retention.NIGHTS, apply=False)
    if left:
        yield Finding(
            "bewaren",
            "let op",
            f"{left} berichten, rijen of regels staan er nog na hun bewaartermijn.",
            "Laat `toeleiding worker` ook 's nachts draaien: hij wist ze om 3 of 4 uur. Intussen toont geen pagina ze.",
        )


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        said = str(error).splitlines()[0]
        yield Finding("database", "fout", f"De database antwoordt niet: {said}", "Start haar of kijk DATABASE_URL na.")
        return
    with connection.cursor() as cursor:
        version = cursor.connection.info.server_version // 10_000
    if version < 14:
        yield Finding("database", "fout", f"PostgreSQL {version} is te oud.", "Gebruik PostgreSQL 14 of nieuwer.")
    else:
        kind = "eigen" if os.environ.get("DATABASE_URL") else "meegeleverde"
        yield Finding("database", "goed", f"PostgreSQL {version} antwoordt ({kind} database).")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding(
            "tabellen", "fout", f"{len(plan)} wijzigingen van de tabellen wachten.", "Voer `toeleiding run` uit."
        )
    else:
        yield Finding("tabellen", "goed", "De tabellen zijn bij.")


def _people() -> Iterator[Finding]:
    from toeleiding.dossiers.models import Dossier
    from toeleiding.organisations.models import Organisation, StaffRole

    organisations, roles = Organisation.objects.count(), StaffRole.objects.count()
    if not organisations or not roles:
        yield Finding("organisaties", "let op", "Er zijn nog geen medewerkers.", "Voer `toeleiding demo` uit.")
    else:
        yield Finding("organisaties", "goed", f"{organisations} organisaties, {roles} rollen.")
    yield Finding("dossiers", "goed", f"{Dossier.objects.count()} dossiers.")


def _worker() -> Finding:
    from toeleiding.site.health import state

    said = state()["worker"]
    if said == "goed":
        return Finding("werker", "goed", "De werker geeft tekens van leven.")
    return Finding("werker", "fout", "De werker geeft geen teken van leven.", said)


def _rules() -> Finding:
    from toeleiding.rulebook.selectors import in_force

    rules = in_force()
    unconfirmed = sum(rule.status == "unconfirmed" for rule in rules)
    return Finding(
        "regels", "goed", f"Regelset {rules.name}: {len(rules.rules)} regels, {unconfirmed} nog te bevestigen."
    )


def _certificates() -> Iterator[Finding]:
    from toeleiding.exchange.line import certificate_files
    from toeleiding.magda.certificates import warnings

    for expiry in warnings(certificate_files(), timezone.now()):
        wrong = expiry.level in ("expired", "unreadable")
        yield Finding("certificaat", "fout" if wrong else "let op", expiry.sentence, f"Bestand: {expiry.path.name}.")


def _endpoint() -> Finding:
    url = settings.MAGDA_ENDPOINT or settings.SIMULATOR_URL
    name = "MAGDA" if settings.MAGDA_ENDPOINT else "de simulator"
    try:
        httpx.get(url, timeout=3)
    except httpx.HTTPError as error:
        return Finding(
            "buitenwereld",
            "fout",
            f"{name} is niet bereikbaar op {url} ({type(error).__name__}).",
            "Start `toeleiding simulate`, of kijk het adres en het netwerk na. Vragen blijven intussen wachten.",
        )
    return Finding("buitenwereld", "goed", f"{name} antwoordt op {url}.")
