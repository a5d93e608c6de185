"""The address of the database reaches every process whole."""

import os

import pytest
from django.db import connection

from toeleiding.site.settings import _database
from toeleiding.site.supervisor import _address


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres@/toeleiding?host=/var/run/postgresql&port=5433",
        "postgresql://tn:ge%40heim%2F@db.example:5432/toeleiding?sslmode=require",
        "postgresql://tn@db.example/toeleiding?options=-c%20log_error_verbosity%3Dterse",
    ],
)
def test_child_processes_get_the_same_connection(url: str) -> None:
    given = _database(url)
    assert _database(_address(given)) == given


@pytest.mark.django_db
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="dit gaat over de meegeleverde database")
def test_the_log_of_the_database_never_holds_a_statement_with_a_name_in_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
        assert cursor.fetchone() == ("panic", "terse")
