"""All addresses of the product, room by room."""

from django.urls import include, path

from toeleiding.site.health import health
from toeleiding.site.metrics import metrics

urlpatterns = [
    path("gezond", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("", include("toeleiding.organisations.urls")),
    path("", include("toeleiding.web.urls")),
    path("", include("toeleiding.rulebook.urls")),
    path("", include("toeleiding.dossiers.urls")),
    path("", include("toeleiding.exchange.urls")),
    path("", include("toeleiding.referrals.urls")),
    path("", include("toeleiding.client_lists.urls")),
    path("", include("toeleiding.outreach.urls")),
    path("", include("toeleiding.demo.urls")),
]
handler400 = "toeleiding.web.views.bad_request"
handler403 = "toeleiding.web.views.forbidden"
handler404 = "toeleiding.web.views.not_found"
handler500 = "toeleiding.web.views.server_error"
