"""Addresses of the way to work."""

from django.urls import path

from toeleiding.dossiers.views import urls_dossier  # noqa: F401 - registers how a dossier number looks in an address
from toeleiding.referrals.intake import views as intake

urlpatterns = [
    path("dossiers/<dossiernummer:number>/intake", intake.overview, name="intake"),
    path("dossiers/<dossiernummer:number>/intake/afronden", intake.close, name="intake_close"),
    path("dossiers/<dossiernummer:number>/intake/plan", intake.plan, name="intake_plan"),
    path("dossiers/<dossiernummer:number>/intake/<slug:part>", intake.step, name="intake_step"),
    path("dossiers/<dossiernummer:number>/intake/<slug:part>/bewaar", intake.keep, name="intake_keep"),
]
