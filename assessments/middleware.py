"""What holds for every answer at an address that is a secret, also where no view was reached."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SECRET_ADDRESS = re.compile(r"/+(?:a|join|kiosk)(?:/|$)|/accounts/(?:confirm-email|password/reset/key)/", re.IGNORECASE)


# No secret stands in these addresses, and without a referrer browsers hide where a form comes from ("Origin: null"),
# so that Django could not tell it from a foreign site's.
FORM_ADDRESS = re.compile(r"/a/(?:ask|withdraw)/$")


class SecretAddresses:
    """Keeps pages at secret addresses, error pages among them, out of caches and referrers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_secret = bool(SECRET_ADDRESS.match(request.path_info))
        setattr(request, "address_is_secret", is_secret)  # noqa: B010  an attribute of our own on Django's class
        response = self.get_response(request)
        if is_secret:
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "same-origin" if FORM_ADDRESS.match(request.path_info) else "no-referrer"
        return response
