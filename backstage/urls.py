"""Addresses of the backstage app."""

from django.urls import path

from backstage import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
]
