from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "toeleiding.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
