from django.apps import AppConfig


class ClientListsConfig(AppConfig):
    name = "toeleiding.client_lists"
    label = "client_lists"
