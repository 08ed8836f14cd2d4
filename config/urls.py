"""Every address of the product: each app's own list, in one place."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("backstage.urls")),
    path("", include("organisations.urls")),
    path("", include("pillars.urls")),
    path("", include("assessments.urls")),
    path("", include("reports.urls")),
]
