"""Writes the Content-Security-Policy header once, not once for each answer."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CHANGED_BY_A_VIEW = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class ContentPolicy(CSPMiddleware):  # type: ignore[misc]  # django-csp has no annotations
    """django-csp's middleware, with the usual policy at hand. Where a view changes the policy, it writes it anew."""

    usual = ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(hasattr(response, name) for name in CHANGED_BY_A_VIEW):
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        self.usual = self.usual or build_policy()
        response.headers.setdefault(HEADER, self.usual)
        return response
