"""Addresses of the way to work."""

from django.urls import URLPattern, URLResolver, path

from toeleiding.dossiers.views.merging import signposted
from toeleiding.referrals.intake import views as intake
from toeleiding.referrals.views import agency, desk, joint, vdab

_DOSSIER = "dossiers/<dossiernummer:number>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_DOSSIER}/intake", signposted(intake.overview), name="intake"),
    path(f"{_DOSSIER}/intake/afronden", signposted(intake.close), name="intake_close"),
    path(f"{_DOSSIER}/intake/plan", signposted(intake.plan), name="intake_plan"),
    path(f"{_DOSSIER}/intake/<slug:part>", signposted(intake.step), name="intake_step"),
    path(f"{_DOSSIER}/intake/<slug:part>/bewaar", signposted(intake.keep), name="intake_keep"),
    path(f"{_DOSSIER}/doorverwijzing", signposted(agency.referral), name="referral"),
    path(f"{_DOSSIER}/doorverwijzing/bewaar", signposted(agency.save), name="referral_save"),
    path("doorverwijzingen", desk.desk, name="referrals"),
    path("doorverwijzingen/<str:referral>", desk.incoming, name="referral_incoming"),
    path("vdab/inbox", vdab.inbox_page, name="vdab_inbox"),
    path("vdab/inbox/<str:referral>", vdab.inbox_item, name="vdab_inbox_item"),
    path("vdab/klanten", joint.clients, name="vdab_clients"),
    path("vdab/klanten/<dossiernummer:number>", joint.report, name="vdab_client"),
]
