"""Addresses of the statements. The root urls of the site name `forbidden`, `not_found` and `server_error`."""

from django.urls import path

from toeleiding.web import views

urlpatterns = [
    path("toegankelijkheid", views.accessibility, name="accessibility"),
    path("privacyverklaring", views.privacy_statement, name="privacy_statement"),
    path("hulp", views.help_page, name="help"),
    path("sneltoetsen", views.shortcuts, name="shortcuts"),
]
