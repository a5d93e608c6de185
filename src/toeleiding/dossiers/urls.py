"""Addresses of the dossiers room, one module per family of screens."""

from toeleiding.dossiers.views import urls_dossier, urls_rules, urls_worklist

urlpatterns = [*urls_worklist.urlpatterns, *urls_rules.urlpatterns, *urls_dossier.urlpatterns]
