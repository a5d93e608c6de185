from django.urls import path

from toeleiding.demo import views

urlpatterns = [
    path("oefengevallen", views.practice_cases, name="practice_cases"),
    path("rondleiding", views.tour, name="tour"),
]
