"""Addresses of the statements. The error handlers are named in the root urls of the site:

handler403 = "toeleiding.web.views.handler403", and so on for 404 and 500.
"""

from django.urls import path

from toeleiding.web import views

urlpatterns = [
    path("toegankelijkheid", views.accessibility, name="accessibility"),
    path("privacyverklaring", views.privacy_statement, name="privacy_statement"),
    path("hulp", views.help_page, name="help"),
    path("sneltoetsen", views.shortcuts, name="shortcuts"),
]
