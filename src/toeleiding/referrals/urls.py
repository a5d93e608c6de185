"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from toeleiding.dossiers.views.merging import signposted
from toeleiding.referrals.views import agency, desk, joint, vdab

_ONE = "dossiers/<dossiernummer:number>/doorverwijzing"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_ONE, signposted(agency.referral), name="referral"),
    path(f"{_ONE}/bewaar", signposted(agency.save), name="referral_save"),
    path("doorverwijzingen", desk.desk, name="referrals"),
    path("doorverwijzingen/<str:referral>", desk.incoming, name="referral_incoming"),
    path("vdab/inbox", vdab.inbox_page, name="vdab_inbox"),
    path("vdab/inbox/<str:referral>", vdab.inbox_item, name="vdab_inbox_item"),
    path("vdab/klanten", joint.clients, name="vdab_clients"),
    path("vdab/klanten/<dossiernummer:number>", joint.report, name="vdab_client"),
]
