"""Addresses of the pillars app."""

from django.urls import URLPattern, path

from pillars import views

urlpatterns: list[URLPattern] = [
    path("about/", views.about, name="about"),
    path("frameworks/<slug:slug>/<str:version>/", views.framework, name="framework"),
]
