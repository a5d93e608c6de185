"""`GET /metrics`: measurements for Prometheus, for who may read them. They hold no personal data."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from toeleiding.exchange.metrics import text
from toeleiding.outreach.messages.metrics import Messages


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The measurements; 403 for anybody who is not allowed."""
    if not allowed(request):
        said = "Geen toegang. Vraag vanaf een adres van METRICS_ALLOWED, of geef METRICS_TOKEN mee als Bearer.\n"
        return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(text(Messages()), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def allowed(request: HttpRequest) -> bool:
    """With a token: who shows it. Without: a direct caller from an allowed address.

    Behind a reverse proxy on the same machine everybody comes from the loopback address: who came by way of a proxy
    is not a direct caller.
    """
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(shown, f"Bearer {settings.METRICS_TOKEN}".encode())
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"))
    return not forwarded and request.META.get("REMOTE_ADDR", "") in settings.METRICS_ALLOWED
