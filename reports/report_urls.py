"""Addresses of reports."""

from django.urls import URLPattern, path

from reports.views import reports as views

report_urls: list[URLPattern] = [
    path("o/<slug:slug>/report/", views.ask, name="ask_report"),
    path("reports/<uuid:pk>/", views.report, name="report"),
    path("reports/<uuid:pk>/state/", views.state, name="report_state"),
    path("reports/<uuid:pk>/download/", views.download, name="report_download"),
    path("reports/<uuid:pk>/cancel/", views.cancel, name="report_cancel"),
    path("reports/<uuid:pk>/retry/", views.retry, name="report_retry"),
]
