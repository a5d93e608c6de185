"""Jobs of uploaded lists: thin, each calls a service. Run again after a stop they go on where they ended."""

from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from toeleiding.client_lists import commit, preview, services

log = structlog.get_logger("client_lists")


@app.task(name="toeleiding.client_lists.tasks.read_list")
def read_list(upload: str) -> None:
    """Make the preview of a large file."""
    preview.read(UUID(upload))


@app.task(name="toeleiding.client_lists.tasks.commit_list")
def commit_list(upload: str) -> None:
    """Carry out what is ready."""
    commit.commit(UUID(upload))


@app.task(name="toeleiding.client_lists.tasks.undo_list")
def undo_list(upload: str, by: int) -> None:
    """Take back what a list did."""
    commit.undo(UUID(upload), by)


@app.periodic(cron="50 1 * * *")
@app.task(name="toeleiding.client_lists.tasks.erase_lists", queueing_lock="erase-lists")
def erase_lists(timestamp: int) -> None:
    """Erase the rows of old lists."""
    log.info("lists_erased", lists=services.erase_old())
