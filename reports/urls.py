"""Addresses of the reports app."""

from django.urls import URLPattern

from reports.report_urls import report_urls

urlpatterns: list[URLPattern] = [*report_urls]
