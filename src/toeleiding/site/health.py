"""`GET /gezond`: are web, database and worker well?"""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

WORKER_SILENT_AFTER_SECONDS = 90  # the worker writes a sign of life every ten seconds; some may be lost


def state() -> dict[str, Any]:
    """The state of each part: "goed", or a Dutch sentence that says what to do."""
    found: dict[str, Any] = {"web": "goed"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
            silent = cursor.fetchone()[0]
    except DatabaseError:
        found["database"] = "De database antwoordt niet. Start haar, of kijk DATABASE_URL na."
        found["worker"] = "Niet na te gaan zonder database."
        return found
    found["database"] = "goed"
    well = silent is not None and silent < WORKER_SILENT_AFTER_SECONDS
    found["worker"] = "goed" if well else "Er draait geen worker. Start `toeleiding worker`."
    return found


def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise, with the state of each part as JSON."""
    found = state()
    return JsonResponse(found, status=200 if set(found.values()) == {"goed"} else 503)
