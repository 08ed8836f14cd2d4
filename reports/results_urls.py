"""Addresses of results and of the comparison of organisations."""

from django.urls import path

from reports.views import explore, portfolio, results, working

results_urls = [
    path("o/<slug:slug>/results/", results.overview_page, name="results"),
    path("o/<slug:slug>/results/explore/", explore.results_explore, name="results_explore"),
    path("o/<slug:slug>/results/working.xlsx", working.workbook_file, name="results_workbook"),
    path("o/<slug:slug>/results/working/<str:subject>/", working.working_page_of, name="results_working"),
    path("o/<slug:slug>/results/<str:subject>/", results.dimension_page, name="results_dimension"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/explore/", explore.portfolio_explore, name="portfolio_explore"),
    path("portfolio/file/", portfolio.portfolio_file, name="portfolio_file"),
]
