"""How accounts are opened and what sign-in says when it refuses, in the product's words."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address and the password do not belong together. Check both and try again."),
        "too_many_login_attempts": _("Too many tries. Nothing is lost: wait five minutes, then try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not your current password. Try again."),
        "email_taken": _("There is an account with this address already. Sign in instead."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether strangers may open an account here (the setting OPEN_SIGNUP)."""
        return bool(settings.OPEN_SIGNUP)
