"""Dossier numbers: TN-<year>-<five digits or more>, given out without gaps or doubles."""

from django.db import connection, transaction


@transaction.atomic
def take_numbers(year: int, count: int = 1) -> list[str]:
    """Take the next dossier numbers of a year. Holds the year's row until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into dossiers_dossiernumber (year, last) values (%s, %s)"
            " on conflict (year) do update set last = dossiers_dossiernumber.last + excluded.last returning last",
            [year, count],
        )
        last = cursor.fetchone()[0]
    return [f"TN-{year}-{number:05d}" for number in range(last - count + 1, last + 1)]
