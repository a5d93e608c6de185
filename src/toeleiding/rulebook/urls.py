from django.urls import path, re_path

from toeleiding.rulebook import views

_RULE = r"(?P<rule>[A-Z]-[0-9]{2})"
_DRAFT = r"regels/concept/(?P<name>[a-z0-9-]+)"

urlpatterns = [
    path("regels", views.rules_page, name="rules"),
    re_path(rf"^regels/{_RULE}$", views.rule_page, name="rule"),
    path("regels/concept/nieuw", views.new_draft, name="new_draft"),
    re_path(rf"^{_DRAFT}$", views.draft_page, name="draft"),
    re_path(rf"^{_DRAFT}/weg$", views.discard_draft, name="discard_draft"),
    re_path(rf"^{_DRAFT}/{_RULE}$", views.change_rule, name="change_rule"),
    re_path(rf"^{_DRAFT}/{_RULE}/terug$", views.restore_rule, name="restore_rule"),
]
