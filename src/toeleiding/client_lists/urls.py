"""Addresses of uploaded lists."""

from django.urls import path

from toeleiding.client_lists import views

urlpatterns = [
    path("lijsten", views.overview, name="client_lists"),
    path("lijsten/nieuw", views.new, name="client_list_new"),
    path("lijsten/<uuid:upload>", views.one, name="client_list"),
    path("lijsten/<uuid:upload>/rij/<int:line>", views.row_page, name="client_list_row"),
    path("lijsten/<uuid:upload>/kies", views.choose, name="client_list_choose"),
    path("lijsten/<uuid:upload>/verwerk", views.carry_out, name="client_list_commit"),
    path("lijsten/<uuid:upload>/ongedaan", views.take_back, name="client_list_undo"),
]
