"""Addresses of the reports app."""

from django.urls import URLPattern

from reports.report_urls import report_urls
from reports.results_urls import results_urls

urlpatterns: list[URLPattern] = [*results_urls, *report_urls]
