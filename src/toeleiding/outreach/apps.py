from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "toeleiding.outreach"
    label = "outreach"
