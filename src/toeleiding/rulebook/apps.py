from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "toeleiding.rulebook"
    label = "rulebook"
    verbose_name = "Regels"
