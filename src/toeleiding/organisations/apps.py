from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "toeleiding.organisations"
    label = "organisations"
    verbose_name = "Organisaties en medewerkers"
