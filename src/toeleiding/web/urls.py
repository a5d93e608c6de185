"""Addresses of the statements. The root urls of the site name `forbidden`, `not_found` and `server_error`."""

from django.urls import path

from toeleiding.web import views

urlpatterns = [
    path("toegankelijkheid", views.accessibility, name="accessibility"),
    path("privacyverklaring", views.privacy_statement, name="privacy_statement"),
    path("hulp", views.help_page, name="help"),
    path("hulp/gids", views.guide_chapter, name="guide"),
    path("hulp/gids/<slug:chapter>", views.guide_chapter, name="guide_chapter"),
    path("sneltoetsen", views.shortcuts, name="shortcuts"),
]
