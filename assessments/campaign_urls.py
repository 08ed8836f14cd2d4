"""Addresses of the owner's pages."""

from django.urls import URLPattern, path

from assessments.views import campaigns, groups, people, ways

campaign_urls: list[URLPattern] = [
    path("o/<slug:slug>/", campaigns.organisation, name="organisation"),
    path("o/<slug:slug>/campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("c/<int:pk>/", campaigns.campaign, name="campaign"),
    path("c/<int:pk>/open/", campaigns.campaign_open, name="campaign_open"),
    path("c/<int:pk>/close/", campaigns.campaign_close, name="campaign_close"),
    path("c/<int:pk>/ways/", ways.ways, name="ways"),
    path("c/<int:pk>/ways/open-link/", ways.ways_open_link, name="ways_open_link"),
    path("c/<int:pk>/ways/units/", ways.unit_links, name="unit_links"),
    path("c/<int:pk>/ways/units/<int:link>/remove/", ways.unit_link_remove, name="unit_link_remove"),
    path("c/<int:pk>/ways/tablets/", ways.kiosk_add, name="kiosk_add"),
    path("c/<int:pk>/ways/tablets/<int:kiosk>/pin/", ways.kiosk_pin, name="kiosk_pin"),
    path("c/<int:pk>/ways/tablets/<int:kiosk>/remove/", ways.kiosk_remove, name="kiosk_remove"),
    path("c/<int:pk>/sizes/", ways.unit_sizes, name="unit_sizes"),
    path("c/<int:pk>/posters/<slug:way>/", ways.poster, name="poster"),
    path("c/<int:pk>/groups/", groups.groups, name="groups"),
    path("c/<int:pk>/groups/together/", groups.groups_together, name="groups_together"),
    path("c/<int:pk>/promises/", campaigns.campaign_promises, name="campaign_promises"),
    path("c/<int:pk>/people/", people.people, name="people"),
    path("c/<int:pk>/people/check/", people.people_check, name="people_check"),
    path("c/<int:pk>/people/remove/", people.people_remove, name="people_remove"),
    path("c/<int:pk>/links/", people.links, name="links"),
]
