"""Addresses of the reports app."""

from django.urls import URLPattern

from reports.results_urls import results_urls

urlpatterns: list[URLPattern] = [*results_urls]
