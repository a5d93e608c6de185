from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "toeleiding.demo"
    label = "demo"
    verbose_name = "Oefenomgeving"
