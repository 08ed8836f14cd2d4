"""Addresses of the organisations app. The page /o/<slug>/ itself shows campaigns and belongs to assessments."""

from django.urls import URLPattern, path

from organisations.views import pages, people, units

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("theme/", pages.theme, name="theme"),
    path("account/", pages.account, name="account"),
    path("organisations/new/", pages.new_organisation, name="new_organisation"),
    path("o/<slug:slug>/units/", units.units, name="organisation_units"),
    path("o/<slug:slug>/units/paste/", units.paste_units, name="organisation_paste_units"),
    path("o/<slug:slug>/units/<int:pk>/", units.unit, name="organisation_unit"),
    path("o/<slug:slug>/units/<int:pk>/delete/", units.delete_unit, name="organisation_delete_unit"),
    path("o/<slug:slug>/people/", people.people, name="organisation_people"),
    path("o/<slug:slug>/people/<int:pk>/end/", people.end_right, name="organisation_end_right"),
]
