"""The web room: the shell around every page and the components pages are made of."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "toeleiding.web"
    label = "web"
    verbose_name = "Scherm"
