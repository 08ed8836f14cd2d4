"""An empty view behind the product's own settings: what Django and the server cost before anything is done."""

import os
import sys

from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from django.conf import settings  # the variable above must be set before
from django.core.wsgi import get_wsgi_application


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("a/empty/", empty)]
application = get_wsgi_application()
settings.ROOT_URLCONF = sys.modules[__name__].__name__
