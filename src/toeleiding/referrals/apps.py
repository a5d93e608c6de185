from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "toeleiding.referrals"
    label = "referrals"
