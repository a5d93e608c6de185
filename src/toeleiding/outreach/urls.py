"""Addresses of what staff is told."""

from django.urls import path

from toeleiding.outreach import views

urlpatterns = [
    path("meldingen", views.overview, name="notices"),
    path("meldingen/bel", views.bell, name="notices_bell"),
    path("meldingen/gezien", views.all_seen, name="notices_all_seen"),
    path("meldingen/instellingen", views.settings_page, name="notices_settings"),
    path("meldingen/<int:notice>/gezien", views.one_seen, name="notice_seen"),
]
