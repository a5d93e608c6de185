"""Addresses of the worklist, the list of dossiers and the search."""

from django.urls import URLPattern, path

from toeleiding.dossiers.views import lists, search, team, worklist, worklist_bulk, worklist_export, worklist_saved

urlpatterns: list[URLPattern] = [
    path("werklijst", worklist.worklist, name="worklist"),
    path("werklijst/team", team.overview, name="team"),
    path("werklijst/team/keur/<int:key>", team.decide, name="team_decide"),
    path("werklijst/team/overdracht", team.hand_over, name="team_hand_over"),
    path("werklijst/team/overdracht/<uuid:batch>/ongedaan", team.take_back, name="team_take_back"),
    path("werklijst/team/collega/<slug:username>", team.skills, name="team_skills"),
    path("werklijst/overdracht/<int:key>/gelezen", team.handover_read, name="handover_read"),
    path("werklijst/stand", worklist.progress, name="worklist_progress"),
    path("werklijst/vraag-status", worklist_bulk.ask, name="worklist_ask"),
    path("werklijst/wijs-toe", worklist_bulk.hand_over, name="worklist_hand_over"),
    path("werklijst/toewijzing/<str:key>/ongedaan", worklist_bulk.take_back, name="worklist_take_back"),
    path("werklijst/filters", worklist_saved.save, {"page": "werklijst"}, name="worklist_save_filter"),
    path("werklijst/filters/<int:key>/wis", worklist_saved.remove, {"page": "werklijst"}, name="worklist_wipe_filter"),
    path("werklijst/exporteer", worklist_export.export, name="worklist_export"),
    path("dossiers", lists.dossier_list, name="dossier_list"),
    path("dossiers/filters", worklist_saved.save, {"page": "dossiers"}, name="dossier_save_filter"),
    path("dossiers/filters/<int:key>/wis", worklist_saved.remove, {"page": "dossiers"}, name="dossier_wipe_filter"),
    path("zoek", search.search, name="search"),
]
