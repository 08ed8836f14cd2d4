"""Addresses of results and of the comparison of organisations."""

from django.urls import path

from reports.views import portfolio, results

results_urls = [
    path("o/<slug:slug>/results/", results.overview_page, name="results"),
    path("o/<slug:slug>/results/<str:subject>/", results.dimension_page, name="results_dimension"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/file/", portfolio.portfolio_file, name="portfolio_file"),
]
