"""Addresses of the backstage app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
