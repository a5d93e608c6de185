"""Addresses of the operator's desk and of the messages of a dossier."""

from django.urls import path

from toeleiding.dossiers.views import urls_dossier  # noqa: F401 - registers how a dossier number looks in an address
from toeleiding.exchange.views import desk, incoming, messages, replays

urlpatterns = [
    path("magda/toeleiding", incoming.referral, name="incoming_referral"),
    path("uitwisseling", desk.desk_page, name="exchange"),
    path("uitwisseling/proef", replays.dry_run, name="exchange_replay"),
    path("uitwisseling/tegenhouden", replays.hold_page, name="exchange_hold"),
    path("uitwisseling/vrijgeven", replays.release, name="exchange_release"),
    path("uitwisseling/berichten/<str:question>", messages.message_page, name="exchange_message"),
    path("dossiers/<dossiernummer:number>/berichten", messages.dossier_messages, name="dossier_messages"),
]
