"""Addresses of the owner's pages."""

from django.urls import URLPattern, path

from assessments.views import campaigns, people

campaign_urls: list[URLPattern] = [
    path("o/<slug:slug>/", campaigns.organisation, name="organisation"),
    path("o/<slug:slug>/campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("c/<int:pk>/", campaigns.campaign, name="campaign"),
    path("c/<int:pk>/open/", campaigns.campaign_open, name="campaign_open"),
    path("c/<int:pk>/close/", campaigns.campaign_close, name="campaign_close"),
    path("c/<int:pk>/promises/", campaigns.campaign_promises, name="campaign_promises"),
    path("c/<int:pk>/people/", people.people, name="people"),
    path("c/<int:pk>/people/check/", people.people_check, name="people_check"),
    path("c/<int:pk>/people/remove/", people.people_remove, name="people_remove"),
    path("c/<int:pk>/links/", people.links, name="links"),
]
