from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "toeleiding.exchange"
    label = "exchange"
    verbose_name = "Uitwisseling"
