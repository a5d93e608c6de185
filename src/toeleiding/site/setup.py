"""Getting ready for work outside a web request: settings, database, migrations."""

import os
from io import StringIO


def prepare(*, migrate: bool = False) -> None:
    """Load Django; start the embedded database when there is no other; bring its tables up to date.

    Raises click's own exceptions for what a user can mend, with a Dutch sentence.
    """
    import click
    import django
    from django.db import OperationalError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toeleiding.site.settings")
    django.setup()
    try:
        if migrate:
            migrate_database()
        else:
            _connect()
    except OperationalError as error:
        raise click.ClickException(
            "De database antwoordt niet. Start haar, of kijk DATABASE_URL na. "
            f"De database zei: {str(error).splitlines()[0]}"
        ) from error


def _connect() -> None:
    from django.db import connection

    connection.ensure_connection()


def migrate_database() -> None:
    """Apply all migrations and put the founding organisations and the texts in place. Safe to repeat."""
    from django.core.management import call_command

    from toeleiding.organisations.services import ensure_organisations
    from toeleiding.referrals.texts.loading import ensure_texts

    call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
    ensure_organisations()
    ensure_texts()
