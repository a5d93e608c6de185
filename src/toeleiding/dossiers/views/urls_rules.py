"""Addresses where the rules meet the dossiers."""

from django.urls import re_path

from toeleiding.dossiers.views import explanation, rules_trial
from toeleiding.dossiers.views.merging import signposted

_DRAFT = r"^regels/concept/(?P<name>[a-z0-9-]+)"

urlpatterns = [
    re_path(rf"{_DRAFT}/proef$", rules_trial.trial, name="trial"),
    re_path(rf"{_DRAFT}/van-kracht$", rules_trial.put_in_force, name="put_in_force"),
    re_path(r"^regels/(?P<rule>[A-Z]-[0-9]{2})/dossiers$", rules_trial.leaning, name="leaning"),
    re_path(
        r"^dossiers/(?P<number>TN-[0-9]{4}-[0-9]{5,9})/uitleg$",
        signposted(explanation.explanation),
        name="decision_explained",
    ),
]
