"""Addresses of what staff is told."""

from django.urls import path

from toeleiding.dossiers.views import urls_dossier  # noqa: F401 - registers how a dossier number looks in an address
from toeleiding.dossiers.views.merging import signposted
from toeleiding.outreach import views
from toeleiding.outreach.messages import client, receipts
from toeleiding.outreach.messages import views as messages

_CLIENT = "dossiers/<dossiernummer:number>/berichten/klant"

urlpatterns = [
    path("meldingen", views.overview, name="notices"),
    path("meldingen/bel", views.bell, name="notices_bell"),
    path("meldingen/gezien", views.all_seen, name="notices_all_seen"),
    path("meldingen/instellingen", views.settings_page, name="notices_settings"),
    path("meldingen/inzage", views.access_of_a_day, name="unusual_access"),
    path("meldingen/afwezig", views.away, name="team_away"),
    path("meldingen/afwezig/nieuw", views.colleague_away, name="colleague_away"),
    path("meldingen/afwezig/<int:absence>/stop", views.colleague_back, name="colleague_back"),
    path("meldingen/afwezigheid", views.announce, name="absence_announce"),
    path("meldingen/afwezigheid/<int:absence>/stop", views.come_back, name="absence_stop"),
    path("meldingen/<int:notice>/gezien", views.one_seen, name="notice_seen"),
    path("meldingen/e-mail", messages.my_address, name="my_address"),
    path(_CLIENT, signposted(messages.messages_page), name="client_messages"),
    path(f"{_CLIENT}/keuze", signposted(messages.choice), name="client_messages_choice"),
    path(f"{_CLIENT}/<uuid:message>", signposted(messages.act), name="client_message"),
    path("afspraken/<uuid:appointment>/bericht", messages.of_appointment, name="appointment_message"),
    path("berichten/ontvangst", receipts.receipt, name="message_receipt"),
    path("stop/<str:token>", client.stop, name="stop_messages"),
]
