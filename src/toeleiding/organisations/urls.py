from django.urls import path

from toeleiding.organisations import views

urlpatterns = [
    path("", views.home, name="home"),
    path("aanmelden", views.sign_in_page, name="sign_in"),
    path("rol", views.switch_role, name="switch_role"),
    path("afmelden", views.sign_out, name="sign_out"),
    path("samen-kijken/stop", views.stop_together, name="stop_together"),
]
