"""Addresses of results and of the comparison of organisations."""

from django.urls import path

from reports.views import explore, portfolio, results

results_urls = [
    path("o/<slug:slug>/results/", results.overview_page, name="results"),
    path("o/<slug:slug>/results/explore/", explore.results_explore, name="results_explore"),
    path("o/<slug:slug>/results/<str:subject>/", results.dimension_page, name="results_dimension"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/explore/", explore.portfolio_explore, name="portfolio_explore"),
    path("portfolio/file/", portfolio.portfolio_file, name="portfolio_file"),
]
