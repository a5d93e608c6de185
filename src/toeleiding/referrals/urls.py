"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from toeleiding.referrals.follow_up import views as follow_up

urlpatterns: list[URLPattern | URLResolver] = [
    path("gezamenlijke-klanten", follow_up.joint_clients, name="joint_clients"),
    path("gezamenlijke-klanten/gezien", follow_up.seen, name="joint_clients_seen"),
    path("gezamenlijke-klanten/gezien/<str:key>/ongedaan", follow_up.seen_undone, name="joint_clients_seen_undone"),
]
