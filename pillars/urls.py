"""Addresses of the pillars app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
