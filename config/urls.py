"""Every address of the product: each app's own list, in one place. The most asked come first."""

from django.urls import include, path

urlpatterns = [
    path("", include("assessments.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("backstage.urls")),
    path("", include("organisations.urls")),
    path("", include("pillars.urls")),
    path("", include("reports.urls")),
]

# Django finds 403.html, 404.html, 500.html and 403_csrf.html by itself.
handler400 = "config.errors.bad_request"
